import { App, Button } from 'antd';
import { useRef, useState, type DragEvent } from 'react';
import { api } from '../api/client';
import type { Imported, Problem } from '../api/schema.gen';
import { asProblem, useAction } from '../api/use';
import { useWords } from '../i18n/use';
import { Card, Head, Tag } from '../part/frame';
import { Busy, Failed } from '../part/state';
import { Table } from '../part/table';
import { partsOf } from '../part/wrong';
import { go } from '../route/route';
import { to } from '../route/paths';
import { saveBlob } from './audit/save';

type Checked = { file: File; found?: Imported; problem?: Problem };

/** Directories out of a workbook: looked at first, taken all or not at all. */
export default function ImportPage() {
  const { t, f } = useWords();
  const w = t.imports;
  const { message } = App.useApp();
  const [checked, put] = useState<Checked>();
  const [over, setOver] = useState(false);
  const round = useRef(0);
  const look = async (file: File | undefined) => {
    if (!file) return;
    const mine = ++round.current;
    put({ file });
    try {
      const found = await api.importDirectories(file, true);
      if (mine === round.current) put({ file, found });
    } catch (e) {
      if (mine === round.current) put({ file, problem: asProblem(e) });
    }
  };
  const run = useAction(async () => {
    if (!checked) return;
    const { directories } = await api.importDirectories(checked.file, false);
    void message.success(w.done(f.n(directories.length)));
    go(to.directories);
  });
  const marked = useAction(async () => {
    if (checked) saveBlob(w.markedName(checked.file.name.replace(/\.xlsx$/i, '')), await api.markImport(checked.file));
  });
  const drop = (e: DragEvent) => {
    e.preventDefault();
    setOver(false);
    void look(e.dataTransfer.files[0]);
  };
  const changes = checked?.found?.directories.filter((d) => d.changed).length ?? 0;
  return (
    <>
      <Head name={w.title} crumbs={[{ text: t.directories.title, to: to.directories }]} title={w.title} sub={w.sub} actions={<Button href={api.importTemplate} download>{w.template}</Button>} />
      <div className="stack">
        <Card title={t.load.file} pad>
          <label className={over ? 'drop over' : 'drop'} onDragOver={(e) => { e.preventDefault(); setOver(true); }} onDragLeave={() => setOver(false)} onDrop={drop}>
            <input type="file" accept=".xlsx" onChange={(e) => { void look(e.target.files?.[0]); e.target.value = ''; }} />
            <b>{checked ? checked.file.name : w.drop}</b>
            <span className="small muted">{checked ? w.another : w.hint}</span>
          </label>
        </Card>
        {checked && !checked.found && !checked.problem && <Card><Busy lines={4} /></Card>}
        {checked?.problem && (partsOf(checked.problem).every((p) => p.where?.includes('!')) ? (
          <Card title={<span className="danger">{checked.problem.detail}</span>} note={<Button size="small" loading={marked.busy} onClick={() => void marked.act()}>{w.marked}</Button>}>
            {marked.problem && <Failed problem={marked.problem} plain />}
            <Table
              label={checked.problem.detail}
              rows={partsOf(checked.problem)}
              rowKey={(_, i) => String(i)}
              cols={[
                { key: 's', title: w.cols.sheet, nowrap: true, cell: (p) => p.where?.slice(0, p.where.lastIndexOf('!')) || t.none },
                { key: 'c', title: w.cols.cell, nowrap: true, cell: (p) => <code>{p.where?.slice(p.where.lastIndexOf('!') + 1)}</code> },
                { key: 'w', title: w.cols.wrong, min: 200, cell: (p) => p.detail },
                { key: 'r', title: w.cols.remedy, min: 200, cell: (p) => p.remedy || t.none },
              ]}
            />
          </Card>
        ) : <Failed problem={checked.problem} />)}
        {checked?.found && (
          <Card title={w.found(f.n(checked.found.directories.length))} note={<Button type="primary" disabled={changes === 0} loading={run.busy} onClick={() => void run.act()}>{w.run(f.n(changes))}</Button>}>
            {run.problem && <Failed problem={run.problem} />}
            <Table
              label={w.found(f.n(checked.found.directories.length))}
              rows={checked.found.directories}
              rowKey={(d) => d.name}
              cols={[
                { key: 't', title: t.directories.cols.title, min: 180, cell: (d) => <>{d.title}<span className="sub small muted">{d.name}</span></> },
                { key: 'o', title: t.directories.cols.office, min: 120, cell: (d) => d.office_title },
                { key: 's', title: w.cols.sheet, nowrap: true, cell: (d) => d.sheet },
                { key: 'i', title: t.directories.cols.items, right: true, cell: (d) => f.n(d.items) },
                { key: 'k', title: t.history.cols.change, nowrap: true, cell: (d) => <Tag tone={d.created ? 'ok' : d.changed ? 'accent' : 'plain'}>{d.created ? w.created : d.changed ? w.changed : w.same}</Tag> },
                { key: 'c', title: t.history.what, min: 240, cell: (d) => d.change || t.none },
              ]}
            />
          </Card>
        )}
      </div>
    </>
  );
}
