import { Button } from 'antd';
import { api } from '../api/client';
import type { AuditEntry } from '../api/schema.gen';
import { useMay } from '../api/session';
import { useLoad } from '../api/use';
import { useWords } from '../i18n/use';
import { asked } from '../part/asked';
import { Facet, Search } from '../part/facet';
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

const words = ['service', 'app', 'grant', 'directory'] as const;
const filters = ['action', 'actor', ...words, 'subject', 'from', 'until'] as const;

// Days are the district's; the last one is sought whole.
const begin = (day: string, plus = 0) => new Date(Date.parse(`${day}T00:00:00+08:00`) + plus * 86_400_000).toISOString();

/** Everything that was done, newest first. */
export default function Audit() {
  const { t, f } = useWords();
  const place = usePlace();
  const alter = useAlter();
  const persons = usePersons();
  const q = asked(place, ...filters, 'cursor');
  const days = { from: q.from && begin(q.from), until: q.until && begin(q.until, 1) };
  const list = useLoad(JSON.stringify(q), (s) => api.audit({ ...q, ...days, limit: 50 }, s));
  const set = (name: string) => (v: string | null) => alter({ [name]: v, cursor: null });
  const some = filters.some((n) => place.query.has(n));
  const clear = <Button onClick={() => alter(Object.fromEntries([...filters, 'cursor'].map((n) => [n, null])))}>{t.audit.clear}</Button>;
  const c = t.audit.cols;
  const actorWords = (a = '') => t.audit.machines[a || 'system'] ?? persons.name(a);
  return (
    <>
      <Head name={t.audit.title} title={t.audit.title} sub={t.audit.sub} />
      <div className="stack">
        <Card>
          <div className="filters">
            <Facet label={t.audit.action} value={place.query.get('action')} change={set('action')} width={170}
              options={Object.entries(t.audit.actions).map(([value, label]) => ({ value, label }))} />
            {persons.wide && <Facet label={t.audit.actor} value={place.query.get('actor')} change={set('actor')} width={170} options={persons.all.map((u) => ({ value: u.id, label: u.name }))} />}
            {words.map((n) => <Search key={n} label={t.audit[n]} value={place.query.get(n) ?? ''} change={set(n)} />)}
            {(['from', 'until'] as const).map((n) => (
              <label key={n} className="row">{t.audit[n]}<input className="field" type="date" value={place.query.get(n) ?? ''} onChange={(e) => set(n)(e.target.value || null)} /></label>
            ))}
            {q.subject && <Tag tone="accent" title={q.subject}>{t.audit.subjects.on}</Tag>}
            {some && clear}
          </div>
          <SubjectForm found={(subject, service) => alter({ subject, service, cursor: null })} />
          <View from={list} lines={14}>
            {(d) => (
              <>
                <Table
                  label={t.audit.title}
                  rows={d.items}
                  rowKey={(e) => String(e.seq)}
                  empty={<Empty title={t.audit.empty} hint={t.audit.emptyHint}>{some && clear}</Empty>}
                  cols={[
                    { key: 'n', title: c.seq, right: true, cell: (e) => <Link to={to.entry(e.receipt)}>{f.n(e.seq)}</Link> },
                    { key: 'at', title: c.at, nowrap: true, cell: (e) => <span title={f.full(e.at)}>{f.time(e.at)}</span> },
                    { key: 'w', title: c.who, min: 110, cell: (e) => <>{e.app || actorWords(e.actor)}<span className="sub small muted">{t.audit.doors[e.door ?? ''] ?? e.door}</span></> },
                    { key: 'a', title: c.action, nowrap: true, cell: (e) => t.audit.actions[e.action] ?? e.action },
                    { key: 'o', title: c.what, min: 180, cell: (e) => <What of={e} /> },
                    { key: 'r', title: c.rows, right: true, cell: (e) => (e.items?.length || e.rows ? f.n(e.rows) : t.none) },
                    { key: 'u', title: c.outcome, cell: (e) => (e.outcome === 'ok' ? <Tag tone="ok">{t.audit.ok}</Tag> : <Tag tone="danger" title={e.outcome}>{e.outcome}</Tag>) },
                  ]}
                />
                {d.away > 0 && <p className="pad muted">{t.audit.away(f.n(d.away))}</p>}
                <Pager next={d.next} shown={d.items.length} />
              </>
            )}
          </View>
        </Card>
        {useMay()('audit.verify') && <Files />}
      </div>
    </>
  );
}

function What({ of: e }: { of: AuditEntry }) {
  const { lang } = useWords();
  return <>{e.service || e.directory || changeWords(e.change, lang) || e.target}{e.purpose && <span className="sub small muted wrap">{e.purpose}</span>}</>;
}

/** What the chain lies in. */
function Files() {
  const { t, f } = useWords();
  const list = useLoad('segments', api.segments);
  return (
    <View from={list} lines={1}>
      {(d) => (
        <Card title={t.audit.files} note={t.audit.filesNote(f.n(d.items.length), f.bytes(d.items.reduce((n, s) => n + s.bytes, 0)))}>{null}</Card>
      )}
    </View>
  );
}
