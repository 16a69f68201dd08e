import type { Words } from '../i18n/use';

/**
 * The written form of a cell in words. The server writes 9 for a digit, A for a letter and 汉
 * for a Chinese character, {n} for how many, other characters as they are, and after … the
 * last character itself.
 */
export function patternWords({ t, f }: Pick<Words, 't' | 'f'>, pattern: string): string {
  const [form = '', last = ''] = split(pattern);
  const w = t.pattern;
  const kinds: Record<string, (n: string) => string> = { 9: w.digits, '\uff19': w.digits, A: w.letters, '\uff21': w.letters, '\u6c49': w.hanzi };
  const parts = [...form.matchAll(/(.)(?:\{(\d+)\})?/gsu)].map(([, c = '', n]) => {
    const kind = kinds[c];
    return kind ? kind(f.n(Number(n ?? 1))) : n ? `${c} × ${n}` : c;
  });
  if (parts.length === 0) return w.blank;
  const text = parts.join(w.and);
  return last && !form.endsWith(last) ? text + w.last(last) : text;
}

function split(pattern: string): [string, string] {
  const cut = pattern.lastIndexOf('…');
  return cut < 0 ? [pattern, ''] : [pattern.slice(0, cut), pattern.slice(cut + 1)];
}
