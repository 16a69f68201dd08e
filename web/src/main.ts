import './tokens.css';
import './base.css';
import './print.css';
import './tables.css';
import './cases.css';
import './registers.css';
import './packs.css';
import { ahead } from './api/ahead';
import { speak } from './api/client';
import { catalogue } from './i18n/catalogue';
import { chosenLang } from './i18n/lang';
import { fetchPage } from './route/pages';

// The entry draws nothing itself. It is small, so that it runs as soon as it has come and
// starts at once what would otherwise wait for each other: what draws the console, its
// words, the page of the address, and what the frame asks the server.

async function start() {
  const lang = chosenLang();
  document.documentElement.lang = lang;
  if (document.documentElement.classList.contains('old-browser')) return;
  speak(lang);
  ahead();
  const parts = Promise.all([import('./root'), catalogue(lang)]);
  fetchPage(window.location.pathname);
  const [{ draw }, { words, locale }] = await parts;
  draw(words, locale);
}

void start();
