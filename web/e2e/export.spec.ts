import { readFileSync } from 'node:fs';
import { expect, test, type Page } from '@playwright/test';
import { en } from '../src/i18n/en';
import { zh } from '../src/i18n/zh';
import { findings } from './clean';
import { prefer, settled } from './pages';

// What is seen goes out as a file: the filters, the columns in their order, masked, and named.

async function taken(page: Page, title: string, format: string, purpose?: string): Promise<{ name: string; path: string }> {
  await page.getByRole('button', { name: title, exact: true }).click();
  if (purpose) await page.getByRole('textbox', { name: (title === zh.exports.title ? zh : en).exports.purpose }).fill(purpose);
  await expect(page.locator('.export-choice')).toBeVisible();
  expect(await findings(page)).toEqual([]);
  const [file] = await Promise.all([page.waitForEvent('download'), page.locator('.export-choice').getByRole('button', { name: format, exact: true }).click()]);
  return { name: file.suggestedFilename(), path: await file.path() };
}

for (const [lang, t, width] of [['zh-CN', zh, 1440], ['en', en as unknown as typeof zh, 375]] as const) {
  test(`lists and rows go out as they are seen, in ${lang}`, async ({ page }) => {
    await page.setViewportSize({ width, height: 900 });
    await prefer(page, lang, lang === 'en' ? 'dark' : 'light');
    await page.goto('/directories?state=published&mounted=true');
    await settled(page);
    await page.getByRole('button', { name: t.layout.columns }).click();
    await page.getByRole('checkbox', { name: t.directories.cols.office }).uncheck();
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: t.exports.title, exact: true }).click();
    await page.screenshot({ path: `test-results/${width}/export-${lang}.png` });
    await page.keyboard.press('Escape');
    await page.reload();
    await settled(page);
    const list = await taken(page, t.exports.title, 'CSV');
    const [head = '', ...lines] = readFileSync(list.path, 'utf8').replace('\ufeff', '').trim().split('\n');
    expect(list.name).toMatch(/\.csv$/);
    expect(head.startsWith(lang === 'en' ? 'title,name,class' : '名称,标识,分类')).toBe(true); // without the office
    expect(lines.length).toBe((await page.locator('tbody tr[class], tbody tr').count()) + 1); // and the mark of invented data
    expect(lines.at(-1)).toContain(lang === 'en' ? 'invented data' : '演示数据');

    await page.goto('/directories/pension?tab=rows');
    await settled(page);
    const rows = await taken(page, t.exports.title, t.exports.xlsx, '核对名单');
    expect(rows.name).toMatch(/\.xlsx$/);
    expect(readFileSync(rows.path).subarray(0, 2).toString()).toBe('PK');
    expect(await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)).toBe(0);
  });
}
