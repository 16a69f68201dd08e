import { readFileSync } from 'node:fs';
import { expect, test, type Page } from '@playwright/test';
import { zh as t } from '../src/i18n/zh';
import { findings } from './clean';
import { enter, prefer, settled } from './pages';

// A pack as its administrator keeps it, while its cases run: a broken one is refused at its
// lines, one that would lose data with its plan, one that would not is installed with the
// open cases and taken back with them; a field is added and stands in the pack's file.

const w = t.packs;
const declared = readFileSync(new URL('../../packs/examples/pothole/pack.yaml', import.meta.url), 'utf8');

/** The pothole pack at a version, with lines of it exchanged. */
const folder = (version: string, ...changes: [string, string][]) =>
  changes.reduce((text, [from, to]) => {
    expect(text).toContain(from);
    return text.replace(from, to);
  }, declared.replace('version: 1.0.0', `version: ${version}`));

/** A folder with one file as an archive that stores it: what the page takes of a reader's disk. */
function zip(name: string, text: string): Buffer {
  const data = Buffer.from(text);
  const table = Array.from({ length: 256 }, (_, n) => Array.from({ length: 8 }).reduce<number>((c) => (c & 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1), n) >>> 0);
  const crc = (data.reduce((c, b) => (table[(c ^ b) & 255] ?? 0) ^ (c >>> 8), 0xffffffff) ^ 0xffffffff) >>> 0;
  const words = (...of: [number, number][]) => Buffer.concat(of.map(([size, n]) => { const b = Buffer.alloc(size); b.writeUIntLE(n, 0, size); return b; }));
  const about: [number, number][] = [[2, 20], [2, 0], [2, 0], [4, 0], [4, crc], [4, data.length], [4, data.length], [2, name.length], [2, 0]];
  const local = Buffer.concat([words([4, 0x04034b50], ...about), Buffer.from(name), data]);
  const central = Buffer.concat([words([4, 0x02014b50], [2, 20], ...about, [2, 0], [2, 0], [2, 0], [4, 0], [4, 0]), Buffer.from(name)]);
  return Buffer.concat([local, central, words([4, 0x06054b50], [2, 0], [2, 0], [2, 1], [2, 1], [4, central.length], [4, local.length], [2, 0])]);
}

async function choose(page: Page, text: string) {
  const drawer = page.getByRole('dialog', { name: w.installTitle });
  await drawer.locator('input[accept=".zip"]').setInputFiles({ name: 'pothole.zip', mimeType: 'application/zip', buffer: zip('pothole/pack.yaml', text) });
  return drawer;
}

interface Of { version: string; state: string; ended_at: string | null }

/** The open potholes, as the desk of their streets has them. */
async function running(page: Page): Promise<number> {
  const { open } = (await (await page.request.get('/api/v1/packs/pothole')).json()) as { open: number };
  return open;
}

async function versions(page: Page): Promise<string[]> {
  await enter(page, 'pothole.desk');
  const { items } = (await (await page.request.get('/api/v1/cases?pack=pothole&limit=200')).json()) as { items: (Of & { id: string })[] };
  const open = items.filter((c) => !c.ended_at);
  expect(open.length).toBeGreaterThan(0);
  const all = await Promise.all(open.map(async (c) => ((await (await page.request.get(`/api/v1/cases/${c.id}`)).json()) as Of).version));
  await enter(page, 'data_admin');
  return [...new Set(all)];
}

