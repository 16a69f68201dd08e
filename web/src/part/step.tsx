import { Input, Select } from 'antd';
import { useState } from 'react';
import type { CodeList, Problem, Step } from '../api/schema.gen';
import { useWords } from '../i18n/use';
import { Labelled } from './field';
import { Help } from './help';
import { useKinds } from './kinds';

/** The parameters of a cleaning step, each with the help of the reference. Lists are those that may be named. */
export function StepParams({ step, lists, wrong = [], change }: { step: Step; lists?: CodeList[]; wrong?: Problem[]; change: (s: Step) => void }) {
  const { t } = useWords();
  const params = useKinds().steps.get(step.do)?.params ?? [];
  const put = (name: string, v: unknown) => {
    const next: Record<string, unknown> = { ...step, [name]: v };
    if (v === undefined || v === '' || (typeof v === 'object' && Object.keys(v as object).length === 0)) delete next[name];
    change(next as unknown as Step);
  };
  if (params.length === 0) return null;
  return (
    <div className="form step-params">
      {params.map((p, i) => (
        <Labelled key={p.name} label={t.form.params[p.name] ?? p.name} help={<Help title={t.form.params[p.name] ?? p.name}><p>{p.help}</p></Help>} told={p.help} needed={p.required} wide={p.name === 'map'} wrong={i === 0 ? wrong : undefined}>
          {(id, by) => {
            switch (p.name) {
              case 'map': return <Pairs id={id} by={by} value={step.map} change={(v) => put('map', v)} />;
              case 'forms': return <Select id={id} aria-describedby={by} mode="tags" tokenSeparators={[',', ' ']} value={step.forms ?? []} onChange={(v: string[]) => put('forms', v)} />;
              case 'list':
                if (lists) return <Select id={id} aria-describedby={by} allowClear value={step.list} onChange={(v?: string) => put('list', v)} options={lists.map((c) => ({ value: c.name, label: c.title || c.name }))} />;
            }
            return <Input id={id} aria-describedby={by} value={(step as unknown as Record<string, string>)[p.name] ?? ''} onChange={(e) => put(p.name, e.target.value)} />;
          }}
        </Labelled>
      ))}
    </div>
  );
}

// What is typed stays as typed: only what is a pair already goes further.
export function Pairs({ id, by, value, change }: { id: string; by: string; value: Record<string, string> | undefined; change: (v: Record<string, string>) => void }) {
  const [text, setText] = useState(Object.entries(value ?? {}).map(([a, b]) => `${a}=${b}`).join('\n'));
  const type = (v: string) => {
    setText(v);
    change(pairs(v));
  };
  return <Input.TextArea id={id} aria-describedby={by} className="mono" rows={5} value={text} onChange={(e) => type(e.target.value)} />;
}

/** One pair a line, of what stands before and after the first =. */
export function pairs(text: string): Record<string, string> {
  return Object.fromEntries(text.split('\n').flatMap((l): [string, string][] => {
    const cut = l.indexOf('=');
    return cut > 0 ? [[l.slice(0, cut).trim(), l.slice(cut + 1).trim()]] : [];
  }));
}
