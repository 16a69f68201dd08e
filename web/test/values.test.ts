import { expect, test } from 'vitest';
import type { Field } from '../src/api/schema.gen.ts';
import { typedAll, valuesOf, writtenOf } from '../src/part/record/values.ts';

const field = (name: string, kind: string, columns: Field[] = []) => ({ name, kind, columns, personal: '' }) as unknown as Field;
const fields = [field('road', 'text'), field('fee', 'money'), field('phone', 'text'), field('owner', 'person'), field('people', 'table', [field('who', 'text')])];
const secret = ['phone', 'owner', 'people'];
const masked = (f: Field) => secret.includes(f.name);
const first = typedAll(fields.filter((f) => !masked(f)), { road: '后湖大道', fee: 120050, phone: '027****0001' });
const sent = (typed: Record<string, unknown>) => {
  const all = { ...first, ...typed };
  return valuesOf(writtenOf(fields, all, first, masked), all);
};

test('what stands there as it was is not sent', () => {
  expect(first).toEqual({ road: '后湖大道', fee: '1200.50' }); // and no mask is in the form
  expect(sent({})).toEqual({});
  expect(sent({ road: '后湖大道', fee: '1,200.50' })).toEqual({});
});

test('what is written is sent, and what is emptied', () => {
  expect(sent({ road: '', fee: '8' })).toEqual({ road: null, fee: 800 });
  expect(sent({ phone: '027-00000002' })).toEqual({ phone: '027-00000002' });
  expect(sent({ owner: { name: '张' } })).toEqual({ owner: { name: '张' } });
});

test('what is masked stays unless something is written or it is emptied', () => {
  expect(sent({ phone: '', owner: { name: '' }, people: [] })).toEqual({});
  expect(sent({ phone: undefined })).toEqual({});
  expect(sent({ phone: null, owner: null, people: null })).toEqual({ phone: null, owner: null, people: null });
});
