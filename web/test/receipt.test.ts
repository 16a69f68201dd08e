import { readFileSync } from 'node:fs';
import { sm2 } from 'sm-crypto-v2';
import { describe, expect, test } from 'vitest';
import type { Receipt } from '../src/api/schema.gen.ts';
import { climb, signed } from '../src/page/audit/prove.ts';
import { publicKey, verify } from '../src/page/audit/sm2.ts';
import { sm3 } from '../src/page/audit/sm3.ts';

const hex = (b: Uint8Array) => Buffer.from(b).toString('hex');
const text = (s: string) => new TextEncoder().encode(s);

describe('SM3', () => {
  // The examples of GB/T 32905-2016, appendix A.
  test('one block', () => expect(hex(sm3(text('abc')))).toBe('66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0'));
  test('two blocks, in parts', () => {
    const whole = 'abcd'.repeat(16);
    expect(hex(sm3(text(whole.slice(0, 5)), text(whole.slice(5))))).toBe('debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732');
  });
});

// A receipt of a demo, with its key, as the server gave them: entry 10 of a batch of 14.
const { receipt, pem } = JSON.parse(readFileSync(new URL('./fixture/receipt.json', import.meta.url), 'utf8')) as { receipt: Receipt; pem: string };
const holds = (r: Receipt) => {
  const c = climb(r);
  return [c.leads, signed(r, c.header, pem)];
};

describe('a receipt', () => {
  test('holds as it was given', () => {
    expect(holds(receipt)).toEqual([true, true]);
    expect(climb(receipt).joins).toHaveLength(receipt.path.length);
  });

  test.each<[string, Partial<Receipt>, boolean[]]>([
    ['an entry with other rows', { entry: receipt.entry.replace('"rows":1', '"rows":2') }, [false, true]],
    ['another entry before', { prev: receipt.path[1] }, [false, true]],
    ['another place', { index: receipt.index - 1 }, [false, true]],
    ['a place behind the batch', { index: receipt.count }, [false, true]],
    ['a batch of another size', { count: receipt.count + 1 }, [false, true]],
    ['a path cut short', { path: receipt.path.slice(0, -1) }, [false, true]],
    ['a longer path', { path: [...receipt.path, receipt.prev] }, [false, true]],
    ['another header', { header: receipt.header.replace('"count":14', '"count":14 ') }, [true, false]],
    ['another key named', { key: 'other' }, [true, false]],
    ['no signature', { signature: '' }, [true, false]],
    ['a signature with a byte behind it', { signature: Buffer.concat([Buffer.from(receipt.signature, 'base64'), Buffer.of(0)]).toString('base64') }, [true, false]],
    ['a signature with one bit turned', { signature: turned(receipt.signature) }, [true, false]],
  ])('with %s does not', (_, change, want) => expect(holds({ ...receipt, ...change })).toEqual(want));

  test('of another key does not', () => {
    const other = sm2.generateKeyPairHex().publicKey;
    expect(verify(text(receipt.header), Uint8Array.from(Buffer.from(receipt.signature, 'base64')), other)).toBe(false);
    expect(() => publicKey(pem.replace(/A(?=[^A]*\n-----END)/, 'B').replace(/[a-z](?=.{0,12}\n-----END)/, 'Q'))).toThrow();
  });
});

function turned(base64: string): string {
  const b = Buffer.from(base64, 'base64');
  b[b.length - 1] = (b[b.length - 1] ?? 0) ^ 1;
  return b.toString('base64');
}
