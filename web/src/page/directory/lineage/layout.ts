import type { Lineage, LineageNode } from '../../../api/schema.gen';

// Places of the drawing: a column for each step of the way, nodes one under the other.

export const box = { width: 190, height: 52, gap: 12, between: 42, head: 30 };
const most = 7; // nodes of a column that are drawn; the table has all

export interface Placed {
  node: LineageNode;
  column: number;
  x: number;
  y: number;
  more?: number; // stands for so many others
}

export interface Drawn {
  nodes: Placed[];
  edges: { from: Placed; to: Placed; kind: string }[];
  columns: number[]; // those that have nodes
  width: number;
  height: number;
}

/** What refers to the directory stands under it, as what rows of it go to. */
function columnOf(l: Lineage, self: string, n: LineageNode): number {
  if (n.id === self) return 1;
  switch (n.kind) {
    case 'file': return 0;
    case 'directory': return l.edges.some((e) => e.from === n.id && e.to === self) ? 0 : 2;
    case 'service': return 2;
    case 'grant': return 3;
    default: return 4;
  }
}

export function layout(l: Lineage, self: string): Drawn {
  const columns: Placed[][] = [[], [], [], [], []];
  for (const node of l.nodes) {
    const column = columnOf(l, self, node);
    columns[column]?.push({ node, column, x: 0, y: 0 });
  }
  const shown = columns.map((all) => {
    if (all.length <= most) return all;
    const rest = all.slice(most - 1);
    return [...all.slice(0, most - 1), { ...(rest[0] as Placed), more: rest.length }];
  });
  const used = shown.flatMap((c, i) => (c.length ? [i] : []));
  const tallest = Math.max(1, ...shown.map((c) => c.length));
  const step = box.height + box.gap;
  for (const c of shown) {
    const top = box.head + ((tallest - c.length) * step) / 2;
    c.forEach((p, i) => {
      p.x = used.indexOf(p.column) * (box.width + box.between);
      p.y = top + i * step;
    });
  }
  const nodes = shown.flat();
  // An edge to a node that is not drawn ends at the one that stands for it.
  const at = (id: string) => nodes.find((p) => p.node.id === id && !p.more) ?? nodes.find((p) => p.more && columns[p.column]?.some((x) => x.node.id === id));
  const edges: Drawn['edges'] = [];
  for (const e of l.edges) {
    const [from, to] = [at(e.from), at(e.to)];
    if (from && to && !edges.some((x) => x.from === from && x.to === to)) edges.push({ from, to, kind: e.kind });
  }
  return { nodes, edges, columns: used, width: used.length * (box.width + box.between) - box.between, height: box.head + tallest * step };
}

/** The text cut to so many pixels of 14-pixel type; Chinese characters are as wide as high. */
export function cut(text: string, width: number, size = 14): string {
  let sum = 0;
  let out = '';
  for (const c of text) {
    sum += (c.codePointAt(0) ?? 0) > 0x2e80 ? size : size * 0.56;
    if (sum > width) return `${out}…`;
    out += c;
  }
  return out;
}
