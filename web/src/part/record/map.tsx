import { useMemo, type MouseEvent } from 'react';
import { api } from '../../api/client';
import { useLoad } from '../../api/use';
import { useWords } from '../../i18n/use';
import { useFrame } from '../../shell/context';

export type LonLat = readonly [lon: number, lat: number];

interface Box { west: number; south: number; east: number; north: number }

const high = 220; // of the drawing, in its own units

/** A place in the district on its shipped outline: no tiles of anybody. With pick, a click chooses one. */
export function PlaceMap({ at, near = [], pick, label }: { at?: LonLat; near?: LonLat[]; pick?: (p: LonLat) => void; label: string }) {
  const { t } = useWords();
  const { district } = useFrame();
  const outline = useLoad(district ? `outline ${district.region}` : null, (s) => api.outline(district?.region ?? '', s));
  const shape = outline.data?.geometry.coordinates;
  const box = useMemo(() => boxOf(shape, at), [shape, at]);
  if (!shape || !box) return outline.problem ? null : <div className="place-map" aria-hidden="true" />;
  const squeeze = Math.cos((((box.north + box.south) / 2) * Math.PI) / 180);
  const scale = high / (box.north - box.south);
  const wide = (box.east - box.west) * squeeze * scale;
  const xy = ([lon, lat]: readonly number[]) => [((lon ?? 0) - box.west) * squeeze * scale, (box.north - (lat ?? 0)) * scale] as const;
  const path = shape.flatMap((rings) => rings.map((ring) => `M${ring.map((p) => xy(p).map((n) => n.toFixed(1)).join(' ')).join('L')}Z`)).join('');
  const chosen = (e: MouseEvent<SVGSVGElement>) => {
    const m = e.currentTarget.getScreenCTM();
    if (!pick || !m) return;
    const p = new DOMPoint(e.clientX, e.clientY).matrixTransform(m.inverse());
    pick([box.west + p.x / scale / squeeze, box.north - p.y / scale]);
  };
  const spot = at && xy(at);
  return (
    <svg className={pick ? 'place-map pick' : 'place-map'} viewBox={`0 0 ${wide.toFixed(1)} ${high}`} role="img" aria-label={at ? t.record.mapAt(label, at[0].toFixed(5), at[1].toFixed(5)) : t.record.mapNone(label)} onClick={chosen}>
      <path d={path} className="place-land" fillRule="evenodd" />
      {near.map((p, i) => { const [x, y] = xy(p); return <circle key={i} cx={x} cy={y} r="2.5" className="place-near" />; })}
      {spot && <><circle cx={spot[0]} cy={spot[1]} r="11" className="place-halo" /><circle cx={spot[0]} cy={spot[1]} r="4" className="place-spot" /></>}
    </svg>
  );
}

// The outline with a margin; a place outside of it widens the drawing.
function boxOf(shape: number[][][][] | undefined, at: LonLat | undefined): Box | undefined {
  if (!shape) return undefined;
  const points = [...shape.flat(2), ...(at ? [at] : [])];
  const b = points.reduce<Box>((o, [lon = 0, lat = 0]) => ({ west: Math.min(o.west, lon), east: Math.max(o.east, lon), south: Math.min(o.south, lat), north: Math.max(o.north, lat) }), { west: 180, east: -180, south: 90, north: -90 });
  const m = (b.north - b.south) * 0.05;
  return { west: b.west - m, east: b.east + m, south: b.south - m, north: b.north + m };
}
