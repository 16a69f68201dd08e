import { App } from 'antd';
import { setSession } from '../api/session';
import { useWords } from '../i18n/use';
import { Card, Head } from '../part/frame';
import { PasswordForm } from '../part/password';
import { to } from '../route/paths';
import { go } from '../route/route';

/** One's own password, changed because one wants to. */
export default function Password() {
  const { t } = useWords();
  const { message } = App.useApp();
  return (
    <>
      <Head crumbs={[{ text: t.sessions.title, to: to.sessions() }]} name={t.sessions.password} title={t.sessions.password} sub={t.sessions.passwordHint} />
      <Card pad className="narrow">
        <PasswordForm done={(who) => {
          setSession(who);
          void message.success(t.sessions.passwordDone);
          go(to.sessions());
        }} />
      </Card>
    </>
  );
}
