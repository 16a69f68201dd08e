import { Button } from 'antd';
import { api } from '../api/client';
import type { AuditEntry } from '../api/schema.gen';
import { useMay } from '../api/session';
import { pending, useLoad } from '../api/use';
import { useWords } from '../i18n/use';
import { asked } from '../part/asked';
import { known } from '../part/choice';
import { Export } from '../part/export';
import { Facet, More } from '../part/facet';
import { Card, Head, Tag } from '../part/frame';
import { Pager } from '../part/pager';
import { usePersons } from '../part/people';
import { Empty, View } from '../part/state';
import { Table } from '../part/table';
import { Link } from '../route/link';
import { to } from '../route/paths';
import { useAlter, usePlace } from '../route/route';
import { changeWords } from './audit/change';
import { SubjectForm } from './audit/subject';

const things = ['service', 'app', 'directory'] as const;
const filters = ['action', 'actor', 'office', ...things, 'grant', 'subject', 'from', 'until'] as const;

// Days are the district's; the last one is sought whole.
const begin = (day: string, plus = 0) => new Date(Date.parse(`${day}T00:00:00+08:00`) + plus * 86_400_000).toISOString();

/** Everything that was done, newest first. */
export default function Audit() {
  const { t, f } = useWords();
  const place = usePlace();
  const alter = useAlter();
  const persons = usePersons();
  const may = useMay();
  const q = asked(place, ...filters, 'cursor');
  const days = { from: q.from && begin(q.from), until: q.until && begin(q.until, 1) };
  const list = useLoad(JSON.stringify(q), (s) => api.audit({ ...q, ...days, limit: 50 }, s));
  const set = (name: string) => (v: string | null) => alter({ [name]: v, cursor: null });
  const some = filters.some((n) => place.query.has(n));
  const clear = <Button onClick={() => alter(Object.fromEntries([...filters, 'cursor'].map((n) => [n, null])))}>{t.audit.clear}</Button>;
  const c = t.audit.cols;
  const choices = useLoad('audit choices', api.auditChoices);
  const roles = useLoad('roles', api.roles);
  const rights = roles.data?.rights ?? [];
  const lists = { service: choices.data?.services ?? [], app: choices.data?.apps ?? [], directory: choices.data?.directories ?? [], office: choices.data?.offices ?? [], grant: choices.data?.grants ?? [] };
  const title = (n: keyof typeof lists, name: string) => lists[n].find((x) => x.name === name)?.title ?? name;
  const act = (a: string) => t.audit.actions[a] ?? rights.find((r) => r.action === a)?.title ?? a;
  const actorWords = (a = '') => t.audit.machines[a || 'system'] ?? persons.name(a);
  return (
    <>
      <Head name={t.audit.title} title={t.audit.title} sub={t.audit.sub} actions={may('audit.verify') && <Link to={to.chain} className="btn">{t.chain.title}</Link>} />
      <div className="stack">
        <Card>
          <div className="filters">
            <Facet label={t.audit.action} value={place.query.get('action')} change={set('action')}
              options={[...Object.entries(t.audit.actions), ...rights.filter((r) => !t.audit.actions[r.action]).map((r) => [r.action, r.title])].map(([value = '', label = '']) => ({ value, label }))} />
            {persons.wide && <Facet label={t.audit.actor} value={place.query.get('actor')} change={set('actor')} options={persons.all.map((u) => ({ value: u.id, label: u.name }))} />}
            <Facet label={t.audit.office} value={place.query.get('office')} change={set('office')} options={known(lists.office, place.query.get('office'))} />
            {(['from', 'until'] as const).map((n) => (
              <label key={n} className="row">{t.audit[n]}<input className="field" type="date" value={place.query.get(n) ?? ''} onChange={(e) => set(n)(e.target.value || null)} /></label>
            ))}
            <More set={[...things, 'grant'].some((n) => place.query.has(n))}>
              {things.map((n) => <Facet key={n} label={t.audit[n]} value={place.query.get(n)} change={set(n)} width={190} options={known(lists[n], place.query.get(n))} />)}
              <Facet label={t.audit.grant} value={place.query.get('grant')} change={set('grant')} width={200} options={known(lists.grant, place.query.get('grant'))} />
            </More>
            {q.subject && <Tag tone="accent" title={q.subject}>{t.audit.subjects.on}</Tag>}
            {some && clear}
            <span className="fill" />
            <Export list="audit" query={{ ...q, ...days }} keep="audit" outs={{ n: 'seq', at: 'at', w: 'who office door', a: 'action code', o: 'service directory change target purpose', r: 'items rows', u: 'outcome receipt' }} />
          </div>
          <SubjectForm found={(subject, service) => alter({ subject, service, cursor: null })} />
          <View from={list} wait={persons.busy || pending(choices, roles)} lines={14}>
            {(d) => (
              <>
                <Table
                  keep="audit"
                  label={t.audit.title}
                  rows={d.items}
                  rowKey={(e) => String(e.seq)}
                  empty={<Empty title={t.audit.empty} hint={t.audit.emptyHint}>{some && clear}</Empty>}
                  cols={[
                    { key: 'n', title: c.seq, right: true, cell: (e) => <Link to={to.entry(e.receipt)}>{f.n(e.seq)}</Link> },
                    { key: 'at', title: c.at, nowrap: true, cell: (e) => <span title={f.full(e.at)}>{f.time(e.at)}</span> },
                    { key: 'w', title: c.who, min: 110, cell: (e) => <>{e.app ? title('app', e.app) : actorWords(e.actor)}<span className="sub small muted">{[e.app && e.office && title('office', e.office), t.audit.doors[e.door ?? ''] ?? e.door].filter(Boolean).join(' · ')}</span></> },
                    { key: 'a', title: c.action, nowrap: true, cell: (e) => act(e.action) },
                    { key: 'o', title: c.what, min: 180, cell: (e) => <What of={e} title={title} /> },
                    { key: 'r', title: c.rows, right: true, cell: (e) => (e.items?.length || e.rows ? f.n(e.rows) : t.none) },
                    { key: 'u', title: c.outcome, min: 110, cell: (e) => (e.outcome === 'ok' ? <Tag tone="ok">{t.audit.ok}</Tag> : <span className="danger small" title={e.outcome}>{e.answered}</span>) },
                  ]}
                />
                {d.away > 0 && <p className="pad muted">{t.audit.away(f.n(d.away))}</p>}
                <Pager next={d.next} shown={d.items.length} />
              </>
            )}
          </View>
        </Card>
      </div>
    </>
  );
}

function What({ of: e, title }: { of: AuditEntry; title: (n: 'service' | 'directory', name: string) => string }) {
  const { t, lang } = useWords();
  const [kind = '', ...rest] = (e.target ?? '').split('/');
  const thing = t.audit.targets[kind];
  const name = e.service || e.directory || (thing && !changeWords(e.change, lang) ? rest.join('/') : '');
  return (
    <>
      {e.service ? title('service', e.service) : e.directory ? title('directory', e.directory) : changeWords(e.change, lang) || thing || e.target}
      {name && <span className="sub small muted">{name}</span>}
      {e.purpose && <span className="sub small muted wrap">{e.purpose}</span>}
    </>
  );
}
