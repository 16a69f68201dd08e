import { expect, test, type Page } from '@playwright/test';
import { zh } from '../src/i18n/zh';
import { frames, prefer, settled } from './pages';
import { shifted, watchShifts } from './shift';
import { user } from './users';

// How soon a page is there and how it scrolls. Times are printed, beside that of the server's
// shortest answer in the same browser; only what no machine makes other is asserted.

const limit = 250_000; // bytes of compressed script before the first view

/** A processor so many times as slow as this one, and nothing kept from before; gives what changes that. */
async function slow(page: Page, rate: number) {
  const cdp = await page.context().newCDPSession(page);
  await cdp.send('Network.setCacheDisabled', { cacheDisabled: true });
  const set = (rate: number) => cdp.send('Emulation.setCPUThrottlingRate', { rate });
  await set(rate);
  return set;
}

/** Milliseconds from the start of the open page's load to its first and its largest drawing, and its end. */
const times = (page: Page) => page.evaluate(() => new Promise<{ first: number; largest: number; end: number }>((done) => {
  new PerformanceObserver((list) => {
    const [load] = performance.getEntriesByType('navigation') as PerformanceNavigationTiming[];
    done({ first: performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? 0, largest: list.getEntries().at(-1)?.startTime ?? 0, end: load?.loadEventEnd ?? 0 });
  }).observe({ type: 'largest-contentful-paint', buffered: true });
}));

const line = (what: string, ms: number, empty: number) => console.log(`  ${what.padEnd(34)} ${ms.toFixed(0).padStart(6)} ms   ${(ms / empty).toFixed(1)} × the shortest answer`);

test('the first view comes with little script and does not move', async ({ page, context }) => {
  await context.clearCookies();
  await prefer(page, 'zh-CN', 'light');
  await watchShifts(page);
  const speed = await slow(page, 4);
  await page.goto('/healthz');
  const empty = (await times(page)).largest;

  await page.goto('/');
  await page.getByLabel(zh.fields['signin.login'].title).waitFor();
  const door = await times(page);
  expect((await shifted(page)).what).toEqual([]);
  const { login, password } = user('data_admin');
  await page.getByLabel(zh.fields['signin.login'].title).fill(login);
  await page.getByLabel(zh.fields['signin.password'].title).fill(password);
  const began = await page.evaluate(() => performance.now());
  await page.getByRole('button', { name: zh.session.signIn, exact: true }).click();
  await page.locator('.loop').waitFor();
  const inside = await page.evaluate((t) => performance.now() - t, began);

  await speed(1);
  await page.goto('/');
  await page.locator('.loop').waitFor();
  const full = await times(page);
  await speed(4);
  await page.goto('/');
  await page.locator('.loop').waitFor();
  const today = await times(page);
  await settled(page);
  const asked = await page.evaluate(() => (performance.getEntriesByType('resource') as PerformanceResourceTiming[]).filter((r) => /\/api\/v1\/(session|district|overview|menu)$/.test(r.name)).map((r) => r.name.replace(/.*\//, '')));
  // All but the chart: it is drawn into its place when all else is there (part/draw).
  const scripts = (await page.evaluate(() => (performance.getEntriesByType('resource') as PerformanceResourceTiming[]).map((r) => [r.name.replace(/.*\//, ''), r.encodedBodySize] as const))).filter(([name]) => name.endsWith('.js') && !name.startsWith('draw-'));
  const bytes = scripts.reduce((n, [, size]) => n + size, 0);
  line('the shortest answer', empty, empty);
  line('sign-in, first drawing', door.first, empty);
  line('sign-in, largest drawing', door.largest, empty);
  line('from the click to today', inside, empty);
  line('today, first drawing', today.first, empty);
  line('today, largest drawing', today.largest, empty);
  line('… at full speed, first drawing', full.first, empty);
  line('… at full speed, largest drawing', full.largest, empty);
  console.log(`  ${scripts.length} scripts of ${(bytes / 1000).toFixed(1)} kB compressed, of ${limit / 1000} allowed`);
  // What was asked ahead was what the frame took: nothing is asked twice.
  expect(asked.sort()).toEqual(['district', 'menu', 'overview', 'session']);
  expect(scripts.length).toBeGreaterThan(3);
  expect(bytes).toBeLessThan(limit);
  // On a slow processor one list of today comes after the other: less than what counts as good (CLS 0.1).
  const moved = await shifted(page);
  console.log(`  ${moved.sum.toFixed(3)} moved by itself`);
  expect(moved.sum, moved.what.join('; ')).toBeLessThan(0.1);
});

test('ten thousand rows are scrolled through, a few of them drawn', async ({ page }) => {
  await prefer(page, 'zh-CN', 'light');
  await page.goto('/directories/people?tab=rows&scroll=1');
  await settled(page);
  const box = page.getByRole('region', { name: zh.directory.tabs.rows as string });
  const rows = box.locator('tr[data-row]');
  const status = page.locator('.pager[role=status]');
  const heads = () => box.locator('th').evaluateAll((l) => l.map((h) => Math.round(h.getBoundingClientRect().left)));
  await rows.first().waitFor();
  const before = await heads();
  const gaps: number[] = [];
  // As a wheel does it: down to the end, which moves away as more comes, until there is no more.
  await expect(async () => {
    gaps.push(...await box.evaluate(async (e) => {
      const out: number[] = [];
      let last = performance.now();
      while (e.scrollTop + e.clientHeight < e.scrollHeight - 1) {
        e.scrollTop += 1200;
        const now = await new Promise<number>((next) => requestAnimationFrame(next));
        out.push(now - last);
        last = now;
        if (e.querySelectorAll('tr').length > 120) throw new Error(`${e.querySelectorAll('tr').length} rows are drawn`);
      }
      return out;
    }));
    await expect(status).toContainText(zh.layout.most('10,000', '').split('，')[0] ?? '', { timeout: 500 });
  }).toPass();
  await box.evaluate((e) => { e.scrollTop = e.scrollHeight; });
  await frames(page);
  await expect(rows.last()).toHaveAttribute('data-row', '9999');
  await expect(rows.last()).toBeInViewport();
  expect(await rows.count()).toBeLessThan(120);
  expect(await heads(), 'columns stay where they are').toEqual(before);
  gaps.sort((a, b) => a - b);
  console.log(`  ${gaps.length} steps of 1,200 px: median ${gaps[gaps.length >> 1]?.toFixed(0)} ms a frame, the slowest of a hundred ${gaps[Math.floor(gaps.length * 0.99)]?.toFixed(0)} ms`);
  await box.evaluate((e) => { e.scrollTop = 0; });
  await frames(page);
  await expect(rows.first()).toHaveAttribute('data-row', '0');
  await expect(rows.first()).toBeInViewport();
});
