import { expect, test, type Page } from '@playwright/test';
import { zh } from '../src/i18n/zh';
import { findings } from './clean';
import { prefer, settled, token } from './pages';
import { photo } from './photo';
import { user } from './users';

// A pothole from its report to its end, as its desk, its mender and its checker see it.

const w = zh.kase;

/** As somebody of the demo, at an address. */
async function as(page: Page, role: string, address: string, office?: string) {
  const { login, password } = user(role, office);
  const res = await page.request.post('/api/v1/session', { data: { login, password } });
  expect(res.ok(), await res.text()).toBe(true);
  await page.goto(address);
  await settled(page);
}

const main = (page: Page) => page.locator('.head .actions');
const state = (page: Page) => page.locator('main h1 .tag').first();

async function press(page: Page, name: string) {
  await main(page).getByRole('button', { name, exact: true }).click();
}

async function menu(page: Page, name: string) {
  await press(page, w.more);
  await page.getByRole('menuitem', { name, exact: true }).click();
  await expect(page.getByRole('dialog')).toBeVisible();
}

async function confirm(page: Page, name: string) {
  await page.getByRole('dialog').getByRole('button', { name, exact: true }).click();
}

async function choose(page: Page, label: string, option: string) {
  await page.getByRole('dialog').getByRole('combobox', { name: label, exact: true }).click();
  await page.locator('.ant-select-dropdown:not(.ant-select-dropdown-hidden) .ant-select-item-option', { hasText: option }).first().click();
}

