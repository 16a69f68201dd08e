import type { Field, RegisterForm } from '../../api/schema.gen';
import { cornersIn, cornersOf, type LonLat } from './geo';

/** What is typed into a form, by field: texts as they stand in the controls. */
export type Typed = Record<string, unknown>;

/** What says who a person is: it is never kept in a draft. */
export const personal = (f: Field) => f.personal !== '' || f.kind === 'person' || (f.columns ?? []).some((c) => c.personal !== '');

const numeric = new Set(['integer', 'number', 'money', 'rating']);

/** What was typed as the server wants it; what is no number goes as it is, and is refused in words. */
export function valueOf(f: Field, typed: unknown): unknown {
  if (typed === undefined || typed === null || typed === '') return null;
  if (numeric.has(f.kind)) {
    const text = String(typed).trim().replace(/,/g, '');
    if (text === '') return null;
    const n = Number(text);
    if (!Number.isFinite(n)) return text;
    return f.kind === 'money' ? Math.round(n * 100) : n;
  }
  switch (f.kind) {
    case 'time':
      return /^\d{4}-\d\d-\d\dT\d\d:\d\d$/.test(String(typed)) ? `${String(typed)}:00+08:00` : typed;
    case 'point':
      return pointOf(typed);
    case 'area':
      return areaOf(String(typed));
    case 'person':
      return some(typed as Record<string, unknown>);
    case 'table':
      return (typed as Typed[]).map((row) => Object.fromEntries((f.columns ?? []).map((c) => [c.name, valueOf(c, row[c.name])])));
  }
  return typed;
}

const some = (o: Record<string, unknown>) => {
  const all = Object.entries(o).filter(([, v]) => v !== '' && v !== undefined && v !== null);
  return all.length ? Object.fromEntries(all) : null;
};

function pointOf(typed: unknown): unknown {
  const [lon, lat] = typed as [string, string];
  if (lon.trim() === '' && lat.trim() === '') return null;
  const pair = [Number(lon), Number(lat)];
  return pair.every(Number.isFinite) && lon.trim() !== '' && lat.trim() !== '' ? pair : `${lon},${lat}`;
}

// One corner a line, as longitude and latitude; the ring closes itself.
function areaOf(text: string): unknown {
  const written = cornersIn(text);
  if (!written) return text;
  const [first, ...rest] = cornersOf(written);
  return first ? [[first, ...rest, first]] : null;
}

/** A value of the server as its control shows it. */
export function typedOf(f: Field, v: unknown): unknown {
  if (v === null || v === undefined) return undefined;
  switch (f.kind) {
    case 'integer':
    case 'number':
    case 'rating':
      return String(v);
    case 'money':
      return (Number(v) / 100).toFixed(2);
    case 'time':
      return new Date(Date.parse(String(v)) + 8 * 3_600_000).toISOString().slice(0, 16);
    case 'point':
      return (v as number[]).map(String);
    case 'area':
      return cornersOf((v as LonLat[][])[0] ?? []).map((p) => p.join(', ')).join('\n');
    case 'table':
      return (v as Typed[]).map((row) => Object.fromEntries((f.columns ?? []).map((c) => [c.name, typedOf(c, row[c.name])])));
  }
  return v;
}

/** Where a record is, by its first place. */
export function placeIn(form: Pick<RegisterForm, 'fields'>, values: Record<string, unknown>): LonLat | undefined {
  const f = form.fields.find((x) => x.kind === 'point' && Array.isArray(values[x.name]));
  return f && (values[f.name] as LonLat);
}

/** The fields of a form that people fill in. */
export const asked = (form: RegisterForm) => form.fields.filter((f) => !f.computed && f.kind !== 'computed');

/** The form as it is when a record begins: without what actions of its flow ask for later. */
export const early = (form: RegisterForm): RegisterForm => ({
  ...form,
  fields: form.fields.filter((f) => !form.later.includes(f.name)),
  groups: form.groups.map((g) => ({ ...g, fields: g.fields.filter((n) => !form.later.includes(n)) })).filter((g) => g.fields.length > 0),
});

/** The values of a form for the server: those of its fields that were touched or hold something. */
export function valuesOf(fields: Field[], typed: Typed): Record<string, unknown> {
  const out: Record<string, unknown> = {};
  for (const f of fields) if (f.name in typed) out[f.name] = valueOf(f, typed[f.name]);
  return out;
}

/**
 * Those fields of a form in which something else stands than was there. What is masked is not
 * in the form: it stays unless somebody writes something or empties it.
 */
export function writtenOf(fields: Field[], typed: Typed, first: Typed, masked: (f: Field) => boolean): Field[] {
  return fields.filter((f) => {
    if (!(f.name in typed)) return false;
    const now = valueOf(f, typed[f.name]);
    if (masked(f)) return typed[f.name] === null || (now !== null && !(Array.isArray(now) && now.length === 0));
    return JSON.stringify(now) !== JSON.stringify(valueOf(f, first[f.name]));
  });
}

/** A record of the server as a form shows it. */
export function typedAll(fields: Field[], values: Record<string, unknown>): Typed {
  const out: Typed = {};
  for (const f of fields) {
    const v = typedOf(f, values[f.name]);
    if (v !== undefined) out[f.name] = v;
  }
  return out;
}
