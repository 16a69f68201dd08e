import { TreeSelect } from 'antd';
import { api } from '../../api/client';
import type { RowRule } from '../../api/schema.gen';
import { useLoad } from '../../api/use';
import type { Words } from '../../i18n/use';
import { useRegionTree } from '../../part/record/tree';

const full = (code: string) => code.padEnd(12, '0');

// Provinces, cities, districts, streets and communities have 2, 4, 6, 9 and 12 digits.
function parent(code: string): string {
  const own = [2, 4, 6, 9, 12].find((n) => /^0*$/.test(full(code).slice(n))) ?? 12;
  const above = { 4: 2, 6: 4, 9: 6, 12: 9 }[own] ?? 0;
  return above ? full(full(code).slice(0, above)) : '';
}

/** The names of the regions that rules have; a code stays one where its name is not known. */
export function useRegionNames(rules: RowRule[]): (code: string) => string {
  const codes = rules.filter((r) => r.op === 'under').flatMap((r) => r.values);
  const above = [...new Set(codes.map(parent))];
  const found = useLoad(above.length ? `regions ${above.join(' ')}` : null, async (s) => {
    const lists = await Promise.all(above.map((p) => api.regions(p, s)));
    return new Map(lists.flatMap((l) => l.items.map((r) => [r.code, r.name] as const)));
  });
  return (code) => found.data?.get(full(code)) ?? code;
}

/** A condition on the rows in one sentence. */
export function rowWords({ t }: Words, r: RowRule, title: (item: string) => string, region: (code: string) => string): string {
  const values = r.values.map(r.op === 'under' ? region : (v) => v).join(t.sep);
  const say = t.share.ops[r.op];
  return say ? say(title(r.item), values) : `${r.item} ${r.op} ${values}`;
}

/** Places of the district, its streets and what is below them, fetched as they are opened. */
export function Regions({ label, value, change }: { label: string; value: string[]; change: (codes: string[]) => void }) {
  const { tree, load } = useRegionTree();
  return (
    <TreeSelect
      aria-label={label}
      multiple
      style={{ minWidth: 280, flex: 1 }}
      value={value}
      treeData={tree}
      placeholder={label}
      onChange={(v: string[]) => change(v)}
      loadData={load}
    />
  );
}
