import { Button } from 'antd';
import { useEffect, useRef, useState, type PointerEvent } from 'react';
import { api } from '../../api/client';
import { useLoad } from '../../api/use';
import { useWords } from '../../i18n/use';
import { useFrame } from '../../shell/context';
import { metresPerDegree, roundMetres, type LonLat } from './geo';

interface Box { west: number; south: number; east: number; north: number }

/** What of a drawing is looked at: its middle, and how many times it is drawn larger. */
interface Look { x: number; y: number; times: number }

interface Props {
  at?: LonLat;
  near?: LonLat[];
  area?: LonLat[]; // its corners
  pick?: (p: LonLat) => void; // a click chooses a place
  label: string;
}

const high = 220; // of the drawing, in its own units
const largest = 1024;
const still = 4; // pixels a pointer may move and has clicked all the same

/** A place or an area in the district on its shipped outline: no tiles of anybody. It is drawn larger by its buttons and moved by dragging. */
export function PlaceMap({ at, near = [], area = [], pick, label }: Props) {
  const { t, f } = useWords();
  const { district } = useFrame();
  const outline = useLoad(district ? `outline ${district.region}` : null, (s) => api.outline(district?.region ?? '', s));
  const shape = outline.data?.geometry.coordinates;
  const [look, turn] = useState<Look>();
  const svg = useRef<SVGSVGElement>(null);
  const [room, measure] = useState(0); // pixels it is wide
  const from = useRef<{ x: number; y: number; look: Look; moved: boolean }>(undefined);
  const aim = at ?? area.at(-1) ?? near[0];
  const map = shape && drawing(boxOf(shape, at ? [at, ...area] : area));
  const now = look ?? (map ? { x: map.wide / 2, y: high / 2, times: 1 } : undefined);

  useEffect(() => {
    if (!svg.current) return;
    const seen = new ResizeObserver(([e]) => e && measure(e.contentRect.width));
    seen.observe(svg.current);
    return () => seen.disconnect();
  }, [map === undefined]);

  // Where fingers spread or Ctrl is held, the wheel draws it larger; else it scrolls the page.
  const zoom = useRef<(by: number) => void>(undefined);
  useEffect(() => {
    const s = svg.current;
    const on = (e: WheelEvent) => {
      if (!e.ctrlKey) return;
      e.preventDefault();
      zoom.current?.(e.deltaY < 0 ? 2 : 0.5);
    };
    s?.addEventListener('wheel', on, { passive: false });
    return () => s?.removeEventListener('wheel', on);
  }, [map === undefined]);

  if (!map || !now) return outline.problem ? null : <div className="place-map" aria-hidden="true" />;
  zoom.current = (by) => {
    const times = Math.min(largest, Math.max(1, now.times * by));
    if (times === 1) turn(undefined);
    else {
      const [x, y] = now.times === 1 && aim ? map.xy(aim) : [now.x, now.y];
      turn({ x, y, times });
    }
  };
  const unit = 1 / now.times; // of what keeps its size
  const path = (shape ?? []).flatMap((rings) => rings.map((ring) => `M${ring.map((p) => map.xy(p).map((n) => n.toFixed(2)).join(' ')).join('L')}Z`)).join('');
  const down = (e: PointerEvent<SVGSVGElement>) => {
    if (e.button !== 0) return;
    from.current = { x: e.clientX, y: e.clientY, look: now, moved: false };
    e.currentTarget.setPointerCapture(e.pointerId);
  };
  const move = (e: PointerEvent<SVGSVGElement>) => {
    const b = from.current;
    const m = e.currentTarget.getScreenCTM();
    if (!b || !m) return;
    b.moved ||= Math.hypot(e.clientX - b.x, e.clientY - b.y) > still;
    if (b.moved && now.times > 1) turn({ ...now, x: b.look.x - (e.clientX - b.x) / m.a, y: b.look.y - (e.clientY - b.y) / m.d });
  };
  const up = (e: PointerEvent<SVGSVGElement>) => {
    const b = from.current;
    from.current = undefined;
    const m = e.currentTarget.getScreenCTM();
    if (!b || b.moved || !pick || !m) return;
    const p = new DOMPoint(e.clientX, e.clientY).matrixTransform(m.inverse());
    pick(map.place(p.x, p.y));
  };
  const [wide, tall] = [Math.max(map.wide, room) * unit, (room && room < map.wide ? (map.wide / room) * high : high) * unit]; // as the room is shaped
  const bar = roundMetres(80 * unit * map.metres);
  const corners = area.map((p) => map.xy(p));
  const spot = at && map.xy(at);
  const said = at ? t.record.mapAt(label, at[0].toFixed(5), at[1].toFixed(5)) : area.length ? t.record.mapArea(label, f.n(area.length)) : t.record.mapNone(label);
  return (
    <div className="place-box">
      <svg ref={svg} className={['place-map', pick && 'pick', now.times > 1 && 'near'].filter(Boolean).join(' ')} viewBox={`${now.x - wide / 2} ${now.y - tall / 2} ${wide} ${tall}`} role="img" aria-label={said}
        onPointerDown={down} onPointerMove={move} onPointerUp={up} onPointerCancel={() => { from.current = undefined; }}>
        <path d={path} className="place-land" fillRule="evenodd" />
        {corners.length > 0 && <polygon points={corners.map((c) => c.join(',')).join(' ')} className="place-area" />}
        {pick && corners.map(([x, y], i) => <circle key={i} cx={x} cy={y} r={3 * unit} className="place-corner" />)}
        {near.map((p, i) => { const [x, y] = map.xy(p); return <circle key={i} cx={x} cy={y} r={2.5 * unit} className="place-near" />; })}
        {spot && <><circle cx={spot[0]} cy={spot[1]} r={11 * unit} className="place-halo" /><circle cx={spot[0]} cy={spot[1]} r={4 * unit} className="place-spot" /></>}
        <g className="place-scale" transform={`translate(${now.x - wide / 2 + 8 * unit} ${now.y + tall / 2 - 8 * unit}) scale(${unit})`} aria-hidden="true">
          <path d={`M0 -4V0H${(bar / map.metres) * now.times}V-4`} /><text x="4" y="-4">{f.length(bar)}</text>
        </g>
      </svg>
      <span className="place-zoom">
        <Button size="small" aria-label={t.record.larger} title={t.record.larger} disabled={now.times >= largest} onClick={() => zoom.current?.(2)}>+</Button>
        <Button size="small" aria-label={t.record.smaller} title={t.record.smaller} disabled={now.times <= 1} onClick={() => zoom.current?.(0.5)}>−</Button>
        {now.times > 2 && <Button size="small" onClick={() => turn(undefined)}>{t.record.whole}</Button>}
      </span>
    </div>
  );
}

/** Turns places into units of the drawing and back. */
function drawing(box: Box) {
  const squeeze = Math.cos((((box.north + box.south) / 2) * Math.PI) / 180);
  const scale = high / (box.north - box.south);
  return {
    wide: (box.east - box.west) * squeeze * scale,
    metres: metresPerDegree / scale, // of a unit
    xy: ([lon = 0, lat = 0]: readonly number[]) => [(lon - box.west) * squeeze * scale, (box.north - lat) * scale] as const,
    place: (x: number, y: number): LonLat => [box.west + x / scale / squeeze, box.north - y / scale],
  };
}

// The outline with a margin; a place outside of it widens the drawing.
function boxOf(shape: number[][][][], more: LonLat[]): Box {
  const points = [...shape.flat(2), ...more];
  const b = points.reduce<Box>((o, [lon = 0, lat = 0]) => ({ west: Math.min(o.west, lon), east: Math.max(o.east, lon), south: Math.min(o.south, lat), north: Math.max(o.north, lat) }), { west: 180, east: -180, south: 90, north: -90 });
  const m = (b.north - b.south) * 0.05;
  return { west: b.west - m, east: b.east + m, south: b.south - m, north: b.north + m };
}
