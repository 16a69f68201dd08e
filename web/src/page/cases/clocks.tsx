import type { Case, CaseClock } from '../../api/schema.gen';
import { useWords } from '../../i18n/use';
import { Bar, Card, Tag } from '../../part/frame';

/** Why the case is due when it is: each running clock as its sum. */
export function Clocks({ of: c }: { of: Case }) {
  const { t } = useWords();
  if (c.clocks.length === 0) return <Card title={t.kase.clocks.case}><div className="li muted">{t.kase.noClock}</div></Card>;
  return <>{c.clocks.map((k) => <Clock key={k.clock} of={k} />)}</>;
}

function Clock({ of: k }: { of: CaseClock }) {
  const { t, f } = useWords();
  const w = t.kase;
  const title = k.stopped ? w.whyStopped(f.time(k.stopped)) : k.paused ? w.whyPaused : w.why(f.time(k.due));
  return (
    <Card title={title} note={w.clocks[k.clock] ?? k.title}>
      <ol className="sum-of">
        {k.lines.map((l, i) => <li key={i} className={l.kind}>{l.text}</li>)}
      </ol>
      <div className="pad-x sum-bar">
        <Bar share={k.percent / 100} label={w.used(f.n(k.percent))} tone={k.late ? 'danger' : undefined} />
        <p className="small muted">{w.used(f.n(k.percent))} {k.late && <Tag tone="danger">{t.desk.tags.late}</Tag>} {k.assumed && <Tag tone="warn">{w.assumed}</Tag>}</p>
      </div>
    </Card>
  );
}
