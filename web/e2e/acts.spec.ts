import { expect, test, type Page } from '@playwright/test';
import { readFileSync } from 'node:fs';
import { zh } from '../src/i18n/zh';
import { prefer, settled, token } from './pages';

// What a person does with a batch, each with a reason: a held one is released, returned or
// discarded, a running load is cancelled; a file that cannot be read fails with a remedy.

const rows = readFileSync('../docs/tutorial/people.csv', 'utf8').trimEnd().split('\r\n');
const head = rows[0] ?? '';

async function declare(page: Page): Promise<string> {
  const name = `acts_${Date.now().toString(36)}`;
  const items = ['name 姓名', 'id_no 公民身份号码', 'birth_date 出生日期', 'sex 性别', 'phone 联系电话', 'amount 月领取额'].map((x) => x.split(' '));
  const yaml = [
    'kind: directory', `name: ${name}`, `title: 处置演练 ${name}`, 'office: data', 'class: department', 'abstract: 演练', 'format: table',
    'share: {type: none, basis: 《中华人民共和国统计法》第二十五条}', 'level: L2', 'update: monthly', 'items:',
    ...items.map(([n, title]) => `  - {name: ${n}, title: ${title}, type: text}`),
    'rules:', '  - {kind: citizen_id, item: id_no, do: block, above: 2}', 'load: {mode: append}',
  ].join('\n');
  const res = await page.request.post('/api/v1/directories', { data: yaml, headers: { 'Content-Type': 'application/yaml', ...(await token(page)) } });
  expect(res.ok(), await res.text()).toBe(true);
  return name;
}

async function load(page: Page, directory: string, text: string): Promise<string> {
  const file = { name: 'people.csv', mimeType: 'text/csv', buffer: Buffer.from(text) };
  const sent = (await (await page.request.post('/api/v1/uploads', { multipart: { file }, headers: await token(page) })).json()) as { upload: string };
  const res = await page.request.post('/api/v1/loads', { data: { directory, upload: sent.upload }, headers: await token(page) });
  expect(res.status(), await res.text()).toBe(202);
  return ((await res.json()) as { id: string }).id;
}

async function act(page: Page, button: string, state: string) {
  await page.locator('.head .actions').getByRole('button', { name: button, exact: true }).click();
  const dialog = page.getByRole('dialog');
  const confirm = dialog.getByRole('button', { name: button, exact: true });
  await expect(confirm).toBeDisabled(); // without a reason nothing is done
  await dialog.getByRole('textbox').fill('演练：与部门电话确认');
  await confirm.click();
  await expect(page.locator('main h1 .tag')).toHaveText(state);
  await expect(page.locator('.note')).toContainText('演练：与部门电话确认');
}

test('a held batch is released, returned or discarded with a reason', async ({ page }) => {
  test.setTimeout(180_000);
  await prefer(page, 'zh-CN', 'light');
  const name = await declare(page);
  const deeds: [string, string, string][] = [
    [zh.batch.return, String(zh.batch.states.returned), ''],
    [zh.batch.discard, String(zh.batch.states.discarded), '\r\n'],
    [zh.batch.release, String(zh.batch.states.published), '\r\n\r\n'],
  ];
  for (const [button, state, end] of deeds) {
    await page.goto(`/batches/${await load(page, name, rows.join('\r\n') + end)}`);
    await expect(page.locator('main h1 .tag')).toHaveText(String(zh.batch.states.held), { timeout: 60_000 });
    await act(page, button, state);
  }
  await page.goto(`/directories/${name}?tab=rows`);
  await settled(page);
  await expect(page.locator('tbody tr')).toHaveCount(50);
});

test('a running load shows its progress and is cancelled', async ({ page }) => {
  test.setTimeout(180_000);
  await prefer(page, 'zh-CN', 'light');
  const name = await declare(page);
  const body = rows.slice(1).join('\r\n');
  const id = await load(page, name, `${head}\r\n${Array.from({ length: 1500 }, () => body).join('\r\n')}`);
  await page.goto(`/batches/${id}`);
  await expect(page.getByRole('progressbar')).toBeVisible();
  await act(page, zh.batch.cancel, String(zh.batch.states.cancelled));
  const rowsAfter = (await (await page.request.get(`/api/v1/directories/${name}/rows`)).json()) as { total: number };
  expect(rowsAfter.total).toBe(0);
});

test('a file that cannot be loaded says why and what to do, and changes nothing', async ({ page }) => {
  await prefer(page, 'zh-CN', 'light');
  const name = await declare(page);
  await page.goto(`/load?directory=${name}`);
  await page.locator('input[type=file]').setInputFiles({ name: 'empty.csv', mimeType: 'text/csv', buffer: Buffer.from('') });
  await expect(page.locator('.failed')).toBeVisible();
  await expect(page.locator('.failed')).toContainText(/空/);
  await page.goto(`/directories/${name}?tab=rows`);
  await settled(page);
  await expect(page.locator('.state')).toBeVisible();
});
