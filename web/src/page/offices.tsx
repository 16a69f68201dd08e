import { Button } from 'antd';
import { api } from '../api/client';
import type { Office } from '../api/schema.gen';
import { useMay } from '../api/session';
import { useLoad } from '../api/use';
import { useWords } from '../i18n/use';
import { useDialog } from '../part/dialog';
import { Search } from '../part/facet';
import { Bar, Card, Head, coming } from '../part/frame';
import { Empty, View } from '../part/state';
import { Table } from '../part/table';
import { Link } from '../route/link';
import { to } from '../route/paths';
import { useAlter, usePlace } from '../route/route';
import { OfficeForm } from './offices/form';

export default function Offices() {
  const { t, f } = useWords();
  const { query } = usePlace();
  const alter = useAlter();
  const list = useLoad('offices', api.offices);
  const q = query.get('q') ?? '';
  const w = t.offices.cols;
  const may = useMay();
  const [dialog, open] = useDialog();
  const edited = list.data?.items.find((o) => dialog === `edit ${o.name}`);
  const office = (n: string) => list.data?.items.find((o) => o.name === n)?.title ?? n;
  return (
    <>
      <Head name={t.offices.title} title={t.offices.title} sub={list.data ? t.offices.sub(f.n(list.data.items?.length ?? 0)) : coming} actions={may('office.write') && <Button type="primary" onClick={() => open('new')}>{t.finding.addOffice}</Button>} />
      <Card>
        <div className="filters"><Search label={t.offices.search} value={q} change={(v) => alter({ q: v })} /></div>
        <View from={list} lines={12}>
          {(d) => (
            <Table
              keep="offices"
              label={t.offices.title}
              rows={d.items.filter((o) => o.title.includes(q) || o.name.includes(q))}
              rowKey={(o) => o.name}
              empty={<Empty title={t.offices.empty} hint={t.offices.emptyHint} />}
              cols={[
                { key: 't', title: w.title, min: 140, cell: (o) => <>{o.title}<span className="sub small muted">{o.name}</span></> },
                { key: 'r', title: w.region, cell: (o) => <>{o.region_title}<span className="sub small muted">{o.region}</span></> },
                { key: 'a', title: t.finding.parent, cell: (o) => (o.parent ? office(o.parent) : <span className="muted">{t.none}</span>) },
                { key: 'c', title: w.credit, cell: (o) => o.credit || <span className="muted">{t.none}</span> },
                { key: 'd', title: w.directories, right: true, cell: (o) => <Link to={`${to.directories}?office=${encodeURIComponent(o.name)}`}>{f.n(o.directories)}</Link> },
                { key: 'm', title: w.mounted, right: true, cell: (o) => <Link to={`${to.directories}?office=${encodeURIComponent(o.name)}&mounted=true`}>{f.n(o.mounted)}</Link> },
                { key: 'p', title: w.rate, width: 160, cell: (o) => (o.directories ? <>{f.share1(o.mounted / o.directories)}<Bar share={o.mounted / o.directories} label={o.title} /></> : <span className="muted">{t.none}</span>) },
                ...(may('office.write') ? [{ key: 'e', title: t.finding.editOffice, cell: (o: Office) => <Button size="small" aria-label={t.finding.editOfficeOf(o.title)} onClick={() => open(`edit ${o.name}`)}>{t.finding.editOffice}</Button> }] : []),
              ]}
            />
          )}
        </View>
      </Card>
      {(edited || dialog === 'new') && may('office.write') && <OfficeForm old={edited} all={list.data?.items ?? []} close={() => open(null)} done={list.again} />}
    </>
  );
}
