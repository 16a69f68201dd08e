import { Button } from 'antd';
import { useRef } from 'react';
import { api } from '../api/client';
import type { CallRow, Statistics } from '../api/schema.gen';
import { useMay } from '../api/session';
import { useLoad } from '../api/use';
import { useWords } from '../i18n/use';
import { asked } from '../part/asked';
import { Chart } from '../part/chart';
import { known, optionsOf } from '../part/choice';
import { Export } from '../part/export';
import { Facet, More } from '../part/facet';
import { Bar, Card, Head, Tag } from '../part/frame';
import { callsOption } from '../part/options';
import { Empty, View } from '../part/state';
import type { Col } from '../part/column';
import { classes, Table } from '../part/table';
import { Link } from '../route/link';
import { to } from '../route/paths';
import { altered, useAlter, usePlace } from '../route/route';
import { SubjectForm } from './audit/subject';

const filters = ['from', 'until', 'service', 'owner', 'app', 'office', 'grant', 'outcome', 'subject'] as const;
const groups = ['service', 'app', 'office', 'grant', 'outcome', 'day'] as const;
type Group = (typeof groups)[number];

// What a row leads to: whoever opens one asks by what it was made up.
const next: Partial<Record<Group, Group>> = { service: 'app', office: 'app', app: 'grant' };

function useLast<V>(v: V | undefined): V | undefined {
  const last = useRef(v);
  if (v !== undefined) last.current = v;
  return last.current;
}

/** How often what was called, by whom, under what, and what came of it. */
export default function Calls() {
  const { t } = useWords();
  const w = t.calls;
  const place = usePlace();
  const alter = useAlter();
  const may = useMay();
  const q = asked(place, ...filters, 'by');
  const by = groups.find((g) => g === q.by) ?? 'service';
  const of = useLoad(`calls ${JSON.stringify(q)}`, (s) => api.calls(q, s));
  const choices = useLast(of.data?.choices); // they stay while another view of the time is asked for
  const set = (name: string) => (v: string | null) => alter({ [name]: v });
  const some = filters.some((n) => place.query.has(n));
  const clear = <Button onClick={() => alter(Object.fromEntries(filters.map((n) => [n, null])))}>{t.directories.clear}</Button>;
  return (
    <>
      <Head name={w.title} title={w.title} sub={w.sub} />
      <Card>
        <div className="filters">
          {(['from', 'until'] as const).map((n) => (
            <label key={n} className="row">{w[n]}<input className="field" type="date" value={q[n] ?? of.data?.[n] ?? ''} onChange={(e) => set(n)(e.target.value || null)} /></label>
          ))}
          <Facet label={w.service} value={q.service ?? null} change={set('service')} options={known(choices?.services, q.service)} />
          <Facet label={w.app} value={q.app ?? null} change={set('app')} options={known(choices?.apps, q.app)} />
          <Facet label={w.outcome} value={q.outcome ?? null} change={set('outcome')}
            options={[...Object.entries(w.outcomes).map(([value, label]) => ({ value, label })), ...optionsOf(choices?.outcomes)]} />
          <More set={Boolean(q.owner ?? q.office ?? q.grant)}>
            <Facet label={w.owner} value={q.owner ?? null} change={set('owner')} options={known(choices?.owners, q.owner)} />
            <Facet label={w.office} value={q.office ?? null} change={set('office')} options={known(choices?.offices, q.office)} />
            <Facet label={w.grant} value={q.grant ?? null} change={set('grant')} options={known(choices?.grants, q.grant)} />
          </More>
          {q.subject && <Tag tone="accent" title={q.subject}>{t.audit.subjects.on}</Tag>}
          {some && clear}
          <span className="fill" />
          <Export list="calls" query={{ ...q, by }} keep={`calls.${by}`} outs={{ k: 'title key', c: 'calls', s: 'share', r: 'refused', n: 'rows' }} />
        </div>
        {may('audit.read') && <SubjectForm found={(subject, service) => alter({ subject, service })} />}
        <View from={of} lines={14}>
          {(s) => (s.total.calls === 0
            ? <Empty title={w.empty} hint={w.emptyHint}>{some && clear}</Empty>
            : <><Days of={s} /><Groups of={s} by={by} /></>)}
        </View>
      </Card>
    </>
  );
}

function Days({ of: s }: { of: Statistics }) {
  const { t, f } = useWords();
  const w = t.calls;
  return (
    <div className="pad">
      <p className="card-head"><b>{w.chartTitle}</b><span className="muted">{w.total(f.n(s.total.calls), f.n(s.total.refused), f.n(s.total.rows))}</span></p>
      <Chart height={220} label={w.chart(f.n(s.total.calls), f.n(s.total.refused))}
        option={callsOption(s.days.map((d) => ({ name: f.md(d.day), calls: d.calls, refused: d.refused })), w.answered, w.refused)} />
    </div>
  );
}

function Groups({ of: s, by }: { of: Statistics; by: Group }) {
  const { t, f } = useWords();
  const w = t.calls;
  const place = usePlace();
  const may = useMay();
  const name = (r: CallRow) => (by === 'day' ? f.md(r.key) : r.title || r.key || w.nobody);
  const entries = (r: CallRow) => {
    const days = by === 'day' ? { from: r.key, until: r.key } : { from: s.from, until: s.until };
    const kept = asked(place, 'service', 'app', 'office', 'grant', 'subject');
    return to.audit({ ...kept, ...days, ...(by === 'service' || by === 'app' || by === 'office' || by === 'grant' ? { [by]: r.key } : {}) });
  };
  const narrowed = (r: CallRow) => altered(place, by === 'day' ? { from: r.key, until: r.key, by: null } : { [by]: r.key, by: next[by] ?? 'day' });
  const cols: Col<CallRow>[] = [
    { key: 'k', title: w.heads[by], min: 180, cell: (r) => (
      <>{r.key ? <Link to={narrowed(r)}>{name(r)}</Link> : name(r)}{by !== 'day' && r.key && name(r) !== r.key && <span className="sub small muted">{r.key}</span>}</>
    ) },
    { key: 'c', title: w.cols.calls, right: true, cell: (r) => f.n(r.calls) },
    { key: 's', title: w.cols.share, width: 160, cell: (r) => <Bar share={r.calls / s.total.calls} label={`${name(r)} ${f.share1(r.calls / s.total.calls)}`} /> },
    { key: 'r', title: w.cols.refused, right: true, cell: (r) => <span className={r.refused > 0 && by !== 'outcome' ? 'danger' : undefined}>{f.n(r.refused)}</span> },
    { key: 'n', title: w.cols.rows, right: true, cell: (r) => f.n(r.rows) },
    { key: 'e', title: w.cols.more, nowrap: true, cell: (r) => <Link to={entries(r)}>{w.entries}</Link> },
  ];
  return (
    <>
      <nav className="tabbar pad-x" aria-label={w.by}>
        {groups.map((g) => <Link key={g} className={classes(g === by && 'on')} aria-current={g === by ? 'true' : undefined} to={altered(place, { by: g === 'service' ? null : g })}>{w.bys[g]}</Link>)}
      </nav>
      <Table keep={`calls.${by}`} label={w.bys[by]} rows={s.rows} rowKey={(r) => r.key} cols={cols.filter((c) => c.key !== 'e' || (may('audit.read') && by !== 'outcome'))} />
      {s.more > 0 && <div className="pager small muted">{w.more(f.n(s.more))}</div>}
    </>
  );
}
