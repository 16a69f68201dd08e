import type { AuditEntry, Receipt } from '../../api/schema.gen';
import { publicKey, verify } from './sm2.ts';
import { sm3 } from './sm3.ts';

// A receipt followed as docs/reference/receipt.md says, without asking the server.

export interface Header { chain: string; first: number; count: number; root: string; at: string; key: string }

/** A step of the path: what came from below is joined with another hash, on which side. */
export interface Join { other: string; side: 'left' | 'right'; gives: string }

export interface Proof {
  entry: Pick<AuditEntry, 'seq'>;
  header: Header;
  leaf: string;
  joins: Join[];
  root: string; // where the path led
  leads: boolean; // … to the header's root, with the right number and length
}

const bytes = (base64: string) => Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
const base64 = (b: Uint8Array) => btoa(String.fromCharCode(...b));
const utf8 = (s: string) => new TextEncoder().encode(s);

/** Climbs from the entry to the root; an odd one is carried up without a partner. */
export function climb(r: Receipt): Proof {
  const entry = JSON.parse(r.entry) as Pick<AuditEntry, 'seq'>;
  const header = JSON.parse(r.header) as Header;
  let hash = sm3(Uint8Array.of(0), bytes(r.prev), utf8(r.entry));
  const leaf = base64(hash);
  const joins: Join[] = [];
  const path = [...r.path];
  let whole = true;
  for (let [at, count] = [r.index, r.count]; count > 1; at = Math.floor(at / 2), count = Math.ceil(count / 2)) {
    if ((at ^ 1) >= count) continue;
    const other = path.shift();
    if (other === undefined) {
      whole = false;
      break;
    }
    const side = at % 2 === 0 ? 'right' : 'left';
    hash = side === 'right' ? sm3(Uint8Array.of(1), hash, bytes(other)) : sm3(Uint8Array.of(1), bytes(other), hash);
    joins.push({ other, side, gives: base64(hash) });
  }
  const root = base64(hash);
  const fits = whole && path.length === 0 && entry.seq === header.first + r.index && header.count === r.count && r.index >= 0 && r.index < r.count;
  return { entry, header, leaf, joins, root, leads: fits && root === header.root };
}

/** Whether the header is signed by the key, which is the one it names. */
export function signed(r: Receipt, header: Header, pem: string): boolean {
  return header.key === r.key && verify(utf8(r.header), bytes(r.signature), publicKey(pem));
}
