import type { Report } from '../../api/schema.gen';
import { useWords } from '../../i18n/use';
import { Chart } from '../../part/chart';
import { Card } from '../../part/frame';
import { trendOption } from '../../part/options';
import { Table } from '../../part/table';
import { Link } from '../../route/link';
import { to } from '../../route/paths';

/** This batch among those before it. */
export function Trend({ report: r }: { report: Report }) {
  const { t, f } = useWords();
  const points = r.trend;
  const c = t.batches.cols;
  return (
    <Card title={t.batch.trend.title} note={t.batch.trend.note(f.n(points.length))}>
      <Chart height={180} option={trendOption(points.map((p) => ({ name: p.label, value: p.score === null ? null : Number(p.score.toFixed(1)) })))} label={t.batch.trend.label(r.score === null ? t.none : f.score1(r.score))} />
      <details className="li">
        <summary className="small muted">{t.batch.dims.table}</summary>
        <Table
          label={t.batch.trend.title}
          rows={points}
          rowKey={(p) => p.batch}
          selected={(p) => p.batch === r.batch.id}
          cols={[
            { key: 'b', title: c.batch, cell: (p) => <Link to={to.batch(p.batch)}>{p.label}</Link> },
            { key: 'a', title: c.at, cell: (p) => f.time(p.at) },
            { key: 's', title: t.batch.dims.score, right: true, cell: (p) => (p.score === null ? t.none : f.score1(p.score)) },
            { key: 'i', title: c.in, right: true, cell: (p) => f.n(p.rows_in) },
            { key: 'q', title: c.quarantined, right: true, cell: (p) => f.n(p.quarantined) },
          ]}
        />
      </details>
    </Card>
  );
}
