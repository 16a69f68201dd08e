import { App, Button, Checkbox, Input, Modal, Select } from 'antd';
import { useState, type ReactNode } from 'react';
import { api } from '../../api/client';
import type { GivenPassword, Office, Problem, Role, User } from '../../api/schema.gen';
import { useMay } from '../../api/session';
import { useAction, useLoad } from '../../api/use';
import { useWords } from '../../i18n/use';
import { optionsOf } from '../../part/choice';
import { Restored, useDraft } from '../../part/draft';
import { Field, HelpOf, Wrongs, type Wrong } from '../../part/field';
import { useRoles } from '../../part/people';
import { Failed } from '../../part/state';
import { at, partsOf } from '../../part/wrong';

/**
 * A dialog that saves. What the server refused stands at the field that it names, and below
 * them what names none.
 */
function Form({ title, button, off, fields, close, run, children }: { title: string; button: string; off?: boolean; fields: string[]; close: () => void; run: () => Promise<void>; children: (wrong: Wrong) => ReactNode }) {
  const { t } = useWords();
  const { act, busy, problem } = useAction(async () => {
    await run();
    close();
  });
  return (
    <Modal open title={title} onCancel={close} onOk={() => void act()} okText={button} cancelText={t.cancel} okButtonProps={{ loading: busy, disabled: off }}>
      <div className="stack">
        {children((...places) => places.flatMap((p) => at(problem, p)))}
        {problem && rest(problem, fields).length > 0 && <Failed problem={{ ...problem, parts: problem.parts && rest(problem, fields) }} plain />}
      </div>
    </Modal>
  );
}

/** What of a problem is at none of a form's fields. */
const rest = (p: Problem, fields: string[]) => partsOf(p).filter((x) => !fields.includes(x.where ?? ''));

function OfficeField({ offices, value, change, wrong }: { offices: Office[]; value: string; change: (v: string) => void; wrong: Problem[] }) {
  const { t } = useWords();
  return (
    <Field of="user.office" wrong={wrong}>{(id, by) => (
      <Select id={id} aria-describedby={by} value={value} onChange={change} showSearch={{ optionFilterProp: 'label' }}
        options={[{ value: '', label: t.users.noOffice }, ...optionsOf(offices)]} />
    )}</Field>
  );
}

export function Add({ offices, close, told }: { offices: Office[]; close: () => void; told: (g: GivenPassword) => void }) {
  const { t } = useWords();
  const w = t.users;
  const may = useMay();
  const [login, setLogin] = useState('');
  const [name, setName] = useState('');
  const draft = useDraft('user', { office: '', roles: [] as string[] }); // who it is, is no part of it
  const { office, roles } = draft.value;
  const run = async () => {
    const given = await api.addUser({ login: login.trim(), name: name.trim(), office: office || undefined, roles: roles.length ? roles : undefined });
    draft.drop();
    told(given);
  };
  return (
    <Form title={w.add} button={w.add} off={!login.trim() || !name.trim()} fields={['name', 'login', 'office', 'roles']} close={close} run={run}>{(wrong) => (<>
      <Restored of={draft} />
      <Field of="user.name" wrong={wrong('name')}>{(id, by) => <Input id={id} aria-describedby={by} name="name" autoFocus autoComplete="off" maxLength={50} value={name} onChange={(e) => setName(e.target.value)} />}</Field>
      <Field of="user.login" wrong={wrong('login')}>{(id, by) => <Input id={id} aria-describedby={by} name="login" autoComplete="off" maxLength={63} value={login} onChange={(e) => setLogin(e.target.value)} />}</Field>
      <OfficeField offices={offices} value={office} change={(v) => draft.set({ ...draft.value, office: v })} wrong={wrong('office')} />
      {may('role.assign') ? <RoleField value={roles} change={(v) => draft.set({ ...draft.value, roles: v })} wrong={wrong('roles')} /> : <p className="note">{w.giveLater}</p>}
    </>)}</Form>
  );
}

export function Correct({ user, close, done }: { user: User; close: () => void; done: (u: User) => void }) {
  const { t } = useWords();
  const offices = useLoad('offices', api.offices);
  const [name, setName] = useState(user.name);
  const draft = useDraft(`user ${user.id}`, { office: user.office });
  const { office } = draft.value;
  const run = async () => {
    const next = await api.correctUser(user.login, { name: name.trim(), office: office || undefined });
    draft.drop();
    done(next);
  };
  return (
    <Form title={t.users.correctTitle(user.name)} button={t.users.save} off={!name.trim()} fields={['name', 'office']} close={close} run={run}>{(wrong) => (<>
      <Restored of={draft} />
      <Field of="user.name" wrong={wrong('name')}>{(id, by) => <Input id={id} aria-describedby={by} name="name" autoFocus maxLength={50} value={name} onChange={(e) => setName(e.target.value)} />}</Field>
      <OfficeField offices={offices.data?.items ?? []} value={office} change={(v) => draft.set({ office: v })} wrong={wrong('office')} />
    </>)}</Form>
  );
}

export function GiveRoles({ user, close, done }: { user: User; close: () => void; done: (u: User) => void }) {
  const { t } = useWords();
  const draft = useDraft(`roles of ${user.id}`, user.roles);
  const run = async () => {
    const next = await api.setRoles(user.login, draft.value);
    draft.drop();
    done(next);
  };
  return (
    <Form title={t.users.giveTitle(user.name)} button={t.users.give} fields={['roles', 'office']} close={close} run={run}>{(wrong) => (<>
      <Restored of={draft} />
      <RoleField value={draft.value} change={draft.set} wrong={wrong('roles', 'office')} />
    </>)}</Form>
  );
}

/** Roles with their duties, the district's own first and then each pack's, under the rule of the three administrators as it stands. */
function RoleField({ value, change, wrong }: { value: string[]; change: (v: string[]) => void; wrong: Problem[] }) {
  const { t } = useWords();
  const rules = useLoad('account-rules', api.accountRules);
  const roles = useRoles().all.filter((r) => r.users);
  const groups = new Map<string, Role[]>();
  for (const r of roles) groups.set(r.pack ?? '', [...(groups.get(r.pack ?? '') ?? []), r]);
  return (
    <fieldset className="choices">
      <legend>{t.fields['user.roles'].title} <HelpOf of="user.roles" /></legend>
      {rules.data && <p className={rules.data.apart ? 'note' : 'note warn'}>{rules.data.apart ? t.users.apart : t.users.together}</p>}
      <Wrongs of={wrong} />
      {[...groups].map(([pack, of]) => (
        <div key={pack} role="group" aria-label={pack || t.users.ownRoles} className="choices-of">
          {groups.size > 1 && <b className="small">{pack || t.users.ownRoles}</b>}
          {of.map((r) => (
            <Checkbox key={r.name} checked={value.includes(r.name)} onChange={(e) => change(e.target.checked ? [...value, r.name] : value.filter((x) => x !== r.name))}>
              {r.short ?? r.title}<span className="sub small muted">{r.duty}</span>
            </Checkbox>
          ))}
        </div>
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
