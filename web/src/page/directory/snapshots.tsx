import { api } from '../../api/client';
import type { Directory } from '../../api/schema.gen';
import { useLoad } from '../../api/use';
import { useWords } from '../../i18n/use';
import { Card } from '../../part/frame';
import { May } from '../../part/may';
import { Empty, View } from '../../part/state';
import { Table } from '../../part/table';
import { Link } from '../../route/link';
import { to } from '../../route/paths';

/** Every publication of the rows that is kept: when, of which batch, and the way to the rows of then. */
export function Snapshots({ of: d }: { of: Directory }) {
  const { t, f } = useWords();
  const w = t.snapshots;
  const from = useLoad(d.mounted ? `snapshots ${d.name}` : null, (s) => api.snapshots(d.name, s));
  const empty = (
    <Empty title={w.empty} hint={w.emptyHint}>
      <May do="load.run" office={d.office}><Link className="btn primary" to={to.load({ directory: d.name })}>{t.directory.load}</Link></May>
    </Empty>
  );
  if (!d.mounted) return <Card>{empty}</Card>;
  return (
    <Card title={t.directory.tabs.versions} note={w.note}>
      <View from={from}>
        {(l) => (
          <Table
            label={t.directory.tabs.versions}
            rows={l.items}
            rowKey={(s) => s.id}
            empty={empty}
            cols={[
              { key: 'a', title: w.cols.at, nowrap: true, cell: (s) => f.full(s.at) },
              { key: 'o', title: w.cols.operation, nowrap: true, cell: (s) => t.words.operation[s.operation] ?? s.operation },
              { key: 'b', title: w.cols.batch, nowrap: true, cell: (s) => (s.batch ? <Link to={to.batch(s.batch)} className="mono">{s.batch.slice(0, 12)}</Link> : t.none) },
              { key: 'r', title: w.cols.rows, right: true, cell: (s) => f.n(s.rows) },
              { key: 'w', title: w.see, nowrap: true, cell: (s) => <Link to={`${to.directory(d.name, 'rows')}&at=${s.id}`}>{w.see}</Link> },
            ]}
          />
        )}
      </View>
    </Card>
  );
}
