import type { Calendar, CalendarEdition } from '../../api/schema.gen';
import { useWords } from '../../i18n/use';
import { Card, Tag } from '../../part/frame';
import { Empty } from '../../part/state';
import { Table } from '../../part/table';
import { spans, spanWords } from './year';

/** The year in lines: what rests, what is made up, and who says so. */
export function Listed({ of: y }: { of: Calendar }) {
  const { t, f } = useWords();
  const w = t.calendar;
  return (
    <Card title={w.listTitle}>
      <Table
        label={w.listTitle}
        rows={spans(y.days ?? [])}
        rowKey={(s) => s.from}
        empty={<Empty title={w.listEmpty} hint={w.pastHint} />}
        cols={[
          { key: 'd', title: w.list.date, min: 150, cell: (s) => spanWords(s, f.date, w.range) },
          { key: 'n', title: w.list.days, right: true, cell: (s) => f.n(s.days) },
          { key: 'k', title: w.list.kind, nowrap: true, cell: (s) => <Tag tone={s.day.kind === 'holiday' ? 'ok' : s.day.kind === 'makeup' ? 'warn' : 'plain'}>{w.kinds[s.day.kind]}</Tag> },
          { key: 't', title: w.list.name, cell: (s) => s.day.title || <span className="muted">{t.none}</span> },
          { key: 'o', title: w.list.origin, cell: (s) => { const x = y.changes?.find((c) => c.number === s.day.change); return <>{w.origins[s.day.origin ?? 'published']}{x && <span className="sub small muted">{x.source}</span>}</>; } },
        ]}
      />
    </Card>
  );
}

/** Every change, the newest first: who, when, on what basis, what, and what it moved. */
export function Past({ of: y }: { of: Calendar }) {
  const { t, f } = useWords();
  const w = t.calendar;
  const c = w.pastCols;
  return (
    <Card title={w.tabs.past}>
      <Table
        label={w.tabs.past}
        rows={[...(y.changes ?? [])].reverse()}
        rowKey={(x) => String(x.number)}
        empty={<Empty title={w.pastEmpty} hint={w.pastHint} />}
        cols={[
          { key: 'n', title: c.number, right: true, cell: (x) => f.n(x.number) },
          { key: 'a', title: c.at, nowrap: true, cell: (x) => (x.at ? f.full(x.at) : t.none) },
          { key: 'b', title: c.by, nowrap: true, cell: (x) => x.by_name || x.by || t.none },
          { key: 's', title: c.source, min: 140, cell: (x) => x.source },
          { key: 'w', title: c.what, min: 180, cell: (x) => <What of={x} /> },
          { key: 'm', title: c.moved, right: true, nowrap: true, cell: (x) => w.movedOf(f.n(x.moved), f.n(x.open)) },
          { key: 'v', title: c.version, cell: (x) => <code className="wrap">{x.version}</code> },
        ]}
      />
    </Card>
  );
}

function What({ of: x }: { of: CalendarEdition }) {
  const { t, f } = useWords();
  const w = t.calendar;
  if (x.publishes?.length) return <>{w.publishes(x.publishes.join(t.sep))}</>;
  const all = spans(x.days ?? []);
  return (
    <>
      {all.slice(0, 3).map((s) => <div key={s.from}>{w.dayIs(spanWords(s, f.date, w.range), w.kinds[s.day.kind] ?? '')}{s.day.title && <span className="muted"> {s.day.title}</span>}</div>)}
      {all.length > 3 && <div className="muted small">{w.more(f.n(x.days?.length ?? 0))}</div>}
    </>
  );
}