test('a pothole is reported, sent out, mended and checked; two who act at once, comments, bulk', async ({ page }) => {
  test.setTimeout(300_000);
  await prefer(page, 'zh-CN', 'light');
  const road = `演练路 ${Date.now().toString(36)}`;
  const here = [114.25 + (Date.now() % 1000) / 100_000, 30.7] as const; // where nothing else is

  // The desk reports it. What is typed survives a reload, but not who called.
  await as(page, 'pothole.desk', '/cases');
  await press(page, zh.desk.begin('坑洼'));
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('道路', { exact: true }).fill(road);
  await dialog.getByLabel('反映人电话').fill('027-0000-0099');
  await expect(dialog.getByLabel('修补方式')).toHaveCount(0); // that comes of mending
  await confirm(page, zh.desk.begin('坑洼'));
  await expect(dialog.locator('.wrongs')).toHaveCount(2); // class and region are missing
  await page.reload();
  await expect(dialog.getByLabel('道路', { exact: true })).toHaveValue(road);
  await expect(dialog.getByLabel('反映人电话')).toHaveValue('');
  await dialog.getByLabel('反映人电话').fill('027-0000-0099');
  await choose(page, '道路等级', '主干道');
  await dialog.getByRole('combobox', { name: '所在区划' }).click();
  await page.locator('.ant-select-tree-switcher').first().click();
  await page.locator('.ant-select-tree-node-content-wrapper', { hasText: '后湖街道' }).click();
  await dialog.getByLabel('经度').fill(String(here[0]));
  await dialog.getByLabel('纬度').fill(String(here[1]));
  const send = dialog.getByLabel('现场照片').locator('input[type=file]');
  await send.setInputFiles([
    { name: '说明.jpg', mimeType: 'image/jpeg', buffer: Buffer.from('<html><script>alert(1)</script>') },
    { name: '现场.jpg', mimeType: 'image/jpeg', buffer: await photo(page, here[0] + 0.0002, here[1], '2026:11:20 16:33:00', '<script>alert(2)</script>') },
  ]);
  await expect(dialog.locator('.wrongs')).toContainText('说明.jpg：网页和 SVG');
  await expect(dialog.locator('.files img')).toHaveCount(1);
  await confirm(page, zh.desk.begin('坑洼'));
  await expect(page).toHaveURL(/\/cases\/[0-9a-f-]+$/);
  await settled(page);
  await expect(state(page)).toHaveText('待受理');
  const at = new URL(page.url()).pathname;

  // Its photo stands with the report: small, when it was taken and how far away; large, under who looks at it.
  const shots = page.locator('.photos li');
  await expect(shots).toContainText('11月20日 16:33');
  await expect(shots).toContainText('距登记位置 19 米');
  await expect.poll(() => shots.locator('img').evaluate((x: HTMLImageElement) => x.naturalWidth)).toBeGreaterThan(0);
  await shots.getByRole('button').click();
  await expect(dialog.locator('.photo-mark')).toContainText(user('pothole.desk').name);
  await expect(dialog.locator('.photo-foot')).toContainText(`${(here[0] + 0.0002).toFixed(5)}, 30.70000`);
  expect(await findings(page)).toEqual([]);
  const kept = await page.request.get((await dialog.locator('.photo-large img').getAttribute('src')) ?? '');
  expect(kept.headers()['x-content-type-options']).toBe('nosniff');
  const bytes = (await kept.body()).toString('latin1');
  expect(bytes).not.toContain('script');
  expect(bytes).not.toContain('Exif');
  await page.keyboard.press('Escape');
  await expect(dialog).toBeHidden();

  // Who called is shown as it is to whoever says why.
  await page.getByRole('button', { name: zh.plain.show }).click();
  await expect(dialog.getByRole('button', { name: zh.plain.show })).toBeDisabled();
  await dialog.getByRole('textbox').fill('回电核实位置');
  await confirm(page, zh.plain.show);
  await expect(page.locator('dd', { hasText: '027-0000-0099' })).toBeVisible();
  await page.getByRole('button', { name: zh.plain.hide }).click();
  await expect(page.locator('dd', { hasText: /^027\*+0099$/ })).toBeVisible();

  // Sent out: its office is found, whoever mends there sees it first on their desk.
  await press(page, '派遣');
  await expect(state(page)).toHaveText('待签收');
  await expect(page.locator('.way .here')).toContainText('后湖街道办');
  await menu(page, '批注');
  await dialog.getByLabel(w.reason).fill('靠近学校，请尽快');
  await choose(page, w.mention, '郑路养');
  await page.keyboard.press('Escape');
  await dialog.getByLabel(w.reason).click();
  await confirm(page, '批注');
  await expect(page.locator('.steps li').first()).toContainText('@郑路养');

  await as(page, 'pothole.mender', '/cases', 'houhu');
  await page.getByRole('link', { name: road }).click();
  await settled(page);
  await expect(page.locator('dd', { hasText: /^027\*+0099$/ })).toBeVisible(); // masked
  await press(page, '签收');
  await expect(state(page)).toHaveText('修补中');
  await expect(page.locator('.sum-of .ends')).toBeVisible();
  expect(await findings(page)).toEqual([]);

  // On paper stands what is read, and who printed it; nothing to press.
  await page.evaluate(() => window.dispatchEvent(new Event('beforeprint')));
  await page.emulateMedia({ media: 'print' });
  await expect(page.locator('.printed')).toContainText(user('pothole.mender', 'houhu').name);
  await expect(page.locator('.steps')).toBeVisible();
  await expect(page.locator('.side')).toBeHidden();
  await expect(main(page)).toBeHidden();
  await page.emulateMedia({ media: 'screen' });

  // Somebody else acts while the form is open: it says who, and keeps what was typed.
  await press(page, '修补完成');
  await choose(page, '修补方式', '热补');
  const mine = await page.context().storageState();
  const { csrf } = (await (await page.request.get('/api/v1/session')).json()) as { csrf: string };
  const other = await page.context().browser()?.newContext({ storageState: mine, baseURL: new URL(page.url()).origin });
  const waited = await other?.request.post(`/api/v1${at}/act`, { data: { action: 'wait' }, headers: { 'X-CSRF-Token': csrf } });
  expect(waited?.ok(), await waited?.text()).toBe(true);
  const resumed = await other?.request.post(`/api/v1${at}/act`, { data: { action: 'resume' }, headers: { 'X-CSRF-Token': csrf } });
  expect(resumed?.ok(), await resumed?.text()).toBe(true);
  await other?.close();
  await dialog.getByLabel('修补面积').fill('1.5');
  await confirm(page, '修补完成');
  await expect(dialog.locator('.note.warn')).toContainText('郑路养已于');
  await expect(dialog.getByLabel('修补面积')).toHaveValue('1.5');
  await confirm(page, '修补完成');
  await expect(dialog.locator('.wrongs')).toContainText('修补后照片');
  await dialog.getByLabel('修补后照片').locator('input[type=file]').setInputFiles({ name: '修补后.jpg', mimeType: 'image/jpeg', buffer: await photo(page, here[0], here[1], '2026:11:21 10:00:00') });
  await expect(dialog.locator('.files img')).toHaveCount(1);
  await confirm(page, '修补完成');
  await expect(dialog).toBeHidden();
  await expect(state(page)).toHaveText('待核查');
  await expect(page.locator('.way .past')).toHaveCount(4); // reported, sent out, mending, waiting
  await expect(page.locator('.steps li', { hasText: '修补完成' }).locator('.photos img')).toHaveCount(1);
  await expect(shots).toHaveCount(2);

  // It is checked by somebody else, found in the list by its number, and closed.
  await as(page, 'pothole.checker', '/cases', 'houhu');
  await page.getByRole('link', { name: road }).click();
  await settled(page);
  await page.setViewportSize({ width: 375, height: 812 });
  await press(page, '核查通过');
  await dialog.getByRole('radio', { name: zh.record.best('5') }).check();
  await confirm(page, '核查通过');
  await expect(state(page)).toHaveText('已办结');
  await page.setViewportSize({ width: 1440, height: 900 });
  const key = (await page.locator('.case-key').innerText()).trim();
  await page.goto(`/cases?desk=all&key=${key}`);
  await settled(page);
  await expect(page.locator('tbody tr')).toHaveCount(1);

  // A part of its title finds it too, in its office and its region; the address keeps all three.
  await page.goto('/cases?desk=all');
  await settled(page);
  await page.getByRole('searchbox', { name: zh.desk.search }).fill(road.slice(4));
  await expect(page.locator('tbody tr')).toHaveCount(1);
  await page.getByRole('combobox', { name: zh.desk.office }).click();
  await page.locator('.ant-select-dropdown:not(.ant-select-dropdown-hidden) .ant-select-item-option', { hasText: '后湖街道办' }).click();
  await page.getByRole('combobox', { name: zh.desk.region }).click();
  await page.locator('.ant-select-tree-switcher').first().click();
  await page.locator('.ant-select-tree-node-content-wrapper', { hasText: '后湖街道' }).click();
  await expect(page).toHaveURL(/q=.*office=houhu.*region=420102017000/);
  await expect(page.locator('tbody tr')).toHaveCount(1);
  await page.goto(page.url().replace('office=houhu', 'office=tazihu'));
  await settled(page);
  await expect(page.locator('tbody tr')).toHaveCount(0);
  await page.keyboard.press('Control+K');
  await page.getByRole('dialog').getByRole('combobox').fill(key.toLowerCase());
  await expect(page.getByRole('option', { name: key })).toBeVisible();
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(new RegExp(`${at}$`));

  // Reports near one another stand on each other's pages; one that is the same hole is joined to the other.
  await as(page, 'pothole.desk', '/cases');
  const made: string[] = [];
  for (const n of [1, 2, 3]) {
    const place = [here[0] + n / 1000, here[1] + 0.01]; // 96 m apart
    const res = await page.request.post('/api/v1/cases', { data: { pack: 'pothole', flow: 'hole', values: { road: `${road} ${n}`, class: 'branch', region: '420102018000', place } }, headers: await token(page) });
    expect(res.ok(), await res.text()).toBe(true);
    made.push(((await res.json()) as { case: { id: string } }).case.id);
  }
  await page.goto(`/cases/${made[2]}`);
  await settled(page);
  const near = page.locator('.related li');
  await expect(near).toHaveCount(2);
  await expect(near.first()).toContainText(`${road} 2`);
  await expect(near.first()).toContainText(w.metres('96'));
  await menu(page, '并入其他案件');
  await choose(page, w.toCase, `${road} 2`);
  await dialog.getByLabel(w.reason).fill('同一处坑洼');
  await confirm(page, '并入其他案件');
  await expect(state(page)).toHaveText('已并入');
  await page.locator('.related').getByRole('link').first().click();
  await settled(page);
  await expect(page.locator('.related')).toContainText(w.joinedTo('1'));
  await expect(page.locator('.steps li').first()).toContainText('并入重复上报');
  expect(await findings(page)).toEqual([]);
  await page.goto(`/cases?desk=all&into=${made[1]}`);
  await settled(page);
  await expect(page.locator('tbody tr')).toHaveCount(1);
  await expect(page.locator('tbody tr')).toContainText(`${road} 3`);
  await expect(page.locator('.filters')).toContainText(zh.desk.joinedOne);
  expect(await findings(page)).toEqual([]);

  // It was another hole: the two are parted, and it goes on where it stood.
  await page.goto(`/cases/${made[2]}`);
  await settled(page);
  await menu(page, '撤销并单');
  await dialog.getByLabel(w.reason).fill('不是同一处');
  await confirm(page, '撤销并单');
  await expect(state(page)).toHaveText('待受理');
  await expect(page.locator('.steps li').first()).toContainText('撤销并单');
  await expect(near).toHaveCount(2);
  await page.locator('.steps').getByRole('link').first().click();
  await settled(page);
  await expect(page.locator('.steps li').first()).toContainText('并入的上报撤出');

  // Several at once, of two states: the desk refuses three reports in one go, and one that waits
  // to be assigned stays as it is.
  await page.goto('/cases');
  await page.reload();
  await settled(page);
  for (const title of [`${road} 1`, `${road} 2`, `${road} 3`, '解放大道']) await page.locator('tr', { hasText: title }).getByRole('checkbox').check();
  await page.getByRole('button', { name: zh.desk.bulk }).click();
  await dialog.getByRole('radio', { name: w.bulkSome('不予受理', w.bulkState('待受理'), '3') }).check();
  await expect(dialog).toContainText(w.bulkRest('1'));
  const refuse = w.bulkRun('不予受理', '3');
  await confirm(page, refuse);
  await expect(dialog).toContainText('须填写');
  await dialog.getByLabel(w.reason).fill('重复反映');
  await confirm(page, refuse);
  await expect(dialog.locator('tbody tr')).toHaveCount(3);
  await expect(dialog.locator('tbody')).toContainText('不予受理');
  await dialog.getByRole('button', { name: w.close }).last().click();
  await expect(page.locator('tr', { hasText: road })).toHaveCount(0);
});
