import { api } from '../api/client';
import type { MenuItem } from '../api/schema.gen';
import { useMay } from '../api/session';
import { useLoad } from '../api/use';
import type { Catalogue } from '../i18n/zh';
import { packsChanged, useHeard } from '../part/heard';
import { to } from '../route/paths';

export interface NavItem {
  key: string; // by which the search knows it under other names
  to: string;
  text: (t: Catalogue) => string;
  own: (path: string, state: string | null, query: URLSearchParams) => boolean;
  count?: 'held' | 'running' | 'todo';
  may?: string; // the action one must be allowed for it
  beyond?: boolean; // … to more than what is one's own
}

export interface NavGroup {
  title?: (t: Catalogue) => string;
  items: NavItem[];
  packs?: boolean; // and then what the packs bring
}

// The loop in its order, with the pages that exist.
export const nav: NavGroup[] = [
  { items: [
    { key: 'today', to: to.today, text: (t) => t.nav.today, own: (p) => p === '/' },
    { key: 'notices', to: to.notices, text: (t) => t.notices.title, may: 'notice.read', own: (p) => p === '/notices' },
  ] },
  {
    title: (t) => t.nav.data,
    items: [
      { key: 'directories', to: to.directories, text: (t) => t.nav.directories, may: 'directory.read', own: (p) => p.startsWith('/directories') || p.startsWith('/declare') },
      { key: 'offices', to: to.offices, text: (t) => t.nav.offices, may: 'office.read', own: (p) => p === '/offices' },
    ],
  },
  {
    title: (t) => t.nav.collect,
    items: [
      { key: 'load', to: to.load(), text: (t) => t.nav.load, may: 'load.run', own: (p) => p === '/load' },
      { key: 'batches', to: to.batches(), text: (t) => t.nav.batches, may: 'batch.read', own: (p, s) => p.startsWith('/batches') && s !== 'held' && !p.endsWith('/quarantine') },
    ],
  },
  {
    title: (t) => t.nav.govern,
    items: [
      { key: 'held', to: to.batches({ state: 'held' }), text: (t) => t.nav.held, may: 'batch.read', own: (p, s) => p === '/batches' && s === 'held', count: 'held' },
      { key: 'problems', to: to.problems, text: (t) => t.nav.problems, may: 'quarantine.read', own: (p) => p.endsWith('/quarantine') },
      { key: 'kinds', to: to.kinds, text: (t) => t.nav.kinds, may: 'reference.read', own: (p) => p === '/kinds' },
    ],
  },
  {
    title: (t) => t.nav.share,
    items: [
      { key: 'services', to: to.services, text: (t) => t.nav.services, may: 'service.read', own: (p) => p.startsWith('/services') },
      { key: 'grants', to: to.grants(), text: (t) => t.nav.grants, may: 'grant.read', own: (p) => p.startsWith('/grants') },
      { key: 'calls', to: to.calls(), text: (t) => t.nav.calls, may: 'call.read', own: (p) => p === '/calls' },
      { key: 'apps', to: to.apps, text: (t) => t.nav.apps, may: 'app.read', own: (p) => p.startsWith('/apps') },
    ],
  },
  {
    title: (t) => t.registers.applications,
    packs: true,
    items: [{ key: 'cases', to: to.cases(), text: (t) => t.nav.cases, own: (p, _, q) => p.startsWith('/cases') && !q.get('pack'), count: 'todo' }],
  },
  {
    title: (t) => t.nav.system,
    items: [
      { key: 'tasks', to: to.tasks, text: (t) => t.nav.tasks, may: 'task.read', own: (p) => p === '/tasks', count: 'running' },
      { key: 'packs', to: to.packs, text: (t) => t.packs.title, may: 'pack.read', own: (p) => p.startsWith('/packs') },
      { key: 'calendar', to: to.calendar(), text: (t) => t.calendar.title, may: 'reference.read', own: (p) => p === '/calendar' },
      { key: 'audit', to: to.audit(), text: (t) => t.nav.audit, may: 'audit.read', own: (p) => p.startsWith('/audit') },
      { key: 'chain', to: to.chain, text: (t) => t.chain.title, may: 'audit.verify', own: (p) => p === '/chain' },
      { key: 'keys', to: to.keys, text: (t) => t.ring.title, may: 'key.read', own: (p) => p === '/keys' },
      { key: 'users', to: to.users(), text: (t) => t.nav.users, may: 'account.read', beyond: true, own: (p) => p === '/users' },
      { key: 'roles', to: to.roles, text: (t) => t.nav.roles, may: 'reference.read', own: (p) => p === '/roles' },
      { key: 'sessions', to: to.sessions(), text: (t) => t.nav.sessions, may: 'session.read', own: (p) => p === '/sessions' || p === '/password' },
    ],
  },
];

// A page of an application is the one whose address it has, as far as the menu says it.
function itemOf(x: MenuItem): NavItem {
  const [path, asked] = x.path.split('?');
  const want = new URLSearchParams(asked);
  const names = x.sort === 'desk' ? ['pack', 'flow'] : ['list'];
  return {
    key: x.path, to: x.path, text: () => x.title,
    own: (p, _, q) => (p === path || (x.sort === 'register' && p.startsWith(`${path}/`))) && names.every((n) => q.get(n) === want.get(n)),
  };
}

/** What the reader may use of the installed packs; undefined until that is known. */
export function usePackItems(): NavItem[] | undefined {
  const menu = useLoad(useMay()('notice.read') ? 'menu' : null, api.menu);
  useHeard(packsChanged, menu.again);
  if (menu.busy && !menu.data) return undefined;
  return (menu.data?.items ?? []).flatMap((p) => p.items.map(itemOf));
}
