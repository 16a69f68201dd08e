import { api } from '../api/client';
import type { Batch } from '../api/schema.gen';
import { useLoad } from '../api/use';
import { optionsOf } from '../part/choice';
import { May } from '../part/may';
import { useWords } from '../i18n/use';
import { age } from '../part/age';
import { asked } from '../part/asked';
import { GradeTag, Live, running, StateTag } from '../part/batch';
import { Export } from '../part/export';
import { Facet } from '../part/facet';
import { Card, Head } from '../part/frame';
import { useLive } from '../part/live';
import { Pager } from '../part/pager';
import { Empty, View } from '../part/state';
import type { Col } from '../part/column';
import { Table } from '../part/table';
import { Link } from '../route/link';
import { to } from '../route/paths';
import { useAlter, usePlace } from '../route/route';

const states: Batch['state'][] = ['published', 'held', 'judging', 'publishing', 'queued', 'returned', 'discarded', 'failed', 'cancelled', 'superseded'];
const none: Batch[] = [];
const outs = { b: 'batch', d: 'directory file', o: 'office', s: 'state', i: 'rows_in', p: 'published', q: 'quarantined', g: 'grade', a: 'started', t: 'seconds' };
const heldOuts = { ...outs, s: 'state held_hours', p: 'held' };

export default function Batches() {
  const { t } = useWords();
  const place = usePlace();
  const alter = useAlter();
  const q = asked(place, 'directory', 'state', 'day', 'cursor');
  const list = useLoad(JSON.stringify(q), (s) => api.batches({ ...q, limit: 50 }, s));
  const directories = useLoad('directories-all', (s) => api.directories({ limit: 500, mounted: true }, s));
  const set = (name: string) => (v: string | null) => alter({ [name]: v, cursor: null });
  const held = q.state === 'held';

  return (
    <>
      <Head
        name={held ? t.batches.heldTitle : t.batches.title}
        title={held ? t.batches.heldTitle : t.batches.title}
        sub={held ? t.batches.heldSub : t.batches.sub}
        actions={<May do="load.run"><Link className="btn primary" to={to.load()}>{t.today.load}</Link></May>}
      />
      <Card>
        <div className="filters">
          <Facet label={t.batches.state} value={place.query.get('state')} change={set('state')}
            options={states.map((s) => ({ value: s, label: t.batch.states[s] ?? s }))} />
          <Facet label={t.batches.directory} value={place.query.get('directory')} change={set('directory')} width={220}
            options={optionsOf(directories.data?.items)} />
          <label className="row">{t.batches.cols.at}<input className="field" type="date" value={q.day ?? ''} onChange={(e) => set('day')(e.target.value || null)} /></label>
          <span className="fill" />
          <Export list="batches" query={q} keep={held ? 'held' : 'batches'} outs={held ? heldOuts : outs} />
        </div>
        <View from={list} lines={12}>
          {(d) => (
            <>
              <BatchTable items={d.items ?? none} held={held} again={list.again} />
              <Pager next={d.next} shown={d.items?.length ?? 0} total={d.total} />
            </>
          )}
        </View>
      </Card>
    </>
  );
}

export function BatchTable({ items, held, again, without }: { items: Batch[]; held?: boolean; again: () => void; without?: string }) {
  const words = useWords();
  const { t, f } = words;
  const live = useLive(items, again);
  const c = t.batches.cols;
  const cols: Col<Batch>[] = [
    { key: 'b', title: c.batch, nowrap: true, cell: (b) => <Link to={to.batch(b.id)}>{b.label}</Link> },
    { key: 'd', title: c.directory, min: 160, cell: (b) => <><Link to={to.directory(b.directory)}>{b.directory_title}</Link><span className="sub small muted wrap">{b.file}</span></> },
    { key: 'o', title: c.office, min: 100, cell: (b) => b.office_title },
    { key: 's', title: c.state, width: held ? undefined : 200, min: held ? undefined : 120, cell: (b) => (running(b.state) ? <Live batch={b} /> : <StateTag state={b.state} />) },
    ...(held ? [{ key: 'w', title: c.age, nowrap: true, cell: (b: Batch) => <b className={(b.held_seconds ?? 0) > 86400 ? 'danger' : 'warn-text'}>{age(words, b.held_seconds ?? 0)}</b> }] : []),
    { key: 'i', title: c.in, right: true, cell: (b) => f.n(b.rows_in) },
    { key: 'p', title: held ? c.waiting : c.published, right: true, cell: (b) => f.n(held ? b.held : b.published) },
    { key: 'q', title: c.quarantined, right: true, cell: (b) => (b.quarantined ? <Link to={to.quarantine(b.id)}>{f.n(b.quarantined)}</Link> : f.n(0)) },
    { key: 'g', title: c.grade, cell: (b) => <GradeTag grade={b.grade} /> },
    { key: 'a', title: c.at, nowrap: true, cell: (b) => <span title={f.full(b.started_at)}>{f.time(b.started_at)}</span> },
    { key: 't', title: c.seconds, right: true, cell: (b) => t.batches.seconds(f.one(b.seconds)) },
  ];
  return (
    <Table
      keep={held ? 'held' : 'batches'}
      label={held ? t.batches.heldTitle : t.batches.title}
      rows={live}
      rowKey={(b) => b.id}
      cols={cols.filter((x) => x.key !== without && !(without === 'd' && x.key === 'o'))}
      empty={<Empty title={held ? t.batches.heldEmpty : t.batches.empty} hint={held ? t.batches.heldEmptyHint : t.batches.emptyHint}><May do="load.run"><Link className="btn" to={to.load()}>{t.today.load}</Link></May></Empty>}
    />
  );
}
