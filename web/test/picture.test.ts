import { readdirSync, readFileSync } from 'node:fs';
import sharp, { type OverlayOptions } from 'sharp';
import { describe, expect, test } from 'vitest';
import { difference, kept } from '../e2e/picture';

// The comparison of pictures has to find what a reader would see, whoever drew them, and to
// let pass what nobody would. What is painted over is a picture that is kept.

const page = readFileSync(new URL('../e2e/shots/today.1440.webp', import.meta.url));
const same = await sharp(page).png().toBuffer();

const over = async (what: object[]) => sharp(page).composite(what as OverlayOptions[]).png().toBuffer();
const block = (width: number, height: number, background: string) => sharp({ create: { width, height, channels: 3, background } }).png().toBuffer();
const part = (left: number, top: number, width: number, height: number) => sharp(page).extract({ left, top, width, height }).png().toBuffer();

const changes: Record<string, () => Promise<Buffer>> = {
  'a button of another colour': async () => over([{ input: await block(86, 32, '#b42318'), left: 1329, top: 86 }]),
  'a card that has gone': async () => over([{ input: await block(340, 90, '#f4f5f7'), left: 1076, top: 245 }]),
  'all below the heading eight pixels lower': async () => over([{ input: await part(200, 130, 1240, 760), left: 200, top: 138 }]),
  'the navigation wider by a tenth': async () => over([{ input: await part(200, 48, 1220, 852), left: 220, top: 48 }]),
};

for (const [hand, sameHand] of [['the same hand', true], ['another hand', false]] as const) {
  describe(`drawn by ${hand}`, () => {
    for (const [what, change] of Object.entries(changes)) {
      test(`${what} is found`, async () => {
        const d = await difference(page, await change(), sameHand);
        expect(d.share).toBeGreaterThan(d.most);
      });
    }
    test('what has not changed passes', async () => {
      for (const is of [same, await sharp(await kept(same)).png().toBuffer()]) {
        const d = await difference(page, is, sameHand);
        expect(d.share).toBeLessThanOrEqual(d.most);
      }
    });
    test('a picture of another size differs wholly', async () => {
      expect((await difference(page, await part(0, 0, 1440, 800), sameHand)).share).toBe(1);
    });
  });
}

test('letters drawn a little otherwise are another picture for the same hand alone', async () => {
  const softer = await sharp(page).blur(0.6).png().toBuffer();
  const [by, other] = [await difference(page, softer, true), await difference(page, softer, false)];
  expect(by.share).toBeGreaterThan(by.most);
  expect(other.share).toBeLessThanOrEqual(other.most);
});

test('the pictures that are kept are small', () => {
  const all = new URL('../e2e/shots/', import.meta.url);
  const files = readdirSync(all).filter((f) => f.endsWith('.webp'));
  expect(files.length).toBeGreaterThan(100);
  expect(files.reduce((n, f) => n + readFileSync(new URL(f, all)).length, 0)).toBeLessThan(files.length * 40_000);
});
