import { expect, test } from 'vitest';
import type { Field } from '../src/api/schema.gen.ts';
import { formats } from '../src/i18n/format.ts';
import { cornersIn, cornersOf, metresBetween, roundMetres, squareMetres, type LonLat } from '../src/part/record/geo.ts';
import { typedOf, valueOf } from '../src/part/record/values.ts';

const ring: LonLat[] = [[114.3, 30.6], [114.301, 30.6], [114.301, 30.601], [114.3, 30.601]];

test('an area of a thousandth of a degree is about 95.7 by 111.2 metres', () => {
  expect(metresBetween([114.3, 30.6], [114.301, 30.6])).toBeCloseTo(95.7, 0);
  expect(squareMetres(ring) / (95.71 * 111.2)).toBeCloseTo(1, 2);
  expect(squareMetres([...ring].reverse())).toBeCloseTo(squareMetres(ring), -1);
  expect(squareMetres([...ring, ring[0] as LonLat])).toBeCloseTo(squareMetres(ring), -1);
});

test('corners are written one a line, and what is none is kept as it was written', () => {
  expect(cornersIn('114.3, 30.6\n\n 114.301，30.6 ')).toEqual([[114.3, 30.6], [114.301, 30.6]]);
  expect(cornersIn('114.3, 30.6\n114.301')).toBeUndefined();
  expect(cornersOf([...ring, ring[0] as LonLat])).toEqual(ring);
});

test('an area goes to the server closed and comes back open', () => {
  const f = { name: 'zone', kind: 'area' } as Field;
  const typed = ring.map((p) => p.join(', ')).join('\n');
  const sent = valueOf(f, typed);
  expect(sent).toEqual([[...ring, ring[0]]]);
  expect(typedOf(f, sent)).toBe(typed);
  expect(valueOf(f, typedOf(f, sent))).toEqual(sent);
  expect(valueOf(f, '')).toBeNull();
  expect(valueOf(f, '114.3')).toBe('114.3');
});

test.each([[340, 200], [999, 500], [1000, 1000], [19, 10], [2, 2]])('a scale of at most %i metres shows %i', (most, shown) => expect(roundMetres(most)).toBe(shown));

test('lengths and amounts', () => {
  expect(formats('zh-CN').length(500)).toBe('500米');
  expect(formats('en').length(2000)).toBe('2 km');
  expect(formats('zh-CN').money(860050)).toBe('8,600.50');
});
