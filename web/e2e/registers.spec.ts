import { readFileSync } from 'node:fs';
import { crc32, deflateSync } from 'node:zlib';
import { expect, test, type Locator, type Page } from '@playwright/test';
import { zh as t } from '../src/i18n/zh';
import { book } from './book';
import { findings } from './clean';
import { enter, prefer, settled, token } from './pages';

// A register as a street keeps it: an elder is entered, corrected while somebody else does,
// looked up as they are, several are corrected at once, a view is kept, a file with wrong
// cells is refused at the cells and its corrected copy goes in, and what is seen goes out.

const w = t.registers;
const at = '/registers/elders/elder';

/** A picture of one grey, 64 by 48. */
const picture = (() => {
  const chunk = (kind: string, body: Buffer) => {
    const out = Buffer.alloc(12 + body.length);
    out.writeUInt32BE(body.length, 0);
    out.write(kind, 4, 'latin1');
    body.copy(out, 8);
    out.writeUInt32BE(crc32(out.subarray(4, 8 + body.length)), 8 + body.length);
    return out;
  };
  const head = Buffer.from([0, 0, 0, 64, 0, 0, 0, 48, 8, 0, 0, 0, 0]);
  const rows = Buffer.concat(Array.from({ length: 48 }, () => Buffer.concat([Buffer.from([0]), Buffer.alloc(64, 0x90)])));
  return Buffer.concat([Buffer.from([0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10]), chunk('IHDR', head), chunk('IDAT', deflateSync(rows)), chunk('IEND', Buffer.alloc(0))]);
})();

async function pick(page: Page, box: Locator, name: string, option: string) {
  await box.getByRole('combobox', { name }).click();
  await page.locator('.ant-select-dropdown:not(.ant-select-dropdown-hidden) .ant-select-item-option-content').getByText(option, { exact: true }).click();
}

async function community(page: Page, box: Locator, name: string) {
  await box.getByRole('combobox', { name: '居住社区' }).click();
  const tree = page.locator('.ant-select-dropdown:not(.ant-select-dropdown-hidden)');
  await tree.locator('.ant-select-tree-treenode', { hasText: '江岸区' }).locator('.ant-select-tree-switcher').click();
  await tree.locator('.ant-select-tree-treenode', { hasText: '后湖街道' }).locator('.ant-select-tree-switcher').click();
  await tree.getByText(name, { exact: true }).click();
}

/** The form, filled in under the eyes of the server. Gives the number of the record. */
async function enterElder(page: Page, name: string, phone: string): Promise<string> {
  await page.goto(at);
  await settled(page);
  await page.getByRole('button', { name: w.add }).click();
  const form = page.getByRole('dialog', { name: w.addTitle('独居老人') });
  await form.getByRole('combobox', { name: '责任街道' }).fill('后湖');
  await form.getByRole('combobox', { name: '责任街道' }).press('Enter');
  await community(page, form, '后湖苑社区');
  await pick(page, form, '风险等级', '高风险');
  await expect(form.locator('output')).toHaveText('3'); // computed as it is typed
  await pick(page, form, '身体状况', '能自理');
  await expect(form.getByLabel('照护人', { exact: true })).toHaveCount(0);
  await form.getByRole('radio', { name: t.yes }).check();
  await expect(form.getByLabel('配发日期', { exact: true })).toBeVisible();
  await form.getByLabel('姓名', { exact: true }).fill(name);
  await form.getByLabel('联系电话', { exact: true }).fill('12');
  await expect(form.locator('.field-of', { has: page.getByLabel('联系电话', { exact: true }) }).locator('.wrongs')).not.toBeEmpty();
  expect(await findings(page)).toEqual([]);
  expect(await page.evaluate(() => JSON.stringify(localStorage))).not.toContain(name);
  await page.reload(); // the draft is there, but for who it is
  await settled(page);
  await expect(form.getByText(t.declare.draft)).toBeVisible();
  await expect(form.locator('.ant-select', { has: page.getByRole('combobox', { name: '居住社区' }) })).toContainText('后湖苑社区');
  await expect(form.getByLabel('姓名', { exact: true })).toHaveValue('');
  await form.getByLabel('姓名', { exact: true }).fill(name);
  await form.getByLabel('出生日期', { exact: true }).fill('1938-03-04');
  await form.getByRole('button', { name: w.save, exact: true }).click(); // what is missing is told
  await expect(form.locator('.foot [role=status]')).toHaveText(w.faults('2'));
  await form.getByLabel('联系电话', { exact: true }).fill(phone);
  await form.getByLabel('配发日期', { exact: true }).fill('2026-11-01');
  await form.locator('input[type=file]').setInputFiles({ name: '客厅.png', mimeType: 'image/png', buffer: picture });
  await expect(form.locator('.files')).toContainText('客厅.png');
  await expect(form.locator('.foot [role=status]')).toHaveCount(0);
  await form.getByRole('button', { name: w.save, exact: true }).click();
  await expect(form).toHaveCount(0);
  const drawer = page.getByRole('dialog', { name: '独居老人' });
  await expect(drawer).toContainText('027*****');
  const photo = drawer.locator('.photos img');
  await photo.scrollIntoViewIfNeeded();
  await expect.poll(() => photo.evaluate((i: HTMLImageElement) => i.naturalWidth)).toBeGreaterThan(0);
  await expect(drawer).not.toContainText(name);
  return (await drawer.locator('.ant-drawer-title').innerText()).match(/L\d{4}-\d{4}/)?.[0] ?? '';
}

