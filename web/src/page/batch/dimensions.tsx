import { Segmented } from 'antd';
import type { Report } from '../../api/schema.gen';
import { useWords } from '../../i18n/use';
import { Chart } from '../../part/chart';
import { Bar, Card } from '../../part/frame';
import { radarOption } from '../../part/options';
import { Table } from '../../part/table';
import { useAlter, usePlace } from '../../route/route';

interface Row {
  key: string;
  title: string;
  score: number | null;
  rules?: number;
}

/** The norm's six dimensions or the bureaus' four words; each as a picture and as a table. */
export function Dimensions({ report: r }: { report: Report }) {
  const { t, f } = useWords();
  const w = t.batch.dims;
  const alter = useAlter();
  const { query } = usePlace();
  const four = query.get('view') === 'four';
  const table = query.get('as') === 'table';
  const rows: Row[] = four
    ? r.four.map((d) => ({ key: d.name, title: d.title, score: d.score }))
    : r.dimensions.map((d) => ({ key: d.dim, title: d.title, score: d.score, rules: d.rules }));
  return (
    <Card className="dims">
      <div className="card-head">
        <h2>{r.score === null ? w.title : w.grade(r.grade, f.score1(r.score))}</h2>
        <span className="row">
          <button type="button" className="link small" aria-pressed={table} onClick={() => alter({ as: table ? null : 'table' }, true)}>
            {table ? w.chart : w.table}
          </button>
          <Segmented size="small" aria-label={w.view} value={four ? 'four' : 'six'} onChange={(v) => alter({ view: v === 'four' ? 'four' : null }, true)}
            options={[{ value: 'six', label: w.sixShort }, { value: 'four', label: w.fourShort }]} />
        </span>
      </div>
      {table ? <Scores rows={rows} four={four} /> : four ? <Words rows={rows} /> : <Radar rows={rows} />}
    </Card>
  );
}

function Radar({ rows }: { rows: Row[] }) {
  const { t, f } = useWords();
  const dims = rows.map((d) => ({ title: `${d.title} ${d.score === null ? t.none : f.score(d.score)}`, score: d.score }));
  const low = Math.min(100, ...dims.map((d) => d.score ?? 100));
  return <Chart height={168} option={radarOption(dims, low > 60 ? 40 : 0)} label={t.batch.dims.label(dims.map((d) => d.title).join(t.sep))} />;
}

function Words({ rows }: { rows: Row[] }) {
  const { t, f } = useWords();
  return (
    <div className="scores">
      {rows.map((d) => (
        <div key={d.key}>
          <div className="card-head"><span>{d.title}</span><b>{d.score === null ? t.batch.dims.noRules : f.score1(d.score)}</b></div>
          <Bar share={(d.score ?? 0) / 100} label={d.title} />
        </div>
      ))}
    </div>
  );
}

function Scores({ rows, four }: { rows: Row[]; four: boolean }) {
  const { t, f } = useWords();
  const w = t.batch.dims;
  return (
    <>
      <Table
        label={four ? w.four : w.title}
        rows={rows}
        rowKey={(d) => d.key}
        cols={[
          { key: 'd', title: four ? w.word : w.dim, cell: (d) => d.title },
          { key: 's', title: w.score, right: true, cell: (d) => (d.score === null ? t.none : f.score1(d.score)) },
          ...(four ? [] : [{ key: 'r', title: w.rules, right: true, cell: (d: Row) => f.n(d.rules ?? 0) }]),
        ]}
      />
      <div className="small muted gap-top">{w.norm}</div>
    </>
  );
}
