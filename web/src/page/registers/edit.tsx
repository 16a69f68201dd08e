import { App, Button, Drawer } from 'antd';
import { useEffect, useMemo, useRef, useState } from 'react';
import { api } from '../../api/client';
import type { Field, Problem, RecordStanding, RegisterPage, RegisterRecord } from '../../api/schema.gen';
import { asProblem } from '../../api/use';
import { useWords } from '../../i18n/use';
import { Restored } from '../../part/draft';
import { Labelled, toFirstWrong } from '../../part/field';
import { casesChanged, tell } from '../../part/heard';
import { Kept } from '../../part/record/kept';
import { RecordFields, useRecordDraft, wrongElsewhere } from '../../part/record/form';
import { asked, early, typedAll, valuesOf, writtenOf, type Typed } from '../../part/record/values';
import { Failed } from '../../part/state';
import { to } from '../../route/paths';
import { go } from '../../route/route';
import { Conflict } from './conflict';

interface Props {
  pack: string;
  page: RegisterPage;
  of?: RegisterRecord; // that is corrected; else one is entered
  close: () => void;
  saved?: (id: string) => void; // of a record: a case that was begun is gone to
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
  const [tried, attempt] = useState(0); // how often it was sent and is not right yet
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => { if (tried) toFirstWrong(box.current); }, [tried]);
  const [problem, fail] = useState<Problem>();
  const [newer, meet] = useState<RegisterRecord>();
  const [busy, set] = useState(false);
  // What is not shown is sent only once somebody writes something else, or empties it.
  const written = writtenOf(fields, draft.typed, first, (f) => hidden.has(f.name));
  const unseen = (f: Field) => hidden.has(f.name) && !written.includes(f);
  const sent = fields.filter((f) => !unseen(f));
  const values = valuesOf(sent, draft.typed);
  const [standing, judge, judged] = useStanding(pack, form.name, of?.id, values, fields.filter(unseen).map((f) => f.name));
  const fresh = (name: string) => JSON.stringify(values[name]) === JSON.stringify(judged[name]); // what was typed since is not judged yet
  const mine = of ? written : sent;
  const shownFaults = (standing?.faults ?? []).filter((p) => (tried > 0 || touched.has(fieldOf(p))) && fresh(fieldOf(p)));
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
        attempt((n) => n + 1);
        return;
      }
      const done = await send(pack, page, of, valuesOf(mine, draft.typed), version, reason.trim());
      draft.drop();
      if (done.of) {
        tell(casesChanged);
        void message.success(done.joined ? t.desk.joined(done.of) : t.desk.begun(done.of));
        go(to.kase(done.id));
        return;
      }
      void message.success(of ? w.changed : w.entered);
      saved?.(done.id);
    } catch (e) {
      const p = asProblem(e);
      fail(p);
      if (p.code === stale && of) meet(await api.record(pack, form.name, of.id));
    } finally {
      set(false);
    }
  };
  const hint = (f: Field) => hidden.has(f.name) && <Kept word={of?.words[f.name]} typed={draft.typed[f.name]} needed={standing?.required.includes(f.name) ?? f.required} put={(v) => change(f.name, v)} rows={f.kind === 'table' && of?.can_plain} />;
  const title = of ? w.editTitle(of.key) : page.flow ? t.desk.begin(form.title) : w.addTitle(form.title);
  const foot = (
    <div className="foot">
      <span className="fill small muted">{tried > 0 && (standing?.faults.length ?? 0) > 0 ? <span className="danger" role="status">{w.faults(String(standing?.faults.length))}</span> : of ? w.changes(String(mine.length)) : ''}</span>
      <Button onClick={close}>{t.cancel}</Button>
      <Button type="primary" loading={busy} disabled={Boolean(newer) || (of && mine.length === 0)} onClick={() => void save(of?.version ?? 0)}>{page.flow ? t.desk.begin(form.title) : w.save}</Button>
    </div>
  );
  return (
    <Drawer open title={title} aria-label={title} size={760} onClose={close} footer={foot} mask={{ closable: false }}>
      <div className="stack" ref={box}>
        <Restored of={draft} />
        {newer && of && <Conflict form={form} was={of} now={newer} mine={mine.map((f) => f.name)} busy={busy} save={() => { meet(undefined); void save(newer.version); }} leave={() => { draft.drop(); saved?.(of.id); }} />}
        {elsewhere && <Failed problem={elsewhere} plain />}
        <RecordFields of={form} pack={pack} typed={draft.typed} change={change} problem={told} standing={standing} hint={hint} held={unseen} src={of && ((file) => api.recordFile(pack, form.name, of.id, file, true))} />
        {of && <Labelled label={w.why} help={null} told={w.whyHint} wide>{(id, by) => <input id={id} aria-describedby={by} className="field" maxLength={500} placeholder={w.whyHint} value={reason} onChange={(e) => say(e.target.value)} />}</Labelled>}
      </div>
    </Drawer>
  );
}

/** What the server answers a change that was made from an earlier version. */
const stale = 'record.changed';

const fieldOf = (p: Problem) => (p.where ?? '').split(/[[.]/)[0] ?? '';

/** Saves what was typed: gives the record, or the case that was begun, by its number. */
async function send(pack: string, page: RegisterPage, of: RegisterRecord | undefined, values: Typed, version: number, reason: string): Promise<{ id: string; of?: string; joined?: boolean }> {
  if (of) return { id: (await api.changeRecord(pack, page.form.name, of.id, { values, version, reason: reason || undefined })).id };
  if (!page.flow) return { id: (await api.createRecord(pack, page.form.name, values)).id };
  const made = await api.openCase({ pack, flow: page.form.name, values });
  return { id: made.case.id, of: made.case.key, joined: made.joined };
}

/** What the server says of a form, whenever typing rests, and at once where it is asked. */
function useStanding(pack: string, register: string, id: string | undefined, values: Typed, held: string[]): [RecordStanding | undefined, () => Promise<RecordStanding>, judged: Typed] {
  const [{ standing, judged }, put] = useState<{ standing?: RecordStanding; judged: Typed }>({ judged: {} });
  const body = JSON.stringify({ values, id, held });
  const begun = useRef(false);
  const ask = async (signal?: AbortSignal) => {
    const asked = JSON.parse(body) as { values: Typed; id?: string; held: string[] };
    const s = await api.checkRecord(pack, register, asked, signal);
    if (!signal?.aborted) put({ standing: s, judged: asked.values });
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
  return [standing, () => ask(), judged];
}