async function correct(page: Page, key: string, phone: string) {
  const drawer = page.getByRole('dialog', { name: '独居老人' });
  await drawer.getByRole('button', { name: w.edit, exact: true }).click();
  const form = page.getByRole('dialog', { name: w.editTitle(key) });
  await expect(form.getByText('不填写则不变')).toHaveCount(3);
  await pick(page, form, '风险等级', '低风险');
  await form.getByLabel(w.why, { exact: true }).fill('与家属核实');
  const id = new URL(page.url()).searchParams.get('record') ?? '';
  const meanwhile = await page.request.post(`/api/v1${at}/${id}`, { data: { values: { seen: '2026-11-20' }, version: 1, reason: '电话走访' }, headers: await token(page) });
  expect(meanwhile.ok(), await meanwhile.text()).toBe(true);
  await form.getByRole('button', { name: w.save, exact: true }).click();
  await expect(form.getByRole('alert')).toContainText(w.fromTo('最近走访', t.none, '2026-11-20'));
  expect(await findings(page)).toEqual([]);
  await form.getByRole('button', { name: w.saveOver }).click();
  await expect(form).toHaveCount(0);
  await expect(drawer.getByText('低风险')).toBeVisible();
  await drawer.getByRole('button', { name: w.plain }).click();
  const why = page.getByRole('dialog', { name: w.plain });
  await why.getByRole('textbox').fill('核实走访对象');
  await why.getByRole('button', { name: w.plain }).click();
  await expect(drawer.getByText(phone)).toBeVisible();
  await drawer.getByRole('link', { name: w.past }).click();
  const past = drawer.locator('.past > li');
  await expect(past).toHaveCount(3);
  await expect(past.first()).toContainText('与家属核实');
  await expect(past.first().getByRole('row', { name: '风险等级' })).toHaveText(/高风险.*低风险/);
  expect(await findings(page)).toEqual([]);
  await drawer.getByRole('button', { name: /close|关闭/i }).first().click();
}

/** Somebody is found by their phone: it stands in no address, and what is found goes into no file. */
async function findByPhone(page: Page, key: string, phone: string) {
  const asked: string[] = [];
  page.on('request', (r) => asked.push(decodeURIComponent(r.url())));
  await page.goto(at);
  await settled(page);
  await page.getByRole('button', { name: t.filters.more }).click();
  await page.getByRole('searchbox', { name: w.whole('联系电话') }).fill(phone);
  await expect(page.getByRole('row').filter({ hasText: key })).toBeVisible();
  await expect(page.getByRole('row')).toHaveCount(2); // with the head
  await expect(page.getByRole('button', { name: w.exportCovered })).toBeDisabled();
  expect([page.url(), ...asked].filter((u) => u.includes(phone))).toEqual([]);
  expect(await findings(page)).toEqual([]);
  await page.getByRole('button', { name: w.clear }).first().click();
  await expect(page.getByRole('searchbox', { name: w.whole('联系电话') })).toHaveValue('');
  await expect(page.getByRole('button', { name: t.exports.title })).toBeEnabled();
}

async function correctSeveral(page: Page, keys: string[]) {
  await page.goto(`${at}?sort=-key`);
  await settled(page);
  for (const key of keys) await page.getByRole('checkbox', { name: w.choose(key) }).check();
  await expect(page.locator('.chosen')).toContainText(w.chosen(String(keys.length)));
  await page.getByRole('button', { name: w.bulk }).click();
  const dialog = page.getByRole('dialog', { name: w.bulkTitle(String(keys.length)) });
  await dialog.getByRole('combobox', { name: w.bulkFields }).fill('身体');
  await dialog.getByRole('combobox', { name: w.bulkFields }).press('Enter');
  await page.keyboard.press('Escape');
  await pick(page, dialog, '身体状况', '完全失能');
  await dialog.getByLabel(t.fields['reason.reason'].title, { exact: true }).fill('季度评估');
  await dialog.getByRole('button', { name: w.bulkRun(String(keys.length)) }).click();
  await expect(dialog.getByRole('status')).toContainText(/未更正 \d+ 条/);
  await expect(dialog.locator('.results li')).toHaveCount(keys.length);
  await expect(dialog.locator('.results .danger').first()).toContainText('照护人'); // who has no carer is refused, and why
  expect(await findings(page)).toEqual([]);
  await dialog.getByRole('button', { name: w.close, exact: true }).last().click();
}

