import { Button, Checkbox, Select } from 'antd';
import type { Directory, Item } from '../../api/schema.gen';
import { useWords } from '../../i18n/use';
import { optionsOf } from '../../part/choice';
import { HelpOf, Wrongs, type Wrong } from '../../part/field';
import { Tag } from '../../part/frame';
import { useKinds } from '../../part/kinds';
import { Table } from '../../part/table';
import { typeWords } from '../directory/tabs';
import { Example } from './grant';

export interface Pick {
  item: string;
  mask: string;
  basis: string;
}

/** Which items are given, each with its mask and what that leaves. */
export function Items({ of: d, picks, change, wrong }: { of: Directory; picks: Pick[]; change: (picks: Pick[]) => void; wrong: Wrong }) {
  const { t } = useWords();
  const w = t.grants;
  const kinds = useKinds();
  const at = (i: Item) => picks.findIndex((p) => p.item === i.name);
  const fits = (i: Item) => [...kinds.masks.values()].filter((m) => m.fits.includes(i.type.replace(/\(.*/, '')));
  // A personal item begins with the mask of its kind, or with nothing shown.
  const first = (i: Item): Pick => ({ item: i.name, basis: '', mask: i.personal ? (fits(i).some((m) => m.name === i.personal) ? i.personal : 'null') : '' });
  const put = (i: Item, p: Partial<Pick>) => change(picks.map((x) => (x.item === i.name ? { ...x, ...p } : x)));
  const toggle = (i: Item) => change(at(i) >= 0 ? picks.filter((p) => p.item !== i.name) : d.declaration.items.flatMap((x) => picks.find((p) => p.item === x.name) ?? (x === i ? [first(i)] : [])));
  const all = picks.length === d.declaration.items.length;
  return (
    <>
      <div className="filters"><Button size="small" onClick={() => change(all ? [] : d.declaration.items.map((i) => picks.find((p) => p.item === i.name) ?? first(i)))}>{all ? w.noItems : w.allItems}</Button></div>
      <Table
        label={w.cols.items}
        rows={d.declaration.items}
        rowKey={(i) => i.name}
        selected={(i) => at(i) >= 0}
        cols={[
          { key: 'x', title: <span className="small">{w.give}</span>, width: 40, cell: (i) => <Checkbox aria-label={i.title} checked={at(i) >= 0} onChange={() => toggle(i)} /> },
          { key: 't', title: w.item, min: 120, cell: (i) => <>{i.title} {i.personal && <Tag tone="warn">{t.words.personal[i.personal] ?? i.personal}</Tag>}<span className="sub small muted">{i.name}</span></> },
          { key: 'l', title: t.granting.level, nowrap: true, cell: (i) => t.words.grade[i.level ?? d.level] ?? i.level ?? t.none },
          { key: 'y', title: t.directory.item.type, nowrap: true, cell: (i) => typeWords(t, i.type) },
          { key: 'm', title: <>{w.mask} <HelpOf of="grant.items.mask" /></>, min: 190, cell: (i) => at(i) >= 0 && (
            <>
              <Select aria-label={w.maskOf(i.title)} style={{ width: 180 }} value={picks[at(i)]?.mask ?? ''} onChange={(mask) => put(i, { mask })}
                options={optionsOf(fits(i))} />
              <Wrongs of={wrong(`items[${at(i)}]`, `items[${at(i)}].mask`)} />
            </>
          ) },
          { key: 'e', title: w.example, min: 180, cell: (i) => at(i) >= 0 && <Example of={picks[at(i)]?.mask ?? ''} /> },
          { key: 'b', title: <>{w.wholeBasis} <HelpOf of="grant.items.basis" /></>, min: 180, cell: (i) => at(i) >= 0 && i.personal && !picks[at(i)]?.mask && (
            <input className="field" aria-label={w.wholeBasisOf(i.title)} value={picks[at(i)]?.basis ?? ''} onChange={(e) => put(i, { basis: e.target.value })} />
          ) },
        ]}
      />
    </>
  );
}
