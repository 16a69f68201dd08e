import { api } from '../api/client';
import { useBatchEvents } from '../api/events';
import type { Batch } from '../api/schema.gen';
import { useLoad } from '../api/use';
import { useWords } from '../i18n/use';
import { age } from '../part/age';
import { Live, running, stalled, StateTag } from '../part/batch';
import { Card, Head } from '../part/frame';
import { Failed, View } from '../part/state';
import { Link } from '../route/link';
import { to } from '../route/paths';
import { Actions } from './batch/actions';
import { ReportView } from './batch/report';

export default function BatchPage({ id }: { id: string }) {
  const { t } = useWords();
  const batch = useLoad(id, (s) => api.batch(id, s));
  useBatchEvents((b) => {
    if (b.id !== batch.data?.id) return;
    if (running(b.state) && !stalled(b)) batch.put(b);
    else batch.again(); // asked again, so that its words are in our language
  });
  return (
    <>
      {!batch.data && <Head name={t.batch.crumb} title={t.batch.crumb} />}
      <View from={batch} lines={10}>
        {(b) => (
          <>
            <BatchHead batch={b} again={batch.again} />
            {running(b.state) && !stalled(b) ? <Progress batch={b} /> : <Ended batch={b} again={batch.again} />}
          </>
        )}
      </View>
    </>
  );
}

function BatchHead({ batch: b, again }: { batch: Batch; again: () => void }) {
  const words = useWords();
  const { t, f } = words;
  const facts = [
    (b.parent ? t.batch.facts.replayed : t.batch.facts.loaded)(f.time(b.started_at)),
    b.file && t.batch.facts.file(b.file, b.sheet || b.encoding, f.bytes(b.bytes)),
    t.batch.facts.ruleset(f.n(b.ruleset)),
    b.outrun > 0 && t.batch.facts.outrun(f.n(b.outrun)),
    b.ended_at && t.batch.facts.took(f.one(b.seconds)),
    b.state === 'held' && (b.held_seconds ?? 0) >= 60 && t.batch.heldFor(age(words, b.held_seconds ?? 0)),
  ].filter(Boolean);
  return (
    <Head
      name={t.batch.title(b.label)}
      crumbs={[
        { text: b.office_title },
        { text: b.directory_title, to: to.directory(b.directory) },
        { text: t.batch.crumb, to: to.batches({ directory: b.directory }) },
      ]}
      title={t.batch.title(b.label)}
      tags={<StateTag state={b.state} error={b.error} />}
      sub={<span className="wrap">{facts.join(' · ')}{b.parent && <> · <Link to={to.batch(b.parent)}>{t.batch.facts.parent} {b.parent_label}</Link></>}</span>}
      actions={<Actions batch={b} again={again} />}
    />
  );
}

function Progress({ batch }: { batch: Batch }) {
  const { t } = useWords();
  return (
    <Card title={t.batch.progress} pad>
      <Live batch={batch} />
      <p className="small muted gap-top">{t.batch.waiting}</p>
    </Card>
  );
}

function Ended({ batch: b, again }: { batch: Batch; again: () => void }) {
  const { t, f } = useWords();
  const judged = b.state !== 'failed' && b.state !== 'cancelled';
  const report = useLoad(judged ? `${b.id} ${b.state} ${b.version} ${b.ended_at} ${b.replayed}` : null, (s) => api.report(b.id, s));
  return (
    <>
      {b.error && b.state !== 'cancelled' && <Failed problem={b.error} />}
      {b.decision && (
        <div className="note">
          <p>{t.batch.decided(t.batch.actions[b.decision.action] ?? b.decision.action, f.time(b.decision.at), b.decision.reason)}</p>
        </div>
      )}
      {judged && <View from={report} lines={14}>{(r) => <ReportView report={r} again={again} />}</View>}
    </>
  );
}
