import { expect, test } from '@playwright/test';
import { zh as t } from '../src/i18n/zh';
import { findings } from './clean';
import { prefer, settled } from './pages';

// A day is changed by whoever keeps the calendar: the page says first what it does to open
// cases, then does it, and keeps who did it and why. A notice that does not fit together is
// refused at its field; a year's is published; an office gets hours of its own and gives them up.

const w = t.calendar;

test('the calendar is changed with its effect known, a year is published, an office has hours of its own', async ({ page }) => {
  await prefer(page, 'zh-CN', 'light');
  await page.goto('/calendar?year=2029');
  await settled(page);
  await expect(page.getByText(w.assumedText(2029))).toBeVisible();
  const fourth = page.getByRole('button', { name: /^2029-01-04，/ });
  await expect(fourth).toHaveAccessibleName(new RegExp(w.kinds.working!));
  await fourth.click();
  const form = page.getByRole('dialog', { name: w.setTitle });
  await expect(form.getByLabel(w.from)).toHaveValue('2029-01-04');
  await form.getByRole('button', { name: w.preview }).click();
  await expect(form.getByText('须写明依据')).toBeVisible();
  await form.getByLabel(t.fields['calendar.days.title'].title, { exact: true }).fill('试停工');
  await form.getByLabel(t.fields['calendar.source'].title, { exact: true }).fill('区应急办通知');
  await form.getByRole('button', { name: w.preview }).click();
  const effect = form.getByRole('region', { name: w.effect.title });
  await expect(effect).toContainText(w.effect.days('1'));
  await expect(effect).toContainText('在办');
  expect(await findings(page)).toEqual([]);
  await form.getByRole('button', { name: w.doSet }).click();
  await expect(form).toBeHidden();
  await expect(fourth).toHaveAccessibleName(new RegExp(`${w.kinds.holiday}，试停工，${w.origins.own}`));
  await page.getByRole('link', { name: w.tabs.past }).click();
  const row = page.getByRole('row', { name: /区应急办通知/ });
  await expect(row).toContainText('试停工');
  await expect(row).toContainText('件');

  await page.goto('/calendar?year=2029&dialog=publish');
  const publish = page.getByRole('dialog', { name: w.publishTitle });
  const notice = '国务院办公厅关于2029年部分节假日安排的通知 国办发明电〔2028〕9号 一、元旦：1月1日放假，共1天。二、春节：2月12日至16日放假，共5天。三、清明节：4月4日放假，共1天。四、劳动节：5月1日至2日放假，共2天。五、端午节：6月16日放假，共1天。六、中秋节：9月22日放假，共1天。七、国庆节：10月1日至3日放假，共3天。';
  await publish.getByLabel(t.fields['calendar.notice'].title, { exact: true }).fill(notice.replace('共5天', '共6天'));
  await publish.getByRole('button', { name: w.preview }).click();
  await expect(publish.getByText(/天数与起止日期不符：2月12日至16日/)).toBeVisible();
  await publish.getByLabel(t.fields['calendar.notice'].title, { exact: true }).fill(notice);
  await publish.getByRole('button', { name: w.preview }).click();
  await expect(publish.getByRole('region', { name: w.effect.title })).toBeVisible();
  await publish.getByRole('button', { name: w.doPublish, exact: true }).click();
  await expect(publish).toBeHidden();
  await expect(page.getByText(w.assumedText(2029))).toBeHidden();
  await expect(fourth).toHaveAccessibleName(new RegExp(w.kinds.working!)); // the notice replaced the whole year

  await page.goto('/calendar?tab=hours&dialog=hours+%2B');
  const hours = page.getByRole('dialog', { name: w.hours.addTitle });
  await expect(hours.getByRole('button', { name: w.preview })).toBeDisabled();
  await hours.getByRole('combobox').click();
  await page.locator('.ant-select-item-option').first().click();
  const sunday = hours.getByLabel('星期日', { exact: true });
  await sunday.fill('9-12');
  await hours.getByRole('button', { name: w.preview }).click();
  await expect(hours.getByText(/办公时间不成立/)).toBeVisible();
  await sunday.fill('09:00-12:00');
  await hours.getByRole('button', { name: w.preview }).click();
  await expect(hours.getByRole('region', { name: w.effect.title })).toBeVisible();
  await hours.getByRole('button', { name: w.hours.save }).click();
  await expect(hours).toBeHidden();
  await page.locator('main').getByRole('button', { name: /改回通用办公时间$/ }).click();
  const reset = page.getByRole('dialog');
  await reset.getByRole('button', { name: w.preview }).click();
  await reset.getByRole('button', { name: w.hours.reset }).click();
  await expect(page.locator('main').getByRole('button', { name: /改回通用办公时间$/ })).toHaveCount(0);
});
