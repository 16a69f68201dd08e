import { sm2 } from 'sm-crypto-v2';

const hex = (b: Uint8Array) => Array.from(b, (x) => x.toString(16).padStart(2, '0')).join('');

/** The point of a public key's PEM, uncompressed, as hexadecimal: the last 65 bytes of what it holds. */
export function publicKey(pem: string): string {
  const der = Uint8Array.from(atob(pem.replace(/-----[^-]+-----|\s/g, '')), (c) => c.charCodeAt(0));
  const key = hex(der.slice(-65));
  if (!key.startsWith('04') || !sm2.verifyPublicKey(key)) throw new Error('not a point of the curve');
  return key;
}

/** Whether an SM2 signature (GB/T 32918.2-2016, as ASN.1) of a text is by the key; the signer's name is the standard's usual one. */
export function verify(text: Uint8Array, signature: Uint8Array, key: string): boolean {
  if (signature[1] !== signature.length - 2) return false; // the library passes over what stands behind
  try {
    return sm2.doVerifySignature(text, hex(signature), key, { der: true, hash: true });
  } catch {
    return false; // no signature at all
  }
}
