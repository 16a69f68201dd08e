import type { Due, Overview } from '../../api/schema.gen';
import { useWords, type Words } from '../../i18n/use';
import { age } from '../../part/age';
import { Card, Tag, type Tone } from '../../part/frame';
import { Empty } from '../../part/state';
import { classes, Table } from '../../part/table';
import { Link } from '../../route/link';
import { to } from '../../route/paths';
import { altered, usePlace } from '../../route/route';

const kinds = ['held', 'failed', 'grant', 'directory'] as const;
const tabs = ['all', 'overdue', 'today', ...kinds] as const;
type Tab = (typeof tabs)[number];

const tones: Record<Due['kind'], Tone> = { held: 'danger', failed: 'danger', grant: 'warn', directory: 'accent' };

const seconds = (at: string) => (Date.now() - Date.parse(at)) / 1000;
const late = (d: Due) => d.due !== null && seconds(d.due) > 0;
const todayOf = (day: string) => Date.parse(`${day}T00:00:00+08:00`) + 86_400_000;

function within(tab: Tab, d: Due, day: string): boolean {
  if (tab === 'all') return true;
  if (tab === 'overdue') return late(d);
  if (tab === 'today') return d.due !== null && !late(d) && Date.parse(d.due) < todayOf(day);
  return d.kind === tab;
}

/** What waits for the reader, the most urgent first; the tab stands in the address. */
export function DueCard({ o }: { o: Overview }) {
  const words = useWords();
  const { t, f } = words;
  const w = t.today;
  const place = usePlace();
  const tab = tabs.find((x) => x === place.query.get('due')) ?? 'all';
  const count = (x: Tab) => (x === 'all' ? o.due_total : x === 'overdue' ? o.overdue : x === 'today' ? o.due_today : o.due.filter((d) => d.kind === x).length);
  const rows = o.due.filter((d) => within(tab, d, o.day));
  const rest = o.due_total - o.due.length;
  return (
    <Card>
      <div className="sec">
        <div className="due-tabs">
          <h2>{w.due(f.n(o.due_total))}</h2>
          <nav className="row" aria-label={w.tabsLabel}>
            {tabs.filter((x) => x === 'all' || x === tab || count(x) > 0).map((x) => (
              <Link key={x} className={classes('muted', x === tab && 'on')} aria-current={x === tab ? 'true' : undefined} to={altered(place, { due: x === 'all' ? null : x })}>
                {w.tabs[x]} {x !== 'all' && f.n(count(x))}
              </Link>
            ))}
          </nav>
        </div>
        <span className="small muted">{w.byDue}</span>
      </div>
      <Table
        label={w.due(f.n(o.due_total))}
        rows={rows}
        rowKey={(d) => `${d.kind} ${d.id}`}
        empty={o.due_total ? <Empty title={w.dueNone} /> : <Empty title={w.dueEmpty} hint={w.dueEmptyHint} />}
        cols={[
          { key: 'w', title: w.cols.what, min: 220, cell: (d) => <What of={d} /> },
          { key: 'o', title: w.cols.office, min: 90, cell: (d) => d.office_title },
          { key: 's', title: w.cols.step, nowrap: true, cell: (d) => <Tag tone={tones[d.kind]}>{w.steps[d.kind]}</Tag> },
          { key: 'd', title: w.cols.due, nowrap: true, cell: (d) => <When of={d} day={o.day} words={words} /> },
        ]}
      />
      {rest > 0 && <div className="pager small muted">{w.more(f.n(rest))}</div>}
    </Card>
  );
}

function What({ of: d }: { of: Due }) {
  const { t, f } = useWords();
  const w = t.today;
  const line = {
    held: () => [to.batch(d.id), w.held(d.title, d.label), w.heldRows(f.n(d.quarantined), f.n(d.held))],
    failed: () => [to.batch(d.id), w.failed(d.title, d.label), d.error?.detail ?? ''],
    grant: () => [to.grant(d.id), w.grant(d.title, d.label), w.grantMade(f.lastDay(d.since))],
    directory: () => [to.directory(d.id), w.directory(d.title), d.never ? w.never : w.directoryLast(f.time(d.since))],
  }[d.kind]();
  return <><Link to={line[0] ?? ''}>{line[1]}</Link><div className="small muted">{line[2]}</div></>;
}

function When({ of: d, day, words }: { of: Due; day: string; words: Words }) {
  const { t, f } = words;
  const w = t.today;
  if (d.due === null) return <><b className={seconds(d.since) > 86_400 ? 'danger' : 'warn-text'}>{w.waited(age(words, seconds(d.since)))}</b><div className="small muted">{f.time(d.since)}</div></>;
  if (late(d)) return <><b className="danger">{w.overdue(age(words, seconds(d.due)))}</b><div className="small muted">{f.time(d.due)}</div></>;
  const soon = Date.parse(d.due) < todayOf(day) + 7 * 86_400_000;
  return <><b className={soon ? 'warn-text' : undefined}>{w.leftFor(age(words, -seconds(d.due)))}</b><div className="small muted">{d.kind === 'grant' ? f.lastDay(d.due) : f.time(d.due)}</div></>;
}
