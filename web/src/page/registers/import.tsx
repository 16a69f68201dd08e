import { Button } from 'antd';
import { useEffect, useRef, useState, type DragEvent } from 'react';
import { api, download, sendRecords } from '../../api/client';
import type { Import, ListImport } from '../../api/schema.gen';
import { useAction, useLoad, type Loaded } from '../../api/use';
import { useWords } from '../../i18n/use';
import { Bar, Card, Facts, Head, Tag, type Tone } from '../../part/frame';
import { Empty, Failed, View } from '../../part/state';
import { Table } from '../../part/table';
import { Link } from '../../route/link';
import { to } from '../../route/paths';
import { useAlter, usePlace } from '../../route/route';

const tones: Record<Import['state'], Tone> = { received: 'accent', refused: 'danger', tried: 'warn', running: 'accent', done: 'ok', undoing: 'accent', undone: 'plain' };
const atWork = (x?: Import) => x !== undefined && ['received', 'running', 'undoing'].includes(x.state);

/** Records out of a workbook: tried first, then loaded whole or not at all, and taken back if need be. */
export default function ImportRecords({ pack, register }: { pack: string; register: string }) {
  const { t } = useWords();
  const w = t.registers;
  const place = usePlace();
  const job = place.query.get('job');
  const frame = useLoad(`form ${pack}/${register}`, (s) => api.records(pack, register, { limit: 1 }, s));
  const all = useLoad(`imports ${pack}/${register}`, (s) => api.recordImports(pack, register, s));
  const title = frame.data?.form.title ?? register;
  return (
    <>
      <Head
        name={w.importTitle(title)} title={w.importTitle(title)} sub={w.importSub}
        crumbs={[{ text: title, to: to.register(pack, register) }]}
        actions={<a className="btn" href={api.recordTemplate(pack, register)} download>{w.template}</a>}
      />
      <div className="stack">
        <Drop pack={pack} register={register} sent={all.again} />
        {job && <One key={job} pack={pack} register={register} id={job} ended={all.again} />}
        <Earlier pack={pack} register={register} of={all} now={job} />
      </div>
    </>
  );
}

function Drop({ pack, register, sent }: { pack: string; register: string; sent: () => void }) {
  const { t, f } = useWords();
  const w = t.registers;
  const alter = useAlter();
  const [over, setOver] = useState(false);
  const [share, tell] = useState<number>();
  const { act, busy, problem } = useAction(async (file: File | undefined) => {
    if (!file) return;
    try {
      const x = await sendRecords(pack, register, file, tell, new AbortController().signal);
      sent();
      alter({ job: x.id });
    } finally {
      tell(undefined);
    }
  });
  const drop = (e: DragEvent) => {
    e.preventDefault();
    setOver(false);
    void act(e.dataTransfer.files[0]);
  };
  return (
    <Card title={w.file} pad>
      <label className={over ? 'drop over' : 'drop'} onDragOver={(e) => { e.preventDefault(); setOver(true); }} onDragLeave={() => setOver(false)} onDrop={drop}>
        <input type="file" accept=".xlsx,.csv" disabled={busy} onChange={(e) => { void act(e.target.files?.[0]); e.target.value = ''; }} />
        <b>{busy ? w.sending(f.percent(Math.round((share ?? 0) * 100))) : w.drop}</b>
        <span className="small muted">{w.dropHint}</span>
      </label>
      {problem && <Failed problem={problem} plain />}
    </Card>
  );
}

