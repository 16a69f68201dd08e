import { expect, test, type Page } from '@playwright/test';
import { en } from '../src/i18n/en';
import { zh } from '../src/i18n/zh';
import { findings } from './clean';
import { prefer, settled, token } from './pages';
import { user } from './users';

// The quarantine as an office's officer works in it: what is counted is what is there now,
// and persons are masked until they are asked for.

test.use({ storageState: { cookies: [], origins: [] } });

async function enter(page: Page, lang: string, t: typeof zh) {
  await prefer(page, lang, 'light');
  const u = user('officer', 'hrss');
  await page.goto('/');
  await page.getByLabel(t.fields['signin.login'].title).fill(u.login);
  await page.getByLabel(t.fields['signin.password'].title).fill(u.password);
  await page.getByRole('button', { name: t.session.signIn, exact: true }).click();
  await expect(page.locator('.me')).toHaveText(u.name);
}

const yaml = (name: string, clean: string) => [
  'kind: directory', `name: ${name}`, `title: 走访 ${name}`, 'office: hrss', 'class: department', 'abstract: 演练', 'format: table',
  'share: {type: none, basis: 《中华人民共和国统计法》第二十五条}', 'level: L2', 'update: monthly', 'items:',
  '  - {name: no, title: 号, type: text}', `  - {name: phone, title: 联系电话, type: text, personal: phone${clean}}`, '  - {name: kind, title: 类别, type: text}',
  'rules:', '  - {kind: phone, item: phone, name: phone_form, title: 电话写法}', '  - {kind: values, item: kind, name: kind_set, title: 类别取值, values: [a, b]}', 'load: {mode: append}',
].join('\n');

async function declare(page: Page, text: string) {
  const res = await page.request.post('/api/v1/directories', { data: text, headers: { 'Content-Type': 'application/yaml', ...(await token(page)) } });
  expect(res.ok(), await res.text()).toBe(true);
}

async function load(page: Page, directory: string): Promise<string> {
  const rows = '号,联系电话,类别\n1,13800000001,a\n2,138 0000 0002,x\n3,138 0000 0003,a\n4,1380000,a\n5,13800000005,x\n';
  const file = { name: 'visits.csv', mimeType: 'text/csv', buffer: Buffer.from(rows) };
  const sent = (await (await page.request.post('/api/v1/uploads', { multipart: { file }, headers: await token(page) })).json()) as { upload: string };
  const res = await page.request.post('/api/v1/loads', { data: { directory, upload: sent.upload }, headers: await token(page) });
  expect(res.status(), await res.text()).toBe(202);
  return ((await res.json()) as { id: string }).id;
}

for (const [lang, t] of [['zh-CN', zh], ['en', en as unknown as typeof zh]] as const) {
  test(`the quarantine counts what is there now, and masks persons until asked, in ${lang}`, async ({ page }) => {
    test.setTimeout(180_000);
    await enter(page, lang, t);
    const name = `visits_${lang.slice(0, 2)}_${Date.now().toString(36)}`;
    await declare(page, yaml(name, ''));
    const id = await load(page, name);
    await page.goto(`/batches/${id}`);
    await expect(page.locator('main h1 .tag')).toHaveText(String(t.batch.states.published), { timeout: 60_000 });

    const offers = async (want: string[]) => {
      await page.goto(`/batches/${id}/quarantine`);
      await settled(page);
      await page.getByRole('combobox', { name: t.quarantine.rule }).click();
      await expect(page.locator('.ant-select-item-option-content')).toHaveText([`${t.quarantine.rule}${t.colon}${t.all}`, ...want]);
      await page.keyboard.press('Escape');
    };
    await offers(['电话写法 3', '类别取值 2']);

    const cell = page.getByText('138 0000 0002', { exact: true });
    await expect(page.locator('tbody tr')).toHaveCount(4);
    await expect(cell).toHaveCount(0);
    await page.getByRole('button', { name: t.plain.show }).click();
    await expect(cell).toBeVisible();
    await expect(page).not.toHaveURL(/plain/);
    expect(await findings(page)).toEqual([]);
    await page.screenshot({ path: `test-results/1440/rows-plain-${lang}.png`, fullPage: true });
    await page.getByRole('button', { name: t.plain.hide }).click();
    await expect(cell).toHaveCount(0);
    await page.getByRole('button', { name: t.plain.show }).click();
    await expect(cell).toBeVisible();
    await page.reload(); // whoever comes anew asks anew
    await settled(page);
    await expect(page.locator('tbody tr')).toHaveCount(4);
    await expect(cell).toHaveCount(0);

    await declare(page, yaml(name, ', clean: [{do: phone}]'));
    const replay = await page.request.post(`/api/v1/batches/${id}/replay`, { data: {}, headers: await token(page) });
    await page.goto(`/batches/${((await replay.json()) as { id: string }).id}`);
    await expect(page.locator('main h1 .tag')).toHaveText(String(t.batch.states.published), { timeout: 60_000 });
    await offers(['类别取值 2', '电话写法 1']);
  });
}

test('the trial of a step masks persons until asked', async ({ page }) => {
  test.setTimeout(180_000);
  await enter(page, 'zh-CN', zh);
  const name = `visits_try_${Date.now().toString(36)}`;
  await declare(page, yaml(name, ''));
  const id = await load(page, name);
  await page.goto(`/batches/${id}`);
  await expect(page.locator('main h1 .tag')).toHaveText(String(zh.batch.states.published), { timeout: 60_000 });
  await page.goto(`/batches/${id}?cure=1`);
  const drawer = page.getByRole('dialog');
  await drawer.getByRole('combobox', { name: zh.fields['mend.item'].title }).click();
  await page.locator('.ant-select-item-option-content', { hasText: '联系电话' }).click();
  await drawer.getByRole('combobox', { name: zh.fields['mend.step'].title }).fill('电话');
  await page.keyboard.press('Enter');
  await drawer.getByRole('button', { name: zh.batch.cure.run, exact: true }).click();
  await expect(drawer.locator('tbody tr')).toHaveCount(2);
  await expect(drawer.locator('tbody')).not.toContainText('0000 0003');
  await drawer.getByRole('button', { name: zh.plain.show }).click();
  await expect(drawer.locator('tbody')).toContainText('138 0000 0003');
  await expect(drawer.locator('tbody')).toContainText('13800000003');
  await page.screenshot({ path: 'test-results/1440/trial-plain.png' });
});

test('whoever may not see persons is not offered to', async ({ page }) => {
  await prefer(page, 'zh-CN', 'light');
  const u = user('data_admin');
  await page.goto('/batches');
  await page.getByLabel(zh.fields['signin.login'].title).fill(u.login);
  await page.getByLabel(zh.fields['signin.password'].title).fill(u.password);
  await page.getByRole('button', { name: zh.session.signIn, exact: true }).click();
  await expect(page.locator('.me')).toHaveText(u.name);
  const { items } = (await (await page.request.get('/api/v1/batches?directory=pension&state=published,held')).json()) as { items: { id: string; quarantined: number }[] };
  const bad = items.find((b) => b.quarantined > 0);
  await page.goto(`/batches/${bad?.id}/quarantine`);
  await settled(page);
  await expect(page.locator('tbody tr').first()).toBeVisible();
  await expect(page.getByRole('button', { name: zh.plain.show })).toHaveCount(0);
  expect((await page.request.get(`/api/v1/batches/${bad?.id}/quarantine?plain=true`)).status()).toBe(403);
});
