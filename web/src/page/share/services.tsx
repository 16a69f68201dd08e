import { Button } from 'antd';
import { api } from '../../api/client';
import type { Service } from '../../api/schema.gen';
import { useLoad } from '../../api/use';
import { useWords } from '../../i18n/use';
import { Export } from '../../part/export';
import { Facet, Search } from '../../part/facet';
import { Card, Head, Tag } from '../../part/frame';
import { May } from '../../part/may';
import { useTitles, type Titles } from '../../part/share';
import { Empty, View } from '../../part/state';
import type { Col } from '../../part/column';
import { Table } from '../../part/table';
import { Link } from '../../route/link';
import { to } from '../../route/paths';
import { useAlter, usePlace } from '../../route/route';

export function ServiceState({ of: s }: { of: Pick<Service, 'stopped'> }) {
  const { t } = useWords();
  return <Tag tone={s.stopped ? 'warn' : 'ok'}>{s.stopped ? t.services.stopped : t.services.running}</Tag>;
}

export default function Services() {
  const { t, f } = useWords();
  const { query } = usePlace();
  const alter = useAlter();
  const titles = useTitles();
  const [q, office, state] = ['q', 'office', 'state'].map((n) => query.get(n) ?? '');
  const list = useLoad('services', (s) => api.services({}, s));
  const all = list.data?.items ?? [];
  const found = all.filter((s) => (!q || [s.name, s.title, s.directory, titles.directory(s.directory)].some((x) => x.includes(q)))
    && (!office || s.office === office) && (!state || s.stopped === (state === 'stopped')));
  const offices = [...new Set(all.map((s) => s.office))];
  const clear = <Button onClick={() => alter({ q: null, office: null, state: null })}>{t.directories.clear}</Button>;
  return (
    <>
      <Head name={t.services.title} title={t.services.title} sub={t.services.sub} actions={<May do="service.write"><Link to={to.newService()} className="btn primary">{t.serving.create}</Link></May>} />
      <Card>
        <div className="filters">
          <Search label={t.services.search} value={q ?? ''} change={(v) => alter({ q: v })} />
          <Facet label={t.directories.office} value={query.get('office')} change={(v) => alter({ office: v })} width={200} options={offices.map((o) => ({ value: o, label: titles.office(o) }))} />
          <Facet label={t.services.cols.state} value={query.get('state')} change={(v) => alter({ state: v })}
            options={[{ value: 'running', label: t.services.running }, { value: 'stopped', label: t.services.stopped }]} />
          {(q || office || state) && clear}
          <span className="fill" />
          <Export list="services" query={{ q, office, state }} keep="services" outs={{ t: 'title name', d: 'directory', o: 'office', k: 'key', f: 'filter', c: 'changed', s: 'state' }} />
        </div>
        <View from={list} wait={titles.busy} lines={8}>
          {() => (found.length ? (
            <><ServiceTable items={found} titles={titles} /><div className="pager small muted">{t.pager.all(f.n(found.length))}</div></>
          ) : <Empty title={t.services.empty} hint={t.services.noneHint}>{(q || office || state) && clear}</Empty>)}
        </View>
      </Card>
    </>
  );
}

export function ServiceTable({ items, titles, without }: { items: Service[]; titles: Titles; without?: 'd' }) {
  const { t, f } = useWords();
  const w = t.services.cols;
  const cols: Col<Service>[] = [
    { key: 't', title: w.title, min: 160, cell: (s) => <><Link to={to.service(s.name)}>{s.title}</Link><span className="sub small muted">{s.name}</span></> },
    { key: 'd', title: w.directory, min: 130, cell: (s) => <Link to={to.directory(s.directory)}>{titles.directory(s.directory)}</Link> },
    { key: 'o', title: t.directories.office, min: 110, cell: (s) => titles.office(s.office) },
    { key: 'k', title: w.key, cell: (s) => (s.key.length ? <code>{s.key.join(', ')}</code> : <span className="muted">{t.services.listOnly}</span>) },
    { key: 'f', title: w.filter, cell: (s) => (s.filter.length ? <code>{s.filter.join(', ')}</code> : <span className="muted">{t.none}</span>) },
    { key: 'c', title: w.changed, nowrap: true, cell: (s) => f.time(s.changed_at) },
    { key: 's', title: w.state, nowrap: true, cell: (s) => <ServiceState of={s} /> },
  ];
  return <Table keep="services" label={t.services.title} rows={items} rowKey={(s) => s.name} cols={cols.filter((c) => c.key !== without)} />;
}
