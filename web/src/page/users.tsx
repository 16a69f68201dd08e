import { Button, Drawer } from 'antd';
import { useState } from 'react';
import { api } from '../api/client';
import type { GivenPassword, User } from '../api/schema.gen';
import { anybody, useMay } from '../api/session';
import { pending, useLoad } from '../api/use';
import { useWords } from '../i18n/use';
import { asked } from '../part/asked';
import { optionsOf } from '../part/choice';
import { Export } from '../part/export';
import { useDialog } from '../part/dialog';
import { Facet, Search } from '../part/facet';
import { Card, Head } from '../part/frame';
import { Pager } from '../part/pager';
import { RoleTags, useRoles, UserState } from '../part/people';
import { Empty, View } from '../part/state';
import { Table } from '../part/table';
import { useAlter, usePlace } from '../route/route';
import { Detail } from './users/detail';
import { Add, Given } from './users/forms';

/** Accounts: who there is, what they may do; what is done with one is in its drawer. */
export default function Users() {
  const { t, f } = useWords();
  const place = usePlace();
  const alter = useAlter();
  const may = useMay();
  const wide = may('account.read', anybody);
  const q = asked(place, 'q', 'office', 'role', 'state', 'cursor');
  const roles = useRoles();
  const list = useLoad(JSON.stringify(q), (s) => api.users({ ...q, limit: 100 }, s));
  const offices = useLoad('offices', api.offices);
  const [dialog, ask] = useDialog();
  const [given, give] = useState<GivenPassword>();
  const title = (o: string) => offices.data?.items.find((x) => x.name === o)?.title ?? o;
  const open = list.data?.items.find((u) => u.login === place.query.get('user'));
  const c = t.users.cols;
  const told = (g: GivenPassword) => {
    give(g);
    list.again();
  };
  const changed = (u: User) => list.data && list.put({ ...list.data, items: list.data.items.map((x) => (x.id === u.id ? u : x)) });
  const addButton = may('account.write') && <Button type="primary" onClick={() => ask('add')}>{t.users.add}</Button>;
  return (
    <>
      <Head name={t.users.title} title={t.users.title} sub={wide ? t.users.sub : t.users.own} actions={addButton} />
      <Card>
        {wide && (
          <div className="filters">
            <Search label={t.finding.userSearch} value={place.query.get('q') ?? ''} change={(v) => alter({ q: v, cursor: null })} />
            <Facet label={t.users.office} value={place.query.get('office')} change={(v) => alter({ office: v, cursor: null })} width={220}
              options={optionsOf(offices.data?.items)} />
            <Facet label={t.finding.role} value={place.query.get('role')} change={(v) => alter({ role: v, cursor: null })} options={optionsOf(roles.all.filter((r) => r.users))} />
            <Facet label={t.finding.state} value={place.query.get('state')} change={(v) => alter({ state: v, cursor: null })} options={Object.entries(t.users.states).map(([value, label]) => ({ value, label }))} />
            <span className="fill" />
            <Export list="users" query={q} keep="users" outs={{ n: 'name login', o: 'office', r: 'roles', s: 'state', l: 'seen' }} />
          </div>
        )}
        <View from={list} wait={roles.busy || pending(offices)} lines={10}>
          {(d) => (
            <>
              <Table
                keep="users"
                label={t.users.title}
                rows={d.items}
                rowKey={(u) => u.id}
                selected={(u) => u === open}
                empty={<Empty title={t.users.empty} hint={t.users.emptyHint}>{addButton}</Empty>}
                cols={[
                  { key: 'n', title: c.name, min: 120, cell: (u) => <><button type="button" className="link" onClick={() => alter({ user: u.login })}>{u.name}</button><span className="sub small muted">{u.login}</span></> },
                  { key: 'o', title: c.office, min: 120, cell: (u) => (u.office ? title(u.office) : <span className="muted">{t.users.noOffice}</span>) },
                  { key: 'r', title: c.roles, min: 110, cell: (u) => <RoleTags of={u} title={roles.title} /> },
                  { key: 's', title: c.state, cell: (u) => <UserState of={u} /> },
                  { key: 'l', title: c.seen, nowrap: true, cell: (u) => (u.seen_at ? <span title={f.full(u.seen_at)}>{f.time(u.seen_at)}</span> : <span className="muted">{t.users.never}</span>) },
                ]}
              />
              <Pager next={d.next} shown={d.items.length} />
            </>
          )}
        </View>
      </Card>
      <Drawer open={Boolean(open)} title={open?.name} aria-label={open?.name} size={520} onClose={() => alter({ user: null, dialog: null })} destroyOnHidden>
        {open && <Detail user={open} role={roles.title} office={title} changed={changed} told={told} />}
      </Drawer>
      {dialog === 'add' && may('account.write') && <Add offices={offices.data?.items ?? []} close={() => ask(null)} told={told} />}
      {given && <Given of={given} close={() => give(undefined)} />}
    </>
  );
}
