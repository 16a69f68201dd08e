import type { ReactNode } from 'react';
import type { Concentration, Finding, Report } from '../../api/schema.gen';
import { api } from '../../api/client';
import { useLoad } from '../../api/use';
import { useMay } from '../../api/session';
import { useWords } from '../../i18n/use';
import { Card, Facts } from '../../part/frame';
import { useKinds } from '../../part/kinds';
import { patternWords } from '../../part/pattern';
import { useAlter, usePlace } from '../../route/route';
import { CureDrawer } from './cure';
import { ordered } from './ordered';

type Fact = [string, ReactNode];

/** Which rule, how much against its limit, where the bad rows are, and what would mend them. */
export function Why({ report: r, plain, again }: { report: Report; plain?: boolean; again?: () => void }) {
  const { t } = useWords();
  const w = t.batch.why;
  const { query } = usePlace();
  const tries = useMay()('mend.try');
  const alter = useAlter();
  const worst = ordered(r.findings).find((x) => x.verdict !== 'passed' && x.rows > 0);
  const rule = r.findings?.find((x) => x.rule === r.suspicion?.rule) ?? worst;
  if (!rule) {
    return (
      <Card>
        <h2>{w.clean}</h2>
        <p className="muted gap-top">{w.cleanHint}</p>
      </Card>
    );
  }
  const may = !plain && tries && r.balance.quarantined > 0 && (r.batch.state === 'held' || r.batch.state === 'published');
  return (
    <Card>
      <h2>{rule.verdict === 'blocked' ? w.blocked : w.most}</h2>
      <Facts
        className="gap-top"
        of={[
          [w.rule, <>{rule.title}{rule.norm && <span className="muted"> GB/T 36344 {rule.norm}</span>}</>],
          [w.result, <Result key="r" rule={rule} report={r} plain={plain} />],
          ...(r.suspicion ? [[w.where, <Where key="w" by={r.suspicion.by} report={r} />] as Fact] : []),
          ...(r.suspicion?.cure || may ? [[w.likely, <Likely key="l" report={r} may={may} open={() => alter({ cure: 1 })} />] as Fact] : []),
        ]}
      />
      {may && query.get('cure') && <CureDrawer report={r} close={() => alter({ cure: null })} again={again} />}
    </Card>
  );
}

function Result({ rule, report, plain }: { rule: Finding; report: Report; plain?: boolean }) {
  const { t, f } = useWords();
  const w = t.batch.why;
  const before = report.trend.filter((p) => p.batch !== report.batch.id && p.at < report.batch.started_at).at(-1);
  const told = useLoad(before && !plain ? `last ${before.batch}` : null, (s) => api.report(before?.batch ?? '', s));
  const last = told.data?.findings?.find((x) => x.rule === rule.rule)?.share;
  const share = rule.value || f.share(rule.share ?? 0);
  return (
    <>
      <b className={rule.verdict === 'blocked' ? 'danger' : undefined}>{share}</b>
      {rule.limit !== null && rule.limit !== undefined && `${t.comma}${w.limit(f.percent(rule.limit))}`}
      {last !== null && last !== undefined && `${t.comma}${w.last(f.share(last))}`}
      {rule.limit == null && report.batch.state !== 'held' && <span className="muted">{t.comma}{w.noLimit}</span>}
    </>
  );
}

function Where({ by, report }: { by: Concentration[]; report: Report }): ReactNode {
  const words = useWords();
  const { t, f } = words;
  const w = t.batch.why;
  const said = (c: Concentration) => (c.kind === 'time' ? w.after(c.value) : c.kind === 'pattern' ? t.pattern.shaped(patternWords(words, c.value)) : c.value);
  if (by.length === 0) return <span className="muted">{w.scattered}</span>;
  const title = (item: string) => report.columns.find((c) => c.name === item)?.title ?? item;
  return by.slice(0, 3).map((c, i) => (
    <div key={i}>
      {title(c.item)}{t.colon}
      {w.share(said(c), f.whole(c.share), f.whole(c.base))}
    </div>
  ));
}

function Likely({ report: r, may, open }: { report: Report; may: boolean; open: () => void }) {
  const { t, f } = useWords();
  const kinds = useKinds();
  const w = t.batch.why;
  const cure = r.suspicion?.cure;
  const blocked = r.findings?.some((x) => x.verdict === 'blocked'); // a cure is sought for what blocks
  return (
    <>
      {cure ? w.cure(kinds.step(cure.step), f.n(cure.mends)) : <span className="muted">{blocked ? w.unknown : w.unsought}</span>}
      {may && <> — <button type="button" className="link" onClick={open}>{w.tryIt}</button></>}
    </>
  );
}
