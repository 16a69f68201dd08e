import { api } from '../api/client';
import { useMay } from '../api/session';
import type { Grant, Grantee } from '../api/schema.gen';
import { pending, useLoad } from '../api/use';
import { useWords } from '../i18n/use';
import { Link } from '../route/link';
import { to } from '../route/paths';
import { Card, Tag, type Tone } from './frame';
import { May } from './may';
import { Empty, View } from './state';
import type { Col } from './column';
import { Table } from './table';

/** The titles of what grants and services name, as far as the reader may know them. */
export function useTitles() {
  const may = useMay();
  const offices = useLoad('offices', api.offices);
  const directories = useLoad(may('directory.read') ? 'directories' : null, (s) => api.directories({ limit: 500 }, s));
  const apps = useLoad(may('app.read') ? 'apps' : null, (s) => api.apps({ limit: 500 }, s));
  // Whom something is granted to may be of any office: its title is known to who reads grants.
  const grantees = useLoad(may('grant.read') ? 'grantees' : null, api.grantees);
  const office = (name: string) => offices.data?.items.find((o) => o.name === name)?.title ?? name;
  const app = (name: string) => [...(grantees.data?.items ?? []), ...(apps.data?.items ?? [])].find((a) => a.name === name)?.title ?? name;
  return {
    busy: pending(offices, directories, apps, grantees),
    offices: offices.data?.items ?? [],
    directories: directories.data?.items ?? [],
    apps: apps.data?.items ?? [],
    grantees: grantees.data?.items ?? [],
    office,
    app,
    directory: (name: string) => directories.data?.items.find((d) => d.name === name)?.title ?? name,
    grantee: (g: Grantee) => (g.kind === 'app' ? app(g.name) : office(g.name)),
  };
}

export type Titles = ReturnType<typeof useTitles>;

const day = 86_400_000;

/** Grants that end within so many days end soon. */
export const soonDays = 30;

/** The time before which a grant ends soon, the same all day so that a list is asked once. */
export const soon = () => new Date((Math.floor(Date.now() / day) + soonDays) * day).toISOString();

export type Standing = 'active' | 'soon' | 'ahead' | 'expired' | 'revoked';

/** How a grant stands now: its books may be closed a little after its term. */
export function standing(g: Pick<Grant, 'state' | 'from' | 'until'>, now = Date.now()): Standing {
  if (g.state !== 'active') return g.state;
  if (Date.parse(g.until) <= now) return 'expired';
  if (Date.parse(g.from) > now) return 'ahead';
  return g.until < soon() ? 'soon' : 'active';
}

const tones: Record<Standing, Tone> = { active: 'ok', soon: 'warn', ahead: 'accent', expired: 'plain', revoked: 'plain' };

export function GrantState({ of: g }: { of: Pick<Grant, 'state' | 'from' | 'until'> }) {
  const { t } = useWords();
  const s = standing(g);
  return <Tag tone={tones[s]}>{t.share.states[s]}</Tag>;
}

export function GranteeName({ of: g, titles }: { of: Grantee; titles: Titles }) {
  const { t } = useWords();
  const may = useMay();
  const title = titles.grantee(g);
  return (
    <>
      {g.kind === 'app' && may('app.read') ? <Link to={to.app(g.name)}>{title}</Link> : title}
      <span className="sub small muted">{t.share.kinds[g.kind]} · {g.name}</span>
    </>
  );
}

/** Grants one under the other, without what the page says of all of them. */
export function GrantTable({ items, titles, without, label }: { items: Grant[]; titles: Titles; without?: 'd' | 'g'; label: string }) {
  const { t, f } = useWords();
  const w = t.grants.cols;
  const cols: Col<Grant>[] = [
    { key: 'p', title: w.purpose, min: 160, cell: (g) => <Link to={to.grant(g.id)}>{g.purpose}</Link> },
    { key: 'g', title: w.grantee, min: 140, cell: (g) => <GranteeName of={g.grantee} titles={titles} /> },
    { key: 'd', title: w.directory, min: 130, cell: (g) => <><Link to={to.directory(g.directory)}>{titles.directory(g.directory)}</Link><span className="sub small muted">{titles.office(g.office)}</span></> },
    { key: 'i', title: w.items, right: true, cell: (g) => f.n(g.items.length) },
    { key: 'r', title: w.rows, nowrap: true, cell: (g) => (g.all_rows ? t.share.allRows : t.share.rules(f.n(g.rows.length))) },
    { key: 'u', title: w.until, nowrap: true, cell: (g) => f.lastDay(g.until) },
    { key: 's', title: w.state, nowrap: true, cell: (g) => <GrantState of={g} /> },
  ];
  return <Table keep="grants" label={label} rows={items} rowKey={(g) => g.id} cols={cols.filter((c) => c.key !== without)} />;
}

/** The grants of a directory or to an application, and the way to one more. */
export function GrantsCard({ of, titles, title, office }: { of: { app: string } | { directory: string }; titles: Titles; title: string; office?: string }) {
  const { t } = useWords();
  const may = useMay();
  const app = 'app' in of;
  const grants = useLoad(may('grant.read') ? `grants ${app ? `to ${of.app}` : `of ${of.directory}`}` : null, (s) => api.grants({ ...of, limit: 100 }, s));
  const more = app ? { grantee: `app:${of.app}` } : { directory: of.directory };
  return (
    <Card title={title} note={<May do="grant.make" office={office}><Link to={to.newGrant(more)}>{t.grants.make}</Link></May>}>
      {may('grant.read') ? (
        <View from={grants} lines={3}>{(l) => (l.items.length ? <GrantTable items={l.items} titles={titles} without={app ? 'g' : 'd'} label={title} /> : <Empty title={t.grants.none} hint={t.grants.noneHint} />)}</View>
      ) : <Empty title={t.share.forbidden} hint={t.share.forbiddenHint} />}
    </Card>
  );
}
