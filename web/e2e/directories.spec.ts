import { expect, test, type Page } from '@playwright/test';
import { zh } from '../src/i18n/zh';
import { book } from './book';
import { findings, watch } from './clean';
import { prefer, settled } from './pages';
import { user } from './users';

/** Chooses in one of antd's selects by the words of the choice. */
async function choose(page: Page, label: string | RegExp, option: string | RegExp) {
  const box = page.getByRole('combobox', { name: label });
  await box.click();
  if (typeof option === 'string' && (await box.isEditable())) await box.fill(option); // long lists show a part of themselves
  await page.locator('.ant-select-dropdown:not(.ant-select-dropdown-hidden) .ant-select-item-option').filter({ hasText: option }).first().click();
}

test('directories are found by what they are, with counts, and a link shows the same', async ({ page }) => {
  await prefer(page, 'zh-CN', 'light');
  await page.goto('/directories');
  await settled(page);
  await choose(page, zh.facets.domain, '社会救助');
  await expect(page).toHaveURL(/domain=relief/);
  await settled(page);
  const said = await page.locator('.head-text .muted').innerText();
  const n = Number(/\d+/.exec(said)?.[0]);
  expect(n).toBeGreaterThan(0);
  await expect(page.locator('tbody tr')).toHaveCount(n);
  await page.getByRole('combobox', { name: zh.directories.office }).click();
  const offices = page.locator('.ant-select-dropdown:not(.ant-select-dropdown-hidden) .ant-select-item-option').filter({ hasText: /（\d+）/ });
  const counts = (await offices.allInnerTexts()).map((s) => Number(/（(\d+)）/.exec(s)?.[1]));
  expect(counts.reduce((a, b) => a + b, 0)).toBe(n);
  await page.keyboard.press('Escape');
  const rows = await page.locator('tbody tr').allInnerTexts();
  await page.reload();
  await settled(page);
  expect(await page.locator('tbody tr').allInnerTexts()).toEqual(rows);
});

test('a table is laid out as its reader likes, and is found so again', async ({ page }) => {
  await prefer(page, 'zh-CN', 'light');
  await page.goto('/directories');
  await settled(page);
  const heads = async () => (await page.locator('thead th').allInnerTexts()).map((s) => s.replace('⋮', '').trim());
  const width = () => page.locator('thead th').nth(1).evaluate((e) => e.clientWidth);
  const [first, second, third] = await heads();
  const open = () => page.getByRole('button', { name: zh.layout.columns }).click();
  await open();
  await expect(page.getByRole('checkbox', { name: first })).toBeDisabled(); // it names the row
  await page.getByRole('checkbox', { name: third }).uncheck();
  for (const _ of ['past the one that is hidden', 'past the next']) await page.getByRole('button', { name: zh.form.down(second ?? '') }).click();
  await page.keyboard.press('Escape');
  const laid = await heads();
  expect(laid).not.toContain(third);
  expect(laid.indexOf(second ?? '')).toBe(2);
  const before = await width();
  const grip = await page.locator('thead th').nth(1).getByRole('separator').boundingBox();
  if (!grip) throw new Error('no grip');
  await page.mouse.move(grip.x + 3, grip.y + 5);
  await page.mouse.down();
  await page.mouse.move(grip.x + 83, grip.y + 5, { steps: 4 });
  await page.mouse.up();
  expect(await width()).toBeGreaterThan(before + 60);
  const wide = await width();
  await page.reload();
  await settled(page);
  expect(await heads()).toEqual(laid);
  expect(Math.abs((await width()) - wide)).toBeLessThan(4);
  await open();
  await page.getByRole('button', { name: zh.layout.reset }).click();
  expect((await heads()).slice(0, 3)).toEqual([first, second, third]);
});

test('the lineage is walked by keys and opens what it names', async ({ page }) => {
  await prefer(page, 'zh-CN', 'light');
  await page.goto('/directories/pension?tab=lineage');
  await settled(page);
  const node = (name: string) => page.locator('.lineage a').filter({ hasText: name });
  await node('养老待遇核验').focus();
  await page.keyboard.press('ArrowRight');
  await expect(node('高龄津贴资格核验')).toBeFocused();
  await page.keyboard.press('ArrowLeft');
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/\/services\//);
});

