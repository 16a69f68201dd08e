import { api } from '../api/client';
import { useBatchEvents } from '../api/events';
import type { Batch, ListBatch, Overview } from '../api/schema.gen';
import { useMay } from '../api/session';
import { useLoad, type Loaded } from '../api/use';
import { useWords } from '../i18n/use';
import { GradeTag, Live, running, StateTag } from '../part/batch';
import { Chart } from '../part/chart';
import { useHandles } from '../part/desks';
import { Card, Head, coming } from '../part/frame';
import { May } from '../part/may';
import { trendOption } from '../part/options';
import { Empty, View } from '../part/state';
import { Table } from '../part/table';
import { Link } from '../route/link';
import { to } from '../route/paths';
import { useFrame } from '../shell/context';
import { Auditor } from './today/auditor';
import { DueCard } from './today/due';
import { inLoop, Loop } from './today/loop';
import { Mine } from './today/mine';

export default function Today() {
  const { t, f } = useWords();
  const { district, overview } = useFrame();
  const may = useMay();
  const batches = may('batch.read');
  const audits = may('audit.read');
  const handles = useHandles();
  const loop = inLoop.some((a) => may(a));
  return (
    <>
      <Head
        name={t.today.title}
        title={t.today.title}
        sub={district ? f.day(district.now) : coming}
        actions={<><May do="directory.write"><Link className="btn" to={to.declare()}>{t.today.declare}</Link></May><May do="load.run"><Link className="btn primary" to={to.load()}>{t.today.load}</Link></May></>}
      />
      {loop && <div className="loop-room"><View from={overview} lines={3}>{(o) => <Loop o={o} />}</View></div>}
      {handles && !batches && !audits && <Mine />}
      {batches ? <Office /> : audits ? <Auditor /> : <View from={overview} lines={handles ? 1 : 5}>{(o) => (o.due_total ? <DueCard o={o} /> : !handles && <Empty title={t.session.nothing} hint={t.session.nothingHint} />)}</View>}
    </>
  );
}

// What those see who answer for batches: their own, or their office's.
function Office() {
  const { overview } = useFrame();
  const handles = useHandles();
  const recent = useLoad('today-recent', (s) => api.batches({ limit: 12 }, s));
  useBatchEvents((b) => {
    if (!running(b.state)) recent.again();
  });
  const rest = (
    <>
      <View from={overview} lines={8}>{(o) => <DueCard o={o} />}</View>
      <Recent from={recent} />
    </>
  );
  return (
    <div className="cols">
      <div className="stack">
        {handles ? <Mine>{rest}</Mine> : rest}
      </div>
      <aside className="stack">
        <Running from={recent} />
        <View from={overview} lines={5}>{(o) => <Quality o={o} />}</View>
      </aside>
    </div>
  );
}

type Batches = Loaded<ListBatch>;

function Recent({ from }: { from: Batches }) {
  const { t, f } = useWords();
  return (
    <Card title={t.today.recent} note={<Link to={to.batches()}>{t.today.allBatches}</Link>}>
      <View from={from} lines={6}>
        {(d) => (
          <Table
            label={t.today.recent}
            rows={d.items.slice(0, 6)}
            rowKey={(b) => b.id}
            empty={<Empty title={t.batches.empty} hint={t.today.emptyHint}><May do="load.run"><Link className="btn primary" to={to.load()}>{t.today.load}</Link></May></Empty>}
            cols={[
              { key: 'b', title: t.batches.cols.batch, min: 150, cell: (b) => <Link to={to.batch(b.id)}>{b.directory_title} {b.label}</Link> },
              { key: 's', title: t.batches.cols.state, cell: (b) => <StateTag state={b.state} error={b.error} /> },
              { key: 'i', title: t.batches.cols.in, right: true, cell: (b) => (running(b.state) ? t.none : f.n(b.rows_in)) },
              { key: 'q', title: t.batches.cols.quarantined, right: true, cell: (b) => (running(b.state) ? t.none : f.n(b.quarantined)) },
              { key: 'g', title: t.batches.cols.grade, cell: (b) => <GradeTag grade={b.grade} /> },
              { key: 'a', title: t.batches.cols.at, nowrap: true, cell: (b) => <span className="muted">{f.time(b.started_at)}</span> },
            ]}
          />
        )}
      </View>
    </Card>
  );
}

function Running({ from }: { from: Batches }) {
  const { t } = useWords();
  const rest = useLoad('today-running', async (s) => {
    return (await api.batches({ state: 'queued,judging,publishing', limit: 20 }, s)).items ?? [];
  });
  const told = useTold(rest, from);
  return (
    <Card title={t.today.running} note={<May do="task.read"><Link className="small" to={to.tasks}>{t.today.allTasks}</Link></May>}>
      {told.length === 0 && <div className="li muted">{t.today.runningEmpty}</div>}
      {told.map((b) => (
        <div className="li" key={b.id}>
          <Link to={to.batch(b.id)}>{b.directory_title} {b.label}</Link>
          <Live batch={b} />
        </div>
      ))}
    </Card>
  );
}

// What runs now: what ran when the page was opened, and what the events told since.
function useTold(first: Loaded<Batch[]>, recent: Batches): Batch[] {
  const all = first.data ?? [];
  useBatchEvents((b) => {
    const without = all.filter((x) => x.id !== b.id);
    if (running(b.state)) first.put(all.some((x) => x.id === b.id) ? all.map((x) => (x.id === b.id ? b : x)) : [...without, b]);
    else if (without.length !== all.length) first.put(without);
  });
  return all.filter((b) => running(b.state) && !recent.data?.items?.some((x) => x.id === b.id && !running(x.state)));
}

function Quality({ o }: { o: Overview }) {
  const { t, f } = useWords();
  const days = o.quality_days;
  const points = days.map((d) => ({ name: f.md(d.day), value: d.score === null ? null : Number(d.score.toFixed(1)) }));
  const known = points.flatMap((p) => (p.value === null ? [] : [p.value]));
  const change = Number(((known.at(-1) ?? 0) - (known[0] ?? 0)).toFixed(1));
  return (
    <Card title={t.today.quality} note={known.length > 1 ? (change > 0 ? t.today.up(f.one(change)) : change < 0 ? t.today.down(f.one(-change)) : t.today.level) : t.today.qualityNote}>
      {known.length === 0 ? (
        <div className="li muted">{t.today.qualityEmpty}</div>
      ) : (
        <>
          <Chart height={150} option={trendOption(points)} label={t.today.chart(f.one(known[0] ?? 0), f.one(known.at(-1) ?? 0))} />
          <details className="li">
            <summary className="small muted">{t.batch.dims.table}</summary>
            <Table
              label={t.today.quality}
              rows={days}
              rowKey={(d) => d.day}
              cols={[
                { key: 'd', title: t.directory.gradeCols.at, cell: (d) => <Link to={to.batches({ day: d.day })}>{f.md(d.day)}</Link> },
                { key: 's', title: t.directory.gradeCols.score, right: true, cell: (d) => (d.score === null ? t.none : f.score1(d.score)) },
                { key: 'n', title: t.batches.title, right: true, cell: (d) => f.n(d.batches) },
              ]}
            />
          </details>
        </>
      )}
    </Card>
  );
}
