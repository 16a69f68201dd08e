import { expect, test } from '@playwright/test';
import { en } from '../src/i18n/en';
import { zh } from '../src/i18n/zh';
import { book } from './book';
import { findings } from './clean';
import { prefer, settled, token } from './pages';

// A workbook of several worksheets: one is chosen, and one that cannot be read is no dead end.

for (const [lang, t, width] of [['zh-CN', zh, 1440], ['en', en as unknown as typeof zh, 375]] as const) {
  test(`a worksheet is chosen and loaded, in ${lang}`, async ({ page }) => {
    test.setTimeout(120_000);
    await page.setViewportSize({ width, height: 900 });
    await prefer(page, lang, 'light');
    const name = `sheets_${lang.slice(0, 2)}_${Date.now().toString(36)}`;
    const yaml = ['kind: directory', `name: ${name}`, `title: 分月 ${name}`, 'office: data', 'class: department', 'abstract: 演练', 'format: table',
      'share: {type: none, basis: 《中华人民共和国统计法》第二十五条}', 'level: L1', 'update: monthly', 'items:', '  - {name: no, title: 编号, type: text}', '  - {name: n, title: 数量, type: int}', 'load: {mode: append}'].join('\n');
    const made = await page.request.post('/api/v1/directories', { data: yaml, headers: { 'Content-Type': 'application/yaml', ...(await token(page)) } });
    expect(made.ok(), await made.text()).toBe(true);
    const head = ['编号', '数量'];
    const buffer = book({ 说明: [['每月一表']], _代码: [head, ['x', '1']], 一月: [head, ['a', '1'], ['b', '2']], 二月: [head, ['c', '3'], ['d', '4'], ['e', '5']] });

    await page.goto(`/load?directory=${name}`);
    await page.locator('input[type=file]').setInputFiles({ name: 'months.xlsx', mimeType: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet', buffer });
    const sheet = page.getByRole('combobox', { name: t.fields['load.sheet'].title });
    await expect(page.locator('.ant-select', { has: sheet })).toContainText('一月');
    const pick = async (want: string) => {
      await sheet.click();
      await expect(page.locator('.ant-select-dropdown:not(.ant-select-dropdown-hidden) .ant-select-item-option-content')).toHaveText(['说明', '一月', '二月']); // the hidden one is not offered
      await page.locator('.ant-select-dropdown:not(.ant-select-dropdown-hidden) .ant-select-item-option-content', { hasText: want }).click();
    };
    await pick('说明');
    await expect(page.locator('.plight')).toContainText('二月'); // says which others there are
    expect(await findings(page)).toEqual([]);
    await pick('二月');
    await expect(page.locator('.plight')).toHaveCount(0);
    await settled(page);
    await page.screenshot({ path: `test-results/${width}/load-sheet-${lang}.png`, fullPage: true });
    expect(await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)).toBe(0);
    await expect(page.locator('.top button').last()).toBeInViewport({ ratio: 1 });
    expect(await findings(page)).toEqual([]);
    await page.reload(); // the address holds the choice
    await expect(page.locator('.ant-select', { has: sheet })).toContainText('二月');
    await page.getByRole('button', { name: new RegExp(`^${t.load.run}`) }).click();
    await expect(page.locator('main h1 .tag')).toHaveText(String(t.batch.states.published), { timeout: 60_000 });
    await expect(page.locator('.head')).toContainText('二月');
    await page.goto(`/directories/${name}?tab=rows`);
    await settled(page);
    await expect(page.locator('tbody tr')).toHaveCount(3);
  });
}

test('an address with a worksheet that is not there says which there are, and takes another', async ({ page }) => {
  await prefer(page, 'zh-CN', 'light');
  const buffer = book({ 一月: [['编号', '数量'], ['a', '1']], 二月: [['编号', '数量'], ['b', '2']] });
  const file = { name: 'months.xlsx', mimeType: 'application/octet-stream', buffer };
  const { upload } = (await (await page.request.post('/api/v1/uploads', { multipart: { file }, headers: await token(page) })).json()) as { upload: string };
  await page.goto(`/load?upload=${upload}&sheet=${encodeURIComponent('三月')}`);
  await expect(page.locator('.plight')).toContainText('一月、二月');
  const sheet = page.getByLabel(zh.fields['load.sheet'].title);
  await expect(sheet).toHaveValue('三月');
  await sheet.fill('二月');
  await sheet.press('Enter');
  await settled(page);
  await expect(page.locator('.ant-select', { has: page.getByRole('combobox', { name: zh.fields['load.sheet'].title }) })).toContainText('二月');
});
