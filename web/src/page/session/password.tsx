import { Button } from 'antd';
import { setSession, signOut } from '../../api/session';
import { useAction } from '../../api/use';
import { useWords } from '../../i18n/use';
import { PasswordForm } from '../../part/password';
import { Failed } from '../../part/state';
import { Outside } from './frame';

/** A password that somebody else gave, or an old one, is changed before anything else. */
export default function ChangePassword() {
  const { t } = useWords();
  const leave = useAction(signOut);
  return (
    <Outside title={t.session.change} sub={t.session.changeHint}>
      {leave.problem && <Failed problem={leave.problem} plain />}
      <PasswordForm done={setSession}>
        <Button block loading={leave.busy} onClick={() => void leave.act()}>{t.session.signOut}</Button>
      </PasswordForm>
    </Outside>
  );
}
