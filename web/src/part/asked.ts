import type { Place } from '../route/route';

/** Some of the address's query, as an object for a request. */
export function asked(place: Place, ...names: string[]): Record<string, string> {
  const out: Record<string, string> = {};
  for (const n of names) {
    const v = place.query.get(n);
    if (v) out[n] = v;
  }
  return out;
}
