import { Input, Select } from 'antd';
import { useId, type ReactNode } from 'react';
import type { Problem } from '../../api/schema.gen';
import { useWords } from '../../i18n/use';
import { FieldHelp, Help } from '../../part/help';
import { useKinds } from '../../part/kinds';
import { classes } from '../../part/table';

/** What a check found at a path; below also what it found within. */
export type Wrongs = (path: string, below?: boolean) => Problem[];

/** A problem's parts; one that is alone has none. */
export const faultsOf = (p: Problem | null | undefined): Problem[] => (p ? (p.parts?.length ? p.parts : [p]) : []);

export const wrongsOf = (problem: Problem | null | undefined): Wrongs => (path, below) =>
  faultsOf(problem).filter((p) => p.where === path || (below && (p.where?.startsWith(`${path}.`) || p.where?.startsWith(`${path}[`) || p.where?.startsWith(`${path} `))));

export function Found({ wrong }: { wrong: Problem[] }) {
  if (wrong.length === 0) return null;
  return <>{wrong.map((p, i) => <div key={i} className="small danger" role="alert">{p.detail}{p.remedy && <span className="reason">{p.remedy}</span>}</div>)}</>;
}

/** A labelled control with its help and what is wrong with it. */
export function Labelled({ label, help, needed, wide, wrong, children }: { label: string; help?: ReactNode; needed?: boolean; wide?: boolean; wrong?: Problem[]; children: (id: string) => ReactNode }) {
  const id = useId();
  return (
    <div className={classes('field-of', wide && 'wide')}>
      <span><label className="label" htmlFor={id}>{label}{needed && <b className="danger" aria-hidden="true"> *</b>}</label> {help}</span>
      {children(id)}
      <Found wrong={wrong ?? []} />
    </div>
  );
}

/** A field of the declaration, as its reference has it: a choice where there are words, else a text. */
export function Field({ path, value, change, wrongs, wide, long, options, placeholder }: {
  path: string;
  value: string | undefined;
  change: (v: string | undefined) => void;
  wrongs: Wrongs;
  wide?: boolean;
  long?: boolean;
  options?: { value: string; label: string }[];
  placeholder?: string;
}) {
  const { t } = useWords();
  const f = useKinds().fields.get(path);
  const among = options ?? f?.words.map((w) => ({ value: w.name, label: w.title }));
  return (
    <Labelled label={f?.title ?? path} help={<FieldHelp path={path} />} needed={f?.required} wide={wide} wrong={wrongs(path)}>
      {(id) => among?.length ? (
        <Select id={id} value={value || undefined} allowClear={!f?.required} placeholder={placeholder ?? t.form.choose} showSearch={{ optionFilterProp: 'label' }} onChange={(v?: string) => change(v)} options={among} />
      ) : long ? (
        <Input.TextArea id={id} rows={3} value={value ?? ''} onChange={(e) => change(e.target.value || undefined)} />
      ) : (
        <Input id={id} value={value ?? ''} placeholder={placeholder} onChange={(e) => change(e.target.value || undefined)} />
      )}
    </Labelled>
  );
}

export function ParamHelp({ name, help }: { name: string; help: string }) {
  return <Help title={name}><p>{help}</p></Help>;
}
