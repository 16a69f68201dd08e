import type { ReactNode } from 'react';
import { api } from '../api/client';
import { useBatchEvents } from '../api/events';
import type { Batch, ListBatch, Overview } from '../api/schema.gen';
import { useLoad, type Loaded } from '../api/use';
import { May } from '../part/may';
import { useMay } from '../api/session';
import { useWords } from '../i18n/use';
import { age } from '../part/age';
import { GradeTag, Live, running, StateTag } from '../part/batch';
import { Chart } from '../part/chart';
import { Card, Head, Tag } from '../part/frame';
import { trendOption } from '../part/options';
import { Empty, View } from '../part/state';
import { Table } from '../part/table';
import { Link } from '../route/link';
import { to } from '../route/paths';
import { useFrame } from '../shell/context';

export default function Today() {
  const { t } = useWords();
  const may = useMay();
  if (may('batch.read')) return <Data />;
  return (
    <>
      <Head name={t.today.title} title={t.today.title} />
      <Empty title={t.session.nothing} hint={t.session.nothingHint} />
    </>
  );
}

function Data() {
  const { t, f } = useWords();
  const { district, overview } = useFrame();
  const held = useLoad('today-held', (s) => api.batches({ state: 'held', limit: 20 }, s));
  const recent = useLoad('today-recent', (s) => api.batches({ limit: 12 }, s));
  useBatchEvents((b) => {
    if (!running(b.state)) {
      held.again();
      recent.again();
    }
  });
  return (
    <>
      <Head
        name={t.today.title}
        title={t.today.title}
        sub={district && f.day(district.now)}
        actions={<><May do="directory.write"><Link className="btn" to={to.declare()}>{t.today.declare}</Link></May><May do="load.run"><Link className="btn primary" to={to.load()}>{t.today.load}</Link></May></>}
      />
      <View from={overview} lines={3}>{(o) => <Loop o={o} />}</View>
      <div className="cols">
        <div className="stack">
          <Held from={held} />
          <Recent from={recent} />
        </div>
        <aside className="stack">
          <Running from={recent} />
          <View from={overview} lines={5}>{(o) => <Quality o={o} />}</View>
        </aside>
      </div>
    </>
  );
}

function Loop({ o }: { o: Overview }) {
  const { t, f } = useWords();
  const rate = o.directories ? f.share1(o.mounted / o.directories) : t.none;
  return (
    <nav className="card loop" aria-label={t.today.loop}>
      <Step to={to.directories} k={t.today.directories} n={f.n(o.directories)} d={t.today.mountedRate(rate)} />
      <Step to={to.batches()} k={t.today.collect} n={t.today.batchesN(f.n(o.batches_today))} d={t.today.rowsToday(f.short(o.rows_today))} />
      <Step to={o.held ? to.batches({ state: 'held' }) : to.problems} k={t.today.govern} n={f.short(o.quarantined)}
        d={<>{t.today.problemRows} · <span className={o.held ? 'danger' : undefined}>{o.held ? t.today.heldN(f.n(o.held)) : t.today.noneHeld}</span></>} />
      <Step to={`${to.directories}?mounted=true`} k={t.today.rows} n={f.short(o.rows)} d={t.today.published} />
      <Step to={to.offices} k={t.today.offices} n={f.n(o.offices)} d={t.today.items(f.n(o.items))} />
      <Step to={to.batches({ state: 'failed' })} k={t.today.failed} n={f.n(o.failed)} d={o.failed ? <span className="danger">{t.today.failedHint}</span> : t.today.noFailed} />
    </nav>
  );
}

function Step({ to: where, k, n, d }: { to: string; k: string; n: string; d: ReactNode }) {
  return (
    <Link to={where}>
      <div className="k">{k}</div>
      <div className="n">{n}</div>
      <div className="d">{d}</div>
    </Link>
  );
}

type Batches = Loaded<ListBatch>;

function Held({ from }: { from: Batches }) {
  const words = useWords();
  const { t, f } = words;
  const items = [...(from.data?.items ?? [])].sort((a, b) => (b.held_seconds ?? 0) - (a.held_seconds ?? 0));
  return (
    <Card title={t.today.heldTitle(from.data ? f.n(items.length) : '')} note={t.today.heldNote}>
      <View from={from} lines={5}>
        {() => (
          <Table
            label={t.nav.held}
            rows={items}
            rowKey={(b) => b.id}
            empty={<Empty title={t.today.heldEmpty} hint={t.today.heldEmptyHint} />}
            cols={[
              { key: 'b', title: t.today.cols.batch, min: 180, cell: (b) => (
                <>
                  <Link to={to.batch(b.id)}>{b.directory_title} {t.batch.title(b.label)}</Link>
                  <div className="small muted">{t.today.heldRows(f.n(b.quarantined), f.n(b.held))}</div>
                </>
              ) },
              { key: 'o', title: t.today.cols.office, cell: (b) => b.office_title, nowrap: true },
              { key: 's', title: t.today.cols.step, cell: () => <Tag tone="danger">{t.today.judge}</Tag> },
              { key: 'a', title: t.today.cols.age, nowrap: true, cell: (b) => (
                <><b className={(b.held_seconds ?? 0) > 86400 ? 'danger' : 'warn-text'}>{age(words, b.held_seconds ?? 0)}</b><div className="small muted">{f.time(b.started_at)}</div></>
              ) },
            ]}
          />
        )}
      </View>
    </Card>
  );
}

function Recent({ from }: { from: Batches }) {
  const { t, f } = useWords();
  return (
    <Card title={t.today.recent} note={<Link to={to.batches()}>{t.today.allBatches}</Link>}>
      <View from={from} lines={8}>
        {(d) => (
          <Table
            label={t.today.recent}
            rows={d.items.slice(0, 8)}
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
    <Card title={t.today.running} note={<Link className="small" to={to.tasks}>{t.today.allTasks}</Link>}>
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
  const known = points.filter((p) => p.value !== null);
  return (
    <Card title={t.today.quality} note={t.today.qualityNote}>
      {known.length === 0 ? (
        <div className="li muted">{t.today.qualityEmpty}</div>
      ) : (
        <>
          <Chart height={140} option={trendOption(points)} label={t.today.chart(String(known[0]?.value), String(known.at(-1)?.value))} />
          <details className="li">
            <summary className="small muted">{t.batch.dims.table}</summary>
            <Table
              label={t.today.quality}
              rows={days}
              rowKey={(d) => d.day}
              cols={[
                { key: 'd', title: t.directory.gradeCols.at, cell: (d) => f.md(d.day) },
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
