import { App, Button, Dropdown, Modal } from 'antd';
import { api } from '../../api/client';
import type { RegisterForm } from '../../api/schema.gen';
import { useAction, useLoad } from '../../api/use';
import { useWords } from '../../i18n/use';
import { useDialog } from '../../part/dialog';
import { Restored } from '../../part/draft';
import { RecordFields, useRecordDraft, wrongElsewhere } from '../../part/record/form';
import { asked, early, valuesOf } from '../../part/record/values';
import { Failed, View } from '../../part/state';
import { to } from '../../route/paths';
import { go } from '../../route/route';
import { casesChanged, tell } from '../../part/heard';

export interface Startable { pack: string; flow: string; title: string }

/** The kinds of case the reader may open by hand. */
export function Begin({ of: kinds }: { of: Startable[] }) {
  const { t } = useWords();
  const [dialog, open] = useDialog();
  const chosen = kinds.find((k) => dialog === `begin ${k.pack} ${k.flow}`);
  const [only] = kinds;
  const name = (k: Startable) => `begin ${k.pack} ${k.flow}`;
  if (!only) return null;
  return (
    <>
      {kinds.length === 1
        ? <Button type="primary" onClick={() => open(name(only))}>{t.desk.begin(only.title)}</Button>
        : <Dropdown trigger={['click']} menu={{ items: kinds.map((k) => ({ key: name(k), label: k.title, onClick: () => open(name(k)) })) }}><Button type="primary" aria-haspopup="menu">{t.desk.beginAny}</Button></Dropdown>}
      {chosen && <BeginDialog of={chosen} close={() => open(null)} />}
    </>
  );
}

function BeginDialog({ of: k, close }: { of: Startable; close: () => void }) {
  const { t } = useWords();
  const form = useLoad(`form ${k.pack} ${k.flow}`, async (s) => early((await api.pack(k.pack, s)).forms.find((x) => x.name === k.flow) as RegisterForm));
  return form.data ? <Filled of={k} form={form.data} close={close} /> : <Modal open title={t.desk.beginTitle(k.title)} onCancel={close} footer={null}><View from={form} lines={8}>{() => null}</View></Modal>;
}

function Filled({ of: k, form, close }: { of: Startable; form: RegisterForm; close: () => void }) {
  const { t } = useWords();
  const { message } = App.useApp();
  const fields = asked(form);
  const draft = useRecordDraft(`begin ${k.pack} ${k.flow}`, fields);
  const { act, busy, problem } = useAction(async () => {
    const out = await api.openCase({ pack: k.pack, flow: k.flow, values: valuesOf(fields, draft.typed) });
    draft.drop();
    tell(casesChanged);
    void message.success(out.joined ? t.desk.joined(out.case.key) : t.desk.begun(out.case.key));
    go(to.kase(out.case.id));
  });
  const rest = wrongElsewhere(problem, fields);
  return (
    <Modal open title={t.desk.beginTitle(k.title)} onCancel={close} onOk={() => void act()} okText={t.desk.begin(k.title)} cancelText={t.cancel} okButtonProps={{ loading: busy }} width={760}>
      <div className="stack">
        <Restored of={draft} />
        <RecordFields of={form} pack={k.pack} typed={draft.typed} change={draft.change} problem={problem} />
        {rest && <Failed problem={rest} plain />}
      </div>
    </Modal>
  );
}
