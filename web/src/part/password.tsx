import { Button, Input } from 'antd';
import { useState, type FormEvent, type ReactNode } from 'react';
import { api, ownProblem, ProblemError } from '../api/client';
import type { Who } from '../api/schema.gen';
import { useAction } from '../api/use';
import { useWords } from '../i18n/use';
import { Field } from './field';
import { Failed } from './state';

/** The old password, and the new one twice. */
export function PasswordForm({ done, children }: { done: (who: Who) => void; children?: ReactNode }) {
  const { t } = useWords();
  const [old, setOld] = useState('');
  const [next, setNext] = useState('');
  const [again, setAgain] = useState('');
  const change = useAction(async () => {
    if (next !== again) throw new ProblemError({ ...ownProblem('password.differ'), detail: t.session.differ });
    done(await api.changePassword(old, next));
  });
  const submit = (e: FormEvent) => {
    e.preventDefault();
    void change.act();
  };
  return (
    <form className="stack" onSubmit={submit}>
      {change.problem && <Failed problem={change.problem} plain />}
      <Field of="password.old">{(id, by) => <Input id={id} aria-describedby={by} name="old" type="password" autoComplete="current-password" autoFocus required value={old} onChange={(e) => setOld(e.target.value)} />}</Field>
      <Field of="password.password">{(id, by) => <Input id={id} aria-describedby={by} name="next" type="password" autoComplete="new-password" required value={next} onChange={(e) => setNext(e.target.value)} />}</Field>
      <Field of="password.again">{(id, by) => <Input id={id} aria-describedby={by} name="again" type="password" autoComplete="new-password" required value={again} onChange={(e) => setAgain(e.target.value)} />}</Field>
      <Button type="primary" htmlType="submit" block loading={change.busy}>{t.session.change}</Button>
      {children}
    </form>
  );
}
