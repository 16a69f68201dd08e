import { api } from '../api/client';
import { useLoad } from '../api/use';
import { useWords } from '../i18n/use';
import { asked } from '../part/asked';
import { StateTag } from '../part/batch';
import { Card, Head } from '../part/frame';
import { Pager } from '../part/pager';
import { Empty, View } from '../part/state';
import { Table } from '../part/table';
import { Link } from '../route/link';
import { to } from '../route/paths';
import { usePlace } from '../route/route';
import { May } from '../part/may';
import { ReplayAll } from './rows/foresee';

/** Every directory that has quarantined rows, to look at or replay in bulk. */
export default function QuarantinePage() {
  const { t, f } = useWords();
  const q = asked(usePlace(), 'cursor');
  const list = useLoad(`problems ${q.cursor ?? ''}`, (s) => api.directories({ mounted: true, limit: 500, ...q }, s));
  const w = t.quarantine.cols;
  return (
    <>
      <Head name={t.quarantine.title} title={t.quarantine.title} sub={t.quarantine.sub} />
      <Card>
        <View from={list} lines={10}>
          {(d) => {
            const rows = d.items.filter((x) => x.quarantined > 0).sort((a, b) => b.quarantined - a.quarantined);
            return (
              <>
                <Table
                  keep="quarantine"
                  label={t.quarantine.title}
                  rows={rows}
                  rowKey={(r) => r.name}
                  empty={<Empty title={t.quarantine.empty} hint={t.quarantine.emptyHint} />}
                  cols={[
                    { key: 'd', title: w.directory, min: 140, cell: (r) => <Link to={to.directory(r.name)}>{r.title}</Link> },
                    { key: 'o', title: w.office, cell: (r) => r.office_title },
                    { key: 'n', title: w.rows, right: true, cell: (r) => f.n(r.quarantined) },
                    { key: 'l', title: w.last, nowrap: true, cell: (r) => r.last_batch && <><Link to={to.quarantine(r.last_batch.id)}>{r.last_batch.label}</Link> <StateTag state={r.last_batch.state} /></> },
                    { key: 'a', title: w.action, min: 180, nowrap: true, cell: (r) => (
                      <span className="row"><Link to={to.batches({ directory: r.name })}>{t.quarantine.batches}</Link><May do="mend.replay" office={r.office}><ReplayAll small name={r.name} title={r.title} done={list.again} /></May></span>
                    ) },
                  ]}
                />
                <Pager next={d.next} shown={rows.length} />
              </>
            );
          }}
        </View>
      </Card>
    </>
  );
}
