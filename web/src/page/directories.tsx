import { Button } from 'antd';
import { api } from '../api/client';
import { useLoad } from '../api/use';
import { May } from '../part/may';
import { useWords } from '../i18n/use';
import { asked } from '../part/asked';
import { GradeTag, StateTag } from '../part/batch';
import { Facet, Search } from '../part/facet';
import { Card, Head, Tag } from '../part/frame';
import { Pager } from '../part/pager';
import { Empty, View } from '../part/state';
import { Table } from '../part/table';
import { Link } from '../route/link';
import { to } from '../route/paths';
import { StandingTag } from './directory/standing';
import { useAlter, usePlace } from '../route/route';

export default function Directories() {
  const { t, f } = useWords();
  const place = usePlace();
  const alter = useAlter();
  const q = asked(place, 'q', 'office', 'class', 'mounted', 'state', 'stale', 'cursor');
  const list = useLoad(JSON.stringify(q), (s) => api.directories({ ...q, limit: 50 }, s));
  const offices = useLoad('offices', api.offices);
  const set = (name: string) => (v: string | null) => alter({ [name]: v, cursor: null });
  const filtered = ['q', 'office', 'class', 'mounted', 'state', 'stale'].some((n) => place.query.has(n));
  const clear = <Button onClick={() => alter({ q: null, office: null, class: null, mounted: null, state: null, stale: null, cursor: null })}>{t.directories.clear}</Button>;

  return (
    <>
      <Head
        name={t.directories.title}
        title={t.directories.title}
        sub={list.data?.total !== undefined ? t.directories.sub(f.n(list.data.total)) : undefined}
        actions={<><May do="directory.write"><Link className="btn" to={to.declare()}>{t.directories.declare}</Link></May><May do="load.run"><Link className="btn primary" to={to.load()}>{t.directories.load}</Link></May></>}
      />
      <Card>
        <div className="filters">
          <Search label={t.directories.search} value={place.query.get('q') ?? ''} change={set('q')} />
          <Facet label={t.directories.office} value={place.query.get('office')} change={set('office')} width={200}
            options={(offices.data?.items ?? []).map((o) => ({ value: o.name, label: o.title }))} />
          <Facet label={t.directories.class} value={place.query.get('class')} change={set('class')}
            options={Object.entries(t.words.class).map(([value, label]) => ({ value, label }))} />
          <Facet label={t.directories.mounted} value={place.query.get('mounted')} change={set('mounted')}
            options={[{ value: 'true', label: t.directories.isMounted }, { value: 'false', label: t.directories.notMounted }]} />
          <Facet label={t.standing.label} value={place.query.get('state')} change={set('state')}
            options={Object.entries(t.words.standing).map(([value, label]) => ({ value, label }))} />
          <label className="row"><input type="checkbox" checked={q.stale === 'true'} onChange={(e) => set('stale')(e.target.checked ? 'true' : null)} />{t.today.tabs.directory}</label>
          {filtered && clear}
        </div>
        <View from={list} lines={12}>
          {(d) => (
            <>
              <Table
                label={t.directories.title}
                rows={d.items}
                rowKey={(r) => r.name}
                empty={<Empty title={t.directories.empty} hint={t.directories.emptyHint}>{filtered ? clear : <May do="directory.write"><Link className="btn primary" to={to.declare()}>{t.directories.declare}</Link></May>}</Empty>}
                cols={[
                  { key: 't', title: t.directories.cols.title, min: 160, cell: (r) => (
                    <><Link to={to.directory(r.name)}>{r.title}</Link> {!r.mounted && <Tag>{t.directories.notMounted}</Tag>}<span className="sub small muted">{r.name}</span></>
                  ) },
                  { key: 'o', title: t.directories.cols.office, min: 100, cell: (r) => r.office_title },
                  { key: 'c', title: t.directories.cols.class, nowrap: true, cell: (r) => t.words.class[r.class] ?? r.class },
                  { key: 's', title: t.standing.label, nowrap: true, cell: (r) => <StandingTag of={r} /> },
                  { key: 'u', title: t.directories.cols.update, nowrap: true, cell: (r) => t.words.update[r.update] ?? r.update },
                  { key: 'i', title: t.directories.cols.items, right: true, cell: (r) => f.n(r.items_count) },
                  { key: 'r', title: t.directories.cols.rows, right: true, cell: (r) => (r.mounted ? <Link to={to.directory(r.name, 'rows')}>{f.n(r.rows)}</Link> : t.none) },
                  { key: 'q', title: t.directories.cols.quarantined, right: true, cell: (r) => (r.mounted ? f.n(r.quarantined) : t.none) },
                  { key: 'l', title: t.directories.cols.last, nowrap: true, cell: (r) => (r.last_batch ? (
                    <><Link to={to.batch(r.last_batch.id)}>{r.last_batch.label}</Link> <StateTag state={r.last_batch.state} /><span className="sub small muted">{f.time(r.last_batch.at)}</span></>
                  ) : <span className="muted">{t.directories.never}</span>) },
                  { key: 'g', title: t.directories.cols.grade, cell: (r) => <GradeTag grade={r.last_batch?.grade} /> },
                ]}
              />
              <Pager next={d.next} shown={d.items?.length ?? 0} total={d.total} />
            </>
          )}
        </View>
      </Card>
    </>
  );
}
