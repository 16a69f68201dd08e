import { Button, Input } from 'antd';
import { useState, type FormEvent } from 'react';
import { api } from '../../api/client';
import { setSession } from '../../api/session';
import { useAction } from '../../api/use';
import { useWords } from '../../i18n/use';
import { Field } from '../../part/field';
import { Failed } from '../../part/state';
import { Outside } from './frame';

/** Signing in, at whatever address somebody came to: they stay there. */
export default function SignIn() {
  const { t } = useWords();
  const [login, setLogin] = useState('');
  const [password, setPassword] = useState('');
  const enter = useAction(async () => setSession(await api.signIn(login.trim(), password)));
  const submit = (e: FormEvent) => {
    e.preventDefault();
    void enter.act();
  };
  return (
    <Outside title={t.session.signIn} sub={t.session.hint}>
      <form className="stack" onSubmit={submit}>
        {enter.problem && <Failed problem={enter.problem} plain />}
        <Field of="signin.login">{(id, by) => <Input id={id} aria-describedby={by} name="login" autoComplete="username" autoFocus required value={login} onChange={(e) => setLogin(e.target.value)} />}</Field>
        <Field of="signin.password">{(id, by) => <Input id={id} aria-describedby={by} name="password" type="password" autoComplete="current-password" required value={password} onChange={(e) => setPassword(e.target.value)} />}</Field>
        <Button type="primary" htmlType="submit" block loading={enter.busy}>{t.session.signIn}</Button>
      </form>
    </Outside>
  );
}
