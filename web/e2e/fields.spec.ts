import { expect, test, type Page } from '@playwright/test';
import { zh as t } from '../src/i18n/zh';
import { findings } from './clean';
import { enter, prefer, settled, token } from './pages';
import { photo } from './photo';
import { user } from './users';

// The rarer fields, in a register of its own pack: a table, an area drawn on the map, what
// refers to another record, what is asked only after an answer; and what is masked, which an
// action that may change it leaves as it is.

const pack = `
pack: {id: shops, version: 1.0.0, title: 商户巡查}
roles: {clerk: {title: 巡查员, reach: office}}
codes: {trade: [{code: food, name: 餐饮}, {code: shop, name: 零售}]}
entity:
  shop:
    title: 商户
    key: "S{seq:4}"
    show: [name]
    fields:
      name: {title: 名称, type: text(60), required: true}
      main: {title: 总店, type: reference(shop)}
      rent: {title: 月租金, type: money}
      place: {title: 位置, type: point}
      zone: {title: 门前范围, type: area}
      stars: {title: 评价, type: rating}
      staff: {title: 人员, type: table, columns: {job: {title: 岗位, type: code(trade), required: true}, card: {title: 健康证, type: bool}, from: {title: 来自, type: region}}}
      photos: {title: 照片, type: files, accept: image}
  visit:
    title: 巡查
    key: "V{seq:4}"
    show: [what]
    fields:
      what: {title: 问题, type: text(60), required: true}
      shop: {title: 涉及商户, type: reference(shop)}
      danger: {title: 有隐患, type: bool}
      which: {title: 隐患说明, type: text(60), visible: danger, required: danger}
      phone: {title: 联系电话, type: text(20), personal: phone}
flow:
  visit:
    states:
      open: {title: 待办, by: clerk, route: stay, actions: {ask: {title: 要求补正, to: lacking, need: reason}, done: {title: 办结, to: closed}}}
      lacking: {title: 待补正, by: creator, actions: {give: {title: 提交补正, to: open, edit: [what, phone]}}}
      closed: {title: 已办结, end: true}
`;

const shops = '/registers/shops/shop';

/** Installs the pack, and gives its role to somebody who has one of another. */
async function install(page: Page) {
  await enter(page, 'data_admin');
  const made = await page.request.post('/api/v1/packs', { data: { files: { 'pack.yaml': pack } }, headers: await token(page) });
  expect(made.ok(), await made.text()).toBe(true);
  await enter(page, 'security_admin');
  const { login } = user('elders.visitor');
  const given = await page.request.post(`/api/v1/users/${login}/roles`, { data: { roles: ['elders.visitor', 'shops.clerk'] }, headers: await token(page) });
  expect(given.ok(), await given.text()).toBe(true);
  await enter(page, 'elders.visitor');
}

async function pick(page: Page, where: ReturnType<Page['locator']>, text: string) {
  await where.click();
  await page.locator('.ant-select-dropdown:not(.ant-select-dropdown-hidden) .ant-select-item-option', { hasText: text }).first().click();
}

async function start(page: Page, at: string, name: string) {
  await page.goto(at);
  await settled(page);
  await page.locator('.head .actions').getByRole('button', { name }).click();
}

