// Which language the window speaks: known before anything is drawn.

export type Lang = 'zh-CN' | 'en';

const key = 'chengshu.lang';

/** The language of the address (?lang=), else the one chosen last, else Chinese. */
export function chosenLang(): Lang {
  const asked = new URLSearchParams(window.location.search).get('lang');
  if (asked) return asked.startsWith('en') ? 'en' : 'zh-CN';
  try {
    return localStorage.getItem(key) === 'en' ? 'en' : 'zh-CN';
  } catch {
    return 'zh-CN';
  }
}

/** Another language is another page load: everything on it, the server's words too, changes. */
export function chooseLang(lang: Lang) {
  try {
    localStorage.setItem(key, lang);
  } catch {
    // without storage the address carries it
  }
  const q = new URLSearchParams(window.location.search);
  if (!q.has('lang')) {
    window.location.reload();
    return;
  }
  q.set('lang', lang);
  window.location.replace(`${window.location.pathname}?${q.toString()}`);
}