test('a directory is compiled in a form, changed, and its history says who changed what', async ({ page }) => {
  test.setTimeout(120_000);
  const wrong = watch(page);
  await prefer(page, 'zh-CN', 'light');
  await page.goto('/declare');
  const name = `form_${Date.now()}`;
  const save = page.getByRole('button', { name: zh.declare.create });
  await expect(page.getByText(zh.form.left('1'))).toBeVisible(); // no office yet
  await expect(save).toBeDisabled();
  await page.getByLabel(/^英文名/).fill(name);
  await page.getByLabel(/^信息资源名称/).fill(`表单目录 ${name}`);
  await choose(page, /^信息资源提供方/, '区民政局');
  await choose(page, '领域', '社会救助');
  await page.getByRole('button', { name: zh.form.addItem }).click();
  await page.getByLabel(zh.form.cell('2', zh.directory.item.title), { exact: true }).fill('月补助金额');
  await page.getByLabel(zh.form.cell('2', zh.directory.item.name), { exact: true }).fill('amount');
  await choose(page, zh.form.cell('2', zh.directory.item.type), zh.words.decimal('10,2'));
  await choose(page, zh.form.addRule, '取值范围');
  const rule = page.locator('.rule-list > li').last();
  await choose(page, /^信息项/, '月补助金额');
  await rule.getByLabel(zh.form.params.min!).fill('100');
  await expect(rule.locator('.rule-says')).toHaveText(/对 月补助金额；不小于 100/);
  await page.getByRole('button', { name: zh.form.help('min') }).click();
  await expect(page.locator('.help-text').filter({ visible: true })).toContainText('最小值'); // the words of the reference
  await page.keyboard.press('Escape');
  // Related codes and steps that take something: what is wrong is said at the field.
  const related = page.getByRole('combobox', { name: '关联资源代码' });
  await related.fill('303001-1');
  await related.press('Enter');
  await expect(related).toHaveAccessibleDescription(/303001-1.*不合规/);
  await related.press('Backspace');
  await page.keyboard.press('Escape');
  await choose(page, zh.form.cell('2', zh.directory.item.clean), '替换');
  const steps = page.getByRole('dialog', { name: zh.form.stepsOf('月补助金额') });
  await expect(steps.getByLabel(zh.form.params.find!)).toHaveAccessibleDescription(/要替换的文字.*find/);
  await steps.getByLabel(zh.form.params.find!).fill('元');
  await choose(page, zh.form.addStep, '代码映射');
  await steps.getByLabel(zh.form.params.map!).fill('无=0\n未发=0');
  await steps.getByRole('button', { name: zh.form.up('代码映射') }).click();
  await expect(steps.getByRole('alert')).toHaveCount(0);
  await steps.getByRole('button', { name: zh.form.stepsDone }).click();
  await expect(page.getByText(zh.declare.good)).toBeVisible();
  await page.getByText(zh.form.asYaml, { exact: true }).click();
  await expect(page.getByRole('textbox', { name: zh.declare.editor })).toContainText('kind: range');
  await expect(page.getByRole('textbox', { name: zh.declare.editor })).toContainText(/do: map.*do: replace.*find: 元/);
  await page.getByText(zh.form.asForm, { exact: true }).click();
  await expect(rule.locator('.rule-says')).toHaveText(/不小于 100/);
  await expect(save).toBeEnabled();
  await save.click();
  await expect(page.locator('main h1')).toContainText(`表单目录 ${name}`);

  await page.goto(`/declare/${name}`);
  await choose(page, /^更新周期/, '每周');
  await expect(page.getByText(zh.declare.good)).toBeVisible();
  await page.getByRole('button', { name: zh.declare.save, exact: true }).click();
  await expect(page.locator('main h1')).toContainText(`表单目录 ${name}`);
  await page.locator('.tabbar').getByRole('link', { name: zh.directory.tabs.history, exact: true }).click();
  await page.getByRole('button', { name: zh.history.show }).first().click();
  await settled(page);
  const row = page.locator('tbody tr').filter({ hasText: '更新周期' }).last();
  await expect(row).toContainText('每月');
  await expect(row).toContainText('每周');
  await expect(page.locator('tbody tr').first()).toContainText(await page.locator('.me').innerText());
  expect(wrong).toEqual([]);
});

