import { expect, test, type Page } from '@playwright/test';
import { readFileSync } from 'node:fs';
import { en } from '../src/i18n/en';
import { zh } from '../src/i18n/zh';
import { watch } from './clean';
import { picture } from './document';
import { guide } from './guide';
import { prefer, settled } from './pages';
import { user } from './users';

// docs/tutorial/console.md and console.zh-CN.md, clicked: from signing in with a file of
// one's own to the verified receipt of a call.

test.use({ storageState: { cookies: [], origins: [] } });

const csv = readFileSync('../docs/tutorial/people.csv');
const open = '.ant-select-dropdown:not(.ant-select-dropdown-hidden) .ant-select-item-option';

async function choose(page: Page, label: string, text: string) {
  await page.getByRole('combobox', { name: label, exact: true }).fill(text);
  await page.locator(open).getByText(text, { exact: true }).click();
}

for (const [lang, t, file] of [['zh-CN', zh, 'console.zh-CN.md'], ['en', en, 'console.md']] as const) {
  test(`the tutorial through the console alone, from signing in to a verified receipt, in ${lang}`, async ({ page }) => {
    test.setTimeout(400_000);
    await prefer(page, lang, 'light');
    const wrong = watch(page, /status of 401/);
    const g = guide(file);
    const mark = Date.now().toString(36);
    const name = `retired_${mark}`;
    const side = (text: string) => page.locator('.side').getByRole('link', { name: g.says(text), exact: true }).click();

    g.step(); // sign in
    const u = user('data_admin');
    await page.goto('/');
    await page.getByLabel(g.says(t.fields['signin.login'].title)).fill(u.login);
    await page.getByLabel(g.says(t.fields['signin.password'].title)).fill(u.password);
    await page.getByRole('button', { name: g.says(t.session.signIn), exact: true }).click();

    g.step(); // choose the file
    await page.locator('.actions').getByRole('link', { name: g.says(t.today.load) }).click();
    await page.locator('input[type=file]').setInputFiles({ name: `${name}.csv`, mimeType: 'text/csv', buffer: csv });
    await expect(page.getByRole('heading', { name: g.says(t.load.facts) })).toBeVisible();
    await picture(page, t, `console/file.${lang}`);

    g.step(); // declare
    await page.getByRole('link', { name: g.says(t.load.declare) }).click();
    await page.getByRole('combobox', { name: /^(信息资源提供方|office)/ }).click();
    await page.locator(open).first().click();
    await expect(page.getByRole('status').getByText(g.says(t.declare.good))).toBeVisible();
    await page.getByRole('button', { name: g.says(t.declare.thenLoad) }).click();

    g.step(); // try, then load
    await page.getByRole('button', { name: g.says(t.load.trial) }).click();
    await expect(page.getByRole('region', { name: t.load.trialTitle }).getByRole('heading', { name: t.batch.rules.title('') })).toBeVisible();
    await page.getByRole('button', { name: g.says(t.load.runAll('1,000')), exact: true }).click();
    await expect(page.locator('main h1 .tag')).toHaveText(String(t.batch.states.published));
    await expect(page.getByText(t.batch.flow.sumIn('1,000'), { exact: false }).first()).toContainText(t.batch.flow.checked);
    await picture(page, t, `console/batch.${lang}`);

    g.step(); // mend
    await page.getByRole('button', { name: g.says(t.batch.why.tryIt) }).click();
    const drawer = page.getByRole('dialog');
    await drawer.getByRole('combobox', { name: t.fields['mend.step'].title }).click();
    await page.keyboard.type('X');
    await page.locator(open).filter({ hasText: 'X' }).first().click();
    await drawer.getByRole('button', { name: g.says(t.batch.cure.run), exact: true }).click();
    await expect(drawer.getByRole('status')).toContainText(/\d/);
    await page.getByRole('button', { name: g.says(t.batch.cure.adopt) }).click();
    await expect(page.locator('.head .small')).toContainText(t.batch.facts.parent);
    await expect(page.locator('main h1 .tag')).toHaveText(String(t.batch.states.published));

    g.step(); // the rows, and the directory published
    await page.locator('.crumbs').getByRole('link').first().click();
    await page.locator('.tabbar').getByRole('link', { name: g.says(String(t.directory.tabs.rows)), exact: true }).click();
    await settled(page);
    await expect(page.locator('tbody tr')).toHaveCount(50);
    const directory = (await page.locator('main h1').evaluate((e) => e.firstChild?.textContent ?? '')).trim();
    await page.locator('.head .actions').getByRole('button', { name: g.says(t.standing.publish), exact: true }).click();
    await page.getByRole('dialog').getByRole('textbox').fill('首次发布');
    await page.getByRole('dialog').getByRole('button', { name: t.standing.publish, exact: true }).click();
    await expect(page.locator('main h1')).toContainText(String(t.words.standing.published));

    g.step(); // a service
    await side(t.nav.services);
    await page.getByRole('link', { name: g.says(t.serving.create) }).click();
    await choose(page, g.says(t.fields['service.directory'].title), directory);
    await page.getByLabel(g.says(t.fields['service.title'].title), { exact: true }).fill(`退休人员核验 ${mark}`);
    await page.getByLabel(g.says(t.fields['service.name'].title)).fill(`check_${mark}`);
    await page.getByRole('checkbox', { name: g.says(t.serving.keyOf('公民身份号码')) }).check();
    await page.getByRole('button', { name: g.says(t.serving.save), exact: true }).click();
    await expect(page).toHaveURL(new RegExp(`/services/check_${mark}$`));

    g.step(); // an application
    await side(t.nav.apps);
    await page.getByRole('button', { name: g.says(t.apps.add) }).click();
    const form = page.getByRole('dialog');
    await form.getByLabel(t.fields['app.title'].title, { exact: true }).fill(`待遇核验系统 ${mark}`);
    await form.getByLabel(t.fields['app.name'].title).fill(`app_${mark}`);
    await choose(page, t.apps.cols.office, '区民政局');
    await form.getByRole('button', { name: t.apps.add }).click();
    await expect(page).toHaveURL(new RegExp(`/apps/app_${mark}$`));

    g.step(); // a grant
    await side(t.nav.grants);
    await page.getByRole('link', { name: g.says(t.grants.make) }).click();
    await page.getByRole('combobox', { name: g.says(t.fields['grant.grantee'].title), exact: true }).fill(`app_${mark}`);
    await page.locator(open).filter({ hasText: mark }).first().click();
    await choose(page, t.grants.cols.directory, directory);
    await page.getByRole('checkbox', { name: '公民身份号码' }).check();
    await page.getByRole('checkbox', { name: '姓名' }).check();
    await page.getByRole('textbox', { name: g.says(t.fields['grant.purpose'].title) }).fill('核验津贴申领');
    await page.getByRole('textbox', { name: g.says(t.fields['grant.basis'].title), exact: true }).fill('《政务数据共享条例》第二十一条');
    await page.getByRole('button', { name: g.says(t.grants.grant) }).click();
    await expect(page.locator('main h1 .tag')).toHaveText(t.share.states.active);
    await picture(page, t, `console/grant.${lang}`);

    g.step(); // a signed call and its receipt
    await page.locator('.side').getByRole('link', { name: t.nav.services, exact: true }).click();
    await page.getByRole('link', { name: `退休人员核验 ${mark}` }).click();
    await page.locator('.tabbar').getByRole('link', { name: g.says(String(t.serving.tabs.try)), exact: true }).click();
    await choose(page, t.fields['try.app'].title, `待遇核验系统 ${mark}`);
    await page.getByRole('button', { name: g.says(t.trying.issue) }).click();
    await expect(page.getByText(t.trying.issued)).toBeVisible();
    await page.getByLabel('公民身份号码').fill('420102195501080010');
    await page.getByRole('button', { name: g.says(t.trying.send) }).click();
    await page.getByRole('link', { name: g.says(t.trying.verify) }).click();
    await settled(page);
    await page.getByRole('button', { name: g.says(t.audit.verify) }).click();
    await expect(page.getByRole('status')).toHaveText(g.says(t.audit.holds));
    await picture(page, t, `console/receipt.${lang}`);
    g.end();
    expect(wrong).toEqual([]);
  });
}
