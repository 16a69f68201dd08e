import { api } from '../../api/client';
import type { Report } from '../../api/schema.gen';
import { useLoad } from '../../api/use';
import { useWords } from '../../i18n/use';
import { View } from '../../part/state';
import { ReportView } from '../batch/report';
import type { From } from './file';

/** The trial of the first rows: judged while one waits, shown in place, nothing kept. */
export function TrialView({ directory, from }: { directory: string; from: From }) {
  const { t, f } = useWords();
  const report = useLoad(`trial ${directory} ${from.upload} ${from.path} ${from.sheet}`, () => api.tryFile({ directory, ...from }));
  return (
    <section aria-label={t.load.trialTitle}>
      <View from={report} lines={8}>
        {(told) => {
          const r = summed(told);
          const said = t.load.trialGood(f.n(r.balance.rows_in - r.balance.quarantined), f.n(r.balance.rows_in));
          return (
            <>
              <div className="note" role="status">
                <p><b>{t.load.trialTitle}{r.balance.rows_in > 0 && `${t.colon}${said}`}</b> <span className="muted">{t.load.trialNote}</span></p>
              </div>
              <ReportView report={r} plain />
            </>
          );
        }}
      </View>
    </section>
  );
}

// A trial has no batch: its good rows count as if they were published.
function summed(r: Report): Report {
  const b = r.balance;
  return { ...r, balance: { ...b, published: b.rows_in - b.quarantined, held: 0, ok: true } };
}
