import { Input, InputNumber, Modal, Select } from 'antd';
import { useState } from 'react';
import { api, ProblemError } from '../../api/client';
import type { Case, CaseAct, Field, Offer, Problem } from '../../api/schema.gen';
import { useAction } from '../../api/use';
import { useWords } from '../../i18n/use';
import { Restored } from '../../part/draft';
import { Labelled } from '../../part/field';
import { Help } from '../../part/help';
import { AroundRecord } from '../../part/record/around';
import { RecordField, useRecordDraft, wrongAt, wrongElsewhere } from '../../part/record/form';
import { Kept } from '../../part/record/kept';
import { personal, placeIn, typedAll, valuesOf, writtenOf, type Typed } from '../../part/record/values';
import { Failed } from '../../part/state';

const spoken = ['reason', 'basis', 'to'];

/** The fields of the record that an action asks for: needed ones first. */
export function fieldsOf(c: Pick<Case, 'form'>, o: Offer): Field[] {
  const names = [...(o.need ?? []).filter((n) => !spoken.includes(n)), ...(o.edit ?? [])];
  return names.flatMap((n) => c.form.fields.filter((f) => f.name === n));
}

export const asksNothing = (c: Pick<Case, 'form'>, o: Offer) => fieldsOf(c, o).length === 0 && !(o.need ?? []).some((n) => spoken.includes(n)) && !o.extend;

/** What is said besides the fields: kept with them under names of its own, so that it survives a reload. */
type Word = 'reason' | 'basis' | 'to' | 'budget';

const wordOf = (typed: Typed, k: Word) => String(typed[`·${k}`] ?? '');
const namedOf = (typed: Typed) => (typed['·named'] as string[] | undefined) ?? [];

/** An action as it is sent, with its fields and what is said. */
export function actOf(o: Offer, fields: Field[], typed: Typed): CaseAct {
  const said = (k: Word) => wordOf(typed, k).trim() || undefined;
  const named = namedOf(typed);
  return { action: o.action, values: valuesOf(fields, typed), reason: said('reason'), basis: said('basis'), to: said('to'), budget: o.extend ? said('budget') ?? o.extend : undefined, named: named.length ? named : undefined };
}

/** The form of one action: its fields, its words, whom it names; a conflict keeps what was typed. */
export function ActDialog({ of: c, plain, offer: o, close, done, changed }: { of: Case; plain: boolean; offer: Offer; close: () => void; done: (next: Case) => void; changed: (next: Case) => void }) {
  const { t } = useWords();
  const w = t.kase;
  const fields = fieldsOf(c, o);
  // What is masked is not written over: it stays unless somebody writes something else.
  const masked = fields.filter((f) => !plain && personal(f) && c.values[f.name] !== null && c.values[f.name] !== undefined);
  const first = typedAll(fields.filter((f) => !masked.includes(f)), c.values);
  const draft = useRecordDraft(`act ${c.id} ${o.action}`, fields, first);
  const given = writtenOf(fields, draft.typed, first, (f) => masked.includes(f));
  const around = { src: (file: string) => api.recordFile(c.pack, c.form.name, c.record, file, true), place: placeIn(c.form, c.values) };
  const [stale, setStale] = useState<Problem>();
  const { act, busy, problem } = useAction(async () => {
    setStale(undefined);
    try {
      const next = await api.actOnCase(c.id, { ...actOf(o, given, draft.typed), rev: c.rev });
      draft.drop();
      done(next);
    } catch (e) {
      if (e instanceof ProblemError && e.problem.code === 'case.stale') {
        setStale(e.problem);
        changed(await api.case(c.id));
        return;
      }
      throw e;
    }
  });
  const rest = wrongElsewhere(problem, fields);
  const own = ['reason', 'basis', 'to', 'budget'].some((n) => wrongAt(problem, n).length > 0);
  return (
    <Modal open title={`${o.title} · ${c.key}`} onCancel={close} onOk={() => void act()} okText={o.title} cancelText={t.cancel} okButtonProps={{ danger: o.danger, loading: busy }} width={fields.length > 2 ? 720 : 520}>
      <div className="stack">
        {stale && <div className="note warn"><p><b>{stale.detail}</b></p><p>{w.conflict}</p></div>}
        <Restored of={draft} />
        <p className="muted">{o.action === 'comment' ? w.stays : o.to_title ? w.leadsTo(o.to_title) : w.stays}</p>
        {fields.length > 0 && <AroundRecord.Provider value={around}><div className="form">{fields.map((f) => {
          const needed = f.required || (o.need ?? []).includes(f.name);
          return <RecordField key={f.name} of={f} pack={c.pack} value={draft.typed[f.name]} change={(v) => draft.change(f.name, v)} problem={problem} needed={needed && !masked.includes(f)}
            hint={masked.includes(f) && <Kept word={c.words[f.name]} typed={draft.typed[f.name]} needed={needed} put={(v) => draft.change(f.name, v)} />} />;
        })}</div></AroundRecord.Provider>}
        <Said of={o} typed={draft.typed} change={draft.change} problem={problem} />
        {rest && !own && <Failed problem={rest} plain />}
      </div>
    </Modal>
  );
}

