import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import pixelmatch from 'pixelmatch';
import sharp from 'sharp';

// How two pictures of a page are compared: docs/decisions/0014-pictures-of-pages.md.

/** What draws the pages: another one draws the same letters a little differently. */
export interface Hand {
  chromium: string;
  fonts: Record<string, string>;
}

/** The fonts of the pages, which fonts-noto-cjk has. */
export const fonts = ['Noto Sans CJK SC', 'Noto Sans Mono CJK SC'];

/** The hand of this machine. */
export function hand(chromium: string): Hand {
  const print = (family: string) => {
    const [file = '', found] = execFileSync('fc-match', ['-f', '%{file}\n%{family[0]}', family], { encoding: 'utf8' }).split('\n');
    if (found !== family) throw new Error(`the font ${family} is not installed: scripts/setup browser`);
    return createHash('sha256').update(readFileSync(file)).digest('hex');
  };
  return { chromium, fonts: Object.fromEntries(fonts.map((f) => [f, print(f)])) };
}

type Points = Awaited<ReturnType<typeof points>>;

export interface Difference {
  share: number; // of the picture, 0 to 1
  most: number; // what may differ
  drawing: Buffer; // PNG: what differs, in red
}

/** The points of a picture. It is read whole and then shrunk: each format shrinks in its own way while it is read. */
async function points(picture: Buffer, shrunk: number) {
  const whole = await sharp(picture).ensureAlpha().raw().toBuffer({ resolveWithObject: true });
  if (shrunk === 1) return whole;
  const { width, height } = whole.info;
  return sharp(whole.data, { raw: { width, height, channels: 4 } }).resize({ width: Math.round(width / shrunk) }).raw().toBuffer({ resolveWithObject: true });
}

// Drawn by the same hand a page is the same to the pixel. Another hand's letters are as wide
// and as dark: shrunk until letters are grey, both pictures are alike, and what has moved,
// has gone or has another colour still shows.
const [letters, changed] = [6, 0.001];

/** How much of a picture is another than it was. Those of different sizes differ wholly. */
export async function difference(was: Buffer, is: Buffer, sameHand: boolean): Promise<Difference> {
  const [a, b] = await Promise.all([was, is].map((p) => points(p, sameHand ? 1 : letters))) as [Points, Points];
  const most = sameHand ? 0.0001 : changed;
  if (a.info.width !== b.info.width || a.info.height !== b.info.height) return { share: 1, most, drawing: is };
  const out = Buffer.alloc(a.data.length);
  const n = pixelmatch(a.data, b.data, out, a.info.width, a.info.height, { threshold: 0.1, includeAA: !sameHand });
  const drawing = await sharp(out, { raw: { width: a.info.width, height: a.info.height, channels: 4 } }).png().toBuffer();
  return { share: n / (a.info.width * a.info.height), most, drawing };
}

/** A picture as it is kept: a quarter of what the browser writes. */
export const kept = (picture: Buffer) => sharp(picture).webp({ nearLossless: true, quality: 40, effort: 4 }).toBuffer();
