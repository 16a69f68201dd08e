import { expect, test } from '@playwright/test';
import { en } from '../src/i18n/en';
import { zh } from '../src/i18n/zh';
import { findings, watch } from './clean';
import { prefer, settled, token } from './pages';

// A service is declared in its form and called from its page, signed by the browser.

for (const [lang, t] of [['zh-CN', zh], ['en', en]] as const) {
  test(`a service is declared in its form, called with a signature and proven, in ${lang}`, async ({ page }) => {
    test.setTimeout(180_000);
    await prefer(page, lang, 'light');
    const wrong = watch(page, /status of 403/); // the call that nothing grants
    const name = `drill_${lang.slice(0, 2)}_${Date.now().toString(36)}`;
    const w = t.serving;
    await page.goto('/services');
    await settled(page);
    await page.getByRole('link', { name: w.create }).click();
    await page.getByRole('combobox', { name: t.fields['service.directory'].title, exact: true }).fill('养老待遇领取人员信息');
    await page.locator('.ant-select-dropdown:not(.ant-select-dropdown-hidden) .ant-select-item-option-content').getByText('养老待遇领取人员信息', { exact: true }).click();
    await page.getByLabel(t.fields['service.name'].title).fill('Not A Name');
    await expect(page.getByLabel(t.fields['service.name'].title)).toHaveAccessibleDescription(/Not A Name/); // said as it is typed
    await page.getByLabel(t.fields['service.name'].title).fill(name);
    await page.getByLabel(t.fields['service.title'].title, { exact: true }).fill('演练核验');
    await page.getByLabel(t.fields['service.abstract'].title).fill('演练用，可删除');
    await page.getByRole('checkbox', { name: w.keyOf('公民身份号码') }).check();
    await page.getByRole('checkbox', { name: w.filterOf('待遇类别') }).check();
    await expect(page.locator('.says')).toContainText('公民身份号码');
    await expect(page.getByText(w.good)).toBeVisible();
    await page.reload(); // what was typed is still there
    await expect(page.getByText(t.declare.draft)).toBeVisible();
    await expect(page.getByLabel(t.fields['service.name'].title)).toHaveValue(name);
    await expect(page.getByRole('checkbox', { name: w.keyOf('公民身份号码') })).toBeChecked();
    expect(await findings(page)).toEqual([]);
    await page.getByRole('button', { name: w.save }).click();
    await expect(page).toHaveURL(new RegExp(`/services/${name}$`));
    await expect(page.locator('main')).toContainText('演练用，可删除');

    const act = page.locator('.head .actions');
    await act.getByRole('button', { name: t.services.stop }).click();
    await expect(page.locator('main h1 .tag')).toHaveText(t.services.stopped);
    await act.getByRole('button', { name: t.services.start }).click();
    await expect(page.locator('main h1 .tag')).toHaveText(t.services.running);
    await act.getByRole('link', { name: w.edit }).click();
    await page.getByRole('checkbox', { name: w.sortOf('月待遇金额（元）') }).check();
    await page.getByRole('button', { name: w.save }).click();
    await expect(page.locator('.head')).toContainText(t.directory.version('4'));

    // A call in the name of an application that has a grant, with a key given for today.
    const r = t.trying;
    await page.goto(`/services/${name}?tab=try&app=elder_allowance`);
    await settled(page);
    await page.getByRole('button', { name: r.issue }).click();
    await expect(page.getByText(r.issued)).toBeVisible();
    await page.getByRole('radiogroup', { name: r.what }).getByText(String(r.kinds.rows), { exact: true }).click();
    await page.getByRole('button', { name: r.addFilter }).click();
    await page.getByRole('textbox', { name: r.value }).fill('城镇职工养老');
    await page.getByRole('button', { name: r.send }).click();
    const answer = page.getByRole('region', { name: '演练核验' });
    await expect(answer.locator('tbody tr').first()).toContainText('城镇职工养老');
    await expect(answer.locator('th').first()).toContainText(r.hidden);
    await expect(page.locator('pre').first()).toContainText('X-Chengshu-Signature');
    await expect(page.locator('pre').nth(1)).toContainText(`POST\n/data/v1/${name}/rows\n\n`);
    expect(page.url()).not.toContain('城镇'); // neither condition nor secret stands in the address
    expect(await page.evaluate(() => JSON.stringify({ ...localStorage, ...sessionStorage }))).not.toMatch(/城镇职工养老|X-Chengshu/);
    expect(await findings(page)).toEqual([]);
    await page.getByRole('link', { name: r.verify }).click();
    await settled(page);
    await expect(page.locator('.kv').first()).toContainText(name);
    await page.getByRole('button', { name: t.audit.verify }).click();
    await expect(page.getByRole('status')).toHaveText(t.audit.holds);

    // With a pasted key of an application that was granted nothing.
    const app = `drill_${Date.now().toString(36)}`;
    const post = async (path: string, data: object) => (await (await page.request.post(`/api/v1${path}`, { data, headers: await token(page) })).json()) as { secret: string };
    await post('/apps', { name: app, title: '演练应用', office: 'civil' });
    const { secret } = await post(`/apps/${app}/keys`, { kind: 'api' });
    await page.goto(`/services/${name}?tab=try&app=${app}`);
    await settled(page);
    await expect(page.locator('.note.warn')).toContainText(r.noGrant);
    await page.getByRole('combobox', { name: t.fields['try.key'].title }).click();
    await page.locator('.ant-select-dropdown:not(.ant-select-dropdown-hidden) .ant-select-item-option-content').first().click();
    await page.getByLabel(t.fields['try.secret'].title).fill(secret);
    await page.getByLabel('公民身份号码').fill('000000195001010011');
    await page.getByRole('button', { name: r.sendKey, exact: true }).click();
    await expect(page.locator('.failed')).toContainText('call.denied');
    await expect(page.locator('main')).not.toContainText(secret);

    await page.goto(`/services/${name}`);
    await page.locator('.head .actions').getByRole('button', { name: t.services.remove }).click();
    await page.getByRole('dialog').getByRole('textbox').fill('演练结束');
    await page.getByRole('dialog').getByRole('button', { name: t.services.remove }).click();
    await expect(page).toHaveURL(/\/services$/);
    expect(wrong).toEqual([]);
  });
}
