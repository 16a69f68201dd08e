import type { ReactNode } from 'react';
import type { Finding, Report } from '../../api/schema.gen';
import { useWords } from '../../i18n/use';
import { Card } from '../../part/frame';
import { Link } from '../../route/link';
import { to } from '../../route/paths';
import { ordered } from './ordered';

// The rule that takes the largest part of the quarantined rows, and how many others share
// the rest. Rows may break several rules, so the rest is what is left, not a sum.
function parts(r: Report): { worst: Finding | undefined; rest: number; others: number } {
  const kept = ordered(r.findings).filter((x) => x.do !== 'warn' && x.rows > 0 && x.verdict !== 'passed');
  const worst = kept.find((x) => x.rule === r.suspicion?.rule) ?? kept[0];
  const bad = r.balance.quarantined;
  if (r.balance.replayed > 0) return { worst: undefined, rest: bad, others: 0 }; // which ones are left, the findings do not say
  return { worst, rest: Math.max(0, bad - Math.min(bad, worst?.rows ?? 0)), others: Math.max(0, kept.length - 1) };
}

/** Where the rows went, as a bar that sums up. */
export function Flow({ report: r, plain }: { report: Report; plain?: boolean }) {
  const { t, f } = useWords();
  const w = t.batch.flow;
  const b = r.balance;
  const { worst, rest, others } = parts(r);
  const good = b.published + b.held;
  const gone = b.rows_in - good - b.quarantined - b.replayed; // returned, discarded
  const state = plain ? '' : b.held ? w.waiting : w.published;
  const worstRows = b.quarantined - rest;
  const share = (n: number) => (b.rows_in ? f.share1(n / b.rows_in) : '');
  const segments: Segment[] = [
    { key: 'good', n: good, head: w.good(f.n(good)), text: [share(good), state].filter(Boolean).join(' · ') },
    { key: 'worst', n: worstRows, head: f.n(worstRows), text: worst?.title ?? w.problem, to: worst && (plain ? undefined : to.batch(r.batch.id, worst.rule)) },
    { key: 'rest', n: rest, head: f.n(rest), text: others ? w.rest(f.n(others)) : worst ? w.restNone : w.problem, to: plain ? undefined : to.batch(r.batch.id, 'all') },
    { key: 'past', n: b.replayed, head: f.n(b.replayed), text: w.replayed },
    { key: 'past', n: gone, head: f.n(gone), text: w.dropped },
  ];
  const shown = segments.filter((s) => s.n > 0);
  const sum = [
    (plain ? good : b.published) > 0 && w.sumPublished(f.n(plain ? good : b.published)),
    !plain && b.held > 0 && w.sumHeld(f.n(b.held)),
    b.quarantined > 0 && w.sumBad(f.n(b.quarantined)),
    b.replayed > 0 && w.sumReplayed(f.n(b.replayed)),
    gone > 0 && w.sumDropped(f.n(gone)),
  ].filter(Boolean).join(' + ');
  return (
    <Card>
      <h2>{w.title}</h2>
      <div className="flow" role="group" aria-label={w.bar(shown.map((s) => `${s.head} ${s.text}`).join(t.semi))}>
        {shown.map((s) => <Part key={s.text} of={s} />)}
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
  to?: string | undefined;
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