/** What an action wants said: reason, basis, whom it names, how much more time. */
export function Said({ of: o, typed, change, problem }: { of: Offer; typed: Typed; change: (name: string, v: unknown) => void; problem?: Problem }) {
  const { t } = useWords();
  const w = t.kase;
  const need = o.need ?? [];
  const text = (k: Word) => wordOf(typed, k);
  const help = (title: string, told: string) => ({ label: title, told, help: <Help title={title}><p>{told}</p></Help> });
  const choices = (o.choices ?? []).map((x) => ({ value: x.value, label: x.title }));
  const most = Number.parseInt(o.extend, 10);
  const mark = o.extend.replace(/^\d+/, '');
  const unit = w.units[mark] ?? mark;
  return (
    <>
      {need.includes('to') && (
        <Labelled {...(o.action === 'merge_into' ? help(w.toCase, w.intoHelp) : help(o.action === 'delegate' ? w.toPerson : w.toOffice, w.toHelp))} needed wrong={wrongAt(problem, 'to')}>
          {(id, by) => <Select id={id} aria-describedby={by} showSearch={{ optionFilterProp: 'label' }} value={text('to') || undefined} onChange={(v: string) => change('·to', v)} options={choices} />}
        </Labelled>
      )}
      {o.extend && (
        <Labelled {...help(w.budget, w.budgetHelp(String(most), unit))} needed wrong={wrongAt(problem, 'budget')}>
          {(id, by) => <InputNumber id={id} aria-describedby={by} style={{ width: 200 }} min={1} max={most} precision={0} suffix={unit} value={Number.parseInt(text('budget') || o.extend, 10)} onChange={(n) => n !== null && change('·budget', `${n}${mark}`)} />}
        </Labelled>
      )}
      {need.includes('basis') && (
        <Labelled {...help(w.basisTitle, w.basisHelp)} needed wrong={wrongAt(problem, 'basis')}>
          {(id, by) => <Input.TextArea id={id} aria-describedby={by} rows={2} maxLength={2000} value={text('basis')} onChange={(e) => change('·basis', e.target.value)} />}
        </Labelled>
      )}
      {need.includes('reason') && (
        <Labelled {...help(w.reason, w.reasonHelp)} needed wrong={wrongAt(problem, 'reason')}>
          {(id, by) => <Input.TextArea id={id} aria-describedby={by} rows={3} maxLength={2000} value={text('reason')} onChange={(e) => change('·reason', e.target.value)} />}
        </Labelled>
      )}
      {o.action === 'comment' && choices.length > 0 && (
        <Labelled {...help(w.mention, w.mentionHelp)}>
          {(id, by) => <Select id={id} aria-describedby={by} mode="multiple" showSearch={{ optionFilterProp: 'label' }} value={namedOf(typed)} onChange={(v: string[]) => change('·named', v)} options={choices} />}
        </Labelled>
      )}
    </>
  );
}