test('a record has a table, an area and another record; a form keeps what is typed while a photo is sent', async ({ page }) => {
  await prefer(page, 'zh-CN', 'light');
  await install(page);
  await start(page, shops, t.registers.add);
  const form = page.getByRole('dialog', { name: t.registers.addTitle('商户') });
  const save = form.getByRole('button', { name: t.registers.save });
  await save.click();
  await expect(form.getByLabel('名称')).toBeFocused(); // the first that is wrong
  await form.getByLabel('名称').fill('老店');
  await save.click();
  await expect(form).toBeHidden();

  await start(page, shops, t.registers.add);
  await page.route('**/api/v1/files', async (route) => {
    await expect(form.getByLabel('名称')).toHaveValue('分店'); // typed while it is on its way
    await route.continue();
  });
  await form.getByLabel('照片').locator('input[type=file]').setInputFiles({ name: '门面.jpg', mimeType: 'image/jpeg', buffer: await photo(page, 114.3, 30.65, '2026:11:20 09:00:00') });
  await form.getByLabel('名称').fill('分店');
  await expect(form.locator('.files img')).toHaveCount(1);
  await expect(form.getByLabel('名称')).toHaveValue('分店');

  await pick(page, form.getByRole('combobox', { name: '总店' }), '老店');
  await form.getByLabel('月租金').fill('8600.5');
  await form.getByRole('radio', { name: t.record.best('5') }).check();
  await form.getByRole('button', { name: t.record.addRow }).click();
  await pick(page, form.getByRole('combobox', { name: '岗位 1' }), '餐饮');
  await form.getByRole('radio', { name: t.yes }).check();
  expect((await form.getByRole('combobox', { name: '来自 1' }).locator('xpath=ancestor::*[contains(@class,"ant-select ")][1]').boundingBox())?.width).toBeGreaterThan(100);

  const zone = form.getByRole('group', { name: '门前范围' });
  for (let i = 0; i < 5; i++) await zone.getByRole('button', { name: t.record.larger }).click();
  const box = await zone.locator('svg').boundingBox();
  const at = (x: number, y: number) => page.mouse.click((box?.x ?? 0) + (box?.width ?? 0) * x, (box?.y ?? 0) + (box?.height ?? 0) * y);
  for (const [x, y] of [[0.4, 0.4], [0.6, 0.4], [0.6, 0.6], [0.4, 0.6], [0.1, 0.1]] as const) await at(x, y);
  await zone.getByRole('button', { name: t.record.undoCorner }).click();
  await expect(zone.getByRole('status')).toContainText(/4 个顶点，约 [\d,]+ 平方米/);
  const said = await zone.getByRole('status').innerText();
  const corners = (await zone.getByLabel(t.record.corners).inputValue()).split('\n');
  expect(corners).toHaveLength(4);
  expect(await findings(page)).toEqual([]);
  await save.click();
  await expect(form).toBeHidden();

  const shown = page.getByRole('dialog', { name: '商户' });
  await expect(shown.getByRole('link', { name: 'S0001 · 老店' })).toBeVisible();
  await expect(shown).toContainText(t.record.amount('8,600.50'));
  await expect(shown).toContainText(t.record.rated('5', '5'));
  await expect(shown).toContainText(said);
  await expect(shown.getByRole('region', { name: '人员' }).locator('tbody tr')).toHaveText(/餐饮.*是/);
  await shown.getByRole('button', { name: t.registers.edit }).click();
  const edit = page.getByRole('dialog', { name: t.registers.editTitle('S0002') });
  await expect(edit.getByLabel(t.record.corners)).toHaveValue(corners.map((c) => c.split(', ').map(Number).join(', ')).join('\n'));
  await expect(edit.getByText('S0001 · 老店')).toBeVisible(); // not the id it is kept by
  await expect.poll(() => edit.locator('.files img').evaluate((x: HTMLImageElement) => x.naturalWidth)).toBeGreaterThan(0);
  await edit.getByRole('radio', { name: t.no }).check();
  await edit.getByRole('button', { name: t.registers.save }).click();
  await expect(edit).toBeHidden();
  await shown.getByRole('link', { name: t.registers.past }).click();
  await expect(shown.locator('.past li').first()).toContainText('岗位 餐饮，健康证 是');
  await expect(shown.locator('.past li').first()).toContainText('岗位 餐饮，健康证 否');
  expect(await findings(page)).toEqual([]);
});

test('a case asks what its answers call for, and an action leaves alone what it shows masked', async ({ page }) => {
  await prefer(page, 'zh-CN', 'light');
  await enter(page, 'elders.visitor');
  await start(page, '/cases?pack=shops', t.desk.begin('巡查'));
  const form = page.getByRole('dialog', { name: t.desk.begin('巡查') });
  await form.getByLabel('问题').fill('明火');
  await form.getByLabel('联系电话').fill('027-00000001');
  await expect(form.getByLabel('隐患说明')).toHaveCount(0);
  await form.getByRole('radio', { name: t.yes }).check();
  await form.getByLabel('隐患说明').fill('纸箱');
  await pick(page, form.getByRole('combobox', { name: '涉及商户' }), '老店');
  await form.getByRole('button', { name: t.desk.begin('巡查') }).click();
  await expect(page).toHaveURL(/\/cases\/[0-9a-f-]+$/);
  await settled(page);
  await expect(page.locator('main').getByRole('link', { name: 'S0001 · 老店' })).toBeVisible();
  const act = (name: string) => page.locator('.head .actions').getByRole('button', { name, exact: true }).click();
  const dialog = page.getByRole('dialog');
  await act('要求补正');
  await dialog.getByLabel(t.kase.reason).fill('请写明');
  await dialog.getByRole('button', { name: '要求补正', exact: true }).click();
  await expect(dialog).toBeHidden();
  await act('提交补正');
  await expect(dialog.getByLabel('联系电话')).toHaveValue('');
  await expect(dialog).toContainText(t.registers.kept('027*****0001'));
  await dialog.getByLabel('问题').fill('明火旁有纸箱');
  await dialog.getByRole('button', { name: '提交补正', exact: true }).click();
  await expect(dialog).toBeHidden();
  await expect(page.locator('.steps li').first()).toContainText(t.kase.filled('问题')); // and nothing else
  await page.getByRole('button', { name: t.plain.show }).click();
  await dialog.getByRole('textbox').fill('回电核实');
  await dialog.getByRole('button', { name: t.plain.show }).click();
  await expect(page.locator('dd', { hasText: '027-00000001' })).toBeVisible();
});
