import { sm3 } from './sm3.ts';

// Verifying SM2 signatures (GB/T 32918.2-2016) over the standard's curve. Only public values
// are handled, so time and memory may tell what they like.

const p = 0xfffffffeffffffffffffffffffffffffffffffff00000000ffffffffffffffffn;
const a = p - 3n;
const b = 0x28e9fa9e9d9f5e344d5a9e4bcf6509a7f39789f515ab8f92ddbcbd414d940e93n;
const n = 0xfffffffeffffffffffffffffffffffff7203df6b21c6052b53bbf40939d54123n;
const base: Point = { x: 0x32c4ae2c1f1981195f9904466a39c9948fe30bbff2660be1715a4589334c74c7n, y: 0xbc3736a2f4f6779c59bdcee36b692153d0a9877cc62a474002df32e52139f0a0n };

export interface Point { x: bigint; y: bigint }

const mod = (x: bigint, m: bigint) => ((x % m) + m) % m;

function inverse(x: bigint, m: bigint): bigint {
  let [r0, r1, s0, s1] = [m, mod(x, m), 0n, 1n];
  while (r1 > 0n) [r0, r1, s0, s1] = [r1, r0 % r1, s1, s0 - (r0 / r1) * s1];
  return mod(s0, m);
}

function add(u: Point | null, v: Point | null): Point | null {
  if (!u || !v) return u ?? v;
  if (u.x === v.x && mod(u.y + v.y, p) === 0n) return null;
  const slope = u.x === v.x ? (3n * u.x * u.x + a) * inverse(2n * u.y, p) : (v.y - u.y) * inverse(v.x - u.x, p);
  const x = mod(slope * slope - u.x - v.x, p);
  return { x, y: mod(slope * (u.x - x) - u.y, p) };
}

function times(k: bigint, u: Point): Point | null {
  let sum: Point | null = null;
  for (let bits = k, at: Point | null = u; bits > 0n; bits >>= 1n, at = add(at, at)) if (bits & 1n) sum = add(sum, at);
  return sum;
}

const number = (bytes: Uint8Array) => bytes.reduce((sum, x) => (sum << 8n) | BigInt(x), 0n);
const word = (x: bigint) => Uint8Array.from({ length: 32 }, (_, i) => Number((x >> BigInt(8 * (31 - i))) & 255n));

/** The point of a public key's PEM: the last 65 bytes of what it holds. */
export function publicKey(pem: string): Point {
  const der = Uint8Array.from(atob(pem.replace(/-----[^-]+-----|\s/g, '')), (c) => c.charCodeAt(0));
  const q = der.slice(-65);
  const key = { x: number(q.slice(1, 33)), y: number(q.slice(33)) };
  if (q[0] !== 4 || mod(key.y * key.y - key.x ** 3n - a * key.x - b, p) !== 0n) throw new Error('not a point of the curve');
  return key;
}

/** r and s out of a signature's ASN.1: a sequence of two integers and nothing else. */
function numbers(der: Uint8Array): [bigint, bigint] | null {
  const long = der[3] ?? 0;
  const second = 4 + long;
  if (der[0] !== 0x30 || der[1] !== der.length - 2 || der[2] !== 2 || der[second] !== 2 || second + 2 + (der[second + 1] ?? 0) !== der.length) return null;
  return [number(der.slice(4, second)), number(der.slice(second + 2))];
}

/** Whether a signature of a text is by the key; the signer's name is the standard's usual one. */
export function verify(text: Uint8Array, signature: Uint8Array, key: Point): boolean {
  const rs = numbers(signature);
  if (!rs || rs.some((x) => x < 1n || x >= n)) return false;
  const [r, s] = rs;
  const name = new TextEncoder().encode('1234567812345678');
  const z = sm3(Uint8Array.of(0, 128), name, ...[a, b, base.x, base.y, key.x, key.y].map(word));
  const t = mod(r + s, n);
  const at = t === 0n ? null : add(times(s, base), times(t, key));
  return at !== null && mod(number(sm3(z, text)) + at.x, n) === r;
}
