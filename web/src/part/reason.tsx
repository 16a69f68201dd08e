import { Input, Modal } from 'antd';
import { useState, type ReactNode } from 'react';
import { useAction } from '../api/use';
import { useWords } from '../i18n/use';
import { Field } from './field';
import { Failed } from './state';

/** Asks once, in words that name the thing and its size, and for the reason that is kept. */
export function ReasonDialog({ title, text, button, danger, hint, most = 400, close, run }: {
  title: string;
  text: ReactNode;
  button: string;
  danger?: boolean;
  hint?: string; // an example of a reason
  most?: number; // characters
  close: () => void;
  run: (reason: string) => Promise<void>;
}) {
  const { t } = useWords();
  const [reason, setReason] = useState('');
  const { act, busy, problem } = useAction(async () => {
    await run(reason.trim());
    close();
  });
  return (
    <Modal
      open
      title={title}
      onCancel={close}
      onOk={() => void act()}
      okText={button}
      cancelText={t.cancel}
      okButtonProps={{ danger, loading: busy, disabled: reason.trim() === '' }}
    >
      <div className="gap">{text}</div>
      <Field of="reason.reason">{(id, by) => <Input.TextArea id={id} aria-describedby={by} rows={3} maxLength={most} autoFocus value={reason} placeholder={hint ?? t.reason.hint} onChange={(e) => setReason(e.target.value)} />}</Field>
      {problem && <Failed problem={problem} plain />}
    </Modal>
  );
}
