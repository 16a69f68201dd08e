import { Button } from 'antd';
import type { RegisterForm, RegisterRecord } from '../../api/schema.gen';
import { useWords } from '../../i18n/use';

/** Somebody was faster: who, when, which fields; what of it one's own changes would overwrite. */
export function Conflict({ form, was, now, mine, busy, save, leave }: { form: RegisterForm; was: RegisterRecord; now: RegisterRecord; mine: string[]; busy: boolean; save: () => void; leave: () => void }) {
  const { t, f } = useWords();
  const w = t.registers;
  const theirs = form.fields.filter((x) => JSON.stringify(was.values[x.name]) !== JSON.stringify(now.values[x.name]));
  return (
    <div className="note warn" role="alert">
      <p><b>{w.conflict(now.updated_name, f.time(now.updated_at))}</b></p>
      {theirs.length > 0 && <ul>{theirs.map((x) => <li key={x.name}>{w.fromTo(x.title, was.words[x.name] || t.none, now.words[x.name] || t.none)}{mine.includes(x.name) && <b className="danger"> {w.overwrites}</b>}</li>)}</ul>}
      <div className="row"><Button size="small" type="primary" loading={busy} onClick={save}>{w.saveOver}</Button><Button size="small" onClick={leave}>{w.leaveMine}</Button></div>
    </div>
  );
}
