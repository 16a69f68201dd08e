import type { LineageNode } from '../../../api/schema.gen';
import type { Words } from '../../../i18n/use';
import { to } from '../../../route/paths';

/** The page of a node; an office has none. */
export function address(n: LineageNode): string | undefined {
  switch (n.kind) {
    case 'file': return to.batch(n.key);
    case 'directory': return to.directory(n.key, 'lineage');
    case 'service': return to.service(n.key);
    case 'grant': return to.grant(n.key);
    case 'app': return to.app(n.key);
  }
}

/** One line about a node. */
export function note({ t, f }: Pick<Words, 't' | 'f'>, n: LineageNode): string {
  const w = t.lineage;
  switch (n.kind) {
    case 'file': return [n.note, t.batch.states[n.state], n.times > 1 && w.times(f.n(n.times))].filter(Boolean).join(' · ');
    case 'directory': return [n.note, t.rowsOf(f.short(n.rows))].filter(Boolean).join(' · ');
    case 'service': return w.services[n.state] ?? n.state;
    case 'grant': return [w.items(n.note), n.at && f.lastDay(n.at)].filter(Boolean).join(' · ');
    default: return '';
  }
}
