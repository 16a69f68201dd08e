import { Button } from 'antd';
import { useState, type FormEvent } from 'react';
import { api } from '../../api/client';
import { useAction, useLoad } from '../../api/use';
import { useWords } from '../../i18n/use';
import { Field } from '../../part/field';
import { Failed } from '../../part/state';

/**
 * Looks for what was asked about one person or enterprise: the key goes to the server in a
 * body and comes back as its hash, and only the hash stands in the address.
 */
export function SubjectForm({ found }: { found: (subjects: string, service: string) => void }) {
  const { t } = useWords();
  const w = t.audit.subjects;
  const services = useLoad('audit-services', (s) => api.calls({ by: 'service', from: monthsAgo(12) }, s));
  const [service, setService] = useState('');
  const [keys, setKeys] = useState('');
  const ask = useAction(async () => {
    const key = Object.fromEntries(keys.split(/[\s,;\uff0c\uff1b]+/).filter(Boolean).map((part): [string, string] => {
      const at = part.search(/[=\uff1d]/);
      return at < 0 ? ['', part] : [part.slice(0, at), part.slice(at + 1)];
    }));
    const { subjects } = await api.subjects(service, key);
    setKeys('');
    found(subjects.join(','), service);
  });
  const send = (e: FormEvent) => {
    e.preventDefault();
    void ask.act();
  };
  return (
    <details className="li">
      <summary>{w.title}</summary>
      <form className="filters bare gap-top" onSubmit={send}>
        <Field of="subject.service">{(id, by) => (
          <select id={id} aria-describedby={by} className="field" value={service} onChange={(e) => setService(e.target.value)} required>
            <option value="">{w.choose}</option>
            {(services.data?.rows ?? []).map((r) => <option key={r.key} value={r.key}>{r.title || r.key}</option>)}
          </select>
        )}</Field>
        <Field of="subject.key">{(id, by) => <input id={id} aria-describedby={by} className="field" type="password" autoComplete="off" value={keys} onChange={(e) => setKeys(e.target.value)} placeholder={w.example} required />}</Field>
        <Button htmlType="submit" loading={ask.busy}>{w.find}</Button>
        <span className="small muted">{w.note}</span>
      </form>
      {ask.problem && <Failed problem={ask.problem} plain />}
    </details>
  );
}

function monthsAgo(n: number): string {
  const d = new Date(Date.now() + 8 * 3_600_000);
  d.setUTCMonth(d.getUTCMonth() - n);
  return d.toISOString().slice(0, 10);
}
