import type { Report } from '../../api/schema.gen';
import { usePlace } from '../../route/route';
import { Dimensions } from './dimensions';
import { Flow } from './flow';
import { Rules } from './rules';
import { Samples } from './samples';
import { Trend } from './trend';
import { Why } from './why';

/** The rule one looks at: the address's, else the one that blocked, else the most broken. */
export function chosenRule(r: Report, asked: string | null): string | null {
  if (asked === 'all') return null;
  if (asked) return asked;
  return r.suspicion?.rule ?? null;
}

export function ReportView({ report: r, plain, again }: { report: Report; plain?: boolean; again?: () => void }) {
  const { query } = usePlace();
  const rule = chosenRule(r, query.get('rule'));
  return (
    <>
      <div className="sum">
        {r.balance.rows_in > 0 && <Flow report={r} plain={plain} />}
        <Dimensions report={r} />
        <Why report={r} plain={plain} again={again} />
      </div>
      <div className="split">
        <Rules report={r} rule={rule} />
        <Samples report={r} rule={rule} plain={plain} />
      </div>
      {!plain && (r.trend?.length ?? 0) > 1 && <Trend report={r} />}
    </>
  );
}
