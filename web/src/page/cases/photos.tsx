import { api } from '../../api/client';
import type { Case, CaseStep } from '../../api/schema.gen';
import { FilesOf, type Held, type Kept } from '../../part/record/files';
import { metresBetween, type LonLat } from '../../part/record/geo';
import { placeIn } from '../../part/record/values';

const broughtBy = (s: CaseStep): Held[] => (s.files ?? []).map((x) => ({ field: x.field_title, file: x.file as unknown as Kept }));

const farOff = 200; // metres

/** Where those pictures of a case were taken that were not taken at its place. */
export function takenElsewhere(c: Case): LonLat[] {
  const at = placeIn(c.form, c.values);
  return c.steps.flatMap(broughtBy).flatMap(({ file }) => (at && file.place && metresBetween(at, file.place) > farOff ? [file.place] : []));
}

/** The files that a step of a case brought. */
export function Brought({ of: s, inside: c }: { of: CaseStep; inside: Case }) {
  return <FilesOf of={broughtBy(s)} src={(id, small) => api.recordFile(c.pack, c.form.name, c.record, id, small)} at={placeIn(c.form, c.values)} named />;
}
