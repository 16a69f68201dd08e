// Numbers and times as people of each language write them. Times are the district's, not
// the browser's: everybody reads the same.

const zone = 'Asia/Shanghai';

export function formats(lang: string) {
  const n = new Intl.NumberFormat(lang);
  const compact = new Intl.NumberFormat(lang, { notation: 'compact', maximumFractionDigits: 1 });
  const time = new Intl.DateTimeFormat(lang, { timeZone: zone, month: 'short', day: 'numeric', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
  const full = new Intl.DateTimeFormat(lang, { timeZone: zone, dateStyle: 'medium', timeStyle: 'medium', hourCycle: 'h23' });
  const day = new Intl.DateTimeFormat(lang, { timeZone: zone, month: 'long', day: 'numeric', weekday: 'long' });
  const short = new Intl.DateTimeFormat(lang, { timeZone: zone, month: 'numeric', day: 'numeric' });
  const year = new Intl.DateTimeFormat(lang, { timeZone: zone, dateStyle: 'medium' });
  const fixed = (digits: number) => new Intl.NumberFormat(lang, { minimumFractionDigits: digits, maximumFractionDigits: digits });
  const one = fixed(1);
  const two = fixed(2);
  const date = (s: string) => new Date(s);

  return {
    n: (x: number) => n.format(x),
    /** 126,000 as 12.6 万 or 126K; below ten thousand in full. */
    short: (x: number) => (Math.abs(x) < 10_000 ? n.format(x) : compact.formatToParts(x).map((p) => (p.type === 'compact' && lang === 'zh-CN' ? ` ${p.value}` : p.value)).join('')),
    one: (x: number) => one.format(x),
    /** A share from 0 to 1 in per cent, two digits. */
    share: (x: number) => `${two.format(x * 100)}%`,
    share1: (x: number) => `${one.format(x * 100)}%`,
    whole: (x: number) => `${Math.round(x * 100)}%`,
    percent: (x: number) => `${n.format(x)}%`,
    /** Scores run from 0 to 100 and are cut downwards: what is not whole must not read 100. */
    score: (x: number) => String(Math.floor(x)),
    score1: (x: number) => one.format(Math.floor(x * 10 + 1e-6) / 10),
    time: (s: string) => time.format(date(s)),
    full: (s: string) => full.format(date(s)),
    day: (s: string) => day.format(date(s)),
    /** The last day of what ends at a moment. */
    lastDay: (s: string) => year.format(new Date(date(s).getTime() - 1)),
    md: (s: string) => short.format(date(s)),
    bytes: (b: number) => {
      if (b < 1024) return `${n.format(b)} B`;
      const units = ['KB', 'MB', 'GB', 'TB'];
      let u = -1;
      let v = b;
      do {
        v /= 1024;
        u++;
      } while (v >= 1024 && u < units.length - 1);
      return `${one.format(v)} ${units[u]}`;
    },
    /** mm:ss or h:mm:ss */
    left: (s: number) => {
      const p = (x: number) => String(Math.floor(x)).padStart(2, '0');
      return s >= 3600 ? `${Math.floor(s / 3600)}:${p((s % 3600) / 60)}:${p(s % 60)}` : `${p(s / 60)}:${p(s % 60)}`;
    },
  };
}

export type Format = ReturnType<typeof formats>;
