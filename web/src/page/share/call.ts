import { sm3 } from '../audit/sm3.ts';

// A call of a data service as docs/reference/gateway.md says, signed here: the secret is
// used in this window and goes nowhere.

export interface Signed {
  message: string; // the six lines that are signed
  headers: Record<string, string>;
}

const bytes = (s: string) => new TextEncoder().encode(s);
const hex = (b: Uint8Array) => Array.from(b, (x) => x.toString(16).padStart(2, '0')).join('');
const base64 = (b: Uint8Array) => btoa(String.fromCharCode(...b));

/** HMAC (GB/T 15852.2) over SM3. */
export function hmac(key: Uint8Array, text: Uint8Array): Uint8Array {
  const block = new Uint8Array(64);
  block.set(key.length > 64 ? sm3(key) : key);
  return sm3(block.map((b) => b ^ 0x5c), sm3(block.map((b) => b ^ 0x36), text));
}

/** A nonce nobody has used. */
export const nonce = () => hex(crypto.getRandomValues(new Uint8Array(16)));

export function sign(of: { secret: string; key: string; method: string; path: string; body: string; stamp: number; nonce: string }): Signed {
  const message = [of.method, of.path, '', String(of.stamp), of.nonce, hex(sm3(bytes(of.body)))].join('\n');
  return {
    message,
    headers: {
      'X-Chengshu-Key': of.key,
      'X-Chengshu-Timestamp': String(of.stamp),
      'X-Chengshu-Nonce': of.nonce,
      'X-Chengshu-Signature': base64(hmac(bytes(of.secret), bytes(message))),
    },
  };
}

export type Cell = string | number | boolean | null | string[];

export interface Answered {
  status: number;
  milliseconds: number;
  receipt: string;
  snapshot: string;
  text: string;
  rows?: Record<string, Cell>[];
  next?: string | null;
  more?: boolean;
}

/** Sends a call as an application would: without the reader's session. */
export async function call(path: string, method: string, headers: Record<string, string>, body: string): Promise<Answered> {
  const began = performance.now();
  const res = await fetch(path, { method, headers, body: method === 'GET' ? undefined : body, credentials: 'omit', cache: 'no-store', redirect: 'error' });
  const text = await res.text();
  const out: Answered = {
    status: res.status, milliseconds: performance.now() - began, text,
    receipt: res.headers.get('X-Chengshu-Receipt') ?? '', snapshot: res.headers.get('X-Chengshu-Snapshot') ?? '',
  };
  if (res.ok) Object.assign(out, JSON.parse(text) as object);
  return out;
}
