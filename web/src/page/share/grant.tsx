import { App, Button } from 'antd';
import { useState } from 'react';
import { api } from '../../api/client';
import { useMay, useSession } from '../../api/session';
import type { Grant, GrantEvent } from '../../api/schema.gen';
import { pending, useLoad } from '../../api/use';
import { useWords } from '../../i18n/use';
import { Card, coming, Facts, Head, Tag } from '../../part/frame';
import { useKinds } from '../../part/kinds';
import { May } from '../../part/may';
import { ReasonDialog } from '../../part/reason';
import { GranteeName, GrantState, standing, useTitles } from '../../part/share';
import { Busy, View } from '../../part/state';
import { Table } from '../../part/table';
import { Link } from '../../route/link';
import { to } from '../../route/paths';
import { rowWords, useRegionNames } from './region';

export default function GrantPage({ id }: { id: string }) {
  const { t } = useWords();
  const from = useLoad(`grant ${id}`, (s) => api.grant(id, s));
  return (
    <>
      {!from.data && <Head name={t.grants.one} crumbs={[{ text: t.grants.title, to: to.grants() }]} title={t.grants.one} />}
      <View from={from} lines={10}>{(g) => <Shown of={g} again={from.again} />}</View>
    </>
  );
}

function Shown({ of: g, again }: { of: Grant; again: () => void }) {
  const words = useWords();
  const { t, f } = words;
  const w = t.grants;
  const may = useMay();
  const titles = useTitles();
  const kinds = useKinds();
  const region = useRegionNames(g.rows);
  const directory = useLoad(may('directory.read') ? `directory ${g.directory}` : null, (s) => api.directory(g.directory, s));
  const services = useLoad(may('service.read') ? `services ${g.directory}` : null, (s) => api.services({ directory: g.directory }, s));
  const item = (n: string) => directory.data?.declaration.items.find((i) => i.name === n)?.title ?? n;
  const served = services.data?.items ?? [];
  if (titles.busy || pending(directory, services)) return <><Head name={g.purpose} crumbs={[{ text: w.title, to: to.grants() }]} title={g.purpose} tags={<GrantState of={g} />} sub={coming} /><Busy lines={10} /></>; // all is worded by them
  const stands = standing(g) !== 'expired' && g.state === 'active';
  return (
    <>
      <Head
        name={g.purpose}
        crumbs={[{ text: w.title, to: to.grants() }]}
        title={g.purpose}
        tags={<GrantState of={g} />}
        sub={w.facts(titles.grantee(g.grantee), titles.directory(g.directory), titles.office(g.office))}
        actions={stands && <May do="grant.revoke" office={g.office}><Revoke of={g} again={again} /></May>}
      />
      {g.state === 'revoked' && <div className="note warn">{w.revokedNote(f.full(g.ended_at ?? ''), g.end_reason)}</div>}
      <div className="two">
        <Card title={w.who} pad>
          <Facts of={[
            [w.cols.grantee, <GranteeName of={g.grantee} titles={titles} />],
            [w.cols.directory, <Link to={to.directory(g.directory)}>{titles.directory(g.directory)}</Link>],
            [w.provider, titles.office(g.office)],
            [w.services, served.length ? served.map((s, i) => <span key={s.name}>{i > 0 && t.sep}<Link to={to.service(s.name)}>{s.title}</Link></span>) : t.none],
            [w.cols.purpose, g.purpose],
            [w.basis, g.basis],
          ]} />
        </Card>
        <Card title={w.term} pad>
          <Facts of={[
            [w.from, f.full(g.from)],
            [w.cols.until, f.full(g.until)],
            [w.perSecond, w.calls(f.n(g.per_second))],
            [w.perDay, w.calls(f.n(g.per_day))],
            [w.cols.rows, g.all_rows ? t.share.allRows : g.rows.map((r, i) => <span key={i} className="reason">{rowWords(words, r, item, region)}</span>)],
            [w.id, <code className="wrap" data-random>{g.id}</code>],
          ]} />
        </Card>
      </div>
      <div className="stack">
        <Card title={w.itemsN(f.n(g.items.length))}>
          <Table
            label={w.cols.items}
            rows={g.items}
            rowKey={(i) => i.item}
            cols={[
              { key: 't', title: w.item, min: 110, cell: (i) => item(i.item) },
              { key: 'n', title: t.directory.item.name, cell: (i) => <code>{i.item}</code> },
              { key: 'm', title: w.mask, cell: (i) => (i.mask ? <Tag tone="accent">{kinds.mask(i.mask)}</Tag> : <Tag tone={i.basis ? 'warn' : 'plain'}>{w.whole}</Tag>) },
              { key: 'e', title: w.example, cell: (i) => <Example of={i.mask} /> },
              { key: 'b', title: w.wholeBasis, cell: (i) => i.basis || <span className="muted">{t.none}</span> },
            ]}
          />
        </Card>
        <Card title={w.history}><History of={g.history ?? []} /></Card>
      </div>
    </>
  );
}

