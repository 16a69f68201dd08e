import type { ComponentType } from 'react';

export type Load = () => Promise<{ default: ComponentType<never> }>;

// Every page is a chunk of its own; their parts of the address are their properties.
export const pages: [pattern: string, load: Load][] = [
  ['/', () => import('../page/today')],
  ['/directories', () => import('../page/directories')],
  ['/directories/:name', () => import('../page/directory')],
  ['/declare', () => import('../page/declare')],
  ['/declare/:name', () => import('../page/declare')],
  ['/import', () => import('../page/import')],
  ['/load', () => import('../page/load')],
  ['/batches', () => import('../page/batches')],
  ['/batches/:id', () => import('../page/batch')],
  ['/batches/:id/quarantine', () => import('../page/rows')],
  ['/quarantine', () => import('../page/quarantine')],
  ['/services', () => import('../page/share/services')],
  ['/services/new', () => import('../page/share/serving')],
  ['/services/:name/edit', () => import('../page/share/serving')],
  ['/services/:name', () => import('../page/share/service')],
  ['/grants', () => import('../page/share/grants')],
  ['/grants/new', () => import('../page/share/granting')],
  ['/grants/:id', () => import('../page/share/grant')],
  ['/apps', () => import('../page/share/apps')],
  ['/apps/:name', () => import('../page/share/app')],
  ['/calls', () => import('../page/calls')],
  ['/cases', () => import('../page/cases')],
  ['/cases/:id', () => import('../page/cases/case')],
  ['/offices', () => import('../page/offices')],
  ['/tasks', () => import('../page/tasks')],
  ['/kinds', () => import('../page/kinds')],
  ['/audit', () => import('../page/audit')],
  ['/chain', () => import('../page/audit/chain')],
  ['/keys', () => import('../page/ring')],
  ['/audit/:id', () => import('../page/audit/entry')],
  ['/users', () => import('../page/users')],
  ['/roles', () => import('../page/roles')],
  ['/sessions', () => import('../page/sessions')],
  ['/password', () => import('../page/password')],
  ['/notices', () => import('../page/notices')],
  ['/calendar', () => import('../page/calendar')],
  ['/packs', () => import('../page/packs')],
  ['/packs/:id', () => import('../page/packs/pack')],
  ['/registers/:pack/:register', () => import('../page/registers')],
  ['/registers/:pack/:register/import', () => import('../page/registers/import')],
];

/** Matches "/batches/:id" and gives its parts; null when it does not fit. */
export function match(pattern: string, path: string): Record<string, string> | null {
  const want = pattern.split('/');
  const got = path.replace(/\/+$/, '').split('/');
  if (path === '/') return pattern === '/' ? {} : null;
  if (want.length !== got.length) return null;
  const parts: Record<string, string> = {};
  for (const [i, w] of want.entries()) {
    const g = got[i] ?? '';
    if (w.startsWith(':')) parts[w.slice(1)] = decodeURIComponent(g);
    else if (w !== g) return null;
  }
  return parts;
}

const come = new Map<unknown, ComponentType<never>>();

/** Starts to fetch the page of an address, before there is anything that could draw it. */
export function fetchPage(path: string) {
  const load = pages.find(([pattern]) => match(pattern, path))?.[1];
  load?.().then((m) => come.set(load, m.default), () => undefined); // whoever draws it fetches it again and says what is wrong
}

/** The page that one of pages loads, where it has come already. */
export const fetched = (load: unknown) => come.get(load);