test('a pack is upgraded and taken back while its cases run, and never loses data', async ({ page }) => {
  await prefer(page, 'zh-CN', 'light');
  await page.goto('/packs');
  await settled(page);
  const before = await running(page);
  expect(before).toBeGreaterThan(0);

  await test.step('a broken pack is refused at its lines', async () => {
    await page.getByRole('button', { name: w.install }).click();
    const drawer = await choose(page, folder('1.1.0', ['type: text(60)', 'type: txt(60)'], ['expire: mending', 'expire: gone'], ['budget: class.budget', 'budget: klass.budget']));
    await expect(drawer.getByRole('alert')).toContainText(w.invalid('3'));
    const line = (part: string) => declared.slice(0, declared.indexOf(part)).split('\n').length;
    for (const part of ['text(60)', 'expire: mending', 'budget: class.budget']) await expect(drawer.locator('tbody')).toContainText(`pack.yaml:${line(part)}:`);
    expect(await findings(page)).toEqual([]);
    await drawer.getByRole('button', { name: w.again }).click();
  });

  await test.step('one that would lose data is refused with its plan', async () => {
    const drawer = await choose(page, folder('1.1.0', ['      road: {title: {zh: 道路, en: Road}, type: text(60), required: true}\n', ''], ['show: [road]', 'show: [class]']));
    await expect(drawer.getByRole('alert')).toContainText(w.forbiddenHint);
    const lost = drawer.getByRole('row').filter({ hasText: w.acts.forbidden ?? '' });
    await expect(lost.first()).toContainText('道路');
    await expect(lost.locator('.reason').first()).not.toBeEmpty();
    await expect(drawer.getByRole('button', { name: w.confirm('1.1.0') })).toHaveCount(0);
    expect(await findings(page)).toEqual([]);
    await drawer.getByRole('button', { name: w.again }).click();
    expect(((await (await page.request.get('/api/v1/packs/pothole')).json()) as Of).version).toBe('1.0.0');
  });

  await test.step('one that would not is installed, and open cases move', async () => {
    const drawer = await choose(page, folder('1.1.0', ['    show: [road]', '      depth: {title: {zh: 坑深（厘米）, en: Depth (cm)}, type: number}\n    show: [road]'], ['within: 4wh', 'within: 6wh']));
    await expect(drawer.getByRole('row').filter({ hasText: '坑深' })).toContainText(w.acts.added ?? '');
    await expect(drawer).toContainText(w.running(String(before)));
    await drawer.getByRole('radio', { name: w.move }).check();
    await expect(drawer.getByRole('radio', { name: w.move })).toBeChecked();
    expect(await findings(page)).toEqual([]);
    await drawer.getByRole('button', { name: w.confirm('1.1.0') }).click();
    await expect(drawer).toHaveCount(0);
    await expect(page.getByRole('row').filter({ hasText: '道路坑洼' })).toContainText('1.1.0');
    expect(await running(page)).toBe(before);
    expect(await versions(page)).toEqual(['1.1.0']);
  });

  await test.step('it is taken back with them', async () => {
    await page.goto('/packs/pothole?tab=turns');
    await settled(page);
    await page.getByRole('button', { name: w.undo }).click();
    const dialog = page.getByRole('dialog', { name: w.undoTitle('1.1.0', '1.0.0') });
    await expect(dialog).toContainText(w.undoText);
    await expect(dialog.getByRole('row').filter({ hasText: '坑深' })).toBeVisible();
    await expect(dialog.getByRole('checkbox', { name: w.undoMove })).toBeChecked();
    expect(await findings(page)).toEqual([]);
    await dialog.getByRole('button', { name: w.undoDo }).click();
    await expect(dialog).toHaveCount(0);
    await expect(page.locator('main h1')).toContainText(w.version('1.0.0'));
    await expect(page.getByRole('row').nth(1)).toContainText(w.turnOf('1.1.0', '1.0.0'));
    expect(await running(page)).toBe(before);
    expect(await versions(page)).toEqual(['1.0.0']);
  });
});

test('a field is added in the console, and stands in the pack’s file', async ({ page }) => {
  await prefer(page, 'zh-CN', 'light');
  await page.goto('/packs/elders');
  await settled(page);
  await page.getByRole('button', { name: `${w.addField} 独居老人` }).click();
  const drawer = page.getByRole('dialog', { name: w.addFieldTitle('独居老人') });
  const label = (of: keyof typeof t.fields) => drawer.getByLabel(t.fields[of].title, { exact: true });
  await label('packfield.title').fill('紧急联系人关系');
  await label('packfield.name').fill('kin');
  await drawer.getByRole('combobox', { name: t.fields['packfield.type'].title }).click();
  await page.locator('.ant-select-dropdown:not(.ant-select-dropdown-hidden) .ant-select-item-option-content').getByText(w.kinds.enum ?? '', { exact: true }).click();
  await label('packfield.options.value').fill('child');
  await label('packfield.options.title').fill('子女');
  await drawer.getByRole('button', { name: w.look }).click();
  const added = drawer.locator('.diff-line.added');
  await expect(added.filter({ hasText: 'kin:' })).toContainText('子女');
  await expect(drawer.locator('.diff-line.removed').filter({ hasText: 'version' })).toHaveCount(1);
  const row = await added.filter({ hasText: 'kin:' }).locator('code').innerText();
  expect(await findings(page)).toEqual([]);
  await drawer.getByRole('button', { name: w.saveField }).click();
  await expect(drawer).toHaveCount(0);
  await expect(page.getByRole('row').filter({ hasText: '紧急联系人关系' })).toContainText('子女');
  await page.getByRole('link', { name: w.tabs.files }).click();
  await expect(page.locator('.pack-file pre').first()).toContainText(row.trim());
  const saved = page.waitForEvent('download');
  await page.getByRole('button', { name: w.download }).click();
  expect((await saved).suggestedFilename()).toMatch(/^elders-1\.0\.\d+\.zip$/);
  await page.getByRole('button', { name: w.undo }).click(); // as it was, for whoever comes next
  await page.getByRole('dialog').getByRole('button', { name: w.undoDo }).click();
  await expect(page.locator('main h1')).toContainText(w.version('1.0.0'));
});

test('notices are counted live, filtered, and read by following them', async ({ page }) => {
  const n = t.notices;
  await prefer(page, 'zh-CN', 'light');
  await enter(page, 'pothole.mender');
  await page.goto('/notices?unread=true');
  await settled(page);
  const lines = page.locator('main .told');
  const count = await lines.count();
  expect(count).toBeGreaterThan(1);
  const bell = page.locator('.top').getByRole('button', { name: n.label('').split('：')[0] ?? '' });
  await expect(bell).toHaveAccessibleName(n.label(String(count)));
  expect(await findings(page)).toEqual([]);
  await lines.first().getByRole('button').click();
  await expect(lines).toHaveCount(count - 1);
  await expect(bell).toHaveAccessibleName(n.label(String(count - 1)));
  await bell.click();
  const drawer = page.getByRole('dialog', { name: n.title });
  await expect(drawer.locator('.told.new').first()).toBeVisible();
  expect(await findings(page)).toEqual([]);
  await drawer.locator('.told.new').first().getByRole('link').click();
  await expect(page).toHaveURL(/\/cases\//);
  await expect(bell).toHaveAccessibleName(n.label(String(count - 2)));
});
