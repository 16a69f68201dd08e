import { expect, test, type Page } from '@playwright/test';
import { zh } from '../src/i18n/zh';
import { prefer, settled, token } from './pages';
import { user } from './users';

// Rows that break a rule become an order to the office they come from. It is taken on, answered,
// comes back as long as the data fail, and is closed by the data alone.

const w = zh.kase;

/** A file comes in by the load page; gives the batch's address once it is published. */
async function load(page: Page, directory: string, rows: string) {
  await page.goto(`/load?directory=${directory}`);
  await page.locator('input[type=file]').setInputFiles({ name: 'visits.csv', mimeType: 'text/csv', buffer: Buffer.from(`号,联系电话\n${rows}`) });
  await page.getByRole('button', { name: new RegExp(`^${zh.load.run}`) }).click();
  await expect(page.locator('main h1 .tag')).toHaveText(String(zh.batch.states.published), { timeout: 60_000 });
}

/** The order of a directory as the desk shows it; it comes a moment after the batch. */
async function open(page: Page, title: string, desk: string) {
  await expect(async () => {
    await page.goto(`/cases?desk=${desk}&pack=quality_orders`);
    await settled(page);
    await expect(page.locator('tbody').getByRole('link', { name: title }).first()).toBeVisible({ timeout: 1000 });
  }).toPass();
  await page.locator('tbody').getByRole('link', { name: title }).first().click();
  await settled(page);
}

async function press(page: Page, name: string) {
  await page.locator('.head .actions').getByRole('button', { name, exact: true }).click();
}

const state = (page: Page) => page.locator('main h1 .tag').first();

test('an order about the quality of data walks its loop, and the data close it', async ({ page }) => {
  test.setTimeout(300_000);
  await prefer(page, 'zh-CN', 'light');
  const { login, password } = user('officer', 'hrss');
  const signed = await page.request.post('/api/v1/session', { data: { login, password } });
  expect(signed.ok(), await signed.text()).toBe(true);
  const name = `orders_${Date.now().toString(36)}`;
  const title = `工单演练 ${name}`;
  const yaml = ['kind: directory', `name: ${name}`, `title: ${title}`, 'office: hrss', 'class: department', 'abstract: 演练', 'format: table', 'share: {type: none, basis: 《中华人民共和国统计法》第二十五条}', 'level: L2', 'update: monthly', 'items:',
    '  - {name: no, title: 号, type: text}', '  - {name: phone, title: 联系电话, type: text, personal: phone}', 'rules:', '  - {kind: phone, item: phone, name: phone_form, title: 电话写法}', 'load: {mode: replace}'].join('\n');
  const made = await page.request.post('/api/v1/directories', { data: yaml, headers: { 'Content-Type': 'application/yaml', ...(await token(page)) } });
  expect(made.ok(), await made.text()).toBe(true);

  await load(page, name, '1,13800000001\n2,1380000\n3,13800000003\n');
  await open(page, title, 'todo');
  await expect(state(page)).toHaveText('待签收');
  await expect(page.locator('dl')).toContainText('电话写法');
  await expect(page.locator('dl')).toContainText('区人社局');
  await press(page, '签收');
  await expect(state(page)).toHaveText('整改中');

  const answer = async (measure: string) => {
    await press(page, '提交复核');
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('combobox', { name: '原因' }).click();
    await page.locator('.ant-select-dropdown:not(.ant-select-dropdown-hidden) .ant-select-item-option', { hasText: '录入差错' }).click();
    await dialog.getByLabel('整改措施').fill(measure);
    await dialog.getByRole('button', { name: '提交复核', exact: true }).click();
    await expect(state(page)).toHaveText('待复核（等待新批次）');
  };
  await answer('已通知窗口更正');
  const at = page.url();
  const becomes = (want: string) => expect(async () => {
    await page.goto(at);
    await settled(page);
    await expect(state(page)).toHaveText(want, { timeout: 1000 });
  }).toPass();

  await load(page, name, '1,13800000001\n2,1380 000\n3,13800000003\n'); // mended it is not
  await becomes('整改中');
  await expect(page.locator('.steps')).toContainText('复核不通过');
  await answer('已逐条核对并重新采集');

  await load(page, name, '1,13800000001\n2,13800000002\n3,13800000003\n');
  await becomes('复核通过办结');
  await expect(page.locator('.steps li').first()).toContainText(w.byItself);
  await expect(page.locator('.head .actions').getByRole('button', { name: '签收' })).toHaveCount(0);
  await page.goto('/notices');
  await settled(page);
  await expect(page.locator('.told', { hasText: title }).first()).toContainText('数据复核通过，工单已办结');
});
