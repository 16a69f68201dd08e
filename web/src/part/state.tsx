import { Button } from 'antd';
import type { ReactNode } from 'react';
import { unreachable } from '../api/client';
import type { Problem } from '../api/schema.gen';
import type { Loaded } from '../api/use';
import { useWords } from '../i18n/use';
import { Plight } from './plight';

/** Nothing here yet: what this place is for and what to do next. */
export function Empty({ title, hint, children }: { title: string; hint?: string; children?: ReactNode }) {
  return (
    <div className="state">
      <p className="state-title">{title}</p>
      {hint && <p className="muted">{hint}</p>}
      {children && <div className="row center">{children}</div>}
    </div>
  );
}

/** Grey lines where the content will be, of about its height. */
export function Busy({ lines = 6 }: { lines?: number }) {
  const { t } = useWords();
  return (
    <div className="busy" role="status" aria-label={t.state.busy}>
      {Array.from({ length: lines }, (_, i) => (
        <span key={i} />
      ))}
    </div>
  );
}

/** What was wrong, where, and what to do about it. */
export function Failed({ problem, again, plain }: { problem: Problem; again?: () => void; plain?: boolean }) {
  const { t } = useWords();
  const lost = problem.code === unreachable;
  return (
    <div className={plain ? 'failed' : 'failed pad'} role="alert">
      <p>
        <b>{lost ? t.state.unreachable : problem.detail || problem.title}</b>
        {problem.where && <span className="muted"> {problem.where}</span>}
      </p>
      {(lost || problem.remedy) && <p>{lost ? t.state.unreachableRemedy : problem.remedy}</p>}
      {problem.parts && problem.parts.length > 0 && (
        <ul>
          {problem.parts.map((p, i) => (
            <li key={i}>
              {p.where && <code>{p.where}</code>} {p.detail || p.title}
              {p.remedy && <span className="muted"> {p.remedy}</span>}
            </li>
          ))}
        </ul>
      )}
      <div className="row">
        {again && (
          <Button size="small" onClick={again}>
            {t.state.again}
          </Button>
        )}
        {!lost && <span className="small muted">{t.state.code(problem.code)}</span>}
      </div>
    </div>
  );
}

/** What of a refusal stands at none of a form's fields; where all of it does, its sentence. */
export function Elsewhere({ problem, parts }: { problem: Problem | undefined; parts: Problem[] }) {
  if (!problem) return null;
  if (parts.length === 0) return <p className="danger" role="alert">{problem.detail}</p>;
  return <Failed problem={{ ...problem, parts: problem.parts && parts }} plain />;
}

/** Shows what was loaded, or why not yet. It may wait for the names that rows are worded by: without them rows would grow and shrink as they come. */
export function View<R>({ from, wait, lines, children }: { from: Loaded<R>; wait?: boolean; lines?: number; children: (data: R) => ReactNode }) {
  if (from.data !== undefined && !wait) {
    return (
      <>
        {from.problem && <Failed problem={from.problem} again={from.again} />}
        {children(from.data)}
      </>
    );
  }
  if (from.problem) return <Plight problem={from.problem} again={from.again} />;
  return <Busy lines={lines} />;
}
