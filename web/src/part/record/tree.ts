import { useEffect, useState } from 'react';
import { api } from '../../api/client';
import type { Region } from '../../api/schema.gen';
import { useLoad } from '../../api/use';
import { useFrame } from '../../shell/context';

interface Node { value: string; title: string; isLeaf?: boolean; children?: Node[] }

const nodes = (list: Region[]): Node[] => list.map((r) => ({ value: r.code, title: r.name, isLeaf: r.level === 'grid' }));

function hang(tree: Node[], at: string, below: Node[]): Node[] {
  return tree.map((n) => (n.value === at ? { ...n, children: below, isLeaf: below.length === 0 } : n.children ? { ...n, children: hang(n.children, at, below) } : n));
}

// The regions that a code may lie directly below, the nearest first.
const above = (code: string) => [code.slice(0, 12), `${code.slice(0, 9)}000`, `${code.slice(0, 6)}000000`].filter((x, i, all) => x !== code && all.indexOf(x) === i);

/** The name of a region by its code; undefined until it is known. */
export function useRegionName(code: string | undefined): string | undefined {
  const { district } = useFrame();
  const named = useLoad(code && code !== district?.region ? `region ${code}` : null, async (s) => {
    for (const parent of above(code ?? '')) {
      const found = (await api.regions(parent, s)).items.find((r) => r.code === code);
      if (found) return found.name;
    }
    return code;
  });
  return named.data;
}

/** The district with what is below it, fetched as it is opened; and one more place that has to be in it. */
export function useRegionTree(also?: { code: string; name: string }) {
  const { district } = useFrame();
  const [tree, setTree] = useState<Node[]>([]);
  const [code, name] = [also?.code, also?.name];
  useEffect(() => {
    if (!district) return;
    const more = code && name && code !== district.region ? [{ value: code, title: name, isLeaf: true }] : [];
    setTree([{ value: district.region, title: district.name }, ...more]);
  }, [district, code, name]);
  const load = async (n: { value?: unknown }) => {
    const at = String(n.value);
    const below = await api.regions(at);
    setTree((now) => hang(now, at, nodes(below.items).filter((x) => x.value !== code)));
  };
  return { tree, load };
}
