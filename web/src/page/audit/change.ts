import type { Lang } from '../../i18n/lang';

/** What a change was, in words; the audit keeps them in both languages. */
export function changeWords(change: unknown, lang: Lang): string {
  const text = (change as { text?: { zh?: string; en?: string } } | undefined)?.text;
  return (lang === 'en' ? text?.en : text?.zh) ?? '';
}
