import { Button, Select } from 'antd';
import type { RowRule, Service } from '../../api/schema.gen';
import { useWords } from '../../i18n/use';
import { HelpOf } from '../../part/field';

const ops = ['eq', 'under', 'ge', 'le', 'in'] as const;

/** Conditions of a list or a count, each on an item the service lets filter by. */
export function Conditions({ of: s, item, value, change }: { of: Service; item: (n: string) => string; value: RowRule[]; change: (v: RowRule[]) => void }) {
  const { t } = useWords();
  const w = t.trying;
  if (s.filter.length === 0) return null;
  const put = (n: number, r: Partial<RowRule>) => change(value.map((x, i) => (i === n ? { ...x, ...r } : x)));
  return (
    <div className="stack">
      {value.map((r, n) => (
        <div key={n} className="filters bare">
          <Select aria-label={w.filterItem} style={{ width: 150 }} value={r.item} onChange={(v) => put(n, { item: v })} options={s.filter.map((f) => ({ value: f, label: item(f) }))} />
          <Select aria-label={w.filterOp} style={{ width: 110 }} value={r.op} onChange={(op) => put(n, { op })} options={ops.map((o) => ({ value: o, label: t.grants.ops[o] }))} />
          {r.op === 'in' ? <Select mode="tags" aria-label={w.value} style={{ minWidth: 120, flex: 1 }} value={r.values} onChange={(values) => put(n, { values })} tokenSeparators={[',', '\uff0c', ' ']} />
            : <input className="field fill" aria-label={w.value} autoComplete="off" value={r.values[0] ?? ''} onChange={(e) => put(n, { values: [e.target.value] })} />}
          <Button size="small" onClick={() => change(value.filter((_, i) => i !== n))}>{w.dropFilter}</Button>
        </div>
      ))}
      <div className="row"><Button size="small" onClick={() => change([...value, { item: s.filter[0] ?? '', op: 'eq', values: [''] }])}>{w.addFilter}</Button> <HelpOf of="try.filters" /></div>
    </div>
  );
}
