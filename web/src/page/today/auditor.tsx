import type { ReactNode } from 'react';
import { api } from '../../api/client';
import type { AuditEntry, Chain, Statistics } from '../../api/schema.gen';
import { useLoad } from '../../api/use';
import { useWords } from '../../i18n/use';
import { Card, Facts, Tag } from '../../part/frame';
import { May } from '../../part/may';
import { usePersons } from '../../part/people';
import { View } from '../../part/state';
import { Table } from '../../part/table';
import { Link } from '../../route/link';
import { to } from '../../route/paths';
import { changeWords } from '../audit/change';

const day = 86_400_000;
const dayOf = (back: number) => new Date(Date.now() + 8 * 3_600_000 - back * day).toISOString().slice(0, 10);

// What an auditor looks at first: who was kept out, who got rights, and what left unmasked.
const notable = ['session.refuse', 'session.lock', 'role.assign', 'duty.write', 'key.rotate', 'rows.export.plain'];

/** The day of those who watch: what awaits them, whether the chain holds, what was refused, what was done. It comes at once, so that nothing moves. */
export function Auditor() {
  const week = { from: dayOf(6), until: dayOf(0) };
  const all = useLoad('today-watch', async (s) => {
    const refused = { ...week, outcome: 'refused' } as const;
    const [chain, outcomes, callers, ...found] = await Promise.all([
      api.chain(s), api.calls({ ...refused, by: 'outcome' }, s), api.calls({ ...refused, by: 'app' }, s), ...notable.map((action) => api.audit({ action, limit: 5 }, s)),
    ]);
    return { chain, outcomes, callers, done: found.flatMap((x) => x.items).sort((a, b) => b.seq - a.seq).slice(0, 8) };
  });
  return (
    <View from={all} lines={12}>
      {(x) => (
        <div className="cols">
          <div className="stack">
            <Awaits of={x.chain} />
            <Refused of={x.outcomes} by="outcome" week={week} />
            <Notable rows={x.done} />
          </div>
          <aside className="stack">
            <Holds of={x.chain} />
            <Refused of={x.callers} by="app" week={week} />
          </aside>
        </div>
      )}
    </View>
  );
}

function Awaits({ of: c }: { of: Chain }) {
  const { t, f } = useWords();
  const w = t.audit.desk;
  const age = c.checked ? Math.floor((Date.now() - Date.parse(c.checked.at)) / day) : 0;
  const all: ReactNode[] = [
    c.checked?.flaw && <span className="danger">{t.chain.broken(f.n(c.checked.flaw.seq))}</span>,
    c.failed && !c.running && <span className="warn-text">{t.chain.failed}</span>,
    !c.checked && !c.running && <span className="warn-text">{w.never}</span>,
    c.checked && age >= 7 && <span className="warn-text">{w.stale(f.n(age))}</span>,
  ].filter(Boolean);
  return (
    <Card title={w.awaits} note={<Link to={to.chain}>{t.chain.title}</Link>}>
      {all.length === 0 && <div className="li muted">{c.running ? t.chain.running : w.nothing}</div>}
      {all.map((x, i) => <div className="li row" key={i}>{x}<span className="fill" /><May do="audit.verify"><Link className="btn small" to={to.chain}>{w.check}</Link></May></div>)}
    </Card>
  );
}

function Holds({ of: c }: { of: Chain }) {
  const { t, f } = useWords();
  const w = t.chain;
  const d = c.checked;
  return (
    <Card title={w.title} note={d ? <Tag tone={d.flaw ? 'danger' : 'ok'}>{d.flaw ? t.audit.desk.flawed : t.audit.desk.sound}</Tag> : undefined} pad>
      <Facts of={[
        [w.last, c.last_at ? w.entry(f.n(c.last), f.full(c.last_at)) : t.none],
        [w.result, d ? f.full(d.at) : t.none],
        [w.proven, d ? w.provenOf(f.n(d.entries), f.n(d.batches)) : t.none],
        [w.waiting, c.waiting ? w.waitingOf(f.n(c.waiting)) : w.noWaiting],
        [w.files, w.filesOf(f.n(c.files), f.bytes(c.bytes))],
      ]} />
    </Card>
  );
}

function Refused({ of: s, by, week }: { of: Statistics; by: 'outcome' | 'app'; week: { from: string; until: string } }) {
  const { t, f } = useWords();
  const w = t.audit.desk;
  const q = { ...week, outcome: 'refused' };
  return (
    <Card title={by === 'outcome' ? w.refused : w.callers} note={<Link to={to.calls({ ...q, by })}>{t.calls.title}</Link>}>
      <Table
        label={by === 'outcome' ? w.refused : w.callers}
        rows={s.rows.slice(0, 6)}
        rowKey={(r) => r.key}
        empty={<div className="li muted">{w.noRefusals}</div>}
        cols={[
          { key: 'k', title: t.calls.heads[by], min: 140, cell: (r) => <Link to={to.calls(by === 'outcome' ? { ...week, outcome: r.key, by: 'app' } : { ...q, app: r.key, by: 'outcome' })}>{r.title || r.key || t.calls.nobody}</Link> },
          { key: 'n', title: t.calls.cols.refused, right: true, cell: (r) => f.n(r.calls) },
        ]}
      />
    </Card>
  );
}

function Notable({ rows }: { rows: AuditEntry[] }) {
  const { t, f, lang } = useWords();
  const persons = usePersons();
  const w = t.audit;
  const who = (e: AuditEntry) => w.machines[e.actor || 'system'] ?? persons.name(e.actor ?? '');
  return (
    <Card title={w.desk.notable} note={<Link to={to.audit()}>{w.desk.all}</Link>}>
      <Table
        label={w.desk.notable}
        rows={rows}
        rowKey={(e) => String(e.seq)}
        empty={<div className="li muted">{w.empty}</div>}
        cols={[
          { key: 'at', title: w.cols.at, nowrap: true, cell: (e) => <Link to={to.entry(e.receipt)}>{f.time(e.at)}</Link> },
          { key: 'w', title: w.cols.who, nowrap: true, cell: who },
          { key: 'a', title: w.cols.action, nowrap: true, cell: (e) => w.actions[e.action] ?? e.action },
          { key: 'o', title: w.cols.what, min: 160, cell: (e) => changeWords(e.change, lang) || e.target || (e.outcome === 'ok' ? t.none : e.answered) },
        ]}
      />
    </Card>
  );
}
