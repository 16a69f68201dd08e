import { App, Button, Checkbox, Drawer, Input, InputNumber, Select } from 'antd';
import { useState } from 'react';
import { api } from '../../api/client';
import type { AddedField, AddFieldIn, Option, Pack } from '../../api/schema.gen';
import { useAction } from '../../api/use';
import { useWords } from '../../i18n/use';
import { optionsOf } from '../../part/choice';
import { Restored, useDraft } from '../../part/draft';
import { Field, Labelled } from '../../part/field';
import { Failed } from '../../part/state';
import { packsChanged, tell } from '../../part/heard';
import { Diff, PlanView } from './plan';

const kinds = ['text', 'integer', 'number', 'money', 'date', 'time', 'bool', 'enum', 'code', 'reference', 'person', 'office', 'region', 'point', 'files', 'rating'] as const;

interface Draft { name: string; title: string; english: string; kind: string; letters: number; of: string; options: Option[]; required: boolean; personal: string }

const first: Draft = { name: '', title: '', english: '', kind: 'text', letters: 60, of: '', options: [{ value: '', title: '' }], required: false, personal: '' };

function fieldOf(d: Draft, register: string, from: string): AddFieldIn {
  const type = d.kind === 'text' ? `text(${d.letters})` : d.kind === 'code' || d.kind === 'reference' ? `${d.kind}(${d.of})` : d.kind;
  return {
    register, from, type, name: d.name.trim(), title: d.title.trim(), title_en: d.english.trim() || undefined, required: d.required || undefined,
    personal: (d.personal || undefined) as AddFieldIn['personal'],
    options: d.kind === 'enum' ? d.options.map((o) => ({ value: o.value.trim(), title: o.title.trim(), title_en: o.title_en?.trim() || undefined })) : undefined,
  };
}

/** A field is described, what would be written is looked at, and then it is written and installed. */
export function AddField({ of: p, register, close, done }: { of: Pack; register: string; close: () => void; done: () => void }) {
  const { t, f } = useWords();
  const w = t.packs;
  const { message } = App.useApp();
  const draft = useDraft(`field ${p.id} ${register}`, first);
  const [seen, see] = useState<AddedField>();
  const title = p.forms.find((r) => r.name === register)?.title ?? register;
  const d = draft.value;
  const body = fieldOf(d, register, p.version);
  const look = useAction(async () => see(await api.addPackField(p.id, body, true)));
  const save = useAction(async () => {
    const did = await api.addPackField(p.id, body, false);
    draft.drop();
    tell(packsChanged);
    void message.success(w.fieldAdded(did.plan.to));
    done();
    close();
  });
  const lacks = !d.name.trim() || !d.title.trim() || ((d.kind === 'code' || d.kind === 'reference') && !d.of) || (d.kind === 'enum' && d.options.some((o) => !o.value.trim() || !o.title.trim()));
  const problem = save.problem ?? look.problem;
  return (
    <Drawer open title={w.addFieldTitle(title)} size={760} onClose={close} footer={
      <div className="foot">
        {seen ? <Button onClick={() => { see(undefined); save.clear(); }}>{w.back}</Button> : <Button onClick={close}>{t.cancel}</Button>}
        {seen
          ? <Button type="primary" loading={save.busy} disabled={seen.plan.forbidden > 0} onClick={() => void save.act()}>{w.saveField}</Button>
          : <Button type="primary" loading={look.busy} disabled={lacks} onClick={() => void look.act()}>{w.look}</Button>}
      </div>
    }>
      <div className="stack">
        {problem && <Failed problem={problem} plain />}
        {seen
          ? <><p className="plan-say"><b>{w.writes(seen.file, f.n(seen.line))}</b></p><Diff of={seen.diff} /><PlanView of={seen.plan} /></>
          : <><Restored of={draft} /><Fields of={p} value={d} change={draft.set} /></>}
      </div>
    </Drawer>
  );
}

interface Part { of: Pack; value: Draft; change: (d: Draft) => void }

