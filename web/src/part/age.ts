import type { Words } from '../i18n/use';

export function age({ t, f }: Words, seconds: number): string {
  if (seconds < 60) return t.age.now;
  if (seconds < 3600) return t.age.minutes(f.n(Math.floor(seconds / 60)));
  if (seconds < 86400 * 2) return t.age.hours(f.n(Math.floor(seconds / 3600)));
  return t.age.days(f.n(Math.floor(seconds / 86400)));
}
