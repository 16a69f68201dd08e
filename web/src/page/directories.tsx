import { Button } from 'antd';
import { useMemo } from 'react';
import { api } from '../api/client';
import type { DirectorySummary, Facet as Counted } from '../api/schema.gen';
import { useLoad } from '../api/use';
import { May } from '../part/may';
import { useWords } from '../i18n/use';
import { asked } from '../part/asked';
import { Export } from '../part/export';
import { GradeTag, StateTag } from '../part/batch';
import { Facet, Search } from '../part/facet';
import { Card, Head, Tag, coming } from '../part/frame';
import { Pager } from '../part/pager';
import { Empty, View } from '../part/state';
import type { Col } from '../part/column';
import { Table } from '../part/table';
import { Link } from '../route/link';
import { to } from '../route/paths';
import { Fresh } from './directory/fresh';
import { StandingTag } from './directory/standing';
import { useAlter, usePlace } from '../route/route';

const facets = ['office', 'state', 'fresh', 'mounted', 'class', 'domain', 'level', 'update', 'share'] as const;
type Name = (typeof facets)[number];

const outs = {
  t: 'title name', o: 'office', c: 'class domain', v: 'level', s: 'state', u: 'update fresh due', i: 'items', r: 'rows', q: 'quarantined', l: 'last last_state last_at', g: 'grade',
};

/** Directories by what they are and how they stand. What is chosen stands in the address. */
export default function Directories() {
  const { t, f } = useWords();
  const place = usePlace();
  const alter = useAlter();
  const q = asked(place, 'q', ...facets, 'cursor');
  const list = useLoad(JSON.stringify(q), (s) => api.directories({ ...q, limit: 50, facets: true }, s));
  const set = (name: string) => (v: string | null) => alter({ [name]: v, cursor: null });
  const filtered = ['q', ...facets].some((n) => place.query.has(n));
  const clear = <Button onClick={() => alter(Object.fromEntries(['q', ...facets, 'cursor'].map((n) => [n, null])))}>{t.directories.clear}</Button>;
  const cols = useCols();
  const counts = list.data?.facets;
  const labels: Record<Name, string> = {
    office: t.directories.office, state: t.standing.label, fresh: t.facets.fresh, mounted: t.directories.mounted, class: t.directories.class,
    domain: t.facets.domain, level: t.facets.level, update: t.facets.update, share: t.facets.share,
  };
  const words: Record<Name, Record<string, string>> = {
    office: {}, state: t.words.standing, fresh: t.fresh, mounted: { true: t.directories.isMounted, false: t.directories.notMounted }, class: t.words.class,
    domain: t.words.domain, level: t.words.grade, update: t.words.update, share: t.words.share,
  };
  const option = (name: Name) => (c: Counted) => ({ value: c.value, label: t.facets.of(c.title || words[name][c.value] || c.value, f.n(c.count)) });
  const chosen = (name: Name): Counted[] => {
    const all = (counts?.[name] ?? []).filter((c) => c.value !== '');
    const v = place.query.get(name);
    return !v || all.some((c) => c.value === v) ? all : [...all, { value: v, title: '', count: 0 }];
  };

  return (
    <>
      <Head
        name={t.directories.title}
        title={t.directories.title}
        sub={list.data?.total !== undefined ? t.directories.sub(f.n(list.data.total)) : coming}
        actions={<><May do="directory.write"><Link className="btn" to={to.imports}>{t.imports.title}</Link><Link className="btn" to={to.declare()}>{t.directories.declare}</Link></May><May do="load.run"><Link className="btn primary" to={to.load()}>{t.directories.load}</Link></May></>}
      />
      <Card>
        <div className="filters">
          <Search label={t.directories.search} value={place.query.get('q') ?? ''} change={set('q')} />
          {facets.map((name) => (
            <Facet key={name} label={labels[name]} value={place.query.get(name)} change={set(name)} width={name === 'office' ? 200 : 148} options={chosen(name).map(option(name))} />
          ))}
          {filtered && clear}
          <span className="fill" />
          <Export list="directories" query={q} keep="directories" outs={outs} />
        </div>
        <View from={list} lines={12}>
          {(d) => (
            <>
              <Table
                label={t.directories.title}
                rows={d.items}
                rowKey={(r) => r.name}
                empty={<Empty title={t.directories.empty} hint={t.directories.emptyHint}>{filtered ? clear : <May do="directory.write"><Link className="btn primary" to={to.declare()}>{t.directories.declare}</Link></May>}</Empty>}
                cols={cols}
                keep="directories"
              />
              <Pager next={d.next} shown={d.items?.length ?? 0} total={d.total} />
            </>
          )}
        </View>
      </Card>
    </>
  );
}

function useCols(): Col<DirectorySummary>[] {
  const { t, f } = useWords();
  return useMemo(() => {
    const c = t.directories.cols;
    return [
      { key: 't', title: c.title, min: 180, cell: (r) => (
        <><Link to={to.directory(r.name)}>{r.title}</Link> {!r.mounted && <Tag>{t.directories.notMounted}</Tag>}<span className="sub small muted">{r.name}</span></>
      ) },
      { key: 'o', title: c.office, min: 100, cell: (r) => r.office_title },
      { key: 'c', title: c.class, nowrap: true, cell: (r) => <>{t.words.class[r.class] ?? r.class}<span className="sub small muted">{t.words.domain[r.domain] ?? r.domain}</span></> },
      { key: 'v', title: t.facets.level, nowrap: true, cell: (r) => t.words.grade[r.level] ?? (r.level || t.none) },
      { key: 's', title: t.standing.label, cell: (r) => <StandingTag of={r} /> },
      { key: 'u', title: c.update, nowrap: true, cell: (r) => <>{t.words.update[r.update] ?? (r.update || t.none)}<span className="sub small"><Fresh of={r} /></span></> },
      { key: 'i', title: c.items, right: true, cell: (r) => f.n(r.items_count) },
      { key: 'r', title: c.rows, right: true, cell: (r) => (r.mounted ? <Link to={to.directory(r.name, 'rows')}>{f.n(r.rows)}</Link> : t.none) },
      { key: 'q', title: c.quarantined, right: true, cell: (r) => (r.mounted ? f.n(r.quarantined) : t.none) },
      { key: 'l', title: c.last, nowrap: true, cell: (r) => (r.last_batch ? (
        <><Link to={to.batch(r.last_batch.id)}>{r.last_batch.label}</Link> <StateTag state={r.last_batch.state} /><span className="sub small muted">{f.time(r.last_batch.at)}</span></>
      ) : <span className="muted">{t.directories.never}</span>) },
      { key: 'g', title: c.grade, cell: (r) => <GradeTag grade={r.last_batch?.grade} /> },
    ];
  }, [t, f]);
}
