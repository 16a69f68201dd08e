import { App, Button, Drawer } from 'antd';
import { useState, type DragEvent } from 'react';
import { api, type Folder } from '../../api/client';
import type { Plan, Problem } from '../../api/schema.gen';
import { useAction } from '../../api/use';
import { useWords } from '../../i18n/use';
import { Card } from '../../part/frame';
import { Busy, Failed } from '../../part/state';
import { Table } from '../../part/table';
import { packsChanged, tell } from '../../part/heard';
import { folderOf, zipOf } from './folder';
import { PlanView } from './plan';

/** A pack is chosen, checked, its plan read, and then installed as the plan says. */
export function Install({ close, done }: { close: () => void; done: () => void }) {
  const { t } = useWords();
  const w = t.packs;
  const { message } = App.useApp();
  const [folder, setFolder] = useState<Folder>();
  const [plan, setPlan] = useState<Plan>();
  const check = useAction(async (read: () => Promise<Folder>, move: boolean) => {
    setPlan(undefined);
    const of = await read();
    setFolder(of);
    setPlan(await api.checkPack(of, move));
  });
  const install = useAction(async () => {
    if (!folder || !plan) return;
    const did = await api.installPack(folder, plan.from, plan.move);
    tell(packsChanged);
    void message.success(w.installed(did.title, did.to));
    done();
    close();
  });
  const again = () => {
    setFolder(undefined);
    setPlan(undefined);
    check.clear();
    install.clear();
  };
  const ready = plan && plan.forbidden === 0 && !(plan.from === plan.to && plan.changes.length === 0);
  return (
    <Drawer open title={w.installTitle} size={760} onClose={close} footer={
      <div className="foot">
        {(plan || check.problem) && <Button onClick={again}>{w.again}</Button>}
        <Button onClick={close}>{t.cancel}</Button>
        {ready && <Button type="primary" loading={install.busy} onClick={() => void install.act()}>{w.confirm(plan.to)}</Button>}
      </div>
    }>
      <div className="stack">
        {!plan && !check.busy && !check.problem && <Drops check={(read) => void check.act(read, false)} />}
        {check.busy && <><p className="muted" role="status">{w.checking}</p><Busy lines={6} /></>}
        {check.problem && <Wrong of={check.problem} />}
        {plan && <PlanView of={plan} move={plan.move} choose={(move) => folder && void check.act(() => Promise.resolve(folder), move)} />}
        {install.problem && <Failed problem={install.problem} plain />}
      </div>
    </Drawer>
  );
}

function Drops({ check }: { check: (read: () => Promise<Folder>) => void }) {
  const { t } = useWords();
  const w = t.packs;
  const [over, setOver] = useState(false);
  const zip = (file: File | undefined) => file && check(() => zipOf(file));
  const drop = (e: DragEvent) => {
    e.preventDefault();
    setOver(false);
    zip(e.dataTransfer.files[0]);
  };
  return (
    <div className="pack-drops">
      <label className={over ? 'drop over' : 'drop'} onDragOver={(e) => { e.preventDefault(); setOver(true); }} onDragLeave={() => setOver(false)} onDrop={drop}>
        <input type="file" accept=".zip" onChange={(e) => { zip(e.target.files?.[0]); e.target.value = ''; }} />
        <b>{w.dropZip}</b>
        <span className="small muted">{w.dropHint}</span>
      </label>
      <label className="drop slim">
        <input type="file" multiple ref={(n) => n?.setAttribute('webkitdirectory', '')} onChange={(e) => { const files = [...(e.target.files ?? [])]; if (files.length) check(() => folderOf(files, w.notText)); e.target.value = ''; }} />
        <b>{w.dropFolder}</b>
        <span className="small muted">{w.folderHint}</span>
      </label>
    </div>
  );
}

/** Every error of the pack with its place, or what else went wrong. */
function Wrong({ of: p }: { of: Problem }) {
  const { t, f } = useWords();
  const w = t.packs;
  if (p.code !== 'pack.invalid' || !p.parts?.length) return <Failed problem={p} plain />;
  return (
    <>
      <div className="failed" role="alert"><p><b>{w.invalid(f.n(p.parts.length))}</b></p><p>{w.invalidHint}</p></div>
      <Card>
        <Table
          label={w.wrong} rows={p.parts} rowKey={(_, i) => String(i)}
          cols={[
            { key: 'w', title: w.where, min: 150, cell: (x) => <code className="wrap">{x.where || t.none}</code> },
            { key: 'd', title: w.wrong, min: 200, cell: (x) => <span className="wrap">{x.detail}</span> },
            { key: 'r', title: w.remedy, min: 160, cell: (x) => <span className="wrap muted">{x.remedy || t.none}</span> },
          ]}
        />
      </Card>
    </>
  );
}
