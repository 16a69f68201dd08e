import { Button } from 'antd';
import type { CodeList } from '../../api/schema.gen';
import { useWords } from '../../i18n/use';
import { Card } from '../../part/frame';
import { Labelled } from '../../part/field';
import { FieldHelp } from '../../part/help';
import { useTold } from '../../part/kinds';
import { Pairs } from '../../part/step';
import { Field, Found } from './field';
import type { Parts } from './parts';

/** Code lists: what rules and cleaning steps may name. */
export function CodeLists({ of: d, set, wrongs }: Parts) {
  const { t, f } = useWords();
  const told = useTold();
  const codes = d.codes ?? [];
  const put = (i: number, c: Partial<CodeList>) => set({ codes: codes.map((x, n) => (n === i ? { ...x, ...c } : x)) });
  return (
    <Card title={t.form.codes(f.n(codes.length))} note={<FieldHelp path="codes" />}>
      {codes.map((c, i) => (
        <div key={i} className="pad code-list">
          <div className="form">
            <Field path="codes.name" value={c.name} change={(v) => put(i, { name: v ?? '' })} wrongs={() => wrongs(`codes[${i}].name`)} />
            <Field path="codes.title" value={c.title} change={(v) => put(i, { title: v })} wrongs={() => wrongs(`codes[${i}].title`)} />
            <Labelled label={t.form.pairs} help={<FieldHelp path="codes.codes" />} told={told('codes.codes')} wide wrong={wrongs(`codes[${i}].codes`, true)}>
              {(id, by) => <Pairs id={id} by={by} value={c.codes} change={(v) => put(i, { codes: v })} />}
            </Labelled>
          </div>
          <Button size="small" aria-label={t.form.remove(c.title || c.name)} onClick={() => set({ codes: codes.filter((_, n) => n !== i) })}>{t.form.removeShort}</Button>
        </div>
      ))}
      <div className="pager"><Button size="small" onClick={() => set({ codes: [...codes, { name: '', codes: {} }] })}>{t.form.addCodes}</Button><Found wrong={wrongs('codes')} /></div>
    </Card>
  );
}
