import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app';
import { speak } from './api/client';
import { nonceStyles } from './theme/nonce';
import { formats } from './i18n/format';
import { chosenLang, type Lang } from './i18n/use';
import './tokens.css';
import './base.css';
import './tables.css';
import './cases.css';
import './registers.css';
import './packs.css';

async function catalogue(lang: Lang) {
  if (lang === 'en') {
    const [{ en }, antd] = await Promise.all([import('./i18n/en'), import('antd/es/locale/en_US')]);
    return { t: en, locale: antd.default };
  }
  const [{ zh }, antd] = await Promise.all([import('./i18n/zh'), import('antd/es/locale/zh_CN')]);
  return { t: zh, locale: antd.default };
}

async function start() {
  const lang = chosenLang();
  document.documentElement.lang = lang;
  speak(lang);
  const { t, locale } = await catalogue(lang);
  const nonce = document.querySelector<HTMLMetaElement>('meta[property=csp-nonce]')?.nonce;
  if (nonce) nonceStyles(nonce);
  const root = document.getElementById('root');
  if (!root || document.documentElement.classList.contains('old-browser')) return;
  createRoot(root).render(
    <StrictMode>
      <App words={{ lang, t, f: formats(lang) }} locale={locale} nonce={nonce} />
    </StrictMode>,
  );
}

void start();