async function keepView(page: Page, name: string) {
  await page.goto(at);
  await settled(page);
  await pick(page, page.locator('.filters'), '风险等级', '高风险');
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: w.sortBy('最近走访') }).or(page.getByRole('columnheader', { name: /最近走访/ }).getByRole('button').first()).first().click();
  await expect(page.getByRole('columnheader', { name: /最近走访/ })).toHaveAttribute('aria-sort', 'descending');
  await page.getByRole('button', { name: w.views.title, exact: true }).click();
  await page.getByRole('textbox', { name: w.views.name }).fill(name);
  await page.getByRole('button', { name: w.views.save }).click();
  await expect(page.locator('.views-list').getByRole('button', { name, exact: true })).toBeVisible();
  expect(await findings(page)).toEqual([]);
  await page.goto(at);
  await settled(page);
  const all = await page.locator('tbody tr').count();
  await page.getByRole('button', { name: w.views.title, exact: true }).click();
  await page.locator('.views-list').getByRole('button', { name, exact: true }).click();
  await expect(page).toHaveURL(/where=risk/);
  await settled(page);
  expect(await page.locator('tbody tr').count()).toBeLessThan(all);
  await expect(page.locator('tbody tr').filter({ hasText: '低风险' })).toHaveCount(0);
}

const head = ['姓名', '出生日期', '联系电话', '责任街道', '居住社区', '风险等级', '身体状况'];

async function importFile(page: Page, wrong: string[][], right: string[][]) {
  const send = (name: string, rows: string[][]) => page.locator('input[type=file]').setInputFiles({ name, mimeType: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet', buffer: book({ 名册: [head, ...rows] }) });
  await page.goto(`${at}/import`);
  await settled(page);
  const [template] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name: w.template }).click()]);
  expect(template.suggestedFilename()).toBe('独居老人.xlsx');
  await send('wrong.xlsx', wrong);
  await expect(page.locator('h2 .tag').first()).toHaveText(w.states.refused);
  const errors = page.getByRole('region', { name: w.wrong }).locator('tbody tr');
  await expect(errors).toHaveCount(2);
  await expect(errors.nth(0)).toContainText('名册!C2');
  await expect(errors.nth(1)).toContainText('名册!F3');
  expect(await findings(page)).toEqual([]);
  const [marked] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: w.marked }).click()]);
  expect(readFileSync(await marked.path()).subarray(0, 2).toString()).toBe('PK');
  await send('right.xlsx', right);
  await expect(page.locator('h2 .tag').first()).toHaveText(w.states.tried);
  await page.goto(at); // left, and found again
  await settled(page);
  await page.getByRole('link', { name: w.import, exact: true }).click();
  await page.getByRole('link', { name: 'right.xlsx' }).first().click();
  await page.getByRole('button', { name: w.load('2') }).click();
  await expect(page.locator('h2 .tag').first()).toHaveText(w.states.done);
  await expect(page.locator('.kv')).toContainText(`${w.made}2`);
}

test('a register is kept: entered, corrected, found, imported and taken out', async ({ page }) => {
  test.setTimeout(180_000);
  await prefer(page, 'zh-CN', 'light');
  await enter(page, 'elders.visitor');
  const run = Date.now().toString().slice(-7);
  const phone = `027-9${run}`;
  const key = await enterElder(page, '试录入', phone);
  expect(key).toMatch(/^L\d{4}-\d{4}$/);
  await correct(page, key, phone);
  await findByPhone(page, key, phone);
  await correctSeveral(page, [key, 'L2026-0033']);
  await keepView(page, `高风险 ${run}`);
  const row = (n: number, tel: string, risk: string) => [`试导入${n}`, '1940-01-01', tel, '后湖街道办', '420102017004', risk, '能自理'];
  await importFile(page, [row(1, '12', '高风险'), row(2, `027-8${run}`, '很高')], [row(1, `027-7${run}`, '高风险'), row(2, `027-8${run}`, '低风险')]);
  await page.getByRole('link', { name: w.seeRecords }).click();
  await settled(page);
  await page.getByRole('button', { name: t.exports.title, exact: true }).click();
  await page.getByRole('textbox', { name: t.exports.purpose }).fill('核对导入');
  const [file] = await Promise.all([page.waitForEvent('download'), page.locator('.export-choice').getByRole('button', { name: 'CSV', exact: true }).click()]);
  const [names = '', ...lines] = readFileSync(await file.path(), 'utf8').replace('\ufeff', '').trim().split('\n');
  expect(names.startsWith('编号,姓名,居住社区,风险等级,身体状况,走访间隔（天）,最近走访,月补贴,责任街道')).toBe(true);
  expect(lines[0]).toContain('试**');
  expect(lines.join()).not.toContain('试导入');
});
