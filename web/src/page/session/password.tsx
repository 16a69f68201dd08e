import { Button, Input } from 'antd';
import { useState, type FormEvent } from 'react';
import { api, ownProblem, ProblemError } from '../../api/client';
import { setSession, signOut } from '../../api/session';
import { useAction } from '../../api/use';
import { useWords } from '../../i18n/use';
import { Failed } from '../../part/state';
import { Outside } from './frame';

/** A password that somebody else gave, or an old one, is changed before anything else. */
export default function ChangePassword() {
  const { t } = useWords();
  const [old, setOld] = useState('');
  const [next, setNext] = useState('');
  const [again, setAgain] = useState('');
  const change = useAction(async () => {
    if (next !== again) throw new ProblemError({ ...ownProblem('password.differ'), detail: t.session.differ });
    setSession(await api.changePassword(old, next));
  });
  const leave = useAction(signOut);
  const submit = (e: FormEvent) => {
    e.preventDefault();
    void change.act();
  };
  const problem = change.problem ?? leave.problem;
  return (
    <Outside title={t.session.change} sub={t.session.changeHint}>
      <form className="stack" onSubmit={submit}>
        {problem && <Failed problem={problem} plain />}
        <label className="stack">{t.session.old}
          <Input name="old" type="password" autoComplete="current-password" autoFocus required value={old} onChange={(e) => setOld(e.target.value)} />
        </label>
        <label className="stack">{t.session.next}
          <Input name="next" type="password" autoComplete="new-password" required value={next} onChange={(e) => setNext(e.target.value)} />
        </label>
        <label className="stack">{t.session.repeat}
          <Input name="again" type="password" autoComplete="new-password" required value={again} onChange={(e) => setAgain(e.target.value)} />
        </label>
        <Button type="primary" htmlType="submit" block loading={change.busy}>{t.session.change}</Button>
        <Button block loading={leave.busy} onClick={() => void leave.act()}>{t.session.signOut}</Button>
      </form>
    </Outside>
  );
}
