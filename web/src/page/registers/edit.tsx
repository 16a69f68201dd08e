import { App, Button, Drawer } from 'antd';
import { useEffect, useMemo, useRef, useState } from 'react';
import { api } from '../../api/client';
import type { Field, Problem, RecordStanding, RegisterPage, RegisterRecord } from '../../api/schema.gen';
import { asProblem } from '../../api/use';
import { useWords } from '../../i18n/use';
import { Restored } from '../../part/draft';
import { Labelled } from '../../part/field';
import { RecordFields, useRecordDraft, wrongElsewhere } from '../../part/record/form';
import { asked, early, typedAll, valueOf, valuesOf, type Typed } from '../../part/record/values';
import { Failed } from '../../part/state';
import { go } from '../../route/route';
import { Conflict } from './conflict';

interface Props {
  pack: string;
  page: RegisterPage;
  of?: RegisterRecord; // that is corrected; else one is entered
  close: () => void;
  saved: (id: string) => void;
}

/** A record's form: the server judges it while it is typed, with each rule in words. */
export function Edit({ pack, page, of, close, saved }: Props) {
  const { t } = useWords();
  const w = t.registers;
  const { message } = App.useApp();
  const form = useMemo(() => (of ? page.form : early(page.form)), [of, page]);
  const fields = useMemo(() => asked(form), [form]);
  const hidden = useMemo(() => new Set(of?.hidden ?? []), [of]);
  const first = useMemo(() => typedAll(fields.filter((f) => !hidden.has(f.name)), of?.values ?? page.initial), [fields, hidden, of, page]);
  const draft = useRecordDraft(`record ${pack}/${form.name}/${of?.id ?? ''}`, fields, first);
  const [reason, say] = useState('');
  const [touched, touch] = useState<Set<string>>(new Set());
  const [tried, attempt] = useState(false);
  const [problem, fail] = useState<Problem>();
  const [newer, meet] = useState<RegisterRecord>();
  const [busy, set] = useState(false);
  // What is not shown is sent only once somebody writes something else, or empties it.
  const unseen = (f: Field) => hidden.has(f.name) && (draft.typed[f.name] === undefined || draft.typed[f.name] === '');
  const sent = fields.filter((f) => !unseen(f));
  const [standing, judge] = useStanding(pack, form.name, of?.id, valuesOf(sent, draft.typed), fields.filter(unseen).map((f) => f.name));
  const mine = of ? sent.filter((f) => f.name in draft.typed && JSON.stringify(valueOf(f, draft.typed[f.name])) !== JSON.stringify(valueOf(f, first[f.name]))) : sent;
  const shownFaults = (standing?.faults ?? []).filter((p) => tried || touched.has(fieldOf(p)));
  const told = shownFaults.length ? ({ ...shownFaults[0], parts: shownFaults } as Problem) : problem;
  const elsewhere = problem && (problem.code === stale ? undefined : wrongElsewhere(problem, fields));
  const change = (name: string, v: unknown) => {
    touch((s) => new Set(s).add(name));
    fail(undefined);
    draft.change(name, v);
  };
  const save = async (version: number) => {
    set(true);
    fail(undefined);
    try {
      if ((await judge()).faults.length > 0) { // of what is typed now, not when typing last rested
        attempt(true);
        return;
      }
      const id = await send(pack, page, of, valuesOf(mine, draft.typed), version, reason.trim());
      draft.drop();
      void message.success(of ? w.changed : w.entered);
      if (page.flow) go(`/cases/${id}`);
      else saved(id);
    } catch (e) {
      const p = asProblem(e);
      fail(p);
      if (p.code === stale && of) meet(await api.record(pack, form.name, of.id));
    } finally {
      set(false);
    }
  };
  const hint = (f: Field) => hidden.has(f.name) && <Kept word={of?.words[f.name]} typed={draft.typed[f.name]} needed={standing?.required.includes(f.name) ?? f.required} put={(v) => change(f.name, v)} />;
  const title = of ? w.editTitle(of.key) : page.flow ? w.startTitle(form.title) : w.addTitle(form.title);
  const foot = (
    <div className="foot">
      <span className="fill small muted">{tried && (standing?.faults.length ?? 0) > 0 ? <span className="danger" role="status">{w.faults(String(standing?.faults.length))}</span> : of ? w.changes(String(mine.length)) : ''}</span>
      <Button onClick={close}>{t.cancel}</Button>
      <Button type="primary" loading={busy} disabled={Boolean(newer) || (of && mine.length === 0)} onClick={() => void save(of?.version ?? 0)}>{w.save}</Button>
    </div>
  );
  return (
    <Drawer open title={title} aria-label={title} size={760} onClose={close} footer={foot} mask={{ closable: false }}>
      <div className="stack">
        <Restored of={draft} />
        {newer && of && <Conflict form={form} was={of} now={newer} mine={mine.map((f) => f.name)} busy={busy} save={() => { meet(undefined); void save(newer.version); }} leave={() => { draft.drop(); saved(of.id); }} />}
        {elsewhere && <Failed problem={elsewhere} plain />}
        <RecordFields of={form} pack={pack} typed={draft.typed} change={change} problem={told} standing={standing} hint={hint} held={unseen} />
        {of && <Labelled label={w.why} help={null} told={w.whyHint} wide>{(id, by) => <input id={id} aria-describedby={by} className="field" maxLength={500} placeholder={w.whyHint} value={reason} onChange={(e) => say(e.target.value)} />}</Labelled>}
      </div>
    </Drawer>
  );
}

