import { expect, test } from '@playwright/test';
import { zh } from '../src/i18n/zh';
import { findings, watch } from './clean';
import { prefer, settled, visits } from './pages';

for (const lang of ['zh-CN', 'en']) {
  for (const theme of ['light', 'dark']) {
    test(`every page is clean for axe, in ${lang} ${theme}`, async ({ page }) => {
      test.setTimeout(300_000);
      await prefer(page, lang, theme);
      const wrong = watch(page);
      const bad: string[] = [];
      for await (const [name, address] of visits(page)) {
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
    for await (const [name, address] of visits(page)) {
      await page.goto(address);
      await settled(page);
      await expect(page.locator('.top').getByText(zh.shell.demo, { exact: true }), name).toBeInViewport({ ratio: 1 });
      await page.waitForTimeout(process.env.SHOTS ? 300 : 0); // pictures of charts at rest
      await page.screenshot({ path: `test-results/${width}/${name}.png`, fullPage: true });
      const over = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
      if (over > 0) wide.push(`${name}: ${over}px`);
    }
    expect(wide).toEqual([]);
  });
}

test('no English page shows a word of the console in Chinese', async ({ page }) => {
  test.setTimeout(300_000);
  await prefer(page, 'en', 'light');
  const seen: string[] = [];
  for await (const [name, address] of visits(page)) {
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
