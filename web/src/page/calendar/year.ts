import type { CalendarDay, CalendarSet } from '../../api/schema.gen';

// Days are counted in universal time: a date has no hour, and none may slip over midnight.

export const iso = (y: number, m: number, d: number) => new Date(Date.UTC(y, m - 1, d)).toISOString().slice(0, 10);
const moment = (date: string) => Date.parse(`${date}T00:00:00Z`);
export const weekday = (date: string) => new Date(moment(date)).getUTCDay();
export const next = (date: string) => new Date(moment(date) + 86_400_000).toISOString().slice(0, 10);
const rests = (date: string) => weekday(date) === 0 || weekday(date) === 6;

/** The weeks of a month, Monday first; null where another month is. */
export function weeks(y: number, m: number): (string | null)[][] {
  const days = new Date(Date.UTC(y, m, 0)).getUTCDate();
  const cells: (string | null)[] = Array.from({ length: (weekday(iso(y, m, 1)) + 6) % 7 }, () => null);
  for (let d = 1; d <= days; d++) cells.push(iso(y, m, d));
  while (cells.length < 42) cells.push(null); // all months are of one height
  return Array.from({ length: 6 }, (_, i) => cells.slice(i * 7, i * 7 + 7));
}

/** What a day is: what was said of it, or what its week says. */
export function dayOf(date: string, said: Map<string, CalendarDay>): CalendarDay {
  return said.get(date) ?? { date, kind: rests(date) ? 'weekend' : 'working' };
}

export interface Span { from: string; to: string; days: number; day: CalendarDay }

/** Days one after the other that are the same, as one line. */
export function spans(days: CalendarDay[]): Span[] {
  const out: Span[] = [];
  for (const d of days) {
    const last = out.at(-1);
    if (last && next(last.to) === d.date && (['kind', 'title', 'origin', 'change'] as const).every((k) => last.day[k] === d[k])) {
      last.to = d.date;
      last.days++;
    } else out.push({ from: d.date, to: d.date, days: 1, day: d });
  }
  return out;
}

/** What goes from one to another, in words. */
export const spanWords = <V>(s: { from: V; to: V }, say: (v: V) => string, range: (a: string, b: string) => string) => (s.from === s.to ? say(s.from) : range(say(s.from), say(s.to)));

export type Becomes = 'rest' | 'work' | 'plain';

/** The days of a span as the server wants them: what each becomes follows from its weekday. */
export function setDays(from: string, until: string, becomes: Becomes, title: string): CalendarSet[] {
  const out: CalendarSet[] = [];
  for (let d = from; d && d <= (until || from) && out.length < 400; d = next(d)) {
    const kind = becomes === 'rest' ? 'holiday' : !rests(d) ? 'working' : becomes === 'work' ? 'makeup' : 'weekend';
    out.push({ date: d, kind, ...(title.trim() ? { title: title.trim() } : {}) });
  }
  return out;
}
