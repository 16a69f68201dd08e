import { expect, test, type Page } from '@playwright/test';
import { en } from '../src/i18n/en';
import { zh } from '../src/i18n/zh';
import { findings, watch } from './clean';
import { prefer, settled, token } from './pages';
import { user } from './users';

const options = '.ant-select-dropdown:not(.ant-select-dropdown-hidden)';

async function choose(page: Page, label: string, text: string) {
  await page.getByRole('combobox', { name: label, exact: true }).fill(text); // long lists show what is typed
  await page.locator(`${options} .ant-select-item-option-content`).getByText(text, { exact: true }).click();
}

for (const [lang, t] of [['zh-CN', zh], ['en', en]] as const) {
  test(`a grant is made in the form, seen in the list and revoked, in ${lang}`, async ({ page }) => {
    test.setTimeout(180_000);
    await prefer(page, lang, 'light');
    const purpose = `授权演练 ${Date.now().toString(36)}`;
    const wrong = watch(page, /status of 422/); // the grant that is asked for half filled
    await page.goto('/grants');
    await settled(page);
    await page.getByRole('link', { name: t.grants.make }).click();
    await choose(page, t.fields['grant.grantee'].title, '高龄津贴核发系统');
    await choose(page, t.grants.cols.directory, '养老待遇领取人员信息');
    const items = page.getByRole('region', { name: t.grants.cols.items });
    await expect(items).toBeVisible();

    // What is missing is said at its place, in the words of the server.
    await page.getByRole('button', { name: t.grants.grant }).click();
    await expect(page.getByRole('textbox', { name: t.fields['grant.purpose'].title })).toHaveAccessibleDescription(lang === 'en' ? /purpose is missing/ : /缺少用途/);
    await expect(page.getByRole('textbox', { name: t.fields['grant.basis'].title, exact: true })).toHaveAccessibleDescription(lang === 'en' ? /legal basis is missing/ : /缺少依据/);

    await items.getByRole('checkbox', { name: '公民身份号码' }).check();
    await items.getByRole('checkbox', { name: '姓名' }).check();
    await expect(items.getByText('000000195001010011 → 000000********0011')).toBeVisible();
    await page.getByRole('radio', { name: t.grants.someRows }).check();
    await page.getByRole('combobox', { name: t.grants.regions }).click();
    await page.locator(`${options} .ant-select-tree-switcher`).first().click();
    await page.locator(`${options} .ant-select-tree-title`).getByText('大智街道', { exact: true }).click();
    await page.keyboard.press('Escape');

    // What the grantee would see, and what the grant comes to in words.
    await page.getByRole('button', { name: t.granting.previewRun, exact: true }).click();
    const sample = page.getByRole('region', { name: t.granting.preview });
    await expect(sample.locator('tbody tr')).toHaveCount(3);
    await expect(sample.locator('tbody tr').first()).toContainText(/\d{6}\*{8}\d{3}[\dX]/);
    await expect(page.locator('.says')).toContainText('大智街道');
    await items.getByRole('checkbox', { name: '待遇类别' }).check();
    await expect(page.getByText(t.granting.previewStale)).toBeVisible();
    await page.getByRole('textbox', { name: t.fields['grant.purpose'].title }).fill(purpose);
    await page.reload(); // what was filled in is still there
    await expect(page.getByText(t.declare.draft)).toBeVisible();
    await expect(page.getByRole('textbox', { name: t.fields['grant.purpose'].title })).toHaveValue(purpose);
    await expect(items.getByRole('checkbox', { name: '姓名' })).toBeChecked();
    await page.getByRole('textbox', { name: t.fields['grant.basis'].title, exact: true }).fill('《政务数据共享条例》第二十一条');
    expect(await findings(page)).toEqual([]);
    await page.getByRole('button', { name: t.grants.grant }).click();

    await expect(page.locator('main h1')).toContainText(purpose);
    await expect(page.locator('main h1 .tag')).toHaveText(t.share.states.active);
    await expect(page.locator('main')).toContainText('大智街道');
    const address = page.url();

    await page.goto('/grants?grantee=app:elder_allowance');
    const row = page.getByRole('row', { name: new RegExp(purpose) });
    await expect(row).toContainText(t.share.states.active);
    await row.getByRole('link', { name: purpose }).click();
    await expect(page).toHaveURL(address);

    await page.getByRole('button', { name: t.grants.revoke }).click();
    const dialog = page.getByRole('dialog');
    await expect(dialog).toContainText('高龄津贴核发系统');
    await expect(dialog).toContainText('养老待遇核验'); // whose calls are refused
    await expect(dialog).toContainText(t.granting.keeps); // the application has another grant
    await expect(dialog).toContainText(t.granting.noCalls);
    expect(await findings(page)).toEqual([]);
    const confirm = dialog.getByRole('button', { name: t.grants.revoke });
    await expect(confirm).toBeDisabled();
    await dialog.getByRole('textbox').fill('演练结束');
    await confirm.click();
    await expect(page.locator('main h1 .tag')).toHaveText(t.share.states.revoked);
    await expect(page.locator('.note')).toContainText('演练结束');
    await expect(page.getByRole('button', { name: t.grants.revoke })).toHaveCount(0);
    await expect(page.getByRole('region', { name: t.grants.history }).getByRole('row')).toHaveCount(3);
    await page.goto('/grants?grantee=app:elder_allowance&state=revoked');
    await expect(page.getByRole('row', { name: new RegExp(purpose) })).toContainText(t.share.states.revoked);
    expect(wrong).toEqual([]);
  });

  test(`an application is registered, given a key that is told once, and closed, in ${lang}`, async ({ page }) => {
    await prefer(page, lang, 'light');
    const name = `drill_${Date.now().toString(36)}`;
    await page.goto('/apps');
    await settled(page);
    await page.getByRole('button', { name: t.apps.add }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('button', { name: t.apps.add }).click();
    await expect(dialog.getByLabel(t.fields['app.name'].title)).toHaveAccessibleDescription(lang === 'en' ? /the name ""/ : /名称 ""/);
    await dialog.getByLabel(t.fields['app.name'].title).fill(name);
    await dialog.getByLabel(t.fields['app.title'].title, { exact: true }).fill('密钥演练');
    await choose(page, t.fields['app.office'].title, '区民政局');
    await page.reload(); // what was typed is kept, and the dialog is open again
    await settled(page);
    await expect(dialog.getByText(t.declare.draft)).toBeVisible();
    await expect(dialog.getByLabel(t.fields['app.title'].title, { exact: true })).toHaveValue('密钥演练');
    await dialog.getByRole('button', { name: t.apps.add }).click();
    await expect(page).toHaveURL(new RegExp(`/apps/${name}$`));

    await page.getByRole('button', { name: t.apps.addKey }).click();
    await page.getByLabel(t.fields['key.until'].title).fill('2099-12-31');
    await page.reload();
    await settled(page);
    await expect(page.getByLabel(t.fields['key.until'].title)).toHaveValue('2099-12-31');
    await page.getByRole('dialog').getByRole('button', { name: t.apps.addKey }).click();
    const told = page.getByRole('dialog').filter({ hasText: t.apps.once });
    const secret = await told.locator('pre').last().innerText();
    expect(secret).toMatch(/^cs_/);
    expect(await findings(page)).toEqual([]);
    const call = () => page.request.post('/data/v1/pension_check', { headers: { Authorization: `Bearer ${secret}` }, data: { key: { id_no: '000000195001010011' } } });
    expect(((await (await call()).json()) as { code: string }).code).toBe('call.denied'); // known, and granted nothing
    await told.getByRole('button', { name: t.apps.kept }).click();
    await page.reload();
    await settled(page);
    await expect(page.locator('main')).not.toContainText(secret);

    await page.getByRole('button', { name: new RegExp(`^${t.apps.endOf('')}`) }).click();
    await page.getByRole('dialog').getByRole('textbox').fill('演练结束');
    await page.getByRole('dialog').getByRole('button', { name: t.apps.end, exact: true }).click();
    await expect(page.getByRole('region', { name: t.apps.keys })).toContainText(String(t.apps.keyStates.ended));
    expect((await call()).status()).toBe(401);
    await page.getByRole('button', { name: t.apps.disable }).click();
    await page.getByRole('dialog').getByRole('textbox').fill('演练结束');
    await page.getByRole('dialog').getByRole('button', { name: t.apps.disable }).click();
    await expect(page.locator('main h1 .tag')).toHaveText(String(t.apps.states.disabled));
  });
}

test('an officer grants to an application of another office; the draft of another user is not theirs', async ({ page }) => {
  await prefer(page, 'zh-CN', 'light');
  const { login, password } = user('officer', 'hrss');
  await page.request.post('/api/v1/session', { data: { login, password } });
  await page.goto('/grants/new?directory=pension');
  await settled(page);
  await expect(page.getByText(zh.declare.draft)).toHaveCount(0);
  await choose(page, zh.grants.cols.grantee, '高龄津贴核发系统'); // of the civil affairs office
  await page.getByRole('region', { name: zh.grants.cols.items }).getByRole('checkbox', { name: '公民身份号码' }).check();
  await page.getByRole('button', { name: zh.granting.previewRun, exact: true }).click();
  await expect(page.getByRole('region', { name: zh.granting.preview }).locator('tbody tr')).toHaveCount(3);
  await expect(page.locator('.says')).toContainText('区民政局');
  await page.getByRole('button', { name: zh.session.signOut }).click();
  await expect(page.getByRole('heading', { name: zh.session.signIn })).toBeVisible();
  expect(await page.evaluate(() => Object.keys(localStorage).filter((k) => k.startsWith('chengshu.draft.')))).toEqual([]);
});

test('who may only look makes and revokes nothing; who may not look is told so', async ({ page, browser }) => {
  await prefer(page, 'zh-CN', 'light');
  const { items } = (await (await page.request.get('/api/v1/grants?state=active&directory=pension')).json()) as { items: { id: string }[] };
  const context = await browser.newContext({ storageState: { cookies: [], origins: [] } });
  const other = await context.newPage();
  await prefer(other, 'zh-CN', 'light');
  const { login, password } = user('reviewer');
  await other.request.post('/api/v1/session', { data: { login, password } });
  await other.goto(`/grants/${items[0]?.id ?? ''}`);
  await expect(other.locator('main h1 .tag')).toHaveText(zh.share.states.active);
  await expect(other.getByRole('button', { name: zh.grants.revoke })).toHaveCount(0);
  await other.goto('/grants/new');
  await expect(other.locator('.state')).toContainText(zh.share.forbidden);
  await expect(other.locator('.side')).not.toContainText(zh.nav.apps);
  await other.goto('/apps');
  await expect(other.locator('.plight')).toContainText(zh.plight.refused);
  expect((await other.request.post('/api/v1/grants', { data: {}, headers: await token(other) })).ok()).toBe(false);
  await context.close();
});
