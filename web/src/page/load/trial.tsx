import { api } from '../../api/client';
import { useBatchEvents } from '../../api/events';
import { useLoad } from '../../api/use';
import { useWords } from '../../i18n/use';
import { Live, running } from '../../part/batch';
import { Card } from '../../part/frame';
import { Failed, View } from '../../part/state';
import { ReportView } from '../batch/report';

/** The trial of the first rows: its report, in place. */
export function TrialView({ id }: { id: string }) {
  const { t, f } = useWords();
  const batch = useLoad(`trial ${id}`, (s) => api.batch(id, s));
  useBatchEvents((b) => {
    if (b.id === id) batch.put(b);
  });
  const done = batch.data && !running(batch.data.state) && !batch.data.error;
  const report = useLoad(done ? `trial report ${id}` : null, (s) => api.report(id, s));
  return (
    <section aria-label={t.load.trialTitle}>
      <View from={batch} lines={3}>
        {(b) => running(b.state) ? (
          <Card title={t.load.trialRunning} pad><Live batch={b} /></Card>
        ) : b.error ? (
          <Failed problem={b.error} />
        ) : (
          <View from={report} lines={10}>
            {(r) => (
              <>
                <div className="note" role="status">
                  <p><b>{t.load.trialTitle}{t.colon}{t.load.trialGood(f.n(r.balance.rows_in - r.balance.quarantined), f.n(r.balance.rows_in))}</b> <span className="muted">{t.load.trialNote}</span></p>
                </div>
                <ReportView report={r} plain />
              </>
            )}
          </View>
        )}
      </View>
    </section>
  );
}