/** One import as it goes on; it goes on without this page as well. */
function One({ pack, register, id, ended }: { pack: string; register: string; id: string; ended: () => void }) {
  const { t, f } = useWords();
  const w = t.registers;
  const job = useLoad(`import ${id}`, (s) => api.recordImport(pack, register, id, s));
  const [begun, begin] = useState<Import['state']>(); // the state in which work was asked for: it waits for its turn
  const working = atWork(job.data) || (begun !== undefined && job.data?.state === begun);
  useAgain(job, working, ended);
  const asked = (x: Import) => {
    begin(x.state);
    job.put(x);
  };
  const run = useAction(async () => asked(await api.loadRecords(pack, register, id)));
  const back = useAction(async () => asked(await api.takeBackRecords(pack, register, id)));
  const marked = useAction(async () => download(api.markedRecords(pack, register, id), {}, new AbortController().signal));
  return (
    <View from={job} lines={5}>
      {(x) => (
        <Card title={<>{x.file} <Tag tone={tones[x.state]}>{w.states[x.state]}</Tag></>} note={f.full(x.at)} pad>
          <div className="stack" aria-live="polite">
            {working && <><p>{w.working[x.state] ?? w.queued} <span className="muted">{w.mayLeave}</span></p><Bar share={x.state === 'running' && x.rows > 0 ? (x.made + x.changed) / x.rows : null} label={w.states[x.state]} /></>}
            {x.state === 'tried' && <p><b>{w.ready(f.n(x.rows))}</b></p>}
            {x.state === 'refused' && <p><b className="danger">{w.refused(f.n(x.rows), f.n(x.bad))}</b> {w.refusedHint}</p>}
            {['done', 'undone'].includes(x.state) && <Facts of={[[w.rows, f.n(x.rows)], [w.made, f.n(x.made)], [w.updated, f.n(x.changed)], ...(x.state === 'undone' ? [[w.keptBack, f.n(x.kept)] as [string, string]] : [])]} />}
            <div className="row">
              {x.state === 'tried' && !working && <Button type="primary" loading={run.busy} onClick={() => void run.act()}>{w.load(f.n(x.rows))}</Button>}
              {x.state === 'refused' && <Button type="primary" loading={marked.busy} onClick={() => void marked.act()}>{w.marked}</Button>}
              {x.state === 'done' && <Link to={to.register(pack, register)} className="btn pri">{w.seeRecords}</Link>}
              {x.state === 'done' && !working && <Button loading={back.busy} onClick={() => void back.act()}>{w.takeBack}</Button>}
            </div>
            {[run, back, marked].map((a, i) => a.problem && <Failed key={i} problem={a.problem} plain />)}
            {x.state === 'refused' && <Wrong of={x} />}
          </div>
        </Card>
      )}
    </View>
  );
}

/** Asks again while something works, and tells once it has ended. */
function useAgain(job: Loaded<Import>, working: boolean, ended: () => void) {
  const was = useRef(false);
  const again = job.again;
  useEffect(() => {
    if (was.current && !working) ended();
    was.current = working;
    if (!working) return;
    const timer = window.setInterval(again, 800);
    return () => window.clearInterval(timer);
  }, [working, again, ended]);
}

function Wrong({ of: x }: { of: Import }) {
  const { t, f } = useWords();
  const w = t.registers;
  return (
    <>
      <Table
        label={w.wrong} rows={x.faults} rowKey={(_, i) => String(i)}
        cols={[
          { key: 'c', title: w.cell, nowrap: true, cell: (p) => <code>{p.where}</code> },
          { key: 'w', title: w.what, min: 220, cell: (p) => p.text },
          { key: 'r', title: w.remedy, min: 200, cell: (p) => p.remedy || t.none },
        ]}
      />
      {x.bad > x.faults.length && <p className="small muted">{w.moreWrong(f.n(x.bad - x.faults.length))}</p>}
    </>
  );
}

function Earlier({ pack, register, of, now }: { pack: string; register: string; of: Loaded<ListImport>; now: string | null }) {
  const { t, f } = useWords();
  const w = t.registers;
  return (
    <Card title={w.imports}>
      <View from={of} lines={4}>
        {(d) => (
          <Table
            label={w.imports} rows={d.items} rowKey={(x) => x.id} selected={(x) => x.id === now} empty={<Empty title={w.noImports} hint={w.noImportsHint} />}
            cols={[
              { key: 'f', title: w.file, min: 160, cell: (x) => <Link to={to.registerImport(pack, register, x.id)}>{x.file}</Link> },
              { key: 's', title: w.state, nowrap: true, cell: (x) => <Tag tone={tones[x.state]}>{w.states[x.state]}</Tag> },
              { key: 'r', title: w.rows, right: true, cell: (x) => f.n(x.rows) },
              { key: 'm', title: w.made, right: true, cell: (x) => f.n(x.made) },
              { key: 'u', title: w.updated, right: true, cell: (x) => f.n(x.changed) },
              { key: 'b', title: w.bad, right: true, cell: (x) => (x.bad > 0 ? <span className="danger">{f.n(x.bad)}</span> : f.n(0)) },
              { key: 'w', title: w.by, nowrap: true, cell: (x) => x.by_name },
              { key: 'a', title: w.at, nowrap: true, cell: (x) => f.time(x.at) },
            ]}
          />
        )}
      </View>
    </Card>
  );
}