function Fields({ of: p, value: d, change }: Part) {
  const { t } = useWords();
  const w = t.packs;
  const set = (x: Partial<Draft>) => change({ ...d, ...x });
  return (
    <div className="form">
      <Field of="packfield.title">{(id, by) => <Input id={id} aria-describedby={by} autoFocus maxLength={100} value={d.title} onChange={(e) => set({ title: e.target.value })} />}</Field>
      <Field of="packfield.title_en">{(id, by) => <Input id={id} aria-describedby={by} maxLength={100} value={d.english} onChange={(e) => set({ english: e.target.value })} />}</Field>
      <Field of="packfield.name">{(id, by) => <Input id={id} aria-describedby={by} autoComplete="off" maxLength={40} value={d.name} onChange={(e) => set({ name: e.target.value })} />}</Field>
      <Field of="packfield.type">{(id, by) => <Select id={id} aria-describedby={by} value={d.kind} onChange={(kind) => set({ kind, of: '' })} options={kinds.map((k) => ({ value: k, label: w.kinds[k] }))} />}</Field>
      <More of={p} value={d} change={change} />
      <Field of="packfield.personal">{(id, by) => <Select id={id} aria-describedby={by} value={d.personal} onChange={(personal) => set({ personal })} options={[{ value: '', label: w.noPersonal }, ...Object.entries(w.personal).map(([value, label]) => ({ value, label }))]} />}</Field>
      <Field of="packfield.required">{(id, by) => <span><Checkbox id={id} aria-describedby={by} checked={d.required} onChange={(e) => set({ required: e.target.checked })}>{t.yes}</Checkbox></span>}</Field>
    </div>
  );
}

/** What a type needs besides its name. */
function More({ of: p, value: d, change }: Part) {
  const { t } = useWords();
  const w = t.packs;
  const help = t.fields['packfield.type'].help;
  const set = (x: Partial<Draft>) => change({ ...d, ...x });
  const pick = (label: string, options: { value: string; label: string }[]) => <Labelled label={label} help={null} told={help} needed>{(id, by) => <Select id={id} aria-describedby={by} value={d.of || undefined} onChange={(of) => set({ of })} options={options} />}</Labelled>;
  switch (d.kind) {
    case 'text': return <Labelled label={w.letters} help={null} told={help} needed>{(id, by) => <InputNumber id={id} aria-describedby={by} style={{ width: '100%' }} min={1} max={4000} precision={0} value={d.letters} onChange={(n) => n !== null && set({ letters: n })} />}</Labelled>;
    case 'code': return pick(w.list, p.codes.map((c) => ({ value: c.name, label: c.name })));
    case 'reference': return pick(w.register, optionsOf(p.registers));
    case 'enum': return <Options value={d.options} change={(options) => set({ options })} />;
    default: return null;
  }
}

function Options({ value, change }: { value: Option[]; change: (o: Option[]) => void }) {
  const { t } = useWords();
  const w = t.packs;
  const put = (i: number, x: Partial<Option>) => change(value.map((o, n) => (n === i ? { ...o, ...x } : o)));
  return (
    <div className="wide stack">
      {value.map((o, i) => (
        <div className="pack-option" key={i}>
          <Field of="packfield.options.value">{(id, by) => <Input id={id} aria-describedby={by} maxLength={40} value={o.value} onChange={(e) => put(i, { value: e.target.value })} />}</Field>
          <Field of="packfield.options.title">{(id, by) => <Input id={id} aria-describedby={by} maxLength={100} value={o.title} onChange={(e) => put(i, { title: e.target.value })} />}</Field>
          <Field of="packfield.options.title_en">{(id, by) => <Input id={id} aria-describedby={by} maxLength={100} value={o.title_en ?? ''} onChange={(e) => put(i, { title_en: e.target.value })} />}</Field>
          <Button aria-label={w.removeOption(o.title || o.value)} disabled={value.length === 1} onClick={() => change(value.filter((_, n) => n !== i))}>×</Button>
        </div>
      ))}
      <span><Button onClick={() => change([...value, { value: '', title: '' }])}>{w.addOption}</Button></span>
    </div>
  );
}
