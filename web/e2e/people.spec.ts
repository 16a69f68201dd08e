import { expect, test, type Page } from '@playwright/test';
import { en } from '../src/i18n/en';
import { zh } from '../src/i18n/zh';
import { findings, watch } from './clean';
import { enter, prefer, settled } from './pages';
import { user } from './users';

// Accounts through the screens: the system administrator adds somebody, the security
// administrator gives the roles, and who was added changes the first password.

async function signIn(page: Page, login: string, password: string, t: typeof zh) {
  await page.goto('/');
  await page.getByLabel(t.fields['signin.login'].title).fill(login);
  await page.getByLabel(t.fields['signin.password'].title).fill(password);
  await page.getByRole('button', { name: t.session.signIn, exact: true }).click();
}

/** Adds an account as one who may; gives its first password. */
async function add(page: Page, login: string, name: string, t: typeof zh): Promise<string> {
  await page.goto('/users');
  await settled(page);
  await page.getByRole('button', { name: t.users.add }).click();
  const dialog = page.getByRole('dialog');
  const office = dialog.getByRole('combobox', { name: t.fields['user.office'].title });
  await dialog.getByLabel(t.fields['user.name'].title, { exact: true }).fill(name);
  await office.fill('区民政局');
  await office.press('Enter');
  await page.reload(); // who it is to be was kept nowhere
  await settled(page);
  await expect(dialog.getByText(t.declare.draft)).toBeVisible();
  await expect(dialog.locator('.ant-select', { has: page.getByRole('combobox', { name: t.fields['user.office'].title }) })).toContainText('区民政局');
  await expect(dialog.getByLabel(t.fields['user.name'].title, { exact: true })).toHaveValue('');
  expect(await page.evaluate(() => JSON.stringify(localStorage))).not.toContain(name);
  await dialog.getByLabel(t.fields['user.name'].title, { exact: true }).fill(name);
  await dialog.getByLabel(t.fields['user.login'].title).fill('Not A Login');
  await dialog.getByRole('button', { name: t.users.add }).click();
  await expect(dialog.locator('.wrongs')).toContainText('zhang_san'); // at the field: what is wrong, and how it is written
  await dialog.getByLabel(t.fields['user.login'].title).fill(login);
  await dialog.getByRole('button', { name: t.users.add }).click();
  const password = await page.locator('.given code').innerText();
  expect(await findings(page)).toEqual([]);
  await page.getByRole('button', { name: t.users.close }).click();
  await expect(page.locator('.given')).toHaveCount(0);
  await page.locator('tbody tr', { hasText: login }).getByRole('button').click();
  await expect(page.getByRole('dialog').getByText(t.users.noRoles)).toBeVisible();
  await expect(page.getByRole('dialog').getByRole('button', { name: t.users.give })).toHaveCount(0);
  return password;
}

/** Gives a role as one who may; the three administrators stay three persons. */
async function giveRole(page: Page, login: string, t: typeof zh) {
  await page.goto(`/users?user=${login}`);
  await settled(page);
  await expect(page.getByRole('button', { name: t.users.reset })).toHaveCount(0); // who gives roles keeps no accounts
  await page.getByRole('button', { name: t.users.give }).click();
  const dialog = page.getByRole('dialog').filter({ has: page.getByRole('group') });
  await expect(dialog.getByText(t.users.apart)).toBeVisible();
  const box = (role: string) => dialog.getByRole('checkbox', { name: new RegExp(`^${t.words.role[role]}`) });
  await box('data_admin').check();
  await box('audit_admin').check();
  await dialog.getByRole('button', { name: t.users.give }).click();
  await expect(dialog.locator('.wrongs')).toContainText(/三员分立|three persons/);
  await box('audit_admin').uncheck();
  await dialog.getByRole('button', { name: t.users.give }).click();
  await expect(dialog).toHaveCount(0);
  await expect(page.locator('tr.on')).toContainText(String(t.words.role.data_admin));
}

