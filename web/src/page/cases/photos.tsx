import { api } from '../../api/client';
import type { Case } from '../../api/schema.gen';
import { useWords } from '../../i18n/use';
import { Card } from '../../part/frame';
import { FilesOf, metresBetween, type Held, type Kept } from '../../part/record/files';
import type { LonLat } from '../../part/record/map';

const filesOf = (c: Case, names: ReadonlySet<string>): Held[] =>
  c.form.fields.filter((f) => f.kind === 'files' && names.has(f.name)).flatMap((f) => ((c.values[f.name] ?? []) as Kept[]).map((file) => ({ field: f.title, file })));

/** Where a case is, by its first place. */
export function placeOf(c: Pick<Case, 'form' | 'values'>): LonLat | undefined {
  const f = c.form.fields.find((x) => x.kind === 'point' && c.values[x.name]);
  return f && (c.values[f.name] as unknown as LonLat);
}

const farOff = 200; // metres

/** Where those pictures of a case were taken that were not taken at its place. */
export function takenElsewhere(c: Case): LonLat[] {
  const at = placeOf(c);
  return filesOf(c, new Set(c.form.fields.map((f) => f.name))).flatMap(({ file }) => (at && file.place && metresBetween(at, file.place) > farOff ? [file.place] : []));
}

/** Fields of files, by the step that filled them in last; under the empty name those that came with the report. */
export function filledBy(c: Pick<Case, 'form' | 'steps'>): Map<string, Set<string>> {
  const out = new Map<string, Set<string>>();
  for (const f of c.form.fields) {
    if (f.kind !== 'files') continue;
    const step = c.steps.filter((s) => (s.fields ?? []).includes(f.title)).at(-1) ?? c.steps.find((s) => s.action === 'open');
    const at = step ? `${step.at} ${step.action}` : '';
    out.set(at, (out.get(at) ?? new Set()).add(f.name));
  }
  return out;
}

/** Photos and papers whose step is not known. */
export function Photos({ of: c }: { of: Case }) {
  const { t } = useWords();
  const names = filledBy(c).get('');
  if (!names || filesOf(c, names).length === 0) return null;
  return <Card title={t.kase.photos} pad><PhotoRow of={c} names={names} /></Card>;
}

/** Files of some fields of a case. */
export function PhotoRow({ of: c, names }: { of: Case; names: ReadonlySet<string> }) {
  return <FilesOf of={filesOf(c, names)} src={(id, small) => api.recordFile(c.pack, c.form.name, c.record, id, small)} at={placeOf(c)} named />;
}
