import type { Locale } from 'antd/es/locale';
import { formats } from './format';
import type { Lang } from './lang';
import type { Words } from './use';

/** The words of a language: ours, and those of the parts that antd brings. */
export async function catalogue(lang: Lang): Promise<{ words: Words; locale: Locale }> {
  const f = formats(lang);
  if (lang === 'en') {
    const [{ en }, antd] = await Promise.all([import('./en'), import('antd/es/locale/en_US')]);
    return { words: { lang, t: en, f }, locale: antd.default };
  }
  const [{ zh }, antd] = await Promise.all([import('./zh'), import('antd/es/locale/zh_CN')]);
  return { words: { lang, t: zh, f }, locale: antd.default };
}
