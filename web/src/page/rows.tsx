import { App, Button, Checkbox, Input } from 'antd';
import { useEffect, useState, type ReactNode } from 'react';
import { api } from '../api/client';
import type { Batch, Quarantine, QuarantineRow, QuarantineRule } from '../api/schema.gen';
import { useLoad } from '../api/use';
import { useMay } from '../api/session';
import { useWords } from '../i18n/use';
import type { Catalogue } from '../i18n/zh';
import { asked } from '../part/asked';
import { Columns, outsOf, useColumns } from '../part/columns';
import { Export } from '../part/export';
import { Facet } from '../part/facet';
import { Card, Head, coming } from '../part/frame';
import { Pager } from '../part/pager';
import { Plain } from '../part/plain';
import { Empty, View } from '../part/state';
import type { Col } from '../part/column';
import { Table } from '../part/table';
import { to } from '../route/paths';
import { go, useAlter, usePlace } from '../route/route';
import { useCells } from './batch/samples';
import { useMend, type Mend } from './rows/mend';
import { PreviewDialog } from './rows/preview';

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
  const mend = useMend(id);
  const may = useMay();
  const mends = plain && batch.data?.state === 'published' && may('mend.replay') && may('rows.plain');
  const name = batch.data ? t.quarantine.ofBatch(batch.data.label) : t.quarantine.title;
  return (
    <>
      <Head
        name={name}
        crumbs={batch.problem ? undefined : !batch.data ? [{ text: coming }] : [
          { text: batch.data.directory_title, to: to.directory(batch.data.directory) },
          { text: t.batch.title(batch.data.label), to: to.batch(id) },
        ]}
        title={name}
        sub={batch.problem ? undefined : !batch.data ? coming : t.quarantine.gridSub(batch.data.directory_title, f.n(batch.data.quarantined))}
        actions={batch.data && <Actions batch={batch.data} chosen={chosen} mend={mend} />}
      />
      <Card>
        <View from={rows} lines={12}>
          {(d) => <Grid of={d} batch={id} directory={batch.data?.directory ?? id} chosen={chosen} choose={choose} plain={plain} show={show} mend={mends ? mend : undefined} />}
        </View>
      </Card>
    </>
  );
}

function Grid({ of: d, batch, directory, chosen, choose, plain, show, mend }: {
  mend?: Mend; // where cells may be written anew
  of: Quarantine;
  batch: string;
  directory: string;
  plain: boolean;
  show: (plain: boolean) => void;
  chosen: string[];
  choose: (rows: string[]) => void;
}) {
  const { t, f } = useWords();
  const { query } = usePlace();
  const alter = useAlter();
  const may = useMay();
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
        {may('quarantine.export') && <Export list={`batches/${encodeURIComponent(batch)}/quarantine`} query={{ rule: query.get('rule'), plain: plain || undefined }} outs={outsOf(columns, '_reasons')} purpose />}
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
          ...(mend ? cells.map((c) => editable(c, d.columns.findIndex((x) => x.name === c.key), mend, t)) : cells),
          ...(mend ? [{ key: '_mend', title: t.mend.title, nowrap: true, cell: (r: QuarantineRow) => (r.raw ? null : <button type="button" className="link" onClick={() => (mend.cells[r.row] ? mend.drop(r.row) : mend.open(r.row))}>{mend.cells[r.row] ? t.mend.undo : t.mend.open}</button>) }] : []),
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

type Grids = Col<QuarantineRow>;

/** A column whose cells can be written anew in the rows that are open for it; under the field stand the rules that what is typed breaks. */
function editable(c: Grids, index: number, mend: Mend, t: Catalogue): Grids {
  if (c.key === '_reasons') return { ...c, cell: (r, i) => (mend.cells[r.row] ? <Said of={mend} row={r.row} was={c.cell(r, i)} /> : c.cell(r, i)) };
  if (index < 0) return c;
  return {
    ...c,
    className: (r) => (mend.cells[r.row] ? undefined : c.className?.(r)),
    cell: (r, i) => {
      const of = mend.cells[r.row];
      if (!of || r.raw) return c.cell(r, i);
      const broken = mend.said[r.row]?.rules.filter((x) => x.items.includes(c.key)) ?? [];
      const first = Object.keys(of).length === 0 && !mend.said[r.row] && r.broken.includes(c.key);
      return (
        <>
          <Input size="small" className="mend-cell" aria-label={typeof c.title === 'string' ? c.title : c.key} status={broken.length > 0 || first ? 'error' : undefined} value={of[c.key] ?? r.cells[index] ?? ''} onChange={(e) => mend.set(r.row, c.key, e.target.value)} />
          {broken.map((x) => <span key={x.rule} className={x.do === 'warn' ? 'reason warn-text' : 'reason danger'}>{x.why || t.none}</span>)}
        </>
      );
    },
  };
}

function Said({ of: mend, row, was }: { of: Mend; row: string; was: ReactNode }) {
  const { t } = useWords();
  const said = mend.said[row];
  if (Object.keys(mend.cells[row] ?? {}).length === 0) return <>{was}</>;
  if (!said) return <span className="muted" role="status">{t.mend.judging}</span>;
  const bad = said.rules.filter((x) => x.do !== 'warn');
  return <span role="status" className={bad.length ? 'danger' : 'ok-text'}>{bad.length ? bad.map((x) => x.title).join(t.sep) : t.mend.passes}</span>;
}

type Asked = { rows?: string[]; correct?: boolean; title: string };

function Actions({ batch: b, chosen, mend }: { batch: Batch; chosen: string[]; mend: Mend }) {
  const { t, f } = useWords();
  const { message } = App.useApp();
  const [asked, ask] = useState<Asked>();
  const may = useMay();
  if (b.quarantined === 0) return null;
  const held = b.state === 'held'; // judged again whole or not at all
  const mended = new Set(mend.all.map((c) => c.row)).size;
  const run = async () => {
    const child = asked?.correct ? await api.correct(b.id, mend.all) : await api.replay(b.id, asked?.rows);
    void message.success(t.batch.done.replay);
    go(to.batch(child.id));
  };
  const all = t.quarantine.replayAllN(f.n(b.quarantined));
  const some = t.quarantine.replaySelected(f.n(chosen.length));
  const corrected = t.mend.correct(f.n(mended));
  return (
    <>
      {!held && may('mend.replay') && <Button onClick={() => ask({ title: all })}>{all}</Button>}
      {!held && may('mend.replay') && chosen.length > 0 && <Button type={mended ? 'default' : 'primary'} onClick={() => ask({ title: some, rows: chosen })}>{some}</Button>}
      {mended > 0 && <Button type="primary" onClick={() => ask({ title: corrected, correct: true })}>{corrected}</Button>}
      {asked && <PreviewDialog batch={b.id} title={asked.title} rows={asked.rows} cells={asked.correct ? mend.all : undefined} close={() => ask(undefined)} run={run} />}
    </>
  );
}