/** What the server answers a change that was made from an earlier version. */
const stale = 'record.changed';

const fieldOf = (p: Problem) => (p.where ?? '').split(/[[.]/)[0] ?? '';

/** Saves what was typed, and gives the id of what there is now: a case where a flow begins one. */
async function send(pack: string, page: RegisterPage, of: RegisterRecord | undefined, values: Typed, version: number, reason: string): Promise<string> {
  if (of) return (await api.changeRecord(pack, page.form.name, of.id, { values, version, reason: reason || undefined })).id;
  if (page.flow) return (await api.openCase({ pack, flow: page.form.name, values })).case.id;
  return (await api.createRecord(pack, page.form.name, values)).id;
}

/** What the server says of a form, whenever typing rests, and at once where it is asked. */
function useStanding(pack: string, register: string, id: string | undefined, values: Typed, held: string[]): [RecordStanding | undefined, () => Promise<RecordStanding>] {
  const [standing, put] = useState<RecordStanding>();
  const body = JSON.stringify({ values, id, held });
  const begun = useRef(false);
  const ask = async (signal?: AbortSignal) => {
    const s = await api.checkRecord(pack, register, JSON.parse(body) as { values: Typed; id?: string; held: string[] }, signal);
    if (!signal?.aborted) put(s);
    return s;
  };
  const how = useRef(ask);
  how.current = ask;
  useEffect(() => {
    const stop = new AbortController();
    const timer = window.setTimeout(() => void how.current(stop.signal).catch(() => undefined), begun.current ? 350 : 0);
    begun.current = true;
    return () => { window.clearTimeout(timer); stop.abort(); };
  }, [pack, register, body]);
  return [standing, () => ask()];
}

/** Says of a field whose value is masked that it is kept unless something else is written. */
function Kept({ word, typed, needed, put }: { word?: string; typed: unknown; needed: boolean; put: (v: unknown) => void }) {
  const w = useWords().t.registers;
  if (typed === null) return <span className="small danger">{w.willEmpty} <button type="button" className="link" onClick={() => put(undefined)}>{w.undo}</button></span>;
  if (typed !== undefined && typed !== '') return <span className="small muted">{w.willReplace}</span>;
  return <span className="small muted">{w.kept(word || w.masked)} {!needed && <button type="button" className="link" onClick={() => put(null)}>{w.emptyIt}</button>}</span>;
}
