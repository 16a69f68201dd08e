import type { Page } from '@playwright/test';

/** A photo as a phone takes it: drawn in the browser, with where and when it was taken, and what somebody hid in it. */
export async function photo(page: Page, lon: number, lat: number, at: string, hidden = ''): Promise<Buffer> {
  const seed = Math.floor(Math.random() * 1e6);
  const drawn = await page.evaluate((n) => {
    const c = document.createElement('canvas');
    c.width = 640;
    c.height = 480;
    const g = c.getContext('2d') as CanvasRenderingContext2D;
    for (let i = 0; i < 4000; i++) {
      n = (n * 16807 + 11) % 2147483647;
      g.fillStyle = `rgb(${80 + (n % 60)} ${80 + (n % 50)} ${80 + (n % 40)})`;
      g.fillRect((i % 80) * 8, Math.floor(i / 80) * 10, 8, 10);
    }
    return c.toDataURL('image/jpeg', 0.8).split(',')[1] ?? '';
  }, seed);
  const jpg = Buffer.from(drawn, 'base64');
  return Buffer.concat([jpg.subarray(0, 2), segment(0xe1, taken(lon, lat, at)), segment(0xfe, Buffer.from(hidden)), jpg.subarray(2)]);
}

function segment(marker: number, body: Buffer): Buffer {
  const head = Buffer.from([0xff, marker, 0, 0]);
  head.writeUInt16BE(body.length + 2, 2);
  return Buffer.concat([head, body]);
}

/** EXIF: the time at its place, which is given as 2026:11:27 09:00:00, and the position. */
function taken(lon: number, lat: number, at: string): Buffer {
  const b = Buffer.alloc(200);
  const entry = (to: number, tag: number, kind: number, count: number, value: number) => {
    b.writeUInt16LE(tag, to);
    b.writeUInt16LE(kind, to + 2);
    b.writeUInt32LE(count, to + 4);
    b.writeUInt32LE(value, to + 8);
  };
  b.write('II*\0', 0, 'latin1');
  b.writeUInt32LE(8, 4);
  b.writeUInt16LE(2, 8);
  entry(10, 0x8769, 4, 1, 38);
  entry(22, 0x8825, 4, 1, 56);
  b.writeUInt16LE(1, 38);
  entry(40, 0x9003, 2, 20, 112);
  b.writeUInt16LE(4, 56);
  entry(58, 1, 2, 2, 'N'.charCodeAt(0));
  entry(70, 2, 5, 3, 136);
  entry(82, 3, 2, 2, 'E'.charCodeAt(0));
  entry(94, 4, 5, 3, 160);
  b.write(`${at}\0`, 112, 'latin1');
  for (const [to, degrees] of [[136, lat], [160, lon]] as const) {
    const ms = Math.round(degrees * 3_600_000);
    [Math.floor(ms / 3_600_000), 1, Math.floor(ms / 60_000) % 60, 1, ms % 60_000, 1000].forEach((n, i) => b.writeUInt32LE(n, to + 4 * i));
  }
  return Buffer.concat([Buffer.from('Exif\0\0', 'latin1'), b]);
}
