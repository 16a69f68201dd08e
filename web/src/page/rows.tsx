import { App, Button, Checkbox } from 'antd';
import { useEffect, useState } from 'react';
import { api } from '../api/client';
import type { Batch, Quarantine, QuarantineRow, QuarantineRule } from '../api/schema.gen';
import { useAction, useLoad } from '../api/use';
import { useMay } from '../api/session';
import { useWords } from '../i18n/use';
import { asked } from '../part/asked';
import { Columns, useColumns } from '../part/columns';
import { Facet } from '../part/facet';
import { Card, Head } from '../part/frame';
import { Pager } from '../part/pager';
import { Plain } from '../part/plain';
import { Empty, Failed, View } from '../part/state';
import { Table } from '../part/table';
import { to } from '../route/paths';
import { go, useAlter, usePlace } from '../route/route';
import { useCells } from './batch/samples';

/** The quarantined rows of a batch: by rule, chosen and replayed. */
export default function RowsPage({ id }: { id: string }) {
  const { t, f } = useWords();
  const place = usePlace();
  const q = asked(place, 'rule', 'cursor');
  const batch = useLoad(id, (s) => api.batch(id, s));
  const [plain, show] = useState(false);
  const rows = useLoad(`${id} ${JSON.stringify(q)} ${plain}`, (s) => api.quarantine(id, { limit: 50, ...q, plain: plain || undefined }, s));
  const [chosen, choose] = useState<string[]>([]);
  useEffect(() => choose([]), [id, q.rule]);
  const name = batch.data ? t.quarantine.ofBatch(batch.data.label) : t.quarantine.title;
  return (
    <>
      <Head
        name={name}
        crumbs={batch.data && [
          { text: batch.data.directory_title, to: to.directory(batch.data.directory) },
          { text: t.batch.title(batch.data.label), to: to.batch(id) },
        ]}
        title={name}
        sub={batch.data && t.quarantine.gridSub(batch.data.directory_title, f.n(batch.data.quarantined))}
        actions={batch.data && <Actions batch={batch.data} chosen={chosen} />}
      />
      <Card>
        <View from={rows} lines={12}>
          {(d) => <Grid of={d} directory={batch.data?.directory ?? id} chosen={chosen} choose={choose} plain={plain} show={show} />}
        </View>
      </Card>
    </>
  );
}

function Grid({ of: d, directory, chosen, choose, plain, show }: {
  of: Quarantine;
  directory: string;
  plain: boolean;
  show: (plain: boolean) => void;
  chosen: string[];
  choose: (rows: string[]) => void;
}) {
  const { t, f } = useWords();
  const { query } = usePlace();
  const alter = useAlter();
  const rows = d.items;
  const must = [...new Set(rows.flatMap((r) => r.broken))];
  const columns = useColumns(directory, d.columns, must.slice(0, 8));
  // A rule that only warns is no reason for a row's being here, unless one looks at that very rule.
  const cells = useCells<QuarantineRow>(d.columns, columns.shown, (l) => l.why.filter((_, i) => !l.warns.includes(l.rules[i]!) || l.rules[i] === query.get('rule')));
  const ids = rows.map((r) => r.row);
  const every = ids.length > 0 && ids.every((r) => chosen.includes(r));
  const toggle = (row: string) => choose(chosen.includes(row) ? chosen.filter((x) => x !== row) : [...chosen, row]);
  return (
    <>
      <div className="filters">
        <Facet label={t.quarantine.rule} value={query.get('rule')} width={260} change={(v) => alter({ rule: v, cursor: null })}
          options={withAsked(d.rules, query.get('rule')).map((x) => ({ value: x.rule, label: `${x.title} ${f.n(x.rows)}` }))} />
        <span className="fill" />
        {chosen.length > 0 && <span className="small muted" role="status">{t.quarantine.selected(f.n(chosen.length))}</span>}
        {d.columns.some((c) => c.personal) && <Plain plain={plain} show={show} />}
        <Columns of={columns} />
      </div>
      <Table
        label={t.quarantine.title}
        rows={rows}
        rowKey={(r) => r.row}
        selected={(r) => chosen.includes(r.row)}
        empty={<Empty title={t.quarantine.rowsEmpty} hint={t.quarantine.rowsEmptyHint} />}
        cols={[
          {
            key: '_pick',
            width: 40,
            title: <Checkbox aria-label={t.quarantine.selectAll} checked={every} indeterminate={!every && ids.some((r) => chosen.includes(r))}
              onChange={() => choose(every ? chosen.filter((r) => !ids.includes(r)) : [...new Set([...chosen, ...ids])])} />,
            cell: (r) => <Checkbox aria-label={t.quarantine.select} checked={chosen.includes(r.row)} onChange={() => toggle(r.row)} />,
          },
          ...cells,
        ]}
      />
      <Pager next={d.next} shown={rows.length} total={d.total} />
    </>
  );
}

/** The rules one can look at: those that rows here break now, and the one that is looked at. */
function withAsked(rules: QuarantineRule[], rule: string | null): QuarantineRule[] {
  return !rule || rules.some((x) => x.rule === rule) ? rules : [...rules, { rule, title: rule, rows: 0 }];
}

function Actions({ batch: b, chosen }: { batch: Batch; chosen: string[] }) {
  const { t, f } = useWords();
  const { message } = App.useApp();
  const replay = useAction(async (rows?: string[]) => {
    const child = await api.replay(b.id, rows);
    void message.success(t.batch.done.replay);
    go(to.batch(child.id));
  });
  const may = useMay();
  if (b.quarantined === 0) return null;
  const held = b.state === 'held'; // judged again whole or not at all
  return (
    <>
      {replay.problem && <Failed problem={replay.problem} plain />}
      {may('quarantine.export') && <Button href={api.quarantineFile(b.id)} download>{t.batch.download}</Button>}
      {!held && may('mend.replay') && <Button loading={replay.busy} onClick={() => void replay.act()}>{t.quarantine.replayAllN(f.n(b.quarantined))}</Button>}
      {!held && may('mend.replay') && chosen.length > 0 && <Button type="primary" loading={replay.busy} onClick={() => void replay.act(chosen)}>{t.quarantine.replaySelected(f.n(chosen.length))}</Button>}
    </>
  );
}
