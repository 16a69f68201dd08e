import type { ReactNode } from 'react';
import type { Overview } from '../../api/schema.gen';
import { useMay } from '../../api/session';
import { useWords } from '../../i18n/use';
import { classes } from '../../part/table';
import { Link } from '../../route/link';
import { to } from '../../route/paths';

/** What one must be allowed for at least one of its steps. */
export const inLoop = ['directory.read', 'batch.read', 'service.read', 'call.read'];

/** The loop with its numbers, as far as one sees them; each opens the rows behind it. */
export function Loop({ o }: { o: Overview }) {
  const { t, f } = useWords();
  const may = useMay();
  const w = t.today;
  const today = { from: o.day, until: o.day };
  return (
    <nav className="card loop" aria-label={w.loop}>
      {may('directory.read') && (
        <Step to={to.directories} k={w.directories} n={f.n(o.directories)}>
          <Link to={`${to.directories}?mounted=true`}>{w.mountedRate(o.directories ? f.share1(o.mounted / o.directories) : t.none)}</Link>
          {o.stale > 0 && <Link className="danger" to={`${to.directories}?fresh=stale`}>{w.stale(f.n(o.stale))}</Link>}
        </Step>
      )}
      {may('batch.read') && (
        <>
          <Step to={to.batches({ day: o.day })} k={w.collect} n={w.batchesN(f.n(o.batches_today))}>
            <span>{w.rowsToday(f.short(o.rows_today))}</span>
            {o.failed > 0 && <Link className="danger" to={to.batches({ state: 'failed' })}>{w.failedN(f.n(o.failed))}</Link>}
          </Step>
          <Step to={to.problems} k={w.govern} n={f.short(o.quarantined)}>
            <span>{w.problemRows}</span>
            <Link className={classes(o.held > 0 && 'danger')} to={to.batches({ state: 'held' })}>{o.held ? w.heldN(f.n(o.held)) : w.noneHeld}</Link>
          </Step>
          <Step to={`${to.directories}?mounted=true`} k={w.rows} n={f.short(o.rows)}><span>{w.published}</span></Step>
        </>
      )}
      {may('service.read') && (
        <Step to={to.services} k={w.share} n={w.servicesN(f.n(o.services))}>
          {may('grant.read') && <Link to={to.grants({ state: 'active' })}>{w.grantsN(f.n(o.grants))}</Link>}
          {o.expiring > 0 && <Link className="warn-text" to={to.grants({ state: 'soon' })}>{w.expiringN(f.n(o.expiring))}</Link>}
        </Step>
      )}
      {may('call.read') && (
        <Step to={to.calls(today)} k={w.calls} n={w.callsN(f.short(o.calls.calls))}>
          <span>{w.callsToday}</span>
          <Link to={to.calls({ ...today, outcome: 'refused', by: 'outcome' })}>{w.refusedN(f.n(o.calls.refused))}</Link>
        </Step>
      )}
    </nav>
  );
}

function Step({ to: where, k, n, children }: { to: string; k: string; n: string; children: ReactNode }) {
  return (
    <div>
      <Link to={where}>
        <span className="k">{k}</span>
        <span className="n">{n}</span>
      </Link>
      <div className="d">{children}</div>
    </div>
  );
}
