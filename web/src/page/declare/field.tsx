import { Input, Select } from 'antd';
import type { Problem } from '../../api/schema.gen';
import { useWords } from '../../i18n/use';
import { optionsOf } from '../../part/choice';
import { Labelled } from '../../part/field';
import { FieldHelp } from '../../part/help';
import { useKinds } from '../../part/kinds';
import { partsOf } from '../../part/wrong';

/** What a check found at a path; below also what it found within. */
export type Wrongs = (path: string, below?: boolean) => Problem[];

export const wrongsOf = (problem: Problem | null | undefined): Wrongs => (path, below) =>
  partsOf(problem).filter((p) => p.where === path || (below && (p.where?.startsWith(`${path}.`) || p.where?.startsWith(`${path}[`) || p.where?.startsWith(`${path} `))));

export function Found({ wrong }: { wrong: Problem[] }) {
  if (wrong.length === 0) return null;
  return <>{wrong.map((p, i) => <div key={i} className="small danger" role="alert">{p.detail}{p.remedy && <span className="reason">{p.remedy}</span>}</div>)}</>;
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
  const among = options ?? optionsOf(f?.words);
  return (
    <Labelled label={f?.title ?? path} help={<FieldHelp path={path} />} told={f?.help ?? path} needed={f?.required} wide={wide} wrong={wrongs(path)}>
      {(id, by) => among?.length ? (
        <Select id={id} aria-describedby={by} value={value || undefined} allowClear={!f?.required} placeholder={placeholder ?? t.form.choose} showSearch={{ optionFilterProp: 'label' }} onChange={(v?: string) => change(v)} options={among} />
      ) : long ? (
        <Input.TextArea id={id} aria-describedby={by} rows={3} value={value ?? ''} onChange={(e) => change(e.target.value || undefined)} />
      ) : (
        <Input id={id} aria-describedby={by} value={value ?? ''} placeholder={placeholder} onChange={(e) => change(e.target.value || undefined)} />
      )}
    </Labelled>
  );
}
