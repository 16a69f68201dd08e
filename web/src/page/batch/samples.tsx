import type { Column, Finding, Report } from '../../api/schema.gen';
import { useWords } from '../../i18n/use';
import { Columns, useColumns } from '../../part/columns';
import { Card } from '../../part/frame';
import { Empty } from '../../part/state';
import type { Col } from '../../part/column';
import { Table } from '../../part/table';
import { Link } from '../../route/link';
import { to } from '../../route/paths';

export interface Line {
  raw?: string;
  cells: (string | null)[];
  rules: string[];
  broken: string[];
}

/** Columns of cells, the broken ones marked, with the reasons at the end. */
export function useCells<L extends Line>(columns: Column[], shown: string[], reasons: (l: L) => string[]): Col<L>[] {
  const { t } = useWords();
  const cells: Col<L>[] = columns.flatMap((c, i) =>
    shown.includes(c.name)
      ? [{
          key: c.name,
          title: c.title,
          nowrap: true,
          className: (l: L) => (l.broken?.includes(c.name) ? 'bad' : undefined),
          cell: (l: L) => <span className="cell" title={l.cells[i] ?? undefined}>{l.cells[i] || <span className="muted">{t.batch.samples.blank}</span>}</span>,
        }]
      : [],
  );
  return [...cells, { key: '_reasons', title: t.batch.samples.reasons, min: 170, cell: (l: L) => <>{reasons(l).join(t.semi)}{l.raw && <code className="sub wrap">{l.raw}</code>}</> }];
}

/** Rules that only warn: no reason for a row's being bad, unless one looks at that very rule. */
function mildRules(findings: Finding[], looked: string | null): Set<string> {
  return new Set(findings.filter((x) => x.do === 'warn' && x.rule !== looked).map((x) => x.rule));
}

export function Samples({ report: r, rule, plain }: { report: Report; rule: string | null; plain?: boolean }) {
  const { t, f } = useWords();
  const w = t.batch.samples;
  const finding = r.findings?.find((x) => x.rule === rule);
  const all = r.samples;
  const lines = rule ? all.filter((s) => s.rules?.includes(rule)) : all;
  const broken = new Set(lines.flatMap((s) => s.broken));
  const columns = useColumns(r.batch.directory, r.columns, [...broken]);
  const mild = mildRules(r.findings, rule);
  const cells = useCells<(typeof lines)[number]>(r.columns, columns.shown, (l) => l.rules.filter((x) => !mild.has(x)).map((x) => r.reasons[x] || x));
  const clean = r.findings.every((x) => x.verdict === 'passed');
  const hasLines = lines.some((s) => s.line > 0);
  const n = f.n(finding ? finding.rows : r.balance.quarantined);
  return (
    <Card title={w.title(n)} note={<span className="row">{w.note} <Columns of={columns} /></span>}>
      <Table
        label={w.title(n)}
        maxHeight={1010}
        rows={lines}
        rowKey={(s, i) => `${s.line} ${i}`}
        cols={[...(hasLines ? [{ key: '_line', title: w.line, right: true, cell: (s: (typeof lines)[number]) => (s.line ? f.n(s.line) : t.none) }] : []), ...cells]}
        empty={clean ? <Empty title={t.batch.why.clean} hint={t.batch.why.cleanHint} /> : <Empty title={w.empty} hint={w.emptyHint} />}
      />
      {!plain && r.balance.quarantined > 0 && (
        <div className="pager">
          <Link className="small" to={to.quarantine(r.batch.id, rule ?? undefined)}>{w.more}</Link>
        </div>
      )}
    </Card>
  );
}
