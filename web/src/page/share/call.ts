import { sm3 } from 'sm-crypto-v2';

// A call of a data service as docs/reference/gateway.md says, signed here: the secret is
// used in this window and goes nowhere.

export interface Signed {
  message: string; // the six lines that are signed
  headers: Record<string, string>;
}

const bytes = (s: string) => new TextEncoder().encode(s);
const base64 = (hex: string) => btoa(hex.replace(/../g, (b) => String.fromCharCode(parseInt(b, 16))));

/** HMAC (GB/T 15852.2) over SM3, as hexadecimal. */
export const hmac = (key: Uint8Array, text: Uint8Array) => sm3(text, { key, mode: 'hmac' });

/** A nonce nobody has used. */
export const nonce = () => Array.from(crypto.getRandomValues(new Uint8Array(16)), (x) => x.toString(16).padStart(2, '0')).join('');

export function sign(of: { secret: string; key: string; method: string; path: string; body: string; stamp: number; nonce: string }): Signed {
  const message = [of.method, of.path, '', String(of.stamp), of.nonce, sm3(bytes(of.body))].join('\n');
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
