import { expect, type Page } from '@playwright/test';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import type { Catalogue } from '../src/i18n/zh';
import { difference } from './picture';
import { settled } from './pages';

// Pictures of the documents, taken by the tests that do what the documents say: make pictures.
// Every other run comes by the same pages and says which picture no longer shows them.

const taking = Boolean(process.env.PICTURES);

// Two runs differ by their times, names and numbers: by 0.16 % of a shrunk picture when this
// was measured. A card that has gone or moved is more.
const most = 0.006;

function leaves(o: object): string[] {
  return Object.values(o).flatMap((v: unknown) => (typeof v === 'string' ? [v] : v && typeof v === 'object' ? leaves(v) : []));
}

/** The console's own words that are seen on the page, in their order; data are left out. */
async function words(page: Page, t: Catalogue): Promise<string[]> {
  return page.evaluate((own) => {
    const known = new Set(own);
    const out: string[] = [];
    const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let n = walk.nextNode(); n; n = walk.nextNode()) {
      const text = (n.nodeValue ?? '').trim();
      const box = n.parentElement?.getBoundingClientRect();
      const seen = box && box.width > 1 && box.height > 1 && box.top < innerHeight && box.bottom > 0 && n.parentElement?.checkVisibility({ visibilityProperty: true, opacityProperty: true });
      if (seen && known.has(text)) out.push(text);
    }
    return out;
  }, leaves(t));
}

/** The picture of a document shows this page; with PICTURES=1 it is taken anew, with its words beside it. */
export async function picture(page: Page, t: Catalogue, name: string) {
  await settled(page);
  await expect(page.locator('.ant-message-notice')).toHaveCount(0);
  await page.waitForFunction(() => [...document.querySelectorAll('.chart')].every((c) => c.querySelector('canvas, svg')));
  await page.evaluate(() => Promise.all(document.getAnimations().map((a) => a.finished)));
  const [file, told] = [`../docs/pictures/${name}.png`, `../docs/pictures/${name}.txt`];
  const is = await page.screenshot({ animations: 'disabled' });
  const said = `${(await words(page, t)).join('\n')}\n`;
  if (taking) {
    writeFileSync(file, is);
    writeFileSync(told, said);
    return;
  }
  const old = `docs/pictures/${name}.png is no picture of this page any more: make pictures`;
  const there = existsSync(file) && existsSync(told);
  expect.soft(there, old).toBe(true); // the walk goes on: more may be wrong
  if (!there) return;
  expect.soft(said, old).toBe(readFileSync(told, 'utf8'));
  const { share } = await difference(readFileSync(file), is, false);
  console.log(`  ${name}: ${(share * 100).toFixed(2)} % differs`);
  expect.soft(share, old).toBeLessThan(most);
}
