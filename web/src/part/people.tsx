import { api } from '../api/client';
import { anybody, useMay, useSession } from '../api/session';
import type { Role, User } from '../api/schema.gen';
import { pending, useLoad } from '../api/use';
import { useWords } from '../i18n/use';
import { Tag } from './frame';

/** Roles by their names, in the server's words. */
export function useRoles(): { all: Role[]; busy: boolean; title: (role: string) => string } {
  const { t } = useWords();
  const roles = useLoad('roles', api.roles);
  const all = roles.data?.roles ?? [];
  return { all, busy: pending(roles), title: (r) => all.find((x) => x.name === r)?.title ?? t.words.role[r] ?? r };
}

/** Names of persons by their ids; who may see only their own account knows only that one. */
export function usePersons() {
  const may = useMay();
  const me = useSession();
  const wide = may('account.read', anybody);
  const list = useLoad(wide ? 'persons' : null, (s) => api.users({ limit: 500 }, s));
  const all = list.data?.items ?? [];
  const name = (id: string) => all.find((u) => u.id === id)?.name ?? (me && me.id === id ? me.name : id);
  return { all, name, wide, busy: pending(list) };
}

export function RoleTags({ of: u, title }: { of: Pick<User, 'roles'>; title: (role: string) => string }) {
  const { t } = useWords();
  if (u.roles.length === 0) return <span className="muted">{t.users.noRoles}</span>;
  return <span className="chips">{u.roles.map((r) => <Tag key={r}>{title(r)}</Tag>)}</span>;
}

export function UserState({ of: u }: { of: Pick<User, 'state' | 'fresh'> }) {
  const { t } = useWords();
  return (
    <span className="chips">
      <Tag tone={u.state === 'enabled' ? 'ok' : 'plain'}>{t.users.states[u.state] ?? u.state}</Tag>
      {u.fresh && <Tag tone="warn">{t.users.fresh}</Tag>}
    </span>
  );
}
