import { expect, test } from '@playwright/test';
import { readFileSync } from 'node:fs';
import { en } from '../src/i18n/en';
import { zh } from '../src/i18n/zh';
import { findings, watch } from './clean';
import { enter, prefer, settled } from './pages';

// The audit administrator looks for a call, opens it and proves its receipt.

for (const [lang, t] of [['zh-CN', zh], ['en', en]] as const) {
  test(`a call is found, opened and proven, in ${lang}`, async ({ page }) => {
    test.setTimeout(120_000);
    await prefer(page, lang, 'light');
    const wrong = watch(page);
    await enter(page, 'audit_admin');
    await page.goto('/audit');
    await settled(page);
    await page.getByRole('button', { name: t.filters.more }).click();
    await page.getByRole('combobox', { name: t.audit.service }).click(); // chosen, not typed
    await page.locator('.ant-select-dropdown:not(.ant-select-dropdown-hidden) .ant-select-item-option-content').getByText('市场主体基本信息查询', { exact: true }).click();
    await expect(page).toHaveURL(/service=enterprise_info/);
    await settled(page);
    const rows = page.locator('tbody tr');
    await expect(rows.first()).toContainText('enterprise_info');
    expect(await rows.count()).toBe(await rows.filter({ hasText: 'enterprise_info' }).count());
    await page.getByRole('button', { name: t.pager.next }).click();
    await expect(page).toHaveURL(/cursor=/);
    await settled(page);

    await rows.first().getByRole('link').click();
    await settled(page);
    await expect(page.locator('.kv').first()).toContainText('enterprise_info');
    await page.getByRole('button', { name: t.audit.verify }).click();
    await expect(page.getByRole('status')).toHaveText(t.audit.holds);
    await expect(page.locator('.proof .tag.ok')).toHaveCount(2);
    await expect(page.locator('.proof-step')).toHaveCount(4);
    expect(await findings(page)).toEqual([]);

    const coming = page.waitForEvent('download');
    await page.getByRole('button', { name: t.audit.download }).click();
    const file = await coming;
    expect(file.suggestedFilename()).toMatch(/^receipt-[0-9a-f]{8}-\d+\.json$/);
    const receipt = JSON.parse(readFileSync(await file.path(), 'utf8')) as { entry: string };
    expect(JSON.parse(receipt.entry)).toMatchObject({ service: 'enterprise_info', outcome: 'ok' });
    expect(wrong).toEqual([]);
  });
}

test('the chain is verified by button, its result is in it; keys are rotated with the consequence known', async ({ page }) => {
  test.setTimeout(120_000);
  await prefer(page, 'zh-CN', 'light');
  const wrong = watch(page);
  await enter(page, 'audit_admin');
  await page.goto('/chain');
  await settled(page);
  await page.locator('.head .actions').getByRole('button').click();
  await expect(page.getByText(zh.chain.holds)).toBeVisible({ timeout: 60_000 });
  await expect(page.getByRole('button', { name: zh.chain.again })).toBeEnabled();
  expect(await findings(page)).toEqual([]);
  await page.getByRole('link', { name: /^[0-9a-f]{8}-\d+$/ }).click();
  await settled(page);
  await expect(page.locator('.kv').first()).toContainText(String(zh.audit.actions['audit.check']));

  await page.goto('/keys');
  await settled(page);
  await expect(page.getByRole('button', { name: zh.ring.rotate })).toHaveCount(0); // who watches changes nothing
  await enter(page, 'security_admin');
  await page.goto('/keys');
  await settled(page);
  const rows = page.locator('tbody tr');
  const before = await rows.count();
  await page.getByRole('button', { name: /^更换：密封分页标记/ }).click();
  const dialog = page.getByRole('dialog');
  await expect(dialog).toContainText('此前的分页标记仍可使用');
  await dialog.getByRole('textbox').fill('例行更换');
  await dialog.getByRole('button', { name: zh.ring.rotate, exact: true }).click();
  await expect(rows).toHaveCount(before + 1);
  expect(await findings(page)).toEqual([]);
  expect(wrong).toEqual([]);
});

test('a receipt that was changed on its way is called so', async ({ page }) => {
  await prefer(page, 'zh-CN', 'light');
  await enter(page, 'audit_admin');
  await page.route('**/api/v1/receipts/*', async (r) => {
    const answer = await r.fetch();
    const receipt = (await answer.json()) as { entry: string };
    await r.fulfill({ response: answer, json: { ...receipt, entry: receipt.entry.replace(/"rows":\d+/, '"rows":900000') } });
  });
  await page.goto('/audit?action=read');
  await settled(page);
  await page.locator('tbody tr').first().getByRole('link').click();
  await settled(page);
  await page.getByRole('button', { name: zh.audit.verify }).click();
  await expect(page.locator('.failed')).toHaveText(zh.audit.fails);
  await expect(page.locator('.proof .tag.danger')).toHaveText(zh.audit.bad);
});

test('who may not read the audit does not see it', async ({ page }) => {
  await prefer(page, 'zh-CN', 'light');
  await page.goto('/audit');
  await expect(page.locator('.plight')).toContainText('policy.denied');
  await expect(page.locator('.side')).not.toContainText(zh.nav.audit);
});
