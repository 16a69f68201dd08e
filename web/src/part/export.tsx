import { App, Button, Input, Popover } from 'antd';
import { useRef, useState } from 'react';
import { download, type Query } from '../api/client';
import { useSession } from '../api/session';
import { asProblem } from '../api/use';
import { useWords } from '../i18n/use';
import { Field } from './field';
import { keptKeys } from './layout';

interface Props {
  list: string; // path of the list's export
  query?: Query; // its filters, as the screen has them
  keep?: string; // the table's layout, which says what columns are seen and in which order
  off?: string[]; // of its columns, such as show only once they are chosen
  outs: Record<string, string>; // column of the table → columns of the file, with blanks between; '' for none
  purpose?: boolean; // rows are taken out for something, which the audit keeps
  label?: string;
}

/** Takes out what is seen: the filters of the screen, the columns one looks at, as XLSX or CSV. */
export function Export({ list, query = {}, keep, off, outs, purpose, label }: Props) {
  const { t } = useWords();
  const w = t.exports;
  const { message } = App.useApp();
  const user = useSession()?.id ?? '';
  const [open, show] = useState(false);
  const [why, say] = useState('');
  const [busy, set] = useState(false);
  const stop = useRef<AbortController>(undefined);
  const take = async (format: 'xlsx' | 'csv') => {
    const keys = keep ? keptKeys(user, keep, Object.keys(outs), off) : Object.keys(outs);
    const columns = keys.flatMap((k) => (outs[k] ?? '').split(' ').filter(Boolean)).join(',');
    show(false);
    set(true);
    stop.current = new AbortController();
    try {
      const { cursor: _, limit: __, ...filters } = query;
      await download(`/exports/${list}`, { ...filters, format, columns, purpose: why.trim() || undefined }, stop.current.signal);
    } catch (e) {
      if (!stop.current.signal.aborted) {
        const p = asProblem(e);
        void message.error([p.detail || p.title || w.broken, p.remedy].filter(Boolean).join(t.semi), 8);
      }
    } finally {
      set(false);
    }
  };
  if (busy) return <Button onClick={() => stop.current?.abort()} aria-live="polite">{w.busy}</Button>;
  const box = (
    <section className="export-choice" aria-label={label ?? w.title}>
      <b>{label ?? w.title}</b>
      {purpose && (
        <Field of="export.purpose" label={w.purpose}>{(id, by) => <Input id={id} aria-describedby={by} maxLength={200} value={why} placeholder={w.purposeHint} onChange={(e) => say(e.target.value)} />}</Field>
      )}
      <div className="row">
        <Button type="primary" onClick={() => void take('xlsx')}>{w.xlsx}</Button>
        <Button onClick={() => void take('csv')}>CSV</Button>
      </div>
      <p className="small muted">{w.note}</p>
    </section>
  );
  return (
    <Popover content={box} trigger="click" placement="bottomRight" open={open} onOpenChange={show}>
      <Button aria-expanded={open}>{label ?? w.title}</Button>
    </Popover>
  );
}
