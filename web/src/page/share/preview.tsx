import { Button } from 'antd';
import { useState } from 'react';
import { api } from '../../api/client';
import type { Directory, GrantDraft, GrantSample } from '../../api/schema.gen';
import { useAction } from '../../api/use';
import { useWords } from '../../i18n/use';
import { Card, Tag } from '../../part/frame';
import { useKinds } from '../../part/kinds';
import { Empty, Failed } from '../../part/state';
import { Table } from '../../part/table';

/** What the grantee would see of the first rows, asked for and not at every stroke: each look is in the audit. */
export function Preview({ of: d, draft, ready }: { of: Directory; draft: GrantDraft; ready: boolean }) {
  const { t, f } = useWords();
  const w = t.granting;
  const now = JSON.stringify([draft.grantee, draft.items, draft.rows]);
  const [seen, see] = useState<{ of: string; sample: GrantSample }>();
  const run = useAction(async () => see({ of: now, sample: await api.previewGrant(draft) }));
  const s = seen?.sample;
  return (
    <Card title={w.preview} note={w.previewNote}>
      <div className="filters">
        <Button disabled={!ready} loading={run.busy} onClick={() => void run.act()}>{seen ? w.previewAgain : w.previewRun}</Button>
        {s && <span className="small muted" role="status">{s.snapshot ? w.matched(f.n(s.matched), f.n(s.total)) : w.noData}</span>}
        {seen && seen.of !== now && <span className="small warn-text">{w.previewStale}</span>}
      </div>
      {run.problem && <Failed problem={run.problem} />}
      {!s ? <p className="pad muted">{w.previewHint}</p> : <Sample of={s} directory={d} />}
    </Card>
  );
}

function Sample({ of: s, directory: d }: { of: GrantSample; directory: Directory }) {
  const { t } = useWords();
  const w = t.granting;
  const kinds = useKinds();
  const title = (n: string) => d.declaration.items.find((i) => i.name === n)?.title ?? n;
  return (
    <Table
      label={w.preview}
      rows={s.rows}
      rowKey={(_, i) => String(i)}
      empty={<Empty title={s.snapshot ? w.noRows : w.noData} />}
      cols={s.columns.map((c, i) => ({
        key: c.item,
        title: <>{title(c.item)}<span className="sub small">{c.mask ? <Tag tone="accent">{kinds.mask(c.mask)}</Tag> : <span className="muted">{t.grants.whole}</span>} {c.invented && <Tag tone="warn" title={w.inventedHint}>{w.invented}</Tag>}</span></>,
        nowrap: true,
        cell: (row: (string | null)[]) => <span className={c.invented ? 'cell muted' : 'cell'}>{(c.invented ? c.shown : row[i]) || t.grants.nothing}</span>,
      }))}
    />
  );
}