/** What a mask leaves of an invented value, as the server makes it. */
export function Example({ of: mask }: { of: string }) {
  const { t } = useWords();
  const kinds = useKinds();
  const m = kinds.masks.get(mask.replace(/\(.*/, ''));
  if (!m || !mask) return <span className="muted">{t.none}</span>;
  const shown = m.shown.length > 20 ? `${m.shown.slice(0, 12)}…` : m.shown;
  return <span className="small mono">{m.example} → {shown || t.grants.nothing}</span>;
}

function History({ of: events }: { of: GrantEvent[] }) {
  const { t, f } = useWords();
  const w = t.grants;
  const who = useSession();
  const name = (e: GrantEvent) => e.by_name || (e.by === who?.id && who.name) || (w.actors[e.by] ?? e.by);
  return (
    <Table
      label={w.history}
      rows={events}
      rowKey={(e, i) => `${e.state} ${i}`}
      cols={[
        { key: 'a', title: w.at, nowrap: true, cell: (e) => f.full(e.at) },
        { key: 's', title: w.event, nowrap: true, cell: (e) => w.events[e.state] ?? e.state },
        { key: 'b', title: w.by, nowrap: true, cell: name },
        { key: 'r', title: w.reason, cell: (e) => e.reason || <span className="muted">{t.none}</span> },
      ]}
    />
  );
}

/** Ends a grant for good, after saying what stops with it. */
function Revoke({ of: g, again }: { of: Grant; again: () => void }) {
  const { t } = useWords();
  const w = t.grants;
  const { message } = App.useApp();
  const [asking, ask] = useState(false);
  return (
    <>
      <Button danger onClick={() => ask(true)}>{w.revoke}</Button>
      {asking && (
        <ReasonDialog danger hint={t.share.reasonHint} title={w.revokeTitle(g.purpose)} text={<Effect of={g} />} button={w.revoke} close={() => ask(false)} run={async (reason) => {
          await api.revokeGrant(g.id, reason);
          void message.success(w.revoked);
          again();
        }} />
      )}
    </>
  );
}

/** The services, applications and calls that a grant carries now. */
function Effect({ of: g }: { of: Grant }) {
  const { t, f } = useWords();
  const w = t.granting;
  const effect = useLoad(`effect ${g.id}`, (s) => api.grantEffect(g.id, s));
  return (
    <View from={effect} lines={4}>
      {(e) => (
        <>
          <p><b>{w.effect}</b></p>
          <Facts of={[
            [w.effectServices, e.services.length ? e.services.map((s) => s.title).join(t.sep) : t.grants.noService],
            [w.effectApps, e.apps.length ? e.apps.map((a) => (
              <span key={a.name} className="block">{a.title} <span className="small muted">{a.office_title}</span> <Tag tone={a.keeps ? 'plain' : 'danger'}>{a.keeps ? w.keeps : w.stops}</Tag></span>
            )) : w.noApps],
            [w.effectCalls(f.n(e.recent.days)), e.recent.calls ? <>{w.calls(f.n(e.recent.calls), f.n(e.recent.refused))}{e.recent.last && <span className="sub small muted">{w.last(f.full(e.recent.last))}</span>}</> : w.noCalls],
          ]} />
          <p className="small muted gap-top">{w.kept}</p>
        </>
      )}
    </View>
  );
}
