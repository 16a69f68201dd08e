import { App, Button, Segmented, Select } from 'antd';
import { lazy, Suspense, useEffect, useMemo, useRef, useState, type ReactNode } from 'react';
import { api, ProblemError } from '../api/client';
import type { Problem } from '../api/schema.gen';
import { asProblem, useAction, useLoad } from '../api/use';
import { useWords } from '../i18n/use';
import { optionsOf } from '../part/choice';
import { Card, Head } from '../part/frame';
import { Labelled } from '../part/field';
import { FieldHelp } from '../part/help';
import { useTold } from '../part/kinds';
import { Busy, Failed, View } from '../part/state';
import { partsOf } from '../part/wrong';
import { Link } from '../route/link';
import { to } from '../route/paths';
import { go, useAlter, usePlace } from '../route/route';
import { DeclarationForm } from './declare/form';
import { lined, type Mark } from './declare/mark';

const Editor = lazy(() => import('./declare/editor'));

/** A directory's declaration: a new one, one guessed from a file, or the next version of one. */
export default function Declare({ name }: { name?: string }) {
  const { t } = useWords();
  const { query } = usePlace();
  const upload = query.get('upload') ?? undefined;
  const path = query.get('path') ?? undefined;
  const sheet = query.get('sheet') ?? undefined;
  const first = useLoad(`declare ${name ?? ''} ${upload ?? ''} ${path ?? ''} ${sheet ?? ''}`, async (s) => {
    if (name) return api.directory(name, s);
    if (upload || path) return { yaml: (await api.guess({ upload, path, sheet })).yaml, title: '' };
    return { yaml: t.declare.template, title: '' };
  });
  const called = first.data?.title || name;
  const title = called ? t.declare.editTitle(called) : t.declare.newTitle;
  return (
    <>
      <Head
        name={title}
        crumbs={[{ text: t.directories.title, to: to.directories }, ...(name ? [{ text: called ?? name, to: to.directory(name) }] : [])]}
        title={title}
        sub={t.declare.hint}
      />
      {first.data !== undefined ? <Form key={`${name} ${upload} ${path} ${sheet}`} name={name} first={first.data.yaml} from={{ upload, path, sheet }} /> : <View from={first} lines={12}>{() => null}</View>}
    </>
  );
}

type Checked = { state: 'waiting' } | { state: 'good' } | { state: 'bad'; problem: Problem; marks: Mark[] };

type From = { upload?: string; path?: string; sheet?: string };

/** One declaration, edited as a form or as its YAML; which one stands in the address. */
function Form({ name, first, from }: { name?: string; first: string; from: From }) {
  const { t, f } = useWords();
  const { message } = App.useApp();
  const alter = useAlter();
  const yaml = usePlace().query.get('as') === 'yaml';
  const draft = useDraft(`chengshu.draft.${name ?? [from.upload ?? from.path ?? '', from.sheet].filter(Boolean).join(' ')}`, first);
  const file = Boolean(from.upload || from.path);
  const save = useAction(async () => {
    const saved = await api.declare(draft.text, false);
    draft.drop();
    void message.success(saved.created ? t.declare.created : t.declare.saved(f.n(saved.version)));
    go(file ? to.load({ directory: saved.name, ...from }) : to.directory(saved.name));
  });
  const label = name ? t.declare.save : file ? t.declare.thenLoad : t.declare.create;
  const button = (ready: boolean) => <Button type="primary" loading={save.busy} disabled={!ready} onClick={() => void save.act()}>{label}</Button>;
  return (
    <>
      <div className="row gap">
        <Segmented aria-label={t.form.as} value={yaml ? 'yaml' : 'form'} onChange={(v) => alter({ as: v === 'yaml' ? 'yaml' : null }, true)} options={[{ value: 'form', label: t.form.asForm }, { value: 'yaml', label: t.form.asYaml }]} />
        <Link className="small" to={to.kinds}>{t.declare.reference}</Link>
      </div>
      {draft.restored && (
        <div className="note row">
          {t.declare.draft} <button type="button" className="link" onClick={draft.reset}>{t.declare.dropDraft}</button>
        </div>
      )}
      {yaml ? <AsYaml draft={draft} named={Boolean(name)} problem={save.problem} button={button} /> : <AsForm key={draft.round} draft={draft} named={Boolean(name)} problem={save.problem} button={button} />}
    </>
  );
}

interface As {
  draft: ReturnType<typeof useDraft>;
  named: boolean;
  problem: Problem | undefined; // of saving
  button: (ready: boolean) => ReactNode;
}

