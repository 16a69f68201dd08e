import { expect, test, type Page } from '@playwright/test';
import { en } from '../src/i18n/en';
import { zh } from '../src/i18n/zh';
import { colours, findings, watch } from './clean';
import { contract } from './contract';

import { frames, move, prefer, settled, visits } from './pages';
import { shifted, watchShifts } from './shift';

// One walk over all pages in each language. A page is opened once; what is asked of it in
// light and dark and at each width is asked of what is open, as a reader would turn it.

test.describe.configure({ mode: 'parallel' });

/** How much of a page that is opened may move by itself before it stands (Cumulative Layout Shift). */
const most = 0.02;

const sizes: [number, number][] = [[1920, 1080], [375, 812]];

/** What of the page is wider than its window, or pushes the mark of invented data out of it. */
async function cramped(page: Page, demo: string): Promise<string[]> {
  const width = page.viewportSize()?.width ?? 0;
  const over = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  const mark = await page.locator('.top').getByText(demo, { exact: true }).evaluate((e) => {
    const r = e.getBoundingClientRect();
    return r.width > 0 && r.left >= 0 && r.top >= 0 && r.right <= innerWidth && r.bottom <= innerHeight;
  });
  return [...(over > 0 ? [`${over}px too wide at ${width}`] : []), ...(mark ? [] : [`does not say at ${width} that its data are invented`])];
}

/** Words of the console in Chinese. Names of data are Chinese in both languages; headings, buttons and column heads are not. */
async function untranslated(page: Page): Promise<string[]> {
  const own = await page.locator('.side, .tabbar, .actions, .sec h2, .kv dt, .pager, .crumbs + .head button').allInnerTexts();
  return own.filter((s) => /[\u4e00-\u9fff]/.test(s)).map((s) => `Chinese: ${s.slice(0, 80)}`);
}

/** Fields whose control is not described by their help. */
async function unhelped(page: Page): Promise<string[]> {
  return page.locator('.field-of').evaluateAll((all) => all.flatMap((f) => {
    const label = f.querySelector('label');
    const control = label?.htmlFor ? document.getElementById(label.htmlFor) : f.querySelector('input');
    const told = (control?.getAttribute('aria-describedby') ?? '').split(' ').map((id) => document.getElementById(id)?.textContent ?? '').join('');
    return label && told.trim() === '' ? [`no help for ${label.textContent}`] : [];
  }));
}

/** Turns the console to the other theme; gives it. */
async function turn(page: Page, t: typeof zh): Promise<string> {
  const before = await page.evaluate(() => document.documentElement.dataset.theme);
  const after = before === 'dark' ? 'light' : 'dark';
  // A drawer may lie over the button: what is pressed is not the point here.
  await page.locator('.looks', { hasText: t.shell[after] }).dispatchEvent('click');
  await frames(page);
  expect(await page.evaluate(() => document.documentElement.dataset.theme)).toBe(after);
  return after;
}

/** Everything that is asked of one page, in the theme that is on and in the other, and from wide to narrow. */
async function* complaints(page: Page, t: typeof zh): AsyncGenerator<string> {
  yield* await findings(page);
  if (t === en) yield* await untranslated(page);
  yield* await unhelped(page);
  yield* await cramped(page, t.shell.demo);
  const other = await turn(page, t);
  yield* (await colours(page)).map((f) => `${other}: ${f}`);
  for (const [width, height] of sizes) {
    await page.setViewportSize({ width, height });
    await frames(page);
    yield* await cramped(page, t.shell.demo);
  }
}

// In English each page is opened at its address, in Chinese within the window, as links
// do; another person's pages begin with a window of their own.
for (const [lang, t] of [['zh-CN', zh], ['en', en]] as const) {
  test(`every page, light and dark, at every width, in ${lang}`, async ({ page }) => {
    test.setTimeout(1_500_000);
    await prefer(page, lang, 'light');
    await watchShifts(page);
    const wrong = watch(page);
    const answers = await contract(page);
    const bad: string[] = [];
    let who = '';
    for await (const [name, address, role] of visits(page)) {
      await page.setViewportSize({ width: 1440, height: 900 });
      if (t === en || role !== who) await page.goto(address);
      else await move(page, address);
      who = role;
      await settled(page);
      const moved = await shifted(page);
      if (t === en && moved.sum > most) bad.push(`${name}: moves by ${moved.sum.toFixed(3)} by itself: ${moved.what.join(' | ')}`);
      for await (const c of complaints(page, t)) bad.push(`${name}: ${c}`);
      await answers.heard();
    }
    expect(bad).toEqual([]);
    expect(wrong).toEqual([]);
    expect(answers.wrong).toEqual([]);
    expect(answers.seen.size).toBeGreaterThan(10);
    expect(answers.judged('GET', '/api/v1/offices', 200, 'application/json', { items: null, next: null })).not.toEqual([]);
  });
}
