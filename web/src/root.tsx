import type { Locale } from 'antd/es/locale';
import { early } from './api/ahead';
import { setSession } from './api/session';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app';
import type { Words } from './i18n/use';
import { nonceStyles } from './theme/nonce';

/** Draws the console into the page. */
export function draw(words: Words, locale: Locale) {
  const nonce = document.querySelector<HTMLMetaElement>('meta[property=csp-nonce]')?.nonce;
  if (nonce) nonceStyles(nonce);
  const who = early();
  if (who) setSession(who);
  const root = document.getElementById('root');
  if (root) createRoot(root).render(<StrictMode><App words={words} locale={locale} nonce={nonce} /></StrictMode>);
}
