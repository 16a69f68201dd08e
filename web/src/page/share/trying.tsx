import { Button, Radio, Select } from 'antd';
import { useState } from 'react';
import { api } from '../../api/client';
import { useMay } from '../../api/session';
import type { App, Key, RowRule, Service } from '../../api/schema.gen';
import { useAction, useLoad } from '../../api/use';
import { useWords } from '../../i18n/use';
import { optionsOf } from '../../part/choice';
import { Field } from '../../part/field';
import { Card } from '../../part/frame';
import { standing, useTitles } from '../../part/share';
import { Failed } from '../../part/state';
import { Link } from '../../route/link';
import { to } from '../../route/paths';
import { useAlter, usePlace } from '../../route/route';
import { call, nonce, sign } from './call';
import { Outcome, type Done } from './outcome';
import { Conditions } from './conditions';

interface Shown { key: string; secret: string }

type Kind = 'look' | 'rows' | 'count' | 'document';

/** A real call of a service, signed in this window. Secret and conditions are kept nowhere. */
export function Trying({ of: s, item }: { of: Service; item: (n: string) => string }) {
  const { t, lang } = useWords();
  const w = t.trying;
  const { query } = usePlace();
  const alter = useAlter();
  const titles = useTitles();
  const app = titles.apps.find((a) => a.name === query.get('app'));
  const [shown, show] = useState({ key: '', secret: '' });
  const [given, give] = useState<Key[]>([]); // here, for today
  const [kind, setKind] = useState<Kind>(s.key.length ? 'look' : 'rows');
  const [values, setValues] = useState<Record<string, string>>({});
  const [filters, setFilters] = useState<RowRule[]>([]);
  const [sort, setSort] = useState('');
  const [limit, setLimit] = useState('20');
  const [done, finish] = useState<Done>();
  const key = [...(app?.keys ?? []), ...given].find((k) => k.id === shown.key);
  const send = useAction(async () => {
    if (!key) return;
    const path = `/data/v1/${s.name}${{ look: '', rows: '/rows', count: '/count', document: '/openapi.json' }[kind]}`;
    const method = kind === 'document' ? 'GET' : 'POST';
    const body = kind === 'document' ? '' : JSON.stringify(
      kind === 'look' ? { key: Object.fromEntries(s.key.map((n) => [n, values[n] ?? ''])) }
        : kind === 'count' ? { filters } : { filters, sort: sort || undefined, limit: Number(limit) || undefined });
    const signed = key.kind === 'hmac' ? sign({ secret: shown.secret.trim(), key: key.id, method, path, body, stamp: Math.floor(Date.now() / 1000), nonce: nonce() }) : undefined;
    const proof = signed?.headers ?? { Authorization: `Bearer ${shown.secret.trim()}` };
    const headers = { ...(body ? { 'Content-Type': 'application/json' } : {}), 'Accept-Language': lang, ...proof };
    finish({ path, method, headers: signed ? headers : { ...headers, Authorization: 'Bearer ••••••' }, body, message: signed?.message, answer: await call(path, method, headers, body) });
  });
  return (
    <>
      <p className="note">{w.note}</p>
      <div className="try">
        <div className="stack">
          <Card title={w.who} pad>
            <div className="stack">
              <Field of="try.app">{(id, by) => (
                <Select id={id} aria-describedby={by} value={app?.name} placeholder={w.appHint} showSearch={{ optionFilterProp: 'label' }} onChange={(v) => { alter({ app: v }, true); show({ key: '', secret: '' }); give([]); }}
                  options={optionsOf(titles.apps.filter((a) => a.state === 'enabled'))} />
              )}</Field>
              {app && <Standing of={s} app={app} />}
              {app && <Secret app={app} given={given} of={shown} change={show} issued={(k) => give([...given, k])} />}
            </div>
          </Card>
          <Card title={w.what} pad>
            <form className="stack" autoComplete="off" onSubmit={(e) => { e.preventDefault(); void send.act(); }}>
              <Radio.Group aria-label={w.what} value={kind} onChange={(e) => setKind(e.target.value as Kind)} optionType="button"
                options={(['look', 'rows', 'count', 'document'] as const).filter((k) => k !== 'look' || s.key.length).map((k) => ({ value: k, label: w.kinds[k] }))} />
              {kind === 'look' && s.key.map((n) => (
                <Field key={n} of="try.values" label={item(n)}>{(id, by) => <input className="field" id={id} aria-describedby={by} autoComplete="off" value={values[n] ?? ''} onChange={(e) => setValues({ ...values, [n]: e.target.value })} />}</Field>
              ))}
              {(kind === 'rows' || kind === 'count') && <Conditions of={s} item={item} value={filters} change={setFilters} />}
              {kind === 'rows' && (
                <div className="form">
                  {s.sort.length > 0 && <Field of="try.sort">{(id, by) => (
                    <Select id={id} aria-describedby={by} value={sort} onChange={setSort} options={[{ value: '', label: w.unsorted }, ...s.sort.flatMap((n) => [{ value: n, label: w.ascending(item(n)) }, { value: `-${n}`, label: w.descending(item(n)) }])]} />
                  )}</Field>}
                  <Field of="try.limit">{(id, by) => <input className="field" id={id} aria-describedby={by} type="number" min={1} max={1000} value={limit} onChange={(e) => setLimit(e.target.value)} />}</Field>
                </div>
              )}
              {send.problem && <Failed problem={{ ...send.problem, detail: w.lost }} plain />}
              <div><Button type="primary" htmlType="submit" loading={send.busy} disabled={!key || !shown.secret.trim()}>{key?.kind === 'api' ? w.sendKey : w.send}</Button></div>
            </form>
          </Card>
        </div>
        <Outcome of={done} service={s} item={item} />
      </div>
    </>
  );
}

