import { useState, type ReactNode } from 'react';
import type { Field, Problem, RecordStanding, RegisterForm } from '../../api/schema.gen';
import type { Format } from '../../i18n/format';
import { useWords } from '../../i18n/use';
import type { Catalogue } from '../../i18n/zh';
import { useDraft } from '../draft';
import { Labelled } from '../field';
import { Help } from '../help';
import { AroundRecord } from './around';
import { Control } from './control';
import type { LonLat } from './geo';
import { asked, personal, valueOf, type Typed } from './values';
import { partsOf } from '../wrong';

/** What is wrong at a field, of what the server says of a form. */
export function wrongAt(problem: Problem | undefined, field: string): Problem[] {
  return partsOf(problem).filter((p) => p.where === field || (p.where?.startsWith(field) && /^\W/.test(p.where.slice(field.length))));
}

/** What is wrong elsewhere than at the fields of a form: undefined where nothing is. */
export function wrongElsewhere(problem: Problem | undefined, fields: Field[]): Problem | undefined {
  if (!problem) return undefined;
  const at = (p: Problem) => fields.some((f) => wrongAt(p, f.name).length > 0);
  if (!problem.parts) return at(problem) ? undefined : problem;
  const rest = problem.parts.filter((p) => !at(p));
  return rest.length ? { ...problem, parts: rest } : undefined;
}

/** What a field takes, in words. */
function ruleOf(f: Field, t: Catalogue, w: Format): string {
  const r = t.record.rules;
  const bounds = [f.min !== null && r.least(w.n(f.min)), f.max !== null && f.kind !== 'rating' && r.most(w.n(f.max))].filter(Boolean).join(t.comma);
  return [r.kinds[f.kind], f.kind === 'text' && f.length > 0 && r.length(w.n(f.length)), ['integer', 'number', 'money', 'files', 'table'].includes(f.kind) && bounds].filter(Boolean).join(t.comma);
}

interface FieldProps {
  of: Field;
  pack: string;
  value: unknown;
  change: (v: unknown) => void;
  problem?: Problem;
  needed?: boolean;
  hint?: ReactNode; // below the control
}

/** One field of a record with its label, help and what is wrong with it. */
export function RecordField({ of: f, pack, value, change, problem, needed, hint }: FieldProps) {
  const { t, f: w } = useWords();
  const told = [f.help, ruleOf(f, t, w), personal(f) && t.record.personal].filter(Boolean).join(t.semi);
  const wide = f.kind === 'table' || f.kind === 'area' || f.kind === 'point' || f.kind === 'person' || f.kind === 'files' || (f.kind === 'text' && f.length > 120);
  return (
    <Labelled label={f.title} help={<Help title={f.title}><p>{told}</p></Help>} told={told} needed={needed ?? f.required} wide={wide} wrong={wrongAt(problem, f.name)}>
      {(id, by) => <><Control id={id} by={by} of={f} pack={pack} value={value} change={change} />{hint}</>}
    </Labelled>
  );
}

interface FieldsProps {
  of: RegisterForm;
  pack: string;
  typed: Typed;
  change: (name: string, v: unknown) => void;
  problem?: Problem;
  standing?: RecordStanding; // as the server judged what was typed so far
  hint?: (f: Field) => ReactNode;
  held?: (f: Field) => boolean; // it holds something that is not shown, and is not missing
  src?: (file: string) => string; // small pictures of the files it has
}

/** The fields of a register's form, in its groups; such as are not asked now are not there. */
export function RecordFields({ of: form, pack, typed, change, problem, standing, hint, held, src }: FieldsProps) {
  const { t } = useWords();
  const fields = asked(form).filter((f) => (standing ? standing.asked.includes(f.name) : f.asked === ''));
  const grouped = new Set((form.groups ?? []).flatMap((g) => g.fields));
  const rest = fields.filter((f) => !grouped.has(f.name));
  const needed = (f: Field) => (standing ? standing.required.includes(f.name) : f.required) && !held?.(f);
  const show = (list: Field[]) => (
    <div className="form">
      {list.map((f) => <RecordField key={f.name} of={f} pack={pack} value={typed[f.name]} change={(v) => change(f.name, v)} problem={problem} needed={needed(f)} hint={hint?.(f)} />)}
    </div>
  );
  const computed = standing ? form.fields.filter((f) => standing.computed[f.name]) : [];
  return (
    <AroundRecord.Provider value={{ src, place: placeTyped(form.fields, typed) }}><div className="stack">
      {(form.groups ?? []).map((g) => (
        <fieldset key={g.title} className={g.title ? 'record-group' : 'record-group bare'}>{g.title && <legend>{g.title}</legend>}{show(g.fields.flatMap((n) => fields.filter((f) => f.name === n)))}</fieldset>
      ))}
      {rest.length > 0 && grouped.size === 0 && show(rest)}
      {computed.length > 0 && (
        <fieldset className="record-group"><legend>{t.record.computed}</legend>
          <div className="form">{computed.map((f) => <div key={f.name} className="field-of"><span className="label">{f.title}</span><output className="computed">{standing?.computed[f.name]}</output></div>)}</div>
        </fieldset>
      )}
    </div></AroundRecord.Provider>
  );
}

/** Where a record is by what was typed. */
function placeTyped(fields: Field[], typed: Typed): LonLat | undefined {
  const f = fields.find((x) => x.kind === 'point');
  const p = f && valueOf(f, typed[f.name]);
  return Array.isArray(p) ? (p as unknown as LonLat) : undefined;
}

/**
 * What is typed into a form of a register. It survives a reload, except what says who a person
 * is: that stays in memory alone.
 */
export function useRecordDraft(name: string, fields: Field[], first: Typed = {}) {
  const secret = new Set(fields.filter(personal).map((f) => f.name));
  const open = Object.fromEntries(Object.entries(first).filter(([k]) => !secret.has(k)));
  const draft = useDraft<Typed>(name, open);
  const [hidden, setHidden] = useState<Typed>(() => Object.fromEntries(Object.entries(first).filter(([k]) => secret.has(k))));
  const { set } = draft;
  const change = (field: string, v: unknown) => {
    if (secret.has(field)) setHidden((h) => ({ ...h, [field]: v }));
    else set((now) => ({ ...now, [field]: v }));
  };
  return {
    typed: { ...draft.value, ...hidden },
    change,
    restored: draft.restored,
    drop: draft.drop,
    reset: () => { draft.reset(); setHidden({}); },
  };
}
