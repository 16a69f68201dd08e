import type { Words } from '../../i18n/use';

// Places and areas in WGS-84, near enough to each other for the earth to be flat between them.

export type LonLat = readonly [lon: number, lat: number];

const earth = 6_371_008.8; // metres
const rad = Math.PI / 180;

/** Metres of a degree of latitude. */
export const metresPerDegree = earth * rad;

/** Metres between two places. */
export function metresBetween(a: LonLat, b: LonLat): number {
  const h = Math.sin(((b[1] - a[1]) * rad) / 2) ** 2 + Math.cos(a[1] * rad) * Math.cos(b[1] * rad) * Math.sin(((b[0] - a[0]) * rad) / 2) ** 2;
  return 2 * earth * Math.asin(Math.sqrt(h));
}

/** Square metres within corners, of which the last need not be the first again. */
export function squareMetres(corners: readonly LonLat[]): number {
  const [first] = corners;
  if (!first) return 0;
  const xy = corners.map(([lon, lat]) => [(lon - first[0]) * Math.cos(first[1] * rad) * metresPerDegree, (lat - first[1]) * metresPerDegree] as const);
  return Math.abs(xy.reduce((sum, [x, y], i) => { const [x2, y2] = xy[(i + 1) % xy.length] ?? [x, y]; return sum + x * y2 - x2 * y; }, 0)) / 2;
}

/** The corners of a ring, without the last that closes it. */
export function cornersOf(ring: readonly LonLat[]): LonLat[] {
  const [first, last] = [ring[0], ring.at(-1)];
  const closed = ring.length > 1 && first && last && first[0] === last[0] && first[1] === last[1];
  return closed ? ring.slice(0, -1) : [...ring];
}

/** Corners as they are written, one a line; undefined where a line is none. */
export function cornersIn(text: string): LonLat[] | undefined {
  const all = text.split('\n').map((l) => l.trim()).filter(Boolean).map((l) => l.split(/[^\d.+-]+/).map(Number));
  return all.every((p) => p.length === 2 && p.every(Number.isFinite)) ? (all as unknown as LonLat[]) : undefined;
}

/** Corners in words: how many, and about how much lies within them. */
export function extentOf({ t, f }: Words, corners: readonly LonLat[]): string {
  const m = squareMetres(corners);
  return t.record.areaOf(f.n(corners.length), m < 1_000_000 ? t.record.squareMetres(f.n(Math.round(m))) : t.record.squareKm(f.one(m / 1_000_000)));
}

/** The round number of metres that is at most so many: 1, 2 or 5 with noughts. */
export function roundMetres(most: number): number {
  const ten = 10 ** Math.floor(Math.log10(most));
  return ([5, 2, 1].find((n) => n * ten <= most) ?? 1) * ten;
}
