import { useState } from 'react';
import { useWords } from '../../i18n/use';
import { Card, Tag } from '../../part/frame';
import { Empty } from '../../part/state';
import { Table } from '../../part/table';
import type { Props } from './parts';
import { Changes } from './plan';

/** What was installed and taken back, when, by whom, and what it changed. */
export function Turns({ of: p }: Props) {
  const { t, f } = useWords();
  const w = t.packs;
  const [open, setOpen] = useState<number>();
  const shown = open === undefined ? undefined : p.turns[open];
  const title = (from: string, to: string) => (from ? w.turnOf(from, to) : w.turnFirst(to));
  return (
    <div className="stack">
      <Card>
        <Table
          label={w.tabs.turns} rows={p.turns} rowKey={(_, i) => String(i)} selected={(x) => x === shown}
          cols={[
            { key: 'v', title: w.turn.from, nowrap: true, cell: (x) => title(x.from, x.to) },
            { key: 'a', title: w.turn.act, cell: (x) => <><Tag tone={x.act === 'undo' ? 'warn' : 'ok'}>{w.turnActs[x.act] ?? x.act}</Tag>{x.plan.move && x.from !== '' && <span className="sub small muted">{w.moved}</span>}</> },
            { key: 't', title: w.turn.at, nowrap: true, cell: (x) => f.full(x.at) },
            { key: 'b', title: w.turn.by, nowrap: true, cell: (x) => (x.by === 'local' ? t.history.local : x.by_name || x.by) },
            { key: 'c', title: w.turn.changes, nowrap: true, cell: (x, i) => (x.plan.changes.length === 0 ? <span className="muted">{t.none}</span> : <button type="button" className="link" aria-expanded={i === open} onClick={() => setOpen(i === open ? undefined : i)}>{w.changesOf(f.n(x.plan.changes.length))}</button>) },
          ]}
        />
      </Card>
      {shown && <Card title={title(shown.from, shown.to)}><Changes of={shown.plan.changes} /></Card>}
    </div>
  );
}

/** The files as they are installed. */
export function Files({ of: p }: Props) {
  const { t } = useWords();
  if (p.files.length === 0) return <Card><Empty title={t.packs.filesHidden} /></Card>;
  return (
    <Card>
      {p.files.map((x, i) => (
        <details className="pack-file" key={x.name} open={i === 0}>
          <summary><code>{x.name}</code></summary>
          <pre tabIndex={0} aria-label={x.name}>{x.text}</pre>
        </details>
      ))}
    </Card>
  );
}
