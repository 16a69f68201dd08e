import type { ReactNode } from 'react';
import { api } from '../../api/client';
import type { CaseSummary, Desks } from '../../api/schema.gen';
import { useLoad } from '../../api/use';
import { useWords } from '../../i18n/use';
import { useDesksNow } from '../../part/desks';
import { casesChanged, useHeard } from '../../part/heard';
import { Card, Tag } from '../../part/frame';
import { Empty, View } from '../../part/state';
import { classes, Table } from '../../part/table';
import { Link } from '../../route/link';
import { to } from '../../route/paths';
import { CaseTags, cut, DueIn, Narrow } from '../cases/tags';

const others = ['overdue', 'today', 'urged', 'watch'] as const;

/** The reader's cases, what is late or due first; each number opens its desk. What stands below comes with them, so that nothing moves. */
export function Mine({ children }: { children?: ReactNode }) {
  const desks = useDesksNow();
  const list = useLoad('today-cases', (s) => api.cases({ desk: 'todo', limit: 8 }, s));
  useHeard(casesChanged, list.again);
  return (
    <View from={desks} lines={8}>
      {({ counts }) => <View from={list} lines={8}>{({ items }) => <><Desk counts={counts} rows={items} />{children}</>}</View>}
    </View>
  );
}

function Desk({ counts, rows }: { counts: Desks['counts']; rows: CaseSummary[] }) {
  const { t, f } = useWords();
  const w = t.desk;
  return (
    <Card>
      <div className="sec">
        <div className="due-tabs">
          <h2><Link to={to.cases()}>{w.mine(f.n(counts.todo ?? 0))}</Link></h2>
          <nav className="row" aria-label={w.tabsLabel}>
            {others.filter((d) => (counts[d] ?? 0) > 0).map((d) => (
              <Link key={d} className={classes(d === 'overdue' ? 'danger' : 'muted')} to={to.cases({ desk: d })}>{w.tabs[d]} {f.n(counts[d] ?? 0)}</Link>
            ))}
          </nav>
        </div>
        <span className="small muted">{t.today.byDue}</span>
      </div>
      <Table
        label={w.tabs.todo ?? ''}
        rows={rows}
        rowKey={(c) => c.id}
        empty={<Empty title={w.empty.todo ?? ''} hint={w.emptyHint.todo} />}
        cols={[
          { key: 't', title: w.cols.title, min: 220, cell: (c) => <><Link to={to.kase(c.id)} title={c.title}>{cut(c.title, 48) || c.key}</Link> <CaseTags of={c} /><span className="sub small muted">{c.pack_title} · {c.key}</span><Narrow of={c} /></> },
          { key: 'o', title: w.cols.turn, min: 90, roomy: true, cell: (c) => c.holder_name || c.office_title || w.nobody },
          { key: 's', title: w.cols.state, nowrap: true, roomy: true, cell: (c) => <Tag>{c.state_title}</Tag> },
          { key: 'd', title: w.cols.due, nowrap: true, roomy: true, cell: (c) => <DueIn of={c} /> },
        ]}
      />
      {(counts.todo ?? 0) > rows.length && <div className="pager small"><Link to={to.cases()}>{w.mineAll(f.n(counts.todo ?? 0))}</Link></div>}
    </Card>
  );
}
