import { expect, test, type Page } from '@playwright/test';
import { en } from '../src/i18n/en';
import { zh } from '../src/i18n/zh';
import { findings, watch } from './clean';
import { prefer, settled } from './pages';
import { user, type User } from './users';

// Without the session of the other tests: who is nobody sees the sign-in, and nothing else.
test.use({ storageState: { cookies: [], origins: [] } });

async function signIn(page: Page, u: Pick<User, 'login' | 'password'>, t = zh) {
  await page.getByLabel(t.fields['signin.login'].title).fill(u.login);
  await page.getByLabel(t.fields['signin.password'].title).fill(u.password);
  await page.getByRole('button', { name: t.session.signIn, exact: true }).click();
}

for (const [lang, t] of [['zh-CN', zh], ['en', en]] as const) {
  test(`signing in and out, at the address one came to, in ${lang}`, async ({ page }) => {
    await prefer(page, lang, 'light');
    await page.goto('/batches?state=held');
    await expect(page.getByRole('heading', { name: t.session.signIn })).toBeVisible();
    await expect(page.locator('.side')).toHaveCount(0);
    await expect(page.locator('.outside').getByText(t.shell.demo, { exact: true })).toBeVisible();
    expect(await findings(page)).toEqual([]);
    const u = user('data_admin');
    await signIn(page, u, t);
    await settled(page);
    await expect(page).toHaveURL(/\/batches\?state=held/);
    await expect(page.locator('.me')).toHaveText(u.name);
    await page.reload();
    await settled(page);
    await expect(page.locator('.me')).toHaveText(u.name);
    expect((await page.context().cookies()).map((c) => [c.name, c.httpOnly, c.sameSite])).toEqual([['chengshu_session', true, 'Strict']]);
    await page.getByRole('button', { name: t.session.signOut }).click();
    await expect(page.getByRole('heading', { name: t.session.signIn })).toBeVisible();
    expect((await page.request.get('/api/v1/overview')).status()).toBe(401);
  });
}

test('what is seen before it is known who sits there says that the data were invented', async ({ page }) => {
  await prefer(page, 'zh-CN', 'light');
  const mark = page.locator('.outside').getByText(zh.shell.demo, { exact: true });
  await page.route('**/api/v1/session', (r) => r.abort());
  await page.goto('/tasks');
  await expect(page.locator('.failed')).toBeVisible(); // the server cannot be reached
  await expect(mark).toBeVisible();
  await page.unroute('**/api/v1/session');
  await page.route('**/api/v1/session', async (r) => {
    const answer = await r.fetch();
    await r.fulfill({ response: answer, json: { ...(await answer.json() as object), must_change: true } });
  });
  await page.goto('/');
  await signIn(page, user('data_admin'));
  await expect(page.getByRole('heading', { name: zh.session.change })).toBeVisible();
  await expect(mark).toBeVisible();
});

test('a wrong password is said in words, and enough of them lock', async ({ page }) => {
  await prefer(page, 'zh-CN', 'dark');
  await page.goto('/');
  const nobody = { login: `nobody_${Date.now().toString(36)}`, password: 'Wrong-Password-1' };
  for (let i = 0; i < 5; i++) {
    const answered = page.waitForResponse((r) => r.url().endsWith('/api/v1/session') && r.request().method() === 'POST');
    await signIn(page, nobody);
    expect((await answered).status()).toBe(403);
    await expect(page.getByRole('alert')).toContainText('登录名或密码不正确');
  }
  await signIn(page, nobody);
  await expect(page.getByRole('alert')).toContainText('已暂时锁定');
  expect(await findings(page)).toEqual([]);
  await expect(page.locator('.side')).toHaveCount(0);
});

test('an officer sees the held batches of their own office, and not those of others', async ({ page }) => {
  await prefer(page, 'zh-CN', 'light');
  for (const [office, sees] of [['hrss', true], ['civil', false]] as const) {
    await page.context().clearCookies();
    await page.goto('/batches');
    const wrong = watch(page, /status of 401/);
    await signIn(page, user('officer', office));
    await expect(page.locator('.me')).toHaveText(user('officer', office).name);
    await settled(page);
    const { items } = (await (await page.request.get('/api/v1/batches?limit=200')).json()) as { items: { directory: string; id: string }[] };
    expect(items.length).toBeGreaterThan(0);
    expect(items.some((b) => b.directory === 'pension')).toBe(sees);
    const tasks = ((await (await page.request.get('/api/v1/tasks')).json()) as { items: { batch: string }[] }).items;
    expect(tasks.filter((x) => !items.some((b) => b.id === x.batch))).toEqual([]); // none is another office's
    await expect(page.locator('.side')).not.toContainText(zh.nav.audit);
    expect((await page.request.get('/api/v1/audit')).status()).toBe(403);
    expect(wrong).toEqual([]);
  }
});
