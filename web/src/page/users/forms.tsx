import { App, Button, Checkbox, Input, Modal, Select } from 'antd';
import { useId, useState, type ReactNode } from 'react';
import { api } from '../../api/client';
import type { GivenPassword, Office, User } from '../../api/schema.gen';
import { useMay } from '../../api/session';
import { useAction, useLoad } from '../../api/use';
import { useWords } from '../../i18n/use';
import { useRoles } from '../../part/people';
import { Failed } from '../../part/state';

/** A dialog that saves: its fields, and what the server refused of them. */
function Form({ title, button, off, close, run, children }: { title: string; button: string; off?: boolean; close: () => void; run: () => Promise<void>; children: ReactNode }) {
  const { t } = useWords();
  const { act, busy, problem } = useAction(async () => {
    await run();
    close();
  });
  return (
    <Modal open title={title} onCancel={close} onOk={() => void act()} okText={button} cancelText={t.cancel} okButtonProps={{ loading: busy, disabled: off }}>
      <div className="stack">
        {problem && <Failed problem={problem} plain />}
        {children}
      </div>
    </Modal>
  );
}

function OfficeField({ offices, value, change }: { offices: Office[]; value: string; change: (v: string) => void }) {
  const { t } = useWords();
  const field = useId();
  return (
    <div className="stack field-set">
      <label htmlFor={field}>{t.users.office}</label>
      <Select id={field} aria-label={t.users.office} value={value} onChange={change} showSearch={{ optionFilterProp: 'label' }}
        options={[{ value: '', label: t.users.noOffice }, ...offices.map((o) => ({ value: o.name, label: o.title }))]} />
    </div>
  );
}

export function Add({ offices, close, told }: { offices: Office[]; close: () => void; told: (g: GivenPassword) => void }) {
  const { t } = useWords();
  const w = t.users;
  const may = useMay();
  const [login, setLogin] = useState('');
  const [name, setName] = useState('');
  const [office, setOffice] = useState('');
  const [roles, setRoles] = useState<string[]>([]);
  const run = async () => told(await api.addUser({ login: login.trim(), name: name.trim(), office: office || undefined, roles: roles.length ? roles : undefined }));
  return (
    <Form title={w.add} button={w.add} off={!login.trim() || !name.trim()} close={close} run={run}>
      <label className="stack">{w.name}
        <Input name="name" autoFocus autoComplete="off" maxLength={50} value={name} onChange={(e) => setName(e.target.value)} />
      </label>
      <label className="stack">{w.login}
        <Input name="login" autoComplete="off" maxLength={63} value={login} onChange={(e) => setLogin(e.target.value)} />
        <span className="small muted">{w.loginHint}</span>
      </label>
      <OfficeField offices={offices} value={office} change={setOffice} />
      {may('role.assign') ? <RoleField value={roles} change={setRoles} /> : <p className="note">{w.giveLater}</p>}
    </Form>
  );
}

export function Correct({ user, close, done }: { user: User; close: () => void; done: (u: User) => void }) {
  const { t } = useWords();
  const offices = useLoad('offices', api.offices);
  const [name, setName] = useState(user.name);
  const [office, setOffice] = useState(user.office);
  const run = async () => done(await api.correctUser(user.login, { name: name.trim(), office: office || undefined }));
  return (
    <Form title={t.users.correctTitle(user.name)} button={t.users.save} off={!name.trim()} close={close} run={run}>
      <label className="stack">{t.users.name}
        <Input name="name" autoFocus maxLength={50} value={name} onChange={(e) => setName(e.target.value)} />
      </label>
      <OfficeField offices={offices.data?.items ?? []} value={office} change={setOffice} />
    </Form>
  );
}

export function GiveRoles({ user, close, done }: { user: User; close: () => void; done: (u: User) => void }) {
  const { t } = useWords();
  const [roles, setRoles] = useState(user.roles);
  const run = async () => done(await api.setRoles(user.login, roles));
  return (
    <Form title={t.users.giveTitle(user.name)} button={t.users.give} close={close} run={run}>
      <RoleField value={roles} change={setRoles} />
    </Form>
  );
}

/** Roles with their duties, under the rule of the three administrators as it stands. */
function RoleField({ value, change }: { value: string[]; change: (v: string[]) => void }) {
  const { t } = useWords();
  const rules = useLoad('account-rules', api.accountRules);
  const roles = useRoles().all.filter((r) => r.users);
  return (
    <fieldset className="choices">
      <legend>{t.users.roles}</legend>
      {rules.data && <p className={rules.data.apart ? 'note' : 'note warn'}>{rules.data.apart ? t.users.apart : t.users.together}</p>}
      {roles.map((r) => (
        <Checkbox key={r.name} checked={value.includes(r.name)} onChange={(e) => change(e.target.checked ? [...value, r.name] : value.filter((x) => x !== r.name))}>
          {r.title}<span className="sub small muted">{r.duty}</span>
        </Checkbox>
      ))}
    </fieldset>
  );
}

/** The first password, told once. */
export function Given({ of: { user, password }, close }: { of: GivenPassword; close: () => void }) {
  const { t } = useWords();
  const { message } = App.useApp();
  const copy = () => void navigator.clipboard.writeText(password).then(() => message.success(t.users.copied));
  return (
    <Modal open title={t.users.given} onCancel={close} mask={{ closable: false }} footer={<Button type="primary" onClick={close}>{t.users.close}</Button>}>
      <p>{t.users.givenTo(user.name, user.login)}</p>
      <div className="row given"><code>{password}</code><Button size="small" onClick={copy}>{t.users.copy}</Button></div>
    </Modal>
  );
}
