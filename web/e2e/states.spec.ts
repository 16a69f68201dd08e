import { expect, test, type Page } from '@playwright/test';
import { en } from '../src/i18n/en';
import { zh } from '../src/i18n/zh';
import { findings } from './clean';
import { addresses, enter, move, prefer, settled } from './pages';

// What a page shows while it waits, when there is nothing, when it may not be seen, when
// the server fails and when it cannot be reached. Answers are held back or exchanged on
// their way; what is refused is the server's own document of somebody who may not.

type Mode = 'through' | 'waiting' | 'empty' | 'refused' | 'failed' | 'lost';

/** As the server words whatever it did not foresee (internal/fault). */
const internal = { type: 'about:blank', title: '系统内部错误', status: 500, detail: '系统内部错误', code: 'internal', remedy: '请查看服务日志' };

// What the frame of the console asks for by itself.
const frame = /\/api\/v1\/(session|district|events|overview|menu|case-desks)$/;

const section = (address: string) => address.split(/[/?]/)[1] ?? '';

/** Addresses of pages that ask the server for something, one for each page. */
async function asking(page: Page): Promise<[string, string][]> {
  const all = Object.entries(await addresses(page));
  const not = /missing|none|filtered|password|today|^declare$|^declare-yaml$|^import$|^load$|-new$|-form$|revoked|roles-mine|-cure|-four|-table/;
  return all.filter(([name]) => !not.test(name));
}

async function refusal(page: Page): Promise<{ detail: string; remedy: string }> {
  await enter(page, 'reviewer');
  const res = await page.request.get('/api/v1/apps', { headers: { 'Accept-Language': 'zh-CN' } });
  expect(res.status()).toBe(403);
  const problem = (await res.json()) as { detail: string; remedy: string };
  await enter(page, 'data_admin');
  return problem;
}

/** Lets answers through as the mode says, which may be changed. */
async function between(page: Page, denied: object) {
  let mode: Mode = 'through';
  let waiting: (() => void)[] = [];
  const set = (next: Mode) => {
    mode = next;
    for (const go of waiting) go();
    waiting = [];
  };
  await page.route((u) => u.pathname.startsWith('/api/v1/') && !frame.test(u.pathname), async (route) => {
    if (mode === 'waiting') await new Promise<void>((go) => waiting.push(go));
    const json = { contentType: 'application/problem+json' };
    if (mode === 'lost') return route.abort();
    if (mode === 'failed') return route.fulfill({ status: 500, ...json, body: JSON.stringify(internal) });
    if (mode === 'refused') return route.fulfill({ status: 403, ...json, body: JSON.stringify(denied) });
    if (mode !== 'empty' || route.request().method() !== 'GET') return route.continue();
    const answer = await route.fetch();
    const body = (await answer.json()) as { items?: unknown[]; total?: number };
    if (!body.items) return route.fulfill({ response: answer });
    return route.fulfill({ response: answer, json: { ...body, items: [], next: null, ...(body.total === undefined ? {} : { total: 0 }) } });
  });
  return set;
}

test('every page says why it shows nothing: waiting, refused, failed, not reached', async ({ page }) => {
  test.setTimeout(1_500_000);
  await prefer(page, 'zh-CN', 'light');
  const pages = await asking(page);
  expect(pages.length).toBeGreaterThan(20);
  const denied = await refusal(page);
  const set = await between(page, denied);
  await page.goto('/password');
  await settled(page);
  const plight = page.locator('.plight').first();
  for (const [name, address] of pages) {
    await test.step(name, async () => {
      set('waiting');
      await move(page, address);
      await expect(page.locator('main h1').first()).toBeVisible(); // where one is stands there at once
      await expect(page.locator('main .busy').first()).toBeVisible();
      set('refused');
      await expect(plight).toContainText(zh.plight.refused);
      await expect(plight).toContainText(zh.purpose[section(address)] ?? '?');
      await expect(plight).toContainText(denied.detail);
      await expect(plight).toContainText(denied.remedy);
      await expect(plight.getByRole('link', { name: zh.plight.mine })).toBeVisible();
      await move(page, '/password');
      await settled(page);
      set('failed');
      await move(page, address);
      await expect(plight).toContainText(zh.plight.failed);
      await expect(plight).toContainText(internal.remedy);
      await expect(plight).toContainText(zh.state.code('internal'));
      set('through');
      const broken = page.locator('.plight.broken');
      for (let left = await broken.count(); left > 0; left--) { // a page may ask for several things
        await broken.first().getByRole('button', { name: zh.state.again }).click();
        await expect(broken).toHaveCount(left - 1);
      }
      await settled(page);
      await move(page, '/password');
      await settled(page);
      set('lost');
      await move(page, address);
      await expect(plight).toContainText(zh.state.unreachableRemedy);
      set('through');
      await move(page, '/password');
      await settled(page);
    });
  }
});

test('every list without entries says what belongs there and what to do', async ({ page }) => {
  test.setTimeout(300_000);
  await prefer(page, 'zh-CN', 'light');
  const set = await between(page, {});
  await page.goto('/password');
  await settled(page);
  const lists = ['/directories', '/batches', '/batches?state=held', '/quarantine', '/services', '/grants', '/apps', '/offices', '/tasks', '/sessions', '/packs', '/notices'];
  for (const address of lists) {
    await test.step(address, async () => {
      set('empty');
      await move(page, address);
      const state = page.locator('main .state').first();
      await expect(state.locator('.state-title')).toHaveText(/\S/);
      await expect(state.locator('.muted').first()).toHaveText(/\S/);
      await expect(page.locator('.plight')).toHaveCount(0);
      set('through');
      await move(page, '/password');
      await settled(page);
    });
  }
});

for (const [lang, t, theme] of [['zh-CN', zh, 'dark'], ['en', en, 'light']] as const) {
  test(`a refused page and a failed one are clean for axe, in ${lang}`, async ({ page }) => {
    await prefer(page, lang, theme);
    const set = await between(page, await refusal(page));
    for (const [mode, said] of [['refused', t.plight.refused], ['failed', t.plight.failedAsk], ['lost', t.state.unreachableRemedy]] as const) {
      set(mode);
      await page.goto('/services');
      await expect(page.locator('.plight')).toContainText(said);
      expect(await findings(page)).toEqual([]);
      await page.screenshot({ path: `test-results/states/${lang}-${mode}.png` });
    }
    set('through');
    await page.goto('/services/no-such-service');
    await expect(page.locator('.plight')).toContainText(t.plight.missing);
    await expect(page.locator('.plight').getByRole('link', { name: t.plight.back })).toHaveAttribute('href', '/services');
    await page.screenshot({ path: `test-results/states/${lang}-missing.png` });
  });
}
