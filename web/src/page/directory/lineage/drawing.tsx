import { useMemo, type KeyboardEvent, type MouseEvent } from 'react';
import type { Lineage } from '../../../api/schema.gen';
import { useWords } from '../../../i18n/use';
import { classes } from '../../../part/table';
import { go } from '../../../route/route';
import { box, cut, layout, type Placed } from './layout';
import { address, note } from './node';

/** The lineage as a picture: boxes that open what they name, lines for the way of the rows. */
export function Drawing({ of: l, self, label }: { of: Lineage; self: string; label: string }) {
  const { t } = useWords();
  const d = useMemo(() => layout(l, self), [l, self]);
  return (
    <div className="scroll lineage" role="region" aria-label={label} tabIndex={0}>
      <svg role="group" aria-label={label} width={d.width + 2} height={d.height} viewBox={`-1 0 ${d.width + 2} ${d.height}`} onKeyDown={(e) => walk(e, d.nodes)}>
        {d.columns.map((c, i) => <text key={c} className="lineage-head" x={i * (box.width + box.between)} y={16}>{t.lineage.heads[c]}</text>)}
        {d.edges.map((e, i) => <path key={i} className={classes('lineage-edge', e.kind === 'refers' && 'refers')} d={curve(e.from, e.to)} />)}
        {d.nodes.map((p, i) => <Box key={i} of={p} index={i} own={p.node.id === self} />)}
      </svg>
    </div>
  );
}

function Box({ of: p, index, own }: { of: Placed; index: number; own: boolean }) {
  const words = useWords();
  const { t, f } = words;
  const title = p.more ? t.lineage.more(f.n(p.more)) : p.node.title;
  const line = p.more ? '' : note(words, p.node);
  const at = p.more || own ? undefined : address(p.node);
  const inside = (
    <>
      <title>{[t.lineage.kinds[p.node.kind], title, line].filter(Boolean).join(' · ')}</title>
      <rect x={p.x} y={p.y} width={box.width} height={box.height} rx={6} />
      <text className="lineage-title" x={p.x + 10} y={p.y + (line ? 21 : 31)}>{cut(title, box.width - 24)}</text>
      {line && <text className="lineage-note" x={p.x + 10} y={p.y + 40}>{cut(line, box.width - 20, 12)}</text>}
    </>
  );
  const look = classes('lineage-node', p.node.kind, own && 'own', p.node.state === 'stopped' && 'off');
  if (!at) return <g className={look}>{inside}</g>;
  const open = (e: MouseEvent) => {
    if (e.button !== 0 || e.metaKey || e.ctrlKey || e.shiftKey || e.altKey) return;
    e.preventDefault();
    go(at);
  };
  return <a href={at} data-node={index} className={look} onClick={open}>{inside}</a>;
}

function curve(a: Placed, b: Placed): string {
  const [x1, y1, x2, y2] = [a.x + box.width, a.y + box.height / 2, b.x, b.y + box.height / 2];
  const bend = Math.max(20, (x2 - x1) / 2);
  return `M${x1} ${y1}C${x1 + bend} ${y1} ${x2 - bend} ${y2} ${x2} ${y2}`;
}

// Up and down within a column, left and right to the nearest node of the next that has one.
function walk(e: KeyboardEvent<SVGSVGElement>, nodes: Placed[]) {
  const from = nodes[Number((e.target as Element).closest('[data-node]')?.getAttribute('data-node') ?? NaN)];
  const way = { ArrowUp: [0, -1], ArrowDown: [0, 1], ArrowLeft: [-1, 0], ArrowRight: [1, 0] }[e.key];
  if (!from || !way) return;
  const [dx = 0, dy = 0] = way;
  const links = [...e.currentTarget.querySelectorAll<SVGAElement>('a[data-node]')];
  const ahead = links
    .map((a) => ({ a, p: nodes[Number(a.dataset.node)] as Placed }))
    .filter(({ p }) => (dx ? Math.sign(p.column - from.column) === dx : p.column === from.column && Math.sign(p.y - from.y) === dy))
    .sort((m, n) => Math.abs(m.p.x - from.x) - Math.abs(n.p.x - from.x) || Math.abs(m.p.y - from.y) - Math.abs(n.p.y - from.y));
  e.preventDefault();
  ahead[0]?.a.focus();
}