/** Whether a grant lets the application call, and the way to one. */
function Standing({ of: s, app }: { of: Service; app: App }) {
  const { t } = useWords();
  const may = useMay();
  const grants = useLoad(may('grant.read') ? `grants of ${s.directory} active` : null, (sig) => api.grants({ directory: s.directory, state: 'active', limit: 200 }, sig));
  if (!grants.data) return null;
  const has = grants.data.items.some((g) => ['active', 'soon'].includes(standing(g)) && (g.grantee.kind === 'app' ? g.grantee.name === app.name : g.grantee.name === app.office));
  if (has) return null;
  return <p className="note warn">{t.trying.noGrant} {may('grant.make', s.office) && <Link to={to.newGrant({ grantee: `app:${app.name}`, directory: s.directory })}>{t.trying.grantNow}</Link>}</p>;
}

const today = () => new Date(new Date(`${new Date(Date.now() + 8 * 3_600_000).toISOString().slice(0, 10)}T00:00:00+08:00`).getTime() + 86_400_000).toISOString();

/** Which key, and its secret: pasted, or given here for today without being shown. */
function Secret({ app, given, of, change, issued }: { app: App; given: Key[]; of: Shown; change: (v: Shown) => void; issued: (k: Key) => void }) {
  const { t } = useWords();
  const w = t.trying;
  const may = useMay();
  const keys = [...app.keys, ...given].filter((k) => k.state === 'enabled' && (!k.until || Date.parse(k.until) > Date.now()));
  const mine = given.some((k) => k.id === of.key);
  const issue = useAction(async () => {
    const out = await api.addKey(app.name, { kind: 'hmac', until: today() });
    issued(out.key);
    change({ key: out.key.id, secret: out.secret });
  });
  const usable = keys.filter((k) => k.kind !== 'sm2');
  return (
    <>
      <Field of="try.key">{(id, by) => (
        <Select id={id} aria-describedby={by} value={of.key || undefined} placeholder={w.keyHint} onChange={(key) => change({ key, secret: '' })}
          options={usable.map((k) => ({ value: k.id, label: `${t.apps.kinds[k.kind] ?? k.kind} ${k.hint}` }))} />
      )}</Field>
      {usable.length === 0 && <p className="small muted">{w.noKey}</p>}
      {keys.some((k) => k.kind === 'sm2') && <p className="small muted">{w.sm2}</p>}
      {of.key && !mine && <Field of="try.secret">{(id, by) => <input className="field" id={id} aria-describedby={by} type="password" autoComplete="off" placeholder={w.secretHint} value={of.secret} onChange={(e) => change({ ...of, secret: e.target.value })} />}</Field>}
      {mine ? <p className="small ok-text" role="status">{w.issued}</p> : may('app.key', app.office) && <div><Button size="small" loading={issue.busy} onClick={() => void issue.act()}>{w.issue}</Button></div>}
      {issue.problem && <Failed problem={issue.problem} plain />}
    </>
  );
}
