import { App, Button, Select } from 'antd';
import { useId, useState, type ReactNode } from 'react';
import { api } from '../../api/client';
import { useMay } from '../../api/session';
import type { Directory, MakeGrantIn, Problem, RowRule } from '../../api/schema.gen';
import { useAction, useLoad } from '../../api/use';
import { useWords } from '../../i18n/use';
import { Card, Head } from '../../part/frame';
import { useTitles } from '../../part/share';
import { Empty, Failed, View } from '../../part/state';
import { to } from '../../route/paths';
import { go, useAlter, usePlace } from '../../route/route';
import { Items, type Pick } from './items';
import { RowRules } from './rows';

/** What is wrong at a place of the form, as the server says it. */
export type Wrong = (...at: string[]) => Problem[];

export default function Granting() {
  const { t } = useWords();
  const may = useMay();
  return (
    <>
      <Head name={t.grants.make} crumbs={[{ text: t.grants.title, to: to.grants() }]} title={t.grants.make} sub={t.grants.makeSub} />
      {may('grant.make') ? <Whom /> : <Card><Empty title={t.share.forbidden} hint={t.share.forbiddenHint} /></Card>}
    </>
  );
}

/** Grantee and directory stand in the address: the rest of the form follows them. */
function Whom() {
  const { t } = useWords();
  const w = t.grants;
  const { query } = usePlace();
  const alter = useAlter();
  const may = useMay();
  const titles = useTitles();
  const grantee = query.get('grantee') ?? '';
  const name = query.get('directory') ?? '';
  const directory = useLoad(name ? `directory ${name}` : null, (s) => api.directory(name, s));
  const open = titles.directories.filter((d) => d.state === 'published' && d.share_type !== 'none' && may('grant.make', d.office));
  return (
    <div className="stack">
      <Card title={w.who} pad>
        <div className="form">
          <Field label={w.cols.grantee}>{(id) => (
            <Select id={id} value={grantee || undefined} placeholder={w.granteeHint} onChange={(v) => alter({ grantee: v }, true)} showSearch={{ optionFilterProp: 'label' }}
              options={[
                { label: t.share.kinds.app, options: titles.apps.filter((a) => a.state === 'enabled').map((a) => ({ value: `app:${a.name}`, label: a.title })) },
                { label: t.share.kinds.office, options: titles.offices.map((o) => ({ value: `office:${o.name}`, label: o.title })) },
              ]} />
          )}</Field>
          <Field label={w.cols.directory}>{(id) => (
            <Select id={id} value={name || undefined} placeholder={w.directoryHint} onChange={(v) => alter({ directory: v }, true)} showSearch={{ optionFilterProp: 'label' }}
              options={open.map((d) => ({ value: d.name, label: d.title }))} />
          )}</Field>
        </div>
      </Card>
      {name ? <View from={directory} lines={8}>{(d) => <Form key={d.name} directory={d} grantee={grantee} />}</View> : <Card><Empty title={w.pick} hint={w.pickHint} /></Card>}
    </div>
  );
}

const never = '0001-01-01T00:00:00Z'; // of a date that was left out: the server says so at its place

/** The first moment of a day in the district. */
const begins = (day: string) => new Date(`${day}T00:00:00+08:00`);

const inAYear = () => new Date(Date.now() + 365 * 86_400_000).toISOString().slice(0, 10);

