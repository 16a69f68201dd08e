import { Button, Drawer, Dropdown } from 'antd';
import { api } from '../../api/client';
import { useLoad } from '../../api/use';
import { useWords } from '../../i18n/use';
import { useDialog } from '../../part/dialog';
import { View } from '../../part/state';
import { Edit } from '../registers/edit';

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

// The form of its register, judged as it is typed: what is asked may depend on what was answered.
function BeginDialog({ of: k, close }: { of: Startable; close: () => void }) {
  const { t } = useWords();
  const page = useLoad(`form ${k.pack}/${k.flow}`, (s) => api.records(k.pack, k.flow, { limit: 1 }, s));
  return page.data ? <Edit pack={k.pack} page={page.data} close={close} /> : <Drawer open title={t.desk.begin(k.title)} size={760} onClose={close}><View from={page} lines={8}>{() => null}</View></Drawer>;
}
