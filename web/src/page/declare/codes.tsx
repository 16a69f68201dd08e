import { Button, Input } from 'antd';
import { useState } from 'react';
import type { CodeList } from '../../api/schema.gen';
import { useWords } from '../../i18n/use';
import { Card } from '../../part/frame';
import { FieldHelp } from '../../part/help';
import { Field, Found, Labelled } from './field';
import type { Parts } from './form';

/** Code lists: what rules and cleaning steps may name. */
export function CodeLists({ of: d, set, wrongs }: Parts) {
  const { t, f } = useWords();
  const codes = d.codes ?? [];
  const put = (i: number, c: Partial<CodeList>) => set({ codes: codes.map((x, n) => (n === i ? { ...x, ...c } : x)) });
  return (
    <Card title={t.form.codes(f.n(codes.length))} note={<FieldHelp path="codes" />}>
      {codes.map((c, i) => (
        <div key={i} className="pad code-list">
          <div className="form">
            <Field path="codes.name" value={c.name} change={(v) => put(i, { name: v ?? '' })} wrongs={() => wrongs(`codes[${i}].name`)} />
            <Field path="codes.title" value={c.title} change={(v) => put(i, { title: v })} wrongs={() => wrongs(`codes[${i}].title`)} />
            <Pairs of={c} put={(v) => put(i, { codes: v })} wrong={wrongs(`codes[${i}].codes`, true)} />
          </div>
          <Button size="small" aria-label={t.form.remove(c.title || c.name)} onClick={() => set({ codes: codes.filter((_, n) => n !== i) })}>{t.form.removeShort}</Button>
        </div>
      ))}
      <div className="pager"><Button size="small" onClick={() => set({ codes: [...codes, { name: '', codes: {} }] })}>{t.form.addCodes}</Button><Found wrong={wrongs('codes')} /></div>
    </Card>
  );
}

// What is typed stays as typed: only what is a pair already goes further.
function Pairs({ of: c, put, wrong }: { of: CodeList; put: (v: Record<string, string>) => void; wrong: Parameters<typeof Found>[0]['wrong'] }) {
  const { t } = useWords();
  const [text, setText] = useState(Object.entries(c.codes).map(([a, b]) => `${a}=${b}`).join('\n'));
  const change = (v: string) => {
    setText(v);
    put(Object.fromEntries(v.split('\n').flatMap((l) => (l.indexOf('=') > 0 ? [[l.slice(0, l.indexOf('=')).trim(), l.slice(l.indexOf('=') + 1).trim()]] : []))));
  };
  return (
    <Labelled label={t.form.pairs} help={<FieldHelp path="codes.codes" />} wide wrong={wrong}>
      {(id) => <Input.TextArea id={id} className="mono" rows={6} value={text} onChange={(e) => change(e.target.value)} />}
    </Labelled>
  );
}
