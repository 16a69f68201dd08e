import { sm3 as hex } from 'sm-crypto-v2';

/** SM3 (GB/T 32905-2016) of texts one after the other. */
export function sm3(...parts: Uint8Array[]): Uint8Array {
  const text = new Uint8Array(parts.reduce((sum, p) => sum + p.length, 0));
  let at = 0;
  for (const p of parts) {
    text.set(p, at);
    at += p.length;
  }
  return Uint8Array.from(hex(text).match(/../g) ?? [], (b) => parseInt(b, 16));
}