function Form({ directory: d, grantee }: { directory: Directory; grantee: string }) {
  const { t } = useWords();
  const w = t.grants;
  const { message } = App.useApp();
  const [picks, pick] = useState<Pick[]>([]);
  const [rules, setRules] = useState<RowRule[] | null>(null);
  const [say, set] = useState({ purpose: '', basis: '', from: '', until: inAYear(), perSecond: '50', perDay: '100000' });
  const put = (k: keyof typeof say) => (v: string) => set({ ...say, [k]: v });
  const [kind, ...rest] = grantee.split(':');
  const draft = (): MakeGrantIn => ({
    grantee: { kind: kind === 'office' ? 'office' : 'app', name: rest.join(':') },
    directory: d.name,
    items: picks.map((p) => ({ item: p.item, mask: p.mask || undefined, basis: p.basis.trim() || undefined })),
    ...(rules ? { rows: rules } : { all_rows: true }),
    purpose: say.purpose.trim(),
    basis: say.basis.trim(),
    from: say.from ? begins(say.from).toISOString() : undefined,
    until: say.until ? new Date(begins(say.until).getTime() + 86_400_000).toISOString() : never,
    per_second: Number(say.perSecond) || 0,
    per_day: Number(say.perDay) || 0,
  });
  const save = useAction(async () => {
    const made = await api.makeGrant(draft());
    void message.success(w.made);
    go(to.grant(made.id));
  });
  const parts = save.problem ? (save.problem.parts ?? [save.problem]) : [];
  const wrong: Wrong = (...at) => parts.filter((p) => at.includes(p.where ?? ''));
  const known = /^(items|rows|purpose|basis|until|from|per_)/;
  const elsewhere = parts.filter((p) => !known.test(p.where ?? ''));
  return (
    <>
      <Card title={w.itemsN(String(picks.length))} note={w.itemsNote}><Items of={d} picks={picks} change={pick} wrong={wrong} /><Wrongs of={wrong('items')} /></Card>
      <Card title={w.cols.rows} pad><RowRules of={d} rules={rules} change={setRules} wrong={wrong} /></Card>
      <Card title={w.why} pad>
        <div className="form">
          <Field label={w.cols.purpose} wrong={wrong('purpose')}>{(id, described) => <input className="field" id={id} aria-describedby={described} value={say.purpose} placeholder={w.purposeHint} onChange={(e) => put('purpose')(e.target.value)} />}</Field>
          <Field label={w.basis} wrong={wrong('basis')}>{(id, described) => <input className="field" id={id} aria-describedby={described} value={say.basis} placeholder={w.basisHint} onChange={(e) => put('basis')(e.target.value)} />}</Field>
          <Field label={w.fromDay} wrong={wrong('from')}>{(id, described) => <input className="field" type="date" id={id} aria-describedby={described} value={say.from} onChange={(e) => put('from')(e.target.value)} />}</Field>
          <Field label={w.untilDay} wrong={wrong('until')}>{(id, described) => <input className="field" type="date" id={id} aria-describedby={described} value={say.until} onChange={(e) => put('until')(e.target.value)} />}</Field>
          <Field label={w.perSecond} wrong={wrong('per_second')}>{(id, described) => <input className="field" type="number" min={1} id={id} aria-describedby={described} value={say.perSecond} onChange={(e) => put('perSecond')(e.target.value)} />}</Field>
          <Field label={w.perDay} wrong={wrong('per_day')}>{(id, described) => <input className="field" type="number" min={1} id={id} aria-describedby={described} value={say.perDay} onChange={(e) => put('perDay')(e.target.value)} />}</Field>
        </div>
        {save.problem && elsewhere.length > 0 && <Failed problem={{ ...save.problem, parts: save.problem.parts && elsewhere }} plain />}
        {save.problem && elsewhere.length === 0 && <p className="danger" role="alert">{save.problem.detail}</p>}
        <div className="row gap-top"><Button type="primary" loading={save.busy} onClick={() => void save.act()}>{w.grant}</Button></div>
      </Card>
    </>
  );
}

export function Field({ label, wrong = [], children }: { label: string; wrong?: Problem[]; children: (id: string, described: string | undefined) => ReactNode }) {
  const id = useId();
  return (
    <div className="field-of">
      <label className="label" htmlFor={id}>{label}</label>
      {children(id, wrong.length ? `${id}-wrong` : undefined)}
      <Wrongs of={wrong} id={`${id}-wrong`} />
    </div>
  );
}

export function Wrongs({ of, id }: { of: Problem[]; id?: string }) {
  const { t } = useWords();
  if (of.length === 0) return null;
  return <div id={id} className="small danger wrongs">{of.map((p, i) => <div key={i}>{[p.detail, p.remedy].filter(Boolean).join(t.semi)}</div>)}</div>;
}

