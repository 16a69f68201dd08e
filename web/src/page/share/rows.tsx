import { Button, Radio, Select } from 'antd';
import type { Directory, Item, RowRule } from '../../api/schema.gen';
import { useWords } from '../../i18n/use';
import { optionsOf } from '../../part/choice';
import { HelpOf, Wrongs, type Wrong } from '../../part/field';
import { Regions, rowWords, useRegionNames } from './region';

// Rows are chosen by place, date or category, and never by who somebody is.
const persons = ['name', 'id', 'phone', 'account', 'address'];

const opsOf = (type: string) => (type === 'text' ? ['under', 'eq', 'in', 'ge', 'le'] : type === 'bool' ? ['eq'] : ['ge', 'le', 'eq', 'in']);

/** All rows, or those that meet every condition. */
export function RowRules({ of: d, rules, change, wrong }: { of: Directory; rules: RowRule[] | null; change: (rules: RowRule[] | null) => void; wrong: Wrong }) {
  const words = useWords();
  const { t } = words;
  const w = t.grants;
  const items = d.declaration.items.filter((i) => i.type !== 'texts' && !persons.includes(i.personal ?? ''));
  const region = useRegionNames(rules ?? []);
  const title = (n: string) => items.find((i) => i.name === n)?.title ?? n;
  const fresh = (i: Item | undefined): RowRule => ({ item: i?.name ?? '', op: opsOf(i?.type ?? 'text')[0] ?? 'eq', values: [] });
  const place = items.find((i) => /region|street|community/.test(i.name)) ?? items[0];
  const put = (n: number, r: RowRule) => change((rules ?? []).map((x, i) => (i === n ? r : x)));
  return (
    <div className="stack">
      <Radio.Group aria-label={w.cols.rows} value={rules ? 'some' : 'all'} onChange={(e) => change(e.target.value === 'all' ? null : [fresh(place)])}
        options={[{ value: 'all', label: t.share.allRows }, { value: 'some', label: w.someRows }]} />
      {rules?.map((r, n) => (
        <div key={n}>
          <div className="filters bare">
            <Select aria-label={w.ruleItem} style={{ width: 180 }} value={r.item} showSearch={{ optionFilterProp: 'label' }} options={optionsOf(items)}
              onChange={(v) => put(n, fresh(items.find((i) => i.name === v)))} />
            <Select aria-label={w.ruleOp} style={{ width: 130 }} value={r.op} options={opsOf(items.find((i) => i.name === r.item)?.type ?? 'text').map((o) => ({ value: o, label: w.ops[o] }))}
              onChange={(op) => put(n, { ...r, op, values: [] })} />
            <Values of={r} type={items.find((i) => i.name === r.item)?.type ?? 'text'} change={(values) => put(n, { ...r, values })} />
            <Button onClick={() => change(rules.filter((_, i) => i !== n))}>{w.dropRule}</Button>
          </div>
          {r.values.length > 0 && <p className="small muted">{rowWords(words, r, title, region)}</p>}
          <Wrongs of={wrong(`rows.rules[${n}]`)} />
        </div>
      ))}
      <Wrongs of={wrong('rows')} />
      {rules && <div className="row"><Button size="small" onClick={() => change([...rules, fresh(place)])}>{w.addRule}</Button> <HelpOf of="grant.rows.op" /> <HelpOf of="grant.rows.values" /></div>}
    </div>
  );
}

function Values({ of: r, type, change }: { of: RowRule; type: string; change: (values: string[]) => void }) {
  const { t } = useWords();
  const w = t.grants;
  if (r.op === 'under') return <Regions label={w.regions} value={r.values} change={change} />;
  if (r.op === 'in') return <Select mode="tags" aria-label={w.values} placeholder={w.valuesHint} style={{ minWidth: 240, flex: 1 }} value={r.values} onChange={change} tokenSeparators={[',', ';', ' ']} />;
  return <input className="field" aria-label={w.values} type={type === 'date' ? 'date' : 'text'} value={r.values[0] ?? ''} onChange={(e) => change(e.target.value ? [e.target.value] : [])} />;
}
