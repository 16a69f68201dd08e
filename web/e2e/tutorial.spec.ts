import { expect, test, type Page } from '@playwright/test';
import { en } from '../src/i18n/en';
import { zh } from '../src/i18n/zh';
import { readFileSync } from 'node:fs';
import { picture } from './document';
import { prefer, settled } from './pages';

// The walk of docs/tutorial, clicked: a file of one's own, a directory out of what was
// guessed, a load, its report, a cleaning step tried and adopted, a replay, the rows.

// The file that the tutorial takes. Rows whose id ends in × for X can be mended, but for the
// one whose birth date is wrong too.
const csv = readFileSync('../docs/tutorial/people.csv');
const crossed = csv.toString().split('\n').filter((l) => l.includes('×') && !l.includes('1958-02-30')).length;

async function ended(page: Page, state: string) {
  await expect(page.locator('main h1 .tag')).toHaveText(state, { timeout: 60_000 });
  await settled(page);
}

for (const [lang, t, blocks] of [['zh-CN', zh, true], ['en', en, false]] as const) {
  test(`a file becomes rows, and its bad rows are mended ${blocks ? 'after the batch was held' : 'by a chosen step'}, in ${lang}`, async ({ page }) => {
    test.setTimeout(180_000);
    await prefer(page, lang, 'light');
    const name = `retired_${lang.slice(0, 2)}_${Date.now().toString(36)}`;

    await page.goto('/');
    await settled(page);
    await page.locator('.actions').getByRole('link', { name: t.today.load }).click();
    await page.locator('input[type=file]').setInputFiles({ name: `${name}.csv`, mimeType: 'text/csv', buffer: csv });
    await expect(page.getByRole('heading', { name: t.load.facts })).toBeVisible();
    await expect(page.getByText('UTF-8').first()).toBeVisible();

    if (blocks) await picture(page, t, 'guess');

    await page.getByRole('link', { name: t.load.declare }).click();
    await page.getByText(t.form.asYaml, { exact: true }).click();
    await page.getByRole('combobox').click();
    await page.locator('.ant-select-item-option').first().click();
    if (blocks) {
      const line = page.locator('.cm-line', { hasText: 'kind: citizen_id' });
      await expect(async () => {
        await page.locator('.cm-scroller').evaluate((e) => e.scrollBy(0, 120)); // lines out of sight are not there
        await expect(line).toBeVisible({ timeout: 500 });
      }).toPass();
      await line.click();
      await page.keyboard.press('End');
      await page.keyboard.insertText('\n    do: block\n    above: 2');
    }
    await expect(page.getByRole('status').getByText(t.declare.good)).toBeVisible();
    if (blocks) await picture(page, t, 'declare');
    await page.getByRole('button', { name: t.declare.thenLoad }).click();

    await expect(page).toHaveURL(new RegExp(`/load\\?.*directory=${name}`));
    await page.getByRole('button', { name: t.load.trial }).click();
    await expect(page.getByRole('region', { name: t.load.trialTitle }).getByRole('heading', { name: t.batch.rules.title('') })).toBeVisible({ timeout: 30_000 });
    await page.locator('.ant-btn-primary').click();

    await expect(page).toHaveURL(/\/batches\//);
    await ended(page, String(blocks ? t.batch.states.held : t.batch.states.published));
    await expect(page.getByText(t.batch.flow.sumIn('1,000'), { exact: false }).first()).toContainText(t.batch.flow.checked);
    await expect(page.locator('td.bad').first()).toBeVisible();

    if (blocks) await picture(page, t, 'held');

    await page.getByRole('button', { name: t.batch.why.tryIt }).click();
    const drawer = page.getByRole('dialog');
    if (!blocks) {
      await drawer.getByRole('combobox', { name: t.fields['mend.step'].title }).click();
      await page.keyboard.type('X');
      await page.locator('.ant-select-item-option').filter({ hasText: 'X' }).first().click();
    }
    await drawer.getByRole('button', { name: t.batch.cure.run, exact: true }).click();
    await expect(drawer.getByRole('status')).toContainText(String(crossed));
    if (blocks) await picture(page, t, 'trial');
    await page.getByRole('button', { name: t.batch.cure.adopt }).click();
    if (!blocks) await expect(page.locator('.head .small')).toContainText(t.batch.facts.parent, { timeout: 30_000 });
    await ended(page, String(t.batch.states.published));

    await page.locator('.crumbs').getByRole('link').first().click();
    await settled(page);
    await page.locator('.tabbar').getByRole('link', { name: t.directory.tabs.rows, exact: true }).click();
    await settled(page);
    await expect(page.locator('tbody tr')).toHaveCount(50);
    if (blocks) await picture(page, t, 'rows');
    await page.getByRole('button', { name: t.pager.next }).click();
    await expect(page).toHaveURL(/cursor=50/);
    await settled(page);
    await expect(page.locator('tbody tr')).toHaveCount(50);

    await page.locator('.tabbar').getByRole('link', { name: t.directory.tabs.history, exact: true }).click();
    await expect(page.locator('tbody tr')).toHaveCount(2);
  });
}

test('a declaration with mistakes shows them at their lines', async ({ page }) => {
  await prefer(page, 'zh-CN', 'light');
  await page.goto('/declare?as=yaml');
  const editor = page.getByRole('textbox', { name: zh.declare.editor });
  await editor.click();
  await page.keyboard.press('Control+End');
  await page.keyboard.insertText('no_such_field: 1\n');
  const found = page.locator('.found li').filter({ hasText: 'no_such_field' });
  await expect(found).toBeVisible();
  await expect(found.getByRole('button')).toHaveText(/\d+/);
  await expect(page.locator('.cm-lint-marker-error').first()).toBeVisible();
  await page.reload();
  await expect(page.getByText(zh.declare.draft)).toBeVisible();
  await page.getByRole('button', { name: zh.declare.dropDraft }).click();
  await expect(editor).not.toContainText('no_such_field');
});

test('by keyboard alone: skip to the content, walk a table, open a row', async ({ page }) => {
  await prefer(page, 'zh-CN', 'light');
  await page.goto('/directories');
  await settled(page);
  await page.keyboard.press('Tab');
  await expect(page.locator('.skip')).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(page.locator('main')).toBeFocused();
  const rows = page.locator('tbody tr');
  await rows.first().getByRole('link').first().focus();
  await page.keyboard.press('ArrowDown');
  const second = rows.nth(1).getByRole('link').first();
  await expect(second).toBeFocused();
  const name = await second.innerText();
  await page.keyboard.press('Enter');
  await expect(page.locator('main h1')).toContainText(name);
});

test('what is chosen stands in the address, and a reload shows the same', async ({ page }) => {
  await prefer(page, 'zh-CN', 'light');
  await page.goto('/directories');
  await settled(page);
  await page.getByRole('searchbox', { name: zh.directories.search }).fill('信息');
  await expect(page).toHaveURL(/q=/);
  await settled(page);
  const before = await page.locator('tbody tr').allInnerTexts();
  await page.reload();
  await settled(page);
  expect(await page.locator('tbody tr').allInnerTexts()).toEqual(before);
});
