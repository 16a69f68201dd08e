import { Popover } from 'antd';
import type { ReactNode } from 'react';
import { useWords } from '../i18n/use';
import { useKinds } from './kinds';

/** What is to be written here, in the words of the reference, beside the field. */
export function Help({ title, children }: { title: string; children: ReactNode }) {
  const { t } = useWords();
  return (
    <Popover trigger="click" title={title} content={<div className="help-text">{children}</div>}>
      <button type="button" className="help"><span aria-hidden="true">?</span><span className="unseen">{t.form.help(title)}</span></button>
    </Popover>
  );
}

/** The help of a field of a declaration. */
export function FieldHelp({ path }: { path: string }) {
  const { t } = useWords();
  const f = useKinds().fields.get(path);
  if (!f) return null;
  return <Help title={f.title}><p>{f.help}</p>{f.example && <p className="muted">{t.form.example(f.words.find((w) => w.name === f.example)?.title ?? f.example)}</p>}<code className="muted">{path}</code></Help>;
}