for (const [lang, t] of [['zh-CN', zh], ['en', en]] as const) {
  test(`an account is added, given a role, and changes its first password, in ${lang}`, async ({ page }) => {
    test.setTimeout(120_000);
    await prefer(page, lang, 'light');
    const wrong = watch(page, /status of (401|403|422)/);
    const login = `han_xin_${Date.now().toString(36)}`;
    await enter(page, 'system_admin');
    const first = await add(page, login, `韩昕${lang}`, t);
    await enter(page, 'security_admin');
    await giveRole(page, login, t);

    await page.context().clearCookies();
    await signIn(page, login, first, t);
    await expect(page.getByRole('heading', { name: t.session.change })).toBeVisible();
    expect(await findings(page)).toEqual([]);
    const next = `Han-Xin-${Date.now()}`;
    await page.getByLabel(t.fields['password.old'].title).fill(first);
    await page.getByLabel(t.fields['password.password'].title, { exact: true }).fill(next);
    await page.getByLabel(t.fields['password.again'].title).fill(next);
    await page.getByRole('button', { name: t.session.change }).click();
    await settled(page);
    await expect(page.locator('.me')).toHaveText(`韩昕${lang}`);
    await expect(page.locator('.side')).toContainText(t.nav.directories);
    await expect(page.locator('.side')).not.toContainText(t.nav.users);
    expect(wrong).toEqual([]);
  });
}

test('a disabled account is signed out and cannot sign in, and is enabled again', async ({ page, browser }) => {
  await prefer(page, 'zh-CN', 'light');
  await enter(page, 'system_admin');
  const login = `shen_yan_${Date.now().toString(36)}`;
  const first = await add(page, login, '沈言', zh);
  const other = await (await browser.newContext({ storageState: undefined })).newPage();
  await prefer(other, 'zh-CN', 'light');
  await signIn(other, login, first, zh);
  await expect(other.getByRole('heading', { name: zh.session.change })).toBeVisible();

  await page.getByRole('button', { name: zh.users.disable }).click();
  const dialog = page.getByRole('dialog').filter({ has: page.getByLabel(zh.fields['reason.reason'].title) });
  await expect(dialog.getByRole('button', { name: zh.users.disable })).toBeDisabled();
  await dialog.getByLabel(zh.fields['reason.reason'].title).fill('调离本单位');
  await dialog.getByRole('button', { name: zh.users.disable }).click();
  await expect(page.locator('tr.on')).toContainText(String(zh.users.states.disabled));
  expect((await other.request.get('/api/v1/session')).status()).toBe(401);
  await signIn(other, login, first, zh);
  await expect(other.getByRole('alert')).toBeVisible();

  await page.getByRole('button', { name: zh.users.enable }).click();
  await expect(page.locator('tr.on')).toContainText(String(zh.users.states.enabled));
  await other.context().close();
});

test('a session is ended from the list, and its holder has to sign in again', async ({ page, browser }) => {
  await prefer(page, 'zh-CN', 'light');
  const reviewer = user('reviewer');
  const other = await (await browser.newContext({ storageState: undefined })).newPage();
  await prefer(other, 'zh-CN', 'light');
  await signIn(other, reviewer.login, reviewer.password, zh);
  await settled(other);
  await enter(page, 'system_admin');
  await page.goto(`/sessions?user=${reviewer.login}`);
  await settled(page);
  const rows = page.locator('tbody tr');
  const before = await rows.count();
  expect(before).toBeGreaterThan(0);
  for (let left = before; left > 0; left--) {
    await rows.first().getByRole('button').click();
    await page.getByRole('dialog').getByRole('button', { name: zh.sessions.end, exact: true }).click();
    await expect(rows).toHaveCount(left - 1);
  }
  await other.goto('/batches');
  await expect(other.getByRole('heading', { name: zh.session.signIn })).toBeVisible();
  await other.context().close();
});
