import { createContext, useContext } from 'react';
import type { Field, RegisterForm } from '../../api/schema.gen';
import { go, usePlace, type Place } from '../../route/route';

/** One condition of a list, as the address and the server have it: field:comparison:value|value. */
export interface Condition {
  field: string;
  op: string;
  values: string[];
}

export const written = (c: Condition) => [c.field, c.op, ...(c.values.length ? [c.values.join('|')] : [])].join(':');

export function read(text: string): Condition {
  const [field = '', op = '', ...rest] = text.split(':');
  const value = rest.join(':');
  return { field, op, values: value === '' ? [] : value.split('|') };
}

/** The address with other conditions: a page of their own begins. */
export function withWhere(place: Place, where: string[]): string {
  const q = new URLSearchParams(place.query);
  q.delete('where');
  q.delete('cursor');
  for (const w of where) q.append('where', w);
  const s = q.toString();
  return s ? `${place.path}?${s}` : place.path;
}

/** Conditions on personal fields: they stand in no address and are gone with the page. */
export const Covered = createContext<{ all: string[]; set: (all: string[]) => void }>({ all: [], set: () => undefined });

/** The conditions on a personal field. */
export function useCovered(field: string) {
  const { all, set } = useContext(Covered);
  return {
    value: all.map(read).find((c) => c.field === field)?.values[0] ?? '',
    put: (v: string) => set([...all.filter((w) => read(w).field !== field), ...(v ? [written({ field, op: 'is', values: [v] })] : [])]),
  };
}

/** The conditions in the address, by field. */
export function useWhere() {
  const place = usePlace();
  const all = place.query.getAll('where');
  return {
    all,
    of: (field: string) => all.map(read).filter((c) => c.field === field),
    put: (field: string, conditions: Omit<Condition, 'field'>[]) =>
      go(withWhere(place, [...all.filter((w) => read(w).field !== field), ...conditions.map((c) => written({ field, ...c }))])),
  };
}

// What every record has besides the fields of its register.
export const own = ['key', 'office', 'created_at', 'created_by', 'updated_at', 'updated_by'] as const;
export type Own = (typeof own)[number];

/** A column of a register: a field of it, or one of what every record has. */
export interface Column {
  name: string;
  field?: Field;
}

/** All columns of a register: those of its list first, in its order, then the others. */
export function columnsOf(form: RegisterForm): { cols: Column[]; off: string[] } {
  const named = (name: string): Column => ({ name, field: form.fields.find((f) => f.name === name) });
  const first = ['key', ...form.columns.filter((n) => n !== 'key')];
  const rest = [...form.fields.map((f) => f.name), ...own].filter((n, i, all) => !first.includes(n) && all.indexOf(n) === i);
  return { cols: [...first, ...rest].map(named), off: rest };
}

const plain = new Set(['text', 'integer', 'number', 'money', 'date', 'time', 'bool', 'enum', 'code', 'office', 'region', 'rating']);

/** Whether a list can stand in the order of a column: who is who is no order. */
export const sortable = (c: Column) => (c.field ? plain.has(c.field.kind) && c.field.personal === '' : true);

export const numeric = (f?: Field) => Boolean(f) && ['integer', 'number', 'money', 'rating'].includes(f!.kind);
