import { Checkbox, Select } from 'antd';
import { useState } from 'react';
import { api } from '../../api/client';
import type { Directory } from '../../api/schema.gen';
import { useEndless } from '../../api/endless';
import { useLoad } from '../../api/use';
import { May } from '../../part/may';
import { useWords } from '../../i18n/use';
import { asked } from '../../part/asked';
import { Columns, outsOf, useColumns } from '../../part/columns';
import { Export } from '../../part/export';
import { Card } from '../../part/frame';
import { Pager } from '../../part/pager';
import { Plain } from '../../part/plain';
import { Busy, Empty, Failed, View } from '../../part/state';
import { Table } from '../../part/table';
import { Link } from '../../route/link';
import { to } from '../../route/paths';
import { useAlter, usePlace } from '../../route/route';

const most = 10_000; // rows that are scrolled through; more are for a file

/** The published rows, now or as they were after an earlier batch. */
export function Rows({ of: d }: { of: Directory }) {
  const { t, f } = useWords();
  const place = usePlace();
  const alter = useAlter();
  const q = asked(place, 'cursor', 'at');
  const scroll = place.query.has('scroll');
  const [plain, show] = useState(false);
  const rows = useLoad(d.mounted ? `rows ${d.name} ${JSON.stringify(q)} ${plain}` : null, (s) => api.rows(d.name, { limit: 50, ...q, plain: plain || undefined }, s));
  const snapshots = useLoad(d.mounted ? `snapshots ${d.name}` : null, (s) => api.snapshots(d.name, s));
  // One snapshot for all of it: what is published meanwhile moves no row.
  const at = rows.data?.snapshot;
  const all = useEndless(scroll && at ? `all ${d.name} ${at} ${plain}` : null, (cursor, s) => api.rows(d.name, { limit: 500, cursor, at, plain: plain || undefined }, s), most);
  const columns = useColumns(`rows.${d.name}`, rows.data?.columns ?? [], []);
  if (!d.mounted) return <Card><Nothing of={d} /></Card>;
  const options = [
    { value: '', label: t.directory.current },
    ...(snapshots.data?.items ?? []).map((s) => ({ value: String(s.id), label: t.directory.snapshotOf(f.time(s.at), f.n(s.rows)) })),
  ];
  return (
    <Card>
      <div className="filters">
        <label htmlFor="snapshot">{t.directory.snapshot}</label>
        <Select id="snapshot" aria-label={t.directory.snapshot} value={q.at ?? ''} options={options} style={{ width: 240 }} onChange={(v) => alter({ at: v || null, cursor: null })} />
        <Checkbox checked={scroll} onChange={(e) => alter({ scroll: e.target.checked || null, cursor: null })}>{t.layout.scroll}</Checkbox>
        <span className="fill" />
        {rows.data?.columns.some((c) => c.personal) && <Plain plain={plain} show={show} office={d.office} />}
        <Columns of={columns} />
        <May do="rows.export" office={d.office}><Export list={`directories/${encodeURIComponent(d.name)}/rows`} query={{ at: q.at, plain: plain || undefined }} outs={outsOf(columns)} purpose /></May>
      </div>
      <View from={rows} lines={12}>
        {(r) => (
          <>
            <Table
              label={t.directory.tabs.rows}
              rows={scroll ? all.items : r.items}
              end={scroll ? all.more : undefined}
              rowKey={(_, i) => String(i)}
              empty={scroll && !all.whole ? <Busy lines={10} /> : <Nothing of={d} />}
              cols={r.columns.flatMap((c, i) => (columns.shown.includes(c.name) ? [{
                key: c.name,
                title: c.title,
                right: c.type === 'int' || c.type === 'float' || c.type?.startsWith('decimal'),
                nowrap: true,
                cell: (row: (string | number | boolean | null)[]) => <Cell value={row[i]} />,
              }] : []))}
            />
            {scroll ? <div className="pager small muted" role="status">{all.items.length >= most ? t.layout.most(f.n(most), f.n(r.total)) : t.pager.of(f.n(all.items.length), f.n(r.total))}</div> : <Pager next={r.next} shown={r.items?.length ?? 0} total={r.total} />}
            {all.problem && <Failed problem={all.problem} />}
          </>
        )}
      </View>
    </Card>
  );
}

function Cell({ value }: { value: string | number | boolean | null | undefined }) {
  const { t } = useWords();
  if (value === null || value === undefined || value === '') return <span className="muted">{t.none}</span>;
  if (typeof value === 'boolean') return value ? t.yes : t.no;
  return <span className="cell" title={String(value)}>{String(value)}</span>;
}

function Nothing({ of: d }: { of: Directory }) {
  const { t } = useWords();
  return (
    <Empty title={d.mounted ? t.directory.rowsEmpty : t.directory.notMounted} hint={t.directory.rowsEmptyHint}>
      <May do="load.run" office={d.office}><Link className="btn primary" to={to.load({ directory: d.name })}>{t.directory.load}</Link></May>
    </Empty>
  );
}
