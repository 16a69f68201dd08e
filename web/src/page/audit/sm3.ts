// SM3 (GB/T 32905-2016), so that a browser can follow a receipt by itself: what this server
// says of a receipt proves nothing to whoever doubts the server. Nothing here is secret.

const turn = (x: number, n: number) => (n % 32 === 0 ? x >>> 0 : ((x << n % 32) | (x >>> (32 - (n % 32)))) >>> 0);
const p0 = (x: number) => x ^ turn(x, 9) ^ turn(x, 17);
const p1 = (x: number) => x ^ turn(x, 15) ^ turn(x, 23);
const start = [0x7380166f, 0x4914b2b9, 0x172442d7, 0xda8a0600, 0xa96f30bc, 0x163138aa, 0xe38dee4d, 0xb0fb0e4e];

export function sm3(...parts: Uint8Array[]): Uint8Array {
  const text = padded(parts);
  const view = new DataView(text.buffer);
  const v = new Uint32Array(start);
  for (let at = 0; at < text.length; at += 64) block(v, view, at);
  const out = new Uint8Array(32);
  v.forEach((x, i) => new DataView(out.buffer).setUint32(i * 4, x));
  return out;
}

function padded(parts: Uint8Array[]): Uint8Array {
  const n = parts.reduce((sum, p) => sum + p.length, 0);
  const text = new Uint8Array(Math.ceil((n + 9) / 64) * 64);
  let at = 0;
  for (const p of parts) {
    text.set(p, at);
    at += p.length;
  }
  text[n] = 0x80;
  new DataView(text.buffer).setBigUint64(text.length - 8, BigInt(n) * 8n);
  return text;
}

function block(v: Uint32Array, text: DataView, at: number) {
  const w = new Uint32Array(68);
  const get = (i: number) => w[i] ?? 0;
  for (let i = 0; i < 16; i++) w[i] = text.getUint32(at + i * 4);
  for (let i = 16; i < 68; i++) w[i] = p1(get(i - 16) ^ get(i - 9) ^ turn(get(i - 3), 15)) ^ turn(get(i - 13), 7) ^ get(i - 6);
  let [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0] = v;
  for (let i = 0; i < 64; i++) {
    const early = i < 16;
    const ss1 = turn((turn(a, 12) + e + turn(early ? 0x79cc4519 : 0x7a879d8a, i)) >>> 0, 7);
    const tt1 = ((early ? a ^ b ^ c : (a & b) | (a & c) | (b & c)) + d + (ss1 ^ turn(a, 12)) + (get(i) ^ get(i + 4))) >>> 0;
    const tt2 = ((early ? e ^ f ^ g : (e & f) | (~e & g)) + h + ss1 + get(i)) >>> 0;
    [d, c, b, a] = [c, turn(b, 9), a, tt1];
    [h, g, f, e] = [g, turn(f, 19), e, p0(tt2) >>> 0];
  }
  [a, b, c, d, e, f, g, h].forEach((x, i) => (v[i] = (v[i] ?? 0) ^ x));
}
