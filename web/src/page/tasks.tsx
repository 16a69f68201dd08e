import { useEffect } from 'react';
import { api } from '../api/client';
import { useBatchEvents } from '../api/events';
import type { Task } from '../api/schema.gen';
import { useLoad } from '../api/use';
import { useWords } from '../i18n/use';
import { Bar, Card, Head, Tag, type Tone } from '../part/frame';
import { Empty, View } from '../part/state';
import { Table } from '../part/table';
import { Link } from '../route/link';
import { to } from '../route/paths';
import { useFrame } from '../shell/context';

const tones: Record<string, Tone> = { running: 'accent', failed: 'danger', done: 'ok' };
const over = (s: string) => s === 'failed' || s === 'cancelled' || tones[s] === 'ok';

export default function Tasks() {
  const { t } = useWords();
  const { district } = useFrame();
  const list = useLoad('tasks', (s) => api.tasks({}, s));
  const again = list.again;
  const active = (list.data?.items ?? []).some((x) => !over(x.state));
  useBatchEvents(again);
  useEffect(() => {
    if (!active) return;
    const timer = window.setInterval(again, 2000);
    return () => window.clearInterval(timer);
  }, [active, again]);
  return (
    <>
      <Head name={t.tasks.title} title={t.tasks.title} sub={<>{t.tasks.sub}{district && <> · <span data-random>{t.tasks.version(district.version)}</span></>}</>} />
      <View from={list} lines={8}>
        {(d) => {
          const all = d.items;
          if (all.length === 0) return <Card><Empty title={t.tasks.empty} hint={t.tasks.emptyHint} /></Card>;
          return (
            <div className="stack">
              <List title={t.tasks.active} of={all.filter((x) => !over(x.state))} />
              <List title={t.tasks.finished} of={all.filter((x) => over(x.state))} />
            </div>
          );
        }}
      </View>
    </>
  );
}

function List({ title, of }: { title: string; of: Task[] }) {
  const { t, f } = useWords();
  const w = t.tasks.cols;
  const span = (s: number) => (s < 60 ? t.batches.seconds(f.one(s)) : f.left(s));
  const took = (x: Task) => (x.started_at && x.ended_at ? span((Date.parse(x.ended_at) - Date.parse(x.started_at)) / 1000) : t.none);
  return (
    <Card title={`${title} ${f.n(of.length)}`}>
      <Table
        keep="tasks"
        label={title}
        rows={of}
        rowKey={(x) => x.id}
        empty={<div className="li muted">{t.tasks.empty}</div>}
        cols={[
          { key: 'k', title: w.kind, nowrap: true, cell: (x) => t.tasks.kinds[x.kind] ?? x.kind },
          { key: 'o', title: w.key, min: 160, cell: (x) => <span className="wrap">{x.batch ? <Link to={to.batch(x.batch)}>{x.title || x.key}</Link> : x.title || x.key}</span> },
          { key: 's', title: w.state, cell: (x) => <Tag tone={tones[x.state] ?? 'plain'}>{t.tasks.states[x.state] ?? x.state}</Tag> },
          { key: 'p', title: w.progress, width: 200, cell: (x) => (
            <>
              <span className="small muted">{[t.batch.stages[x.stage] ?? x.stage, x.rows > 0 && t.rowsOf(f.n(x.rows))].filter(Boolean).join(' · ')}</span>
              {!over(x.state) && <Bar share={x.total > 0 ? x.rows / x.total : null} label={t.tasks.kinds[x.kind] ?? x.kind} />}
            </>
          ) },
          { key: 'b', title: w.started, nowrap: true, cell: (x) => (x.started_at ? f.time(x.started_at) : t.none) },
          { key: 'd', title: w.took, right: true, cell: took },
        ]}
      />
    </Card>
  );
}
