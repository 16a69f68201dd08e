import { App, Button, Select } from 'antd';
import type { ReactNode } from 'react';
import { api } from '../../api/client';
import { useMay } from '../../api/session';
import type { Directory, GrantDraft, RowRule } from '../../api/schema.gen';
import { useAction, useLoad } from '../../api/use';
import { useWords } from '../../i18n/use';
import { optionsOf } from '../../part/choice';
import { Restored, useDraft } from '../../part/draft';
import { Field, HelpOf, Wrongs, type Wrong } from '../../part/field';
import { Card, Head } from '../../part/frame';
import { useTitles, type Titles } from '../../part/share';
import { Elsewhere, Empty, View } from '../../part/state';
import { partsOf } from '../../part/wrong';
import { to } from '../../route/paths';
import { go, useAlter, usePlace } from '../../route/route';
import { Items, type Pick } from './items';
import { Preview } from './preview';
import { RowRules } from './rows';
import { Summary } from './summary';

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
          <Field of="grant.grantee">{(id, by) => (
            <Select id={id} aria-describedby={by} value={grantee || undefined} placeholder={w.granteeHint} onChange={(v) => alter({ grantee: v }, true)} showSearch={{ optionFilterProp: 'find' }} optionRender={(o) => <Whose of={o.data} />}
              options={[
                { label: t.share.kinds.app, options: titles.grantees.filter((a) => a.state === 'enabled').map((a) => ({ value: `app:${a.name}`, label: a.title, whose: a.office_title, find: `${a.title} ${a.office_title} ${a.name}` })) },
                { label: t.share.kinds.office, options: titles.offices.map((o) => ({ value: `office:${o.name}`, label: o.title, find: `${o.title} ${o.name}` })) },
              ]} />
          )}</Field>
          <Field of="grant.directory">{(id, by) => (
            <Select id={id} aria-describedby={by} value={name || undefined} placeholder={w.directoryHint} onChange={(v) => alter({ directory: v }, true)} showSearch={{ optionFilterProp: 'label' }}
              options={optionsOf(open)} />
          )}</Field>
        </div>
      </Card>
      {name ? <View from={directory} lines={8}>{(d) => <Form key={d.name} directory={d} grantee={grantee} titles={titles} />}</View> : <Card><Empty title={w.pick} hint={w.pickHint} /></Card>}
    </div>
  );
}

function Whose({ of: o }: { of: { label?: ReactNode; whose?: string } }) {
  return <><span>{o.label}</span>{o.whose && <span className="small muted"> {o.whose}</span>}</>;
}

const never = '0001-01-01T00:00:00Z'; // of a date that was left out: the server says so at its place

/** The first moment of a day in the district. */
export const begins = (day: string) => new Date(`${day}T00:00:00+08:00`);

const inAYear = () => new Date(Date.now() + 365 * 86_400_000).toISOString().slice(0, 10);

/** What is filled in. A day that was not touched is in a year from now, whenever that is. */
export interface Filled {
  picks: Pick[];
  rules: RowRule[] | null;
  purpose: string;
  basis: string;
  from: string;
  until: string | null;
  perSecond: string;
  perDay: string;
}

const blank: Filled = { picks: [], rules: null, purpose: '', basis: '', from: '', until: null, perSecond: '50', perDay: '100000' };

function draftOf(d: Directory, grantee: string, v: Filled): GrantDraft {
  const [kind, ...rest] = grantee.split(':');
  const until = v.until ?? inAYear();
  return {
    grantee: { kind: kind === 'office' ? 'office' : 'app', name: rest.join(':') },
    directory: d.name,
    items: v.picks.map((p) => ({ item: p.item, mask: p.mask || undefined, basis: p.basis.trim() || undefined })),
    ...(v.rules ? { rows: v.rules } : { all_rows: true }),
    purpose: v.purpose.trim(),
    basis: v.basis.trim(),
    from: v.from ? begins(v.from).toISOString() : undefined,
    until: until ? new Date(begins(until).getTime() + 86_400_000).toISOString() : never,
    per_second: Number(v.perSecond) || 0,
    per_day: Number(v.perDay) || 0,
  };
}

function Form({ directory: d, grantee, titles }: { directory: Directory; grantee: string; titles: Titles }) {
  const { t } = useWords();
  const w = t.grants;
  const { message } = App.useApp();
  const kept = useDraft<Filled>(`grant of ${d.name}`, blank);
  const v = { ...kept.value, until: kept.value.until ?? inAYear() };
  const put = (p: Partial<Filled>) => kept.set({ ...kept.value, ...p });
  const draft = () => draftOf(d, grantee, kept.value);
  const save = useAction(async () => {
    const made = await api.makeGrant(draft());
    kept.drop();
    void message.success(w.made);
    go(to.grant(made.id));
  });
  const parts = partsOf(save.problem);
  const wrong: Wrong = (...at) => parts.filter((p) => at.includes(p.where ?? ''));
  const known = /^(items|rows|purpose|basis|until|from|per_)/;
  const elsewhere = parts.filter((p) => !known.test(p.where ?? ''));
  const text = (k: 'purpose' | 'basis', hint: string) => (id: string, by: string) => <input className="field" id={id} aria-describedby={by} value={v[k]} placeholder={hint} onChange={(e) => put({ [k]: e.target.value })} />;
  const typed = (k: 'from' | 'until' | 'perSecond' | 'perDay', type: 'date' | 'number') => (id: string, by: string) => <input className="field" type={type} min={type === 'number' ? 1 : undefined} id={id} aria-describedby={by} value={v[k]} onChange={(e) => put({ [k]: e.target.value })} />;
  return (
    <>
      <Restored of={kept} />
      <Card title={<>{w.itemsN(String(v.picks.length))} <HelpOf of="grant.items" /></>} note={w.itemsNote}><Items of={d} picks={v.picks} change={(picks) => put({ picks })} wrong={wrong} /><Wrongs of={wrong('items')} /></Card>
      <Card title={<>{w.cols.rows} <HelpOf of="grant.rows" /></>} pad><RowRules of={d} rules={v.rules} change={(rules) => put({ rules })} wrong={wrong} /></Card>
      <Preview of={d} draft={draft()} ready={Boolean(grantee) && v.picks.length > 0} />
      <Card title={w.why} pad>
        <div className="form">
          <Field of="grant.purpose" wrong={wrong('purpose')}>{text('purpose', w.purposeHint)}</Field>
          <Field of="grant.basis" wrong={wrong('basis')}>{text('basis', w.basisHint)}</Field>
          <Field of="grant.from" wrong={wrong('from')}>{typed('from', 'date')}</Field>
          <Field of="grant.until" wrong={wrong('until')}>{typed('until', 'date')}</Field>
          <Field of="grant.per_second" wrong={wrong('per_second')}>{typed('perSecond', 'number')}</Field>
          <Field of="grant.per_day" wrong={wrong('per_day')}>{typed('perDay', 'number')}</Field>
        </div>
      </Card>
      <Card title={t.granting.summary} pad>
        <Summary of={d} draft={draft()} titles={titles} />
        <Elsewhere problem={save.problem} parts={elsewhere} />
        <div className="row gap-top"><Button type="primary" loading={save.busy} onClick={() => void save.act()}>{w.grant}</Button></div>
      </Card>
    </>
  );
}