test('a sheet with a wrong cell imports nothing; mended it imports all of it', async ({ page }) => {
  await prefer(page, 'zh-CN', 'light');
  await page.goto('/import');
  const tag = Date.now();
  const sheet = (type: string) => book({ 目录: [
    ['信息资源名称', '信息资源提供方', '信息资源摘要', '共享类型', '共享条件', '信息项名称', '数据类型', '必填'],
    [`导入甲 ${tag}`, '区民政局', '摘要', '有条件共享', '业务办理', '公民身份号码', '字符型', '是'],
    ['', '', '', '', '', '出生日期', type, '否'],
    [`导入乙 ${tag}`, '区民政局', '摘要', '无条件共享', '', '机构名称', '文本', '是'],
  ] });
  const send = (name: string, buffer: Buffer) => page.locator('input[type=file]').setInputFiles({ name, mimeType: 'application/octet-stream', buffer });
  await send('目录表.xlsx', sheet('照片'));
  const bad = page.locator('tbody tr');
  await expect(bad).toHaveCount(1);
  await expect(bad).toContainText('G3');
  await expect(bad).toContainText('照片');
  expect(await findings(page)).toEqual([]);
  const marked = page.waitForEvent('download');
  await page.getByRole('button', { name: zh.imports.marked }).click();
  expect((await marked).suggestedFilename()).toBe(zh.imports.markedName('目录表'));
  const { total } = (await (await page.request.get('/api/v1/directories?limit=1')).json()) as { total: number };

  await send('目录表.xlsx', sheet('日期'));
  await expect(page.locator('tbody tr')).toHaveCount(2);
  await expect(page.locator('tbody tr').first()).toContainText(zh.imports.created);
  await page.getByRole('button', { name: zh.imports.run('2') }).click();
  await expect(page).toHaveURL(/\/directories$/);
  const after = (await (await page.request.get('/api/v1/directories?limit=1')).json()) as { total: number };
  expect(after.total).toBe(total + 2);
});

test('an officer mends a cell while the rules are shown, sees what a replay would do, and replays it', async ({ page }) => {
  test.setTimeout(120_000);
  await prefer(page, 'zh-CN', 'light');
  const { login, password } = user('officer', 'hrss');
  expect((await page.request.post('/api/v1/session', { data: { login, password } })).ok()).toBe(true);
  const ask = async <T>(path: string) => (await (await page.request.get(`/api/v1${path}`)).json()) as T;
  const { items } = await ask<{ items: { id: string; quarantined: number }[] }>('/batches?directory=pension&state=published');
  const batch = items.find((b) => b.quarantined > 0);
  const { items: rows } = await ask<{ items: { rules: string[]; warns: string[] }[] }>(`/batches/${batch?.id}/quarantine?rule=range_amount&limit=100`);
  const at = rows.findIndex((r) => r.rules.filter((x) => !r.warns.includes(x)).join() === 'range_amount');
  expect(at).toBeGreaterThanOrEqual(0);
  await page.goto(`/batches/${batch?.id}/quarantine?rule=range_amount`);
  await settled(page);
  await page.getByRole('button', { name: zh.plain.show }).click();
  await settled(page);
  const row = page.locator('tbody tr').nth(at);
  await row.getByRole('button', { name: zh.mend.open }).click();
  const cell = row.getByRole('textbox', { name: '月待遇金额（元）' });
  await cell.fill('-5');
  await expect(row).toContainText('数值不在 100 至 30000 之间'); // the rule, as it is typed
  await cell.fill('3120.50');
  await expect(row.getByText(zh.mend.passes)).toBeVisible();
  expect(await findings(page)).toEqual([]);
  await page.getByRole('button', { name: zh.mend.correct('1') }).click();
  const dialog = page.getByRole('dialog');
  await expect(dialog).toContainText(zh.mend.result('1', '1'));
  await dialog.getByRole('button', { name: zh.mend.run }).click();
  await expect(page).toHaveURL(/\/batches\/[^/]+$/);
  await expect(page.locator('main')).toContainText(zh.batch.states.published!);
  const after = await ask<{ quarantined: number; replayed: number }>(`/batches/${batch?.id}`);
  expect(after.quarantined).toBe((batch?.quarantined ?? 0) - 1);
  await page.goto(`/batches/${batch?.id}`); // the others may be looked at and left
  await settled(page);
  await page.getByRole('button', { name: zh.batch.replay, exact: true }).click();
  await expect(dialog.getByRole('status')).toContainText(`${after.quarantined} 行中有`);
  expect(await findings(page)).toEqual([]);
  await dialog.getByRole('button', { name: zh.cancel }).click();
  expect((await ask<{ quarantined: number }>(`/batches/${batch?.id}`)).quarantined).toBe(after.quarantined);
});
