import { expect, test } from 'vitest';
import { dayOf, setDays, spans, weeks } from '../src/page/calendar/year.ts';

test('a month has its days under their weekdays, Monday first, and all months are of one height', () => {
  const nov = weeks(2026, 11);
  expect(nov[0]).toEqual([null, null, null, null, null, null, '2026-11-01']);
  expect(nov[5]).toEqual(['2026-11-30', null, null, null, null, null, null]);
  expect(weeks(2028, 2).flat().filter(Boolean)).toHaveLength(29);
  for (let m = 1; m <= 12; m++) expect(weeks(2027, m)).toHaveLength(6);
});

test('a day is what was said of it, else what its week says', () => {
  const said = new Map([['2026-11-24', { date: '2026-11-24', kind: 'holiday' as const }]]);
  expect(['2026-11-24', '2026-11-25', '2026-11-28', '2026-11-29'].map((d) => dayOf(d, said).kind)).toEqual(['holiday', 'working', 'weekend', 'weekend']);
});

test('days that follow each other and are the same are one line', () => {
  const day = (date: string, title = 'x', change?: number) => ({ date, kind: 'holiday' as const, title, change });
  const s = spans([day('2026-12-31'), day('2027-01-01'), day('2027-01-02', 'y'), day('2027-01-03', 'y', 1), day('2027-01-05', 'y', 1)]);
  expect(s.map((x) => [x.from, x.to, x.days])).toEqual([['2026-12-31', '2027-01-01', 2], ['2027-01-02', '2027-01-02', 1], ['2027-01-03', '2027-01-03', 1], ['2027-01-05', '2027-01-05', 1]]);
});

test('what days become follows from their weekdays', () => {
  const kinds = (b: 'rest' | 'work' | 'plain') => setDays('2026-11-27', '2026-11-30', b, ' ').map((d) => d.kind);
  expect(kinds('rest')).toEqual(['holiday', 'holiday', 'holiday', 'holiday']);
  expect(kinds('work')).toEqual(['working', 'makeup', 'makeup', 'working']);
  expect(kinds('plain')).toEqual(['working', 'weekend', 'weekend', 'working']);
  expect(setDays('2026-11-27', '', 'rest', ' 停工 ')).toEqual([{ date: '2026-11-27', kind: 'holiday', title: '停工' }]);
  expect(setDays('', '', 'rest', '')).toEqual([]);
  expect(setDays('2026-01-01', '9999-01-01', 'rest', '')).toHaveLength(400);
});
