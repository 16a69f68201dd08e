import { App, Button } from 'antd';
import type { ReactNode } from 'react';
import { api } from '../../api/client';
import type { GivenPassword, User } from '../../api/schema.gen';
import { useMay, useSession } from '../../api/session';
import { useAction, useLoad } from '../../api/use';
import { useWords } from '../../i18n/use';
import { useDialog } from '../../part/dialog';
import { Facts } from '../../part/frame';
import { RoleTags, UserState } from '../../part/people';
import { ReasonDialog } from '../../part/reason';
import { Failed } from '../../part/state';
import { Link } from '../../route/link';
import { to } from '../../route/paths';
import { Correct, GiveRoles } from './forms';

interface Props {
  user: User;
  office: (name: string) => string;
  role: (name: string) => string;
  changed: (u: User) => void;
  told: (g: GivenPassword) => void;
}

/** One account: its facts, and what the reader's right lets them do with it. */
export function Detail({ user: u, office, role, changed, told }: Props) {
  const { t, f } = useWords();
  const may = useMay();
  const w = t.users;
  const sessions = useLoad(may('session.read') ? `sessions of ${u.id}` : null, (s) => api.sessions({ user: u.login }, s));
  const facts: [string, ReactNode][] = [
    [w.login, <code key="l">{u.login}</code>],
    [w.office, u.office ? office(u.office) : w.noOffice],
    [w.roles, <RoleTags key="r" of={u} title={role} />],
    [w.cols.state, <UserState key="s" of={u} />],
    [w.created, f.full(u.created_at)],
    [w.passwordSet, f.full(u.password_at)],
    [w.cols.seen, u.seen_at ? f.full(u.seen_at) : w.never],
  ];
  if (sessions.data) facts.push([w.sessions, <Link key="x" to={to.sessions({ user: u.login })}>{w.sessionsOf(f.n(sessions.data.items.length))}</Link>]);
  if (may('audit.read')) facts.push([t.audit.title, <Link key="h" to={to.audit({ actor: u.id })}>{w.history}</Link>]);
  return (
    <div className="stack">
      <Facts of={facts} />
      <Acts user={u} changed={changed} told={told} />
    </div>
  );
}

function Acts({ user: u, changed, told }: Omit<Props, 'office' | 'role'>) {
  const { t } = useWords();
  const { message, modal } = App.useApp();
  const may = useMay();
  const me = useSession();
  const [asking, ask] = useDialog();
  const w = t.users;
  const close = () => ask(null);
  const done = (what: string) => (next: User) => {
    changed(next);
    void message.success(w.done[what]);
  };
  const enable = useAction(async () => done('enable')(await api.enableUser(u.login)));
  const reset = useAction(async () => told(await api.resetUser(u.login)));
  const askReset = () => void modal.confirm({ title: w.resetTitle(u.name), content: w.resetText, okText: w.reset, cancelText: t.cancel, icon: null, onOk: () => reset.act() });
  const mine = me?.id === u.id;
  return (
    <>
      <div className="row">
        {may('role.assign') && <Button type="primary" onClick={() => ask('roles')}>{w.give}</Button>}
        {may('account.write') && <Button onClick={() => ask('correct')}>{w.correct}</Button>}
        {may('account.write') && !mine && <Button loading={reset.busy} onClick={askReset}>{w.reset}</Button>}
        {may('account.write') && !mine && u.state === 'enabled' && <Button danger onClick={() => ask('disable')}>{w.disable}</Button>}
        {may('account.write') && u.state !== 'enabled' && <Button loading={enable.busy} onClick={() => void enable.act()}>{w.enable}</Button>}
      </div>
      {(enable.problem ?? reset.problem) && <Failed problem={(enable.problem ?? reset.problem)!} plain />}
      {asking === 'correct' && may('account.write') && <Correct user={u} close={close} done={done('correct')} />}
      {asking === 'roles' && may('role.assign') && <GiveRoles user={u} close={close} done={done('roles')} />}
      {asking === 'disable' && may('account.write') && (
        <ReasonDialog title={w.disableTitle(u.name)} text={w.disableText} button={w.disable} danger close={close}
          run={async (reason) => done('disable')(await api.disableUser(u.login, reason))} />
      )}
    </>
  );
}
