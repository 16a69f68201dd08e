import { App, Button, Drawer, Select } from 'antd';
import { useState, type ReactNode } from 'react';
import { api } from '../../api/client';
import type { Report, Step, Trial } from '../../api/schema.gen';
import { useAction } from '../../api/use';
import { useWords } from '../../i18n/use';
import { optionsOf } from '../../part/choice';
import { Field } from '../../part/field';
import { useKinds } from '../../part/kinds';
import { Plain } from '../../part/plain';
import { Empty, Failed } from '../../part/state';
import { StepParams } from '../../part/step';
import { Table } from '../../part/table';
import { to } from '../../route/paths';
import { go } from '../../route/route';

/** A cleaning step tried on the quarantined rows, then adopted and the rows replayed. */
export function CureDrawer({ report: r, close, again }: { report: Report; close: () => void; again?: () => void }) {
  const { t, f } = useWords();
  const w = t.batch.cure;
  const { message } = App.useApp();
  const suggested = r.suspicion?.cure;
  const broken = r.findings?.find((x) => x.rule === r.suspicion?.rule)?.items?.[0];
  const [item, setItem] = useState(suggested?.item ?? broken ?? r.columns[0]?.name ?? '');
  const [step, setStep] = useState<Step | null>(suggested?.step ?? null);
  const [found, setFound] = useState<Trial | null>(null);
  const [plain, setPlain] = useState(false);
  const trial = useAction(async (open: boolean) => {
    if (!step) return;
    setFound(await api.trial(r.batch.id, item, step, open));
    setPlain(open);
  });
  const personal = r.columns.find((c) => c.name === item)?.personal;
  const adopt = useAction(async () => {
    if (!step) return;
    const { version } = await api.adopt(r.batch.id, item, step);
    void message.success(w.adopted(f.n(version)));
    const child = await api.replay(r.batch.id);
    go(to.batch(child.id));
    again?.();
  });
  const change = (next: Step | null) => {
    setStep(next);
    setFound(null);
  };
  return (
    <Drawer open size={520} title={w.title} onClose={close} footer={
      <div className="row">
        <Button type={found?.mends ? 'default' : 'primary'} disabled={!step} loading={trial.busy} onClick={() => void trial.act(false)}>{w.run}</Button>
        {!!found?.mends && <Button type="primary" loading={adopt.busy} onClick={() => void adopt.act()}>{w.adopt}</Button>}
      </div>
    }>
      <Choice report={r} item={item} setItem={(i) => { setItem(i); setFound(null); }} step={step} setStep={change} />
      <p className="small muted gap-top">{w.note}</p>
      {trial.problem && <Failed problem={trial.problem} plain />}
      {adopt.problem && <Failed problem={adopt.problem} plain />}
      {found && <Result found={found} directory={r.batch.directory_title} note={personal && <Plain plain={plain} show={(open) => void trial.act(open)} />} />}
    </Drawer>
  );
}

function Result({ found, directory, note }: { found: Trial; directory: string; note: ReactNode }) {
  const { t, f } = useWords();
  const w = t.batch.cure;
  if (found.mends === 0) return <Empty title={w.result(f.n(0), f.n(found.of))} hint={w.none} />;
  return (
    <div className="gap-top" role="status">
      <p><b>{w.result(f.n(found.mends), f.n(found.of))}</b></p>
      <p className="small muted">{w.adoptNote(directory)}</p>
      {note && <div className="gap">{note}</div>}
      <Table
        label={w.title}
        rows={found.sample}
        rowKey={(_, i) => String(i)}
        cols={[
          { key: 'b', title: w.before, cell: (s) => <code className="bad">{s.before ?? t.batch.samples.blank}</code> },
          { key: 'a', title: w.after, cell: (s) => <code className="ok-text">{s.after ?? t.batch.samples.blank}</code> },
        ]}
      />
    </div>
  );
}

function Choice({ report: r, item, setItem, step, setStep }: { report: Report; item: string; setItem: (i: string) => void; step: Step | null; setStep: (s: Step | null) => void }) {
  const kinds = useKinds();
  const options = optionsOf([...kinds.steps.values()]);
  return (
    <div className="stack">
      <Field of="mend.item">{(id, by) => <Select id={id} aria-describedby={by} value={item} onChange={setItem} style={{ width: '100%' }} showSearch={{ optionFilterProp: 'label' }} options={optionsOf(r.columns)} />}</Field>
      <Field of="mend.step">{(id, by) => <Select id={id} aria-describedby={by} value={step?.do} onChange={(v: string) => setStep({ do: v })} style={{ width: '100%' }} showSearch={{ optionFilterProp: 'label' }} options={options} />}</Field>
      {step && <p className="small muted">{kinds.steps.get(step.do)?.help}</p>}
      {step && <StepParams key={step.do} step={step} change={setStep} />}
    </div>
  );
}