function AsForm({ draft, named, problem, button }: As) {
  const { t, f } = useWords();
  const [checked, tell] = useState<Problem | null>();
  const n = partsOf(checked).length;
  return (
    <div className="stack">
      <DeclarationForm text={draft.text} named={named} change={draft.change} checked={tell} />
      {problem && <Failed problem={problem} />}
      <div className="sheet-fixed">
        {button(checked === null)}
        <span role="status" aria-busy={checked === undefined} className={checked === null ? 'ok-text' : checked ? 'danger' : 'muted'}>{checked === null ? t.declare.good : checked ? t.form.left(f.n(n)) : t.declare.checking}</span>
      </div>
    </div>
  );
}

function AsYaml({ draft, named, problem, button }: As) {
  const { t } = useWords();
  const checked = useCheck(draft.text);
  const [jump, setJump] = useState<number>();
  const marks = useMemo(() => (checked.state === 'bad' ? checked.marks : []), [checked]);
  return (
    <div className="declare">
      <div>
        {!named && <Provider text={draft.text} change={draft.replace} />}
        <div className="editor">
          <Suspense fallback={<Busy lines={14} />}>
            <Editor key={draft.round} text={draft.text} change={draft.change} marks={marks} jump={jump} label={t.declare.editor} />
          </Suspense>
        </div>
        <p className="small muted gap-top">{t.declare.keys}</p>
      </div>
      <div className="stack">
        <Found checked={checked} jump={(line) => { setJump(undefined); window.setTimeout(() => setJump(line)); }} />
        {problem && <Failed problem={problem} />}
        <div>{button(checked.state !== 'bad')}</div>
      </div>
    </div>
  );
}

/** The office of a new declaration, chosen by its title; it is the line the text has. */
function Provider({ text, change }: { text: string; change: (text: string) => void }) {
  const { t } = useWords();
  const offices = useLoad('offices', api.offices);
  const told = useTold();
  const line = /^office:.*$/m;
  const now = line.exec(text)?.[0].slice('office:'.length).trim().replace(/^["']|["']$/g, '');
  const set = (office: string) => change(line.test(text) ? text.replace(line, `office: ${office}`) : `${text.trimEnd()}\noffice: ${office}\n`);
  return (
    <Labelled label={t.directories.office} help={<FieldHelp path="office" />} told={told('office')}>{(id, by) => (
      <Select
        id={id}
        aria-describedby={by}
        style={{ width: 280 }}
        value={now || undefined}
        placeholder={t.declare.office}
        onChange={set}
        showSearch={{ optionFilterProp: 'label' }}
        options={optionsOf(offices.data?.items)}
      />
    )}</Labelled>
  );
}

function Found({ checked, jump }: { checked: Checked; jump: (line: number) => void }) {
  const { t, f } = useWords();
  if (checked.state !== 'bad') {
    return <Card pad><span role="status" aria-busy={checked.state !== 'good'} className={checked.state === 'good' ? 'ok-text' : 'muted'}>{checked.state === 'good' ? t.declare.good : t.declare.checking}</span></Card>;
  }
  return (
    <Card title={<span className="danger">{t.declare.bad(f.n(checked.marks.length))}</span>}>
      <div role="status">
        <ul className="found">
          {checked.marks.map((m, i) => (
            <li key={i}>
              {m.line > 0 && <button type="button" className="link" onClick={() => jump(m.line)}>{t.declare.line(f.n(m.line))}</button>} {m.text}
              {m.remedy && <span className="reason">{m.remedy}</span>}
            </li>
          ))}
        </ul>
      </div>
    </Card>
  );
}

/** The server checks what is written when typing rests. */
function useCheck(text: string): Checked {
  const [checked, set] = useState<Checked>({ state: 'waiting' });
  const round = useRef(0);
  useEffect(() => {
    const mine = ++round.current;
    const timer = window.setTimeout(() => {
      api.declare(text, true).then(
        () => mine === round.current && set({ state: 'good' }),
        (e: unknown) => {
          if (mine !== round.current) return;
          const problem = asProblem(e);
          if (e instanceof ProblemError) set({ state: 'bad', problem, marks: lined(problem) });
        },
      );
    }, 400);
    return () => window.clearTimeout(timer);
  }, [text]);
  return checked;
}

/** What is typed survives a reload until it is saved or dropped. */
function useDraft(key: string, first: string) {
  const kept = useMemo(() => {
    try {
      const k = localStorage.getItem(key);
      return k !== null && k !== first ? k : null;
    } catch {
      return null;
    }
  }, [key, first]);
  const [text, setText] = useState(kept ?? first);
  const [round, setRound] = useState(0);
  const [restored, setRestored] = useState(kept !== null);
  const store = (v: string | null) => {
    try {
      if (v === null) localStorage.removeItem(key);
      else localStorage.setItem(key, v);
    } catch {
      // without storage there is no draft
    }
  };
  return {
    text, round, restored,
    change: (v: string) => { setText(v); store(v); },
    replace: (v: string) => { setText(v); store(v); setRound((n) => n + 1); },
    drop: () => store(null),
    reset: () => { store(null); setText(first); setRestored(false); setRound((n) => n + 1); },
  };
}
