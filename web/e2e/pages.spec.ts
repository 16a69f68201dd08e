import { expect, test, type Page } from '@playwright/test';
import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';
import { addresses, prefer, settled } from './pages';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

interface Finding {
  id: string;
  nodes: { html: string; failureSummary?: string }[];
}

async function findings(page: Page): Promise<string[]> {
  await page.evaluate(axe);
  const found = await page.evaluate(async () => {
    const run = (window as unknown as { axe: { run: (o: object) => Promise<{ violations: Finding[] }> } }).axe.run;
    return (await run({ resultTypes: ['violations'] })).violations;
  });
  return found.flatMap((v) => v.nodes.map((n) => `${v.id}: ${n.html.slice(0, 160)} ${n.failureSummary?.replace(/\s+/g, ' ').slice(0, 220)}`));
}

// What must never happen on any page: errors in the console (a refused style or script is
// one), uncaught exceptions, and requests to another host.
function watch(page: Page): string[] {
  const wrong: string[] = [];
  // The pages of things that do not exist, and the check of a declaration just begun.
  const expected = (text: string, url: string) => (/status of 404/.test(text) && url.includes('no-such')) || (/status of 422/.test(text) && url.includes('check=true'));
  page.on('console', (m) => m.type() === 'error' && !expected(m.text(), m.location().url) && wrong.push(`console: ${m.text()} ${m.location().url}`));
  page.on('pageerror', (e) => wrong.push(`error: ${e.message}`));
  page.on('request', (r) => {
    const u = new URL(r.url());
    const home = new URL(page.url() === 'about:blank' ? r.url() : page.url());
    if (!['data:', 'blob:'].includes(u.protocol) && u.host !== home.host) wrong.push(`request: ${r.url()}`);
  });
  return wrong;
}

for (const lang of ['zh-CN', 'en']) {
  for (const theme of ['light', 'dark']) {
    test(`every page is clean for axe, in ${lang} ${theme}`, async ({ page }) => {
      test.setTimeout(300_000);
      await prefer(page, lang, theme);
      const wrong = watch(page);
      const bad: string[] = [];
      for (const [name, address] of Object.entries(await addresses(page))) {
        await page.goto(address);
        await settled(page);
        bad.push(...(await findings(page)).map((f) => `${name}: ${f}`));
      }
      expect(bad).toEqual([]);
      expect(wrong).toEqual([]);
    });
  }
}

for (const width of [1440, 1920, 375]) {
  test(`every page at ${width}, nothing wider than the window`, async ({ page }) => {
    test.setTimeout(300_000);
    await page.setViewportSize({ width, height: width === 375 ? 812 : width === 1440 ? 900 : 1080 });
    await prefer(page, 'zh-CN', 'light');
    const wide: string[] = [];
    for (const [name, address] of Object.entries(await addresses(page))) {
      await page.goto(address);
      await settled(page);
      await page.waitForTimeout(process.env.SHOTS ? 300 : 0); // pictures of charts at rest
      await page.screenshot({ path: `test-results/${width}/${name}.png`, fullPage: true });
      const over = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
      if (over > 0) wide.push(`${name}: ${over}px`);
    }
    expect(wide).toEqual([]);
  });
}

test('no English page shows a word of the console in Chinese', async ({ page }) => {
  await prefer(page, 'en', 'light');
  const seen: string[] = [];
  for (const [name, address] of Object.entries(await addresses(page))) {
    await page.goto(address);
    await settled(page);
    // Names of data are Chinese in both languages; headings, buttons and column heads of
    // the console are not.
    const own = await page.locator('.side, .tabbar, .actions, .sec h2, .kv dt, .pager, .crumbs + .head button').allInnerTexts();
    const chinese = own.filter((s) => /[\u4e00-\u9fff]/.test(s));
    seen.push(...chinese.map((s) => `${name}: ${s.slice(0, 80)}`));
  }
  expect(seen).toEqual([]);
});
