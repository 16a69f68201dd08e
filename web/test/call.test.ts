import { describe, expect, test } from 'vitest';
import { hmac, sign } from '../src/page/share/call.ts';

const text = (s: string) => new TextEncoder().encode(s);

// Figures of openssl 3: printf … | openssl dgst -sm3 -hmac KEY
describe('a signed call', () => {
  test('HMAC-SM3 with a short key', () => expect(hmac(text('key'), text('The quick brown fox'))).toBe('8d54716c0553990422ad09e63a7237386696a8952f64e546a4dee3b89a931a35'));
  test('… with a key longer than a block', () => expect(hmac(text('k'.repeat(65)), text('x'))).toBe('c5cc2ee9ddf452b4bfaccd92bc192f380b92b9f09de0aaccb26aac040fa19fa2'));
  test('six lines and four headers', () => {
    const s = sign({ secret: 'a secret', key: 'k-1', method: 'POST', path: '/data/v1/pension_check', body: '{"key":{"id_no":"000000195001010011"}}', stamp: 1764201600, nonce: 'nonce-number-0001' });
    expect(s.message.split('\n')).toEqual(['POST', '/data/v1/pension_check', '', '1764201600', 'nonce-number-0001', '35929048fb07fe1fa51e618e7a73bb587114b35d5edf30ffdbf309327c1fc6d0']);
    expect(s.headers).toEqual({ 'X-Chengshu-Key': 'k-1', 'X-Chengshu-Timestamp': '1764201600', 'X-Chengshu-Nonce': 'nonce-number-0001', 'X-Chengshu-Signature': '9qbamBOKTXfypygDmH/82rh6ThgxF6gFML3ypJ4NM8I=' });
  });
});
