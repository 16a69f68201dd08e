import type { ReactNode } from 'react';
import type { Finding, Report } from '../../api/types';
import { useWords } from '../../i18n/use';
import { Card } from '../../part/frame';
import { Link } from '../../route/link';
import { to } from '../../route/paths';
import { ordered } from './report';

// The rule that takes the largest part of the quarantined rows, and how many others share
// the rest. Rows may break several rules, so the rest is what is left, not a sum.
function parts(r: Report): { worst: Finding | undefined; rest: number; others: number } {
  const kept = ordered(r.findings ?? []).filter((x) => x.do !== 'warn' && x.rows > 0 && x.verdict !== 'passed');
  const worst = kept.find((x) => x.rule === r.suspicion?.rule) ?? kept[0];
  const bad = r.balance.quarantined;
  return { worst, rest: Math.max(0, bad - Math.min(bad, worst?.rows ?? 0)), others: Math.max(0, kept.length - 1) };
}

/** Where the rows went, as a bar that sums up. */
export function Flow({ report: r }: { report: Report }) {
  const { t, f } = useWords();
  const w = t.batch.flow;
  const b = r.balance;
  const { worst, rest, others } = parts(r);
  const good = r.batch.trial ? b.rows_in - b.quarantined : b.published + b.held;
  const state = b.held ? w.waiting : b.published ? w.published : w.dropped;
  const worstRows = b.quarantined - rest;
  const share = (n: number) => (b.rows_in ? f.share1(n / b.rows_in) : '');
  const segments: Segment[] = [
    { key: 'good', n: good, head: w.good(f.n(good)), text: r.batch.trial ? share(good) : `${share(good)} · ${state}` },
    { key: 'worst', n: worstRows, head: f.n(worstRows), text: worst?.title ?? w.problem, to: worst && to.batch(r.batch.id, worst.rule) },
    { key: 'rest', n: rest, head: f.n(rest), text: others ? w.rest(f.n(others)) : w.restNone, to: to.batch(r.batch.id, 'all') },
    { key: 'past', n: b.replayed, head: f.n(b.replayed), text: w.replayed },
  ];
  const shown = segments.filter((s) => s.n > 0);
  const sum = [
    (r.batch.trial ? good : b.published) > 0 && w.sumPublished(f.n(r.batch.trial ? good : b.published)),
    !r.batch.trial && b.held > 0 && w.sumHeld(f.n(b.held)),
    w.sumBad(f.n(b.quarantined)),
    b.replayed > 0 && w.sumReplayed(f.n(b.replayed)),
  ].filter(Boolean).join(' + ');
  return (
    <Card>
      <h2>{w.title}</h2>
      <div className="flow" role="group" aria-label={w.bar(shown.map((s) => `${s.head} ${s.text}`).join(t.semi))}>
        {shown.map((s) => <Part key={s.key} of={s} />)}
      </div>
      <div className="small muted gap-top">
        {w.sumIn(f.n(b.rows_in))} = {sum} · {b.ok ? w.checked : <b className="danger">{w.wrong}</b>}
      </div>
    </Card>
  );
}

interface Segment {
  key: string;
  n: number;
  head: string;
  text: string;
  to?: string;
}

function Part({ of: s }: { of: Segment }) {
  const inside: ReactNode = (
    <>
      <b>{s.head}</b>
      <span className="small">{s.text}</span>
    </>
  );
  const look = { className: s.key, style: { flexGrow: s.n, flexBasis: 0 }, title: `${s.head} ${s.text}` };
  return s.to ? <Link to={s.to} {...look}>{inside}</Link> : <div {...look}>{inside}</div>;
}
