import { Button, Modal, InputNumber, Switch, App } from 'antd';
import { useState } from 'react';
import { api } from '../api/client';
import type { Right, Role, Roles as Table, Rules } from '../api/schema.gen';
import { useMay, useSession } from '../api/session';
import { useAction, useLoad } from '../api/use';
import { useWords } from '../i18n/use';
import { Field } from '../part/field';
import { Card, Facts, Head, Tag } from '../part/frame';
import { Failed, View } from '../part/state';
import { classes } from '../part/table';
import { at } from '../part/wrong';
import { useAlter, usePlace } from '../route/route';

/** The table by which every operation is judged, and the rules that guard accounts. */
export default function Roles() {
  const { t } = useWords();
  const asks = useMay()('account.read');
  // Both at once: what stands below would move if it came first.
  const from = useLoad('roles and rules', async (s) => {
    const [table, rules] = await Promise.all([api.roles(s), asks ? api.accountRules(s) : undefined]);
    return { table, rules };
  });
  return (
    <>
      <Head name={t.roles.title} title={t.roles.title} sub={t.roles.sub} />
      <div className="stack">
        <View from={from} lines={22}>
          {(d) => <>{d.rules && <Guard rules={d.rules} saved={(rules) => from.put({ ...d, rules })} />}<Fixed /><Matrix of={d.table} /></>}
        </View>
      </div>
    </>
  );
}

/** Why nobody can change what the district's own roles may do. */
function Fixed() {
  const w = useWords().t.roles;
  return (
    <Card title={w.fixed} pad>
      <p>{w.fixedText}</p>
      <ul>{w.fixedWhy.split('\n').map((line) => <li key={line}>{line}</li>)}</ul>
      <p className="muted">{w.fixedPacks}</p>
    </Card>
  );
}

const kinds: Record<string, string> = {
  overview: 'district', reference: 'district', rows: 'directory', batch: 'load', mend: 'quarantine', grant: 'service', call: 'audit', receipt: 'audit',
  role: 'account', duty: 'account', session: 'account', parked: 'task', verify: 'task', care: 'task', metrics: 'task',
};

/** Rights by what they are about, in the order of the table. */
export function grouped(rights: Right[]): [string, Right[]][] {
  const groups = new Map<string, Right[]>();
  for (const r of rights) {
    const thing = r.action.split('.')[0] ?? r.action;
    const group = kinds[thing] ?? thing;
    groups.set(group, [...(groups.get(group) ?? []), r]);
  }
  return [...groups];
}

function Matrix({ of: { roles, rights } }: { of: Table }) {
  const { t } = useWords();
  const who = useSession();
  const alter = useAlter();
  const mine = usePlace().query.get('mine') === '1';
  // All roles of packs have the rights of one column; which cases and records each reaches, its pack says.
  const shown = mine ? roles.filter((r) => who?.roles.includes(r.name)) : roles.filter((r) => !r.name.includes('.'));
  return (
    <Card title={t.roles.matrix} note={<Button size="small" onClick={() => alter({ mine: mine ? null : 1 })}>{mine ? t.roles.allRoles : t.roles.onlyMine}</Button>}>
      <div className="scroll matrix" role="region" aria-label={t.roles.matrix} tabIndex={0}>
        <table>
          <thead>
            <tr>
              <th scope="col">{t.roles.right}</th>
              {shown.map((r) => <th key={r.name} scope="col" className={who?.roles.includes(r.name) ? 'mine' : undefined}>{r.title}<span className="sub small muted">{r.duty}</span></th>)}
            </tr>
          </thead>
          {grouped(rights).map(([name, of]) => (
            <tbody key={name}>
              <tr className="group"><th scope="rowgroup" colSpan={shown.length + 1}>{t.roles.groups[name] ?? name}</th></tr>
              {of.map((r) => <Line key={r.action} right={r} roles={shown} />)}
            </tbody>
          ))}
        </table>
      </div>
    </Card>
  );
}

function Line({ right: r, roles }: { right: Right; roles: Role[] }) {
  const { t } = useWords();
  const who = useSession();
  return (
    <tr>
      <th scope="row">{r.title} {r.change && <Tag title={t.roles.changesHint}>{t.roles.changes}</Tag>}</th>
      {roles.map((x) => {
        const scope = r.scopes[x.name] ?? 'none';
        return (
          <td key={x.name} className={classes(who?.roles.includes(x.name) && 'mine')}>
            <span className={scope === 'none' ? 'muted' : `reach ${scope}`}>{scope === 'none' ? <><span aria-hidden="true">{t.none}</span><span className="unseen">{t.roles.scopes.none}</span></> : (t.roles.scopes[scope] ?? scope)}</span>
          </td>
        );
      })}
    </tr>
  );
}

type Numbers = Exclude<keyof Rules, 'apart'>;

function useGuards() {
  const w = useWords().t.roles;
  const fields: [Numbers, (n: string) => string, number, number][] = [
    ['failures', w.times, 3, 20],
    ['lock_minutes', w.minutes, 1, 1440],
    ['idle_minutes', w.minutes, 1, 1440],
    ['session_hours', w.hoursOf, 1, 168],
    ['password_length', w.chars, 8, 64],
    ['password_days', w.daysOf, 0, 3650],
  ];
  return fields;
}

function Guard({ rules, saved }: { rules: Rules; saved: (r: Rules) => void }) {
  const { t, f } = useWords();
  const may = useMay();
  const [open, setOpen] = useState(false);
  const fields = useGuards();
  return (
    <Card title={t.roles.rules} note={may('duty.write') ? <Button size="small" onClick={() => setOpen(true)}>{t.roles.change}</Button> : t.roles.rulesNote}>
      <div className="pad">
        <Facts className="facts" of={[
          [t.fields['rules.apart'].title, <Tag key="a" tone={rules.apart ? 'ok' : 'warn'}>{rules.apart ? t.roles.on : t.roles.off}</Tag>],
          ...fields.map(([k, words]): [string, string] => [t.fields[`rules.${k}`].title, k === 'password_days' && rules[k] === 0 ? t.roles.forever : words(f.n(rules[k]))]),
        ]} />
      </div>
      {open && <Edit rules={rules} saved={saved} close={() => setOpen(false)} />}
    </Card>
  );
}

function Edit({ rules, saved, close }: { rules: Rules; saved: (r: Rules) => void; close: () => void }) {
  const { t } = useWords();
  const { message } = App.useApp();
  const [next, set] = useState(rules);
  const fields = useGuards();
  const save = useAction(async () => {
    saved(await api.setAccountRules(next));
    void message.success(t.roles.saved);
    close();
  });
  return (
    <Modal open title={t.roles.changeTitle} onCancel={close} onOk={() => void save.act()} okText={t.users.save} cancelText={t.cancel} okButtonProps={{ loading: save.busy }}>
      <div className="stack">
        {save.problem && <Failed problem={save.problem} plain />}
        <Field of="rules.apart">{(id, by) => <span><Switch id={id} aria-describedby={by} checked={next.apart} onChange={(apart) => set({ ...next, apart })} /></span>}</Field>
        <p className={next.apart ? 'note' : 'note warn'}>{next.apart ? t.users.apart : t.users.together}</p>
        <div className="form">
          {fields.map(([k, , min, max]) => (
            <Field key={k} of={`rules.${k}`} wrong={at(save.problem, k)}>{(id, by) => <InputNumber id={id} aria-describedby={by} style={{ width: '100%' }} min={min} max={max} precision={0} value={next[k]} onChange={(v) => v !== null && set({ ...next, [k]: v })} />}</Field>
          ))}
        </div>
      </div>
    </Modal>
  );
}
