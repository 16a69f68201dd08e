import { Checkbox } from 'antd';
import type { ServiceDeclaration } from '../../api/client';
import type { Directory, Item } from '../../api/schema.gen';
import { useWords } from '../../i18n/use';
import { HelpOf, Wrongs, type Wrong } from '../../part/field';
import { Tag } from '../../part/frame';
import { Table } from '../../part/table';
import { typeWords } from '../directory/tabs';

type Lists = Pick<ServiceDeclaration, 'key' | 'filter' | 'sort'>;

/** The items of a directory: which are the key, which may be conditions, which an order. */
export function ServedItems({ of: d, value, change, wrong }: { of: Directory; value: Lists; change: (p: Partial<Lists>) => void; wrong: Wrong }) {
  const { t, f } = useWords();
  const w = t.serving;
  const toggle = (list: keyof Lists, i: Item) => change({ [list]: value[list].includes(i.name) ? value[list].filter((x) => x !== i.name) : [...value[list], i.name] });
  const box = (list: keyof Lists, label: (i: string) => string) => (i: Item) => (
    <>
      <Checkbox aria-label={label(i.title)} checked={value[list].includes(i.name)} onChange={() => toggle(list, i)} />
      {list === 'key' && value.key.length > 1 && value.key.includes(i.name) && <span className="small muted"> {f.n(value.key.indexOf(i.name) + 1)}</span>}
    </>
  );
  const cell = (list: keyof Lists, label: (i: string) => string) => (i: Item) => (i.type === 'texts' ? <span className="muted" title={w.never}>{t.none}</span> : box(list, label)(i));
  const all = (['key', 'filter', 'sort'] as const).flatMap((l) => value[l].map((_, i) => `${l}[${i}]`));
  return (
    <>
      <Table
        label={w.items}
        rows={d.declaration.items}
        rowKey={(i) => i.name}
        selected={(i) => value.key.includes(i.name)}
        cols={[
          { key: 't', title: w.cols.item, min: 140, cell: (i) => <>{i.title} {i.personal && <Tag tone="warn">{t.words.personal[i.personal] ?? i.personal}</Tag>}<span className="sub small muted">{i.name}</span></> },
          { key: 'l', title: w.cols.level, nowrap: true, cell: (i) => t.words.grade[i.level ?? d.level] ?? i.level ?? t.none },
          { key: 'y', title: w.cols.type, nowrap: true, cell: (i) => typeWords(t, i.type) },
          { key: 'k', title: <>{w.cols.key} <HelpOf of="service.key" /></>, cell: cell('key', w.keyOf) },
          { key: 'f', title: <>{w.cols.filter} <HelpOf of="service.filter" /></>, cell: cell('filter', w.filterOf) },
          { key: 's', title: <>{w.cols.sort} <HelpOf of="service.sort" /></>, cell: cell('sort', w.sortOf) },
        ]}
      />
      <Wrongs of={wrong(...all)} />
    </>
  );
}

/** What a declaration comes to, sentence by sentence. */
export function ServiceRules({ of: d, value, changed }: { of: Directory; value: Lists; changed: boolean }) {
  const { t } = useWords();
  const w = t.serving;
  const item = (n: string) => d.declaration.items.find((i) => i.name === n);
  const words = (list: string[]) => list.map((n) => item(n)?.title ?? n).join(t.sep);
  const personal = [...new Set([...value.key, ...value.filter])].filter((n) => item(n)?.personal);
  const all = [
    value.key.length ? w.ruleKey(words(value.key)) : w.ruleNoKey,
    value.filter.length ? w.ruleFilter(words(value.filter)) : w.ruleNoFilter,
    value.sort.length > 0 && w.ruleSort(words(value.sort)),
    personal.length > 0 && w.rulePersonal(words(personal)),
    value.key.length > 0 && w.ruleFile,
    changed && w.versionNote,
  ];
  return <ul className="says">{all.filter(Boolean).map((x, i) => <li key={i}>{x}</li>)}</ul>;
}
