import { Button } from 'antd';
import { useEffect, type ReactNode } from 'react';
import { api } from '../../api/client';
import type { Chain, CheckDone } from '../../api/schema.gen';
import { useAction, useLoad } from '../../api/use';
import { useWords } from '../../i18n/use';
import { Bar, Card, Facts, Head } from '../../part/frame';
import { May } from '../../part/may';
import { usePersons } from '../../part/people';
import { Empty, Failed, View } from '../../part/state';
import { Link } from '../../route/link';
import { to } from '../../route/paths';

/** The chain as it stands, and its verification: begun here, followed, and what it found. */
export default function ChainPage() {
  const { t } = useWords();
  const w = t.chain;
  const chain = useLoad('chain', api.chain);
  const check = useAction(async () => {
    await api.checkAudit();
    chain.again();
  });
  const running = chain.data?.running;
  const { again } = chain;
  useEffect(() => {
    if (!running) return;
    const timer = window.setInterval(again, 1000);
    return () => window.clearInterval(timer);
  }, [running, again]);
  const button = (
    <May do="audit.verify">
      <Button type="primary" disabled={Boolean(running)} loading={check.busy} onClick={() => void check.act()}>{chain.data?.checked ? w.again : w.check}</Button>
    </May>
  );
  return (
    <>
      <Head name={w.title} title={w.title} sub={w.sub} actions={button} />
      {check.problem && <Failed problem={check.problem} />}
      <View from={chain} lines={10}>
        {(c) => (
          <div className="stack">
            {c.running && <Running of={c.running} />}
            {c.failed && !c.running && <Card title={w.failed}><Failed problem={c.failed} /></Card>}
            <Card title={w.result} pad={Boolean(c.checked)}>{c.checked ? <Result of={c.checked} /> : <Empty title={w.never} hint={w.neverHint} />}</Card>
            <Card title={w.state} pad><State of={c} /></Card>
          </div>
        )}
      </View>
    </>
  );
}

function Running({ of: r }: { of: NonNullable<Chain['running']> }) {
  const { t, f } = useWords();
  const w = t.chain;
  return (
    <Card title={w.running} note={r.left > 0 ? w.left(f.left(r.left)) : undefined} pad>
      <p role="status">{w.progress(f.n(r.entries), f.n(r.total))}</p>
      <Bar share={r.total ? r.entries / r.total : null} label={w.running} />
      <p className="small muted gap-top">{w.leave}</p>
    </Card>
  );
}

function Result({ of: d }: { of: CheckDone }) {
  const { t, f } = useWords();
  const w = t.chain;
  const persons = usePersons();
  const facts: [string, ReactNode][] = [
    [w.at, f.full(d.at)],
    [w.by, d.by_name || (t.audit.machines[d.by] ?? persons.name(d.by))],
    [w.proven, w.provenOf(f.n(d.entries), f.n(d.batches))],
  ];
  if (d.elsewhere > 0) facts.push([w.elsewhere, w.elsewhereOf(f.n(d.elsewhere))]);
  if (d.flaw) facts.push([w.found, d.flaw.what], [w.where, <code key="w" className="wrap">{d.flaw.segment}</code>]);
  facts.push([w.receipt, <May key="r" do="receipt.read"><Link to={to.entry(d.receipt)}>{d.receipt}</Link></May>]);
  return (
    <>
      {d.flaw ? <div className="failed" role="alert"><p><b>{w.broken(f.n(d.flaw.seq))}</b></p><p>{w.brokenHint}</p></div> : <p className="note" role="status"><b className="ok-text">{w.holds}</b></p>}
      <Facts of={facts} />
    </>
  );
}

function State({ of: c }: { of: Chain }) {
  const { t, f } = useWords();
  const w = t.chain;
  return (
    <Facts of={[
      [w.last, c.last_at ? w.entry(f.n(c.last), f.full(c.last_at)) : t.none],
      [w.waiting, c.waiting ? w.waitingOf(f.n(c.waiting)) : w.noWaiting],
      [w.files, w.filesOf(f.n(c.files), f.bytes(c.bytes))],
      [w.archived, c.archived ? w.archivedOf(f.n(c.archived), f.n(c.away)) : t.none],
      [w.id, <code key="i" className="wrap" data-random>{c.chain}</code>],
    ]} />
  );
}
