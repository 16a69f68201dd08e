// Numbers and times as people of each language write them. Times are the district's, not
// the browser's: everybody reads the same.

const zone = 'Asia/Shanghai';

/** A formatter made when it is first used: each costs a slow processor some twenty milliseconds. */
function once<F>(make: () => F): () => F {
  let made: F | undefined;
  return () => (made ??= make());
}

export function formats(lang: string) {
  const times = (how: Intl.DateTimeFormatOptions) => {
    const get = once(() => new Intl.DateTimeFormat(lang, { timeZone: zone, ...how }));
    return (s: string | Date) => get().format(new Date(s));
  };
  const numbers = (how?: Intl.NumberFormatOptions) => {
    const get = once(() => new Intl.NumberFormat(lang, how));
    return (x: number) => get().format(x);
  };
  const fixed = (digits: number) => numbers({ minimumFractionDigits: digits, maximumFractionDigits: digits });
  const n = numbers();
  const one = fixed(1);
  const two = fixed(2);
  const year = times({ dateStyle: 'medium' });
  const weekly = times({ month: 'short', day: 'numeric', weekday: 'short' });
  const month = times({ month: 'long' });
  const weekday = times({ weekday: 'long' });
  const letter = times({ weekday: 'narrow' });
  const unit = (of: string) => numbers({ style: 'unit', unit: of, maximumFractionDigits: 1 });
  const metres = unit('meter');
  const kilometres = unit('kilometer');
  const compact = once(() => new Intl.NumberFormat(lang, { notation: 'compact', maximumFractionDigits: 1 }));

  return {
    n,
    /** 126,000 as 12.6 万 or 126K; below ten thousand in full. */
    short: (x: number) => (Math.abs(x) < 10_000 ? n(x) : compact().formatToParts(x).map((p) => (p.type === 'compact' && lang === 'zh-CN' ? ` ${p.value}` : p.value)).join('')),
    one,
    /** An amount in 分, as yuan. */
    money: (fen: number) => two(fen / 100),
    /** A share from 0 to 1 in per cent, two digits. */
    share: (x: number) => `${two(x * 100)}%`,
    share1: (x: number) => `${one(x * 100)}%`,
    whole: (x: number) => `${Math.round(x * 100)}%`,
    percent: (x: number) => `${n(x)}%`,
    /** Scores run from 0 to 100 and are cut downwards: what is not whole must not read 100. */
    score: (x: number) => String(Math.floor(x)),
    score1: (x: number) => one(Math.floor(x * 10 + 1e-6) / 10),
    time: times({ month: 'short', day: 'numeric', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }),
    full: times({ dateStyle: 'medium', timeStyle: 'medium', hourCycle: 'h23' }),
    day: times({ month: 'long', day: 'numeric', weekday: 'long' }),
    /** The last day of what ends at a moment. */
    lastDay: (s: string) => year(new Date(new Date(s).getTime() - 1)),
    md: times({ month: 'numeric', day: 'numeric' }),
    /** A month of a year by its name. */
    month: (m: number) => month(`2026-${String(m).padStart(2, '0')}-15`),
    /** A day of the week, Sunday being 0, whole or as one letter. */
    weekday: (d: number) => weekday(`2026-11-0${d + 1}`),
    letter: (d: number) => letter(`2026-11-0${d + 1}`),
    /** A day by its date, with its weekday. */
    date: (s: string) => weekly(`${s}T00:00:00+08:00`),
    /** So many metres, from a thousand on in kilometres. */
    length: (m: number) => (m < 1000 ? metres(m) : kilometres(m / 1000)),
    bytes: (b: number) => {
      if (b < 1024) return `${n(b)} B`;
      const units = ['KB', 'MB', 'GB', 'TB'];
      let u = -1;
      let v = b;
      do {
        v /= 1024;
        u++;
      } while (v >= 1024 && u < units.length - 1);
      return `${one(v)} ${units[u]}`;
    },
    /** mm:ss or h:mm:ss */
    left: (s: number) => {
      const p = (x: number) => String(Math.floor(x)).padStart(2, '0');
      return s >= 3600 ? `${Math.floor(s / 3600)}:${p((s % 3600) / 60)}:${p(s % 60)}` : `${p(s / 60)}:${p(s % 60)}`;
    },
  };
}

export type Format = ReturnType<typeof formats>;
