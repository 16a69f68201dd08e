import { expect, test, type Page } from '@playwright/test';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { frames, move, prefer, settled, visits } from './pages';
import { difference, fonts, hand, kept, type Hand } from './picture';
import { districts, moment, still } from './users';

// Every page at 1440 and 1920 as it was when its picture was taken: in Chinese, a few in
// English and in the dark. SHOTS=write (make shots) takes those anew that have changed.

const shots = 'e2e/shots';
const results = 'test-results/shots';
const inReadme = '../../../docs/pictures/batch.png'; // one of the pages stands there

const write = process.env.SHOTS === 'write';
const sizes = [[1440, 900], [1920, 1080]] as const;
const few = ['today', 'directories', 'batch-held', 'grant-form'];
const looks = [['zh-CN', 'light'], ['en', 'light'], ['zh-CN', 'dark']] as const;
const taken = new Set<string>();

test.use({ baseURL: districts[still]?.url, storageState: districts[still]?.session });

/** Nothing in the picture moves or was drawn by lot: the fonts are those every machine has, and what is random or differs by build is naughts, and so is our port. */
async function hold(page: Page) {
  await page.waitForFunction(() => [...document.querySelectorAll('.chart')].every((c) => c.querySelector('canvas, svg')));
  await page.evaluate(([text, mono]) => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(`body { font-family: "${text}" } code, pre, .mono, .cm-scroller { font-family: "${mono}" !important } * { caret-color: transparent !important }`);
    document.adoptedStyleSheets = [sheet];
    const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let n = walk.nextNode(); n; n = walk.nextNode()) {
      const s = n.nodeValue ?? '';
      const put = n.parentElement?.closest('[data-random]') ? '000000' : s.replaceAll(location.host, location.host.replace(/\d+$/, '00000'));
      if (put !== s) n.nodeValue = put;
    }
  }, fonts);
  await frames(page);
}

/** What is wrong with a picture, or nothing; what has changed is written where it may be. */
async function judge(file: string, picture: Buffer, sameHand: boolean): Promise<string[]> {
  taken.add(file);
  const [path, at] = [join(shots, file), join(results, basename(file).replace(/\.\w+$/, ''))];
  const found = existsSync(path) ? await difference(readFileSync(path), picture, sameHand) : undefined;
  if (found && found.share <= found.most && (sameHand || !write)) return [];
  if (write) {
    console.log(`  ${path} ${found ? `${(found.share * 100).toFixed(3)} % differs` : 'is new'}`);
    writeFileSync(path, file.endsWith('.webp') ? await kept(picture) : picture);
    return [];
  }
  writeFileSync(`${at}.is.png`, picture);
  if (!found) return [`web/${path} is missing: make shots (see web/${at}.is.png)`];
  writeFileSync(`${at}.differs.png`, found.drawing);
  return [`web/${path}: ${(found.share * 100).toFixed(3)} % differs and ${found.most * 100} % may, see web/${at}.differs.png and .is.png; make shots where it was meant`];
}

test('every page looks as it did at 1440 and 1920', async ({ page, browser }) => {
  test.setTimeout(900_000);
  expect(moment, 'CHENGSHU_NOW: the last district has to stand still').toBeTruthy();
  const mine = hand(browser.version());
  const file = `${shots}/taken.json`;
  const theirs = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Hand) : undefined;
  const sameHand = isDeepStrictEqual(mine, theirs);
  console.log(`  ${sameHand ? 'to the pixel' : `shrunk: taken with ${theirs?.chromium}, this is ${mine.chromium}`}`);
  rmSync(results, { recursive: true, force: true });
  for (const dir of [shots, results]) mkdirSync(dir, { recursive: true });
  const bad: string[] = [];
  await page.clock.setFixedTime(moment ?? 0);
  for (const [lang, theme] of looks) {
    await prefer(page, lang, theme);
    let who = '';
    for await (const [name, address, role] of visits(page, still, true)) {
      const first = lang === looks[0][0] && theme === looks[0][1];
      if (!first && !few.includes(name)) continue;
      await page.setViewportSize({ width: sizes[0][0], height: sizes[0][1] });
      if (role === who) await move(page, address);
      else await page.goto(address);
      who = role;
      await settled(page);
      for (const [width, height] of sizes) {
        await page.setViewportSize({ width, height });
        await hold(page);
        const look = first ? '' : `.${lang === 'en' ? lang : theme}`;
        const picture = await page.screenshot({ animations: 'disabled' });
        bad.push(...await judge(`${name}${look}.${width}.webp`, picture, sameHand));
        if (first && name === 'batch-held' && width === 1440) bad.push(...await judge(inReadme, picture, sameHand));
      }
    }
  }
  const left = readdirSync(shots).filter((f) => f.endsWith('.webp') && !taken.has(f));
  if (write) {
    for (const f of left) rmSync(`${shots}/${f}`);
    writeFileSync(file, `${JSON.stringify(mine, null, 2)}\n`);
  } else bad.push(...left.map((f) => `web/${shots}/${f} is of no page: make shots`));
  expect(bad).toEqual([]);
});
