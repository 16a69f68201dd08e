import { Checkbox, Select } from 'antd';
import { useEffect, useId, useRef, useState } from 'react';
import { api } from '../../api/client';
import { useMay } from '../../api/session';
import type { Declaration, Problem } from '../../api/schema.gen';
import { asProblem, useLoad } from '../../api/use';
import { useWords } from '../../i18n/use';
import { optionsOf } from '../../part/choice';
import { Card } from '../../part/frame';
import { Labelled } from '../../part/field';
import { FieldHelp } from '../../part/help';
import { useKinds, useTold } from '../../part/kinds';
import { Busy, Failed } from '../../part/state';
import { CodeLists } from './codes';
import { Field, Found, wrongsOf } from './field';
import { Items } from './items';
import type { Parts } from './parts';
import { Rules } from './rules';

/** The declaration as a form. What is typed goes to the server when typing rests, and comes back as YAML with what is wrong at which field. */
export function DeclarationForm({ text, named, change, checked }: { text: string; named: boolean; change: (yaml: string) => void; checked: (problem: Problem | null | undefined) => void }) {
  const [of, put] = useState<Declaration>();
  const [problem, tell] = useState<Problem | null>();
  const [refused, refuse] = useState<Problem>();
  const round = useRef(0);
  const start = useRef(text);
  const told = useRef({ change, checked });
  told.current = { change, checked };
  const ask = (body: string, first: boolean) => {
    const mine = ++round.current;
    api.readDeclaration(body).then(
      (r) => {
        if (mine !== round.current) return;
        refuse(undefined);
        tell(r.problem);
        told.current.checked(r.problem);
        if (first && r.declaration) put(r.declaration);
        if (!first) told.current.change(r.yaml);
      },
      (e: unknown) => mine === round.current && refuse(asProblem(e)),
    );
  };
  useEffect(() => ask(start.current, true), []);
  useEffect(() => {
    if (!of || !edited.current) return;
    told.current.checked(undefined);
    const timer = window.setTimeout(() => ask(JSON.stringify(of), false), 350);
    return () => window.clearTimeout(timer);
  }, [of]);
  const edited = useRef(false);
  const words = useKinds().from; // of the fields: without them a form has no labels
  if (!of || !words.data) {
    const why = refused ?? words.problem;
    return why ? <Failed problem={why} /> : <Busy lines={14} />;
  }
  const set = (c: Partial<Declaration>) => {
    edited.current = true;
    put((d) => d && { ...d, ...c });
  };
  const parts: Parts = { of, set, wrongs: wrongsOf(problem) };
  return (
    <div className="stack">
      {refused && <Failed problem={refused} />}
      <Head {...parts} named={named} />
      <Sharing {...parts} />
      <Items {...parts} />
      <Rules {...parts} />
      <Mount {...parts} />
      <CodeLists {...parts} />
    </div>
  );
}

function Head({ of: d, set, wrongs, named }: Parts & { named: boolean }) {
  const { t } = useWords();
  const told = useTold();
  const may = useMay();
  const offices = useLoad('offices', api.offices);
  const own = (offices.data?.items ?? []).filter((o) => may('directory.write', o.name));
  const text = (path: keyof Declaration, more?: { long?: boolean; wide?: boolean }) => (
    <Field path={path} value={d[path] as string | undefined} change={(v) => set({ [path]: v ?? (path === 'title' || path === 'abstract' || path === 'name' ? '' : undefined) })} wrongs={wrongs} {...more} />
  );
  return (
    <Card title={t.directory.about} pad>
      <div className="form">
        {text('title')}
        {named ? <Labelled label={t.directory.item.name} help={<FieldHelp path="name" />} told={told('name')}>{(id, by) => <code id={id} aria-describedby={by}>{d.name}</code>}</Labelled> : text('name')}
        <Field path="office" value={d.office} change={(v) => set({ office: v ?? '' })} wrongs={wrongs} options={optionsOf(own)} />
        {text('code')}
        {text('class')}
        {text('domain')}
        {text('format')}
        {text('level')}
        {text('update')}
        {text('issued')}
        <Related of={d} set={set} wrongs={wrongs} />
        {text('abstract', { long: true, wide: true })}
        {text('use', { wide: true })}
      </div>
    </Card>
  );
}

/** Codes of other directories: picked by their titles, or written where the other is not here. */
function Related({ of: d, set, wrongs }: Parts) {
  const told = useTold();
  const title = useKinds().fields.get('related')?.title ?? 'related';
  const all = useLoad('directories-coded', (s) => api.directories({ limit: 500 }, s));
  const options = (all.data?.items ?? []).filter((x) => x.code && x.name !== d.name).map((x) => ({ value: x.code, label: `${x.code} ${x.title}` }));
  return (
    <Labelled label={title} help={<FieldHelp path="related" />} told={told('related')} wrong={wrongs('related', true)}>{(id, by) => (
      <Select id={id} aria-describedby={by} mode="tags" tokenSeparators={[',', ' ', ';']} value={d.related ?? []} onChange={(related: string[]) => set({ related: related.length ? related : undefined })} showSearch={{ optionFilterProp: 'label' }} options={options} />
    )}</Labelled>
  );
}

function Sharing({ of: d, set, wrongs }: Parts) {
  const { t } = useWords();
  const told = useTold();
  const id = useId();
  const share = d.share ?? {};
  const open = d.open ?? {};
  const text = (name: keyof typeof share, wide?: boolean) => <Field path={`share.${name}`} wide={wide} value={share[name]} change={(v) => set({ share: { ...share, [name]: v } })} wrongs={wrongs} />;
  return (
    <Card title={t.form.sharing} pad>
      <div className="form">
        {text('type')}
        {text('way')}
        {share.type === 'conditional' && text('condition', true)}
        {share.type === 'none' && <>{text('basis')}{text('basis_kind')}</>}
        <div className="field-of">
          <span><Checkbox aria-describedby={id} checked={Boolean(open.public)} onChange={(e) => set({ open: { ...open, public: e.target.checked || undefined } })}>{t.directory.open}</Checkbox> <FieldHelp path="open.public" /></span>
          <span id={id} hidden>{told('open.public')}</span>
          <Found wrong={wrongs('open.public')} />
        </div>
        {open.public && <Field path="open.condition" value={open.condition} change={(v) => set({ open: { ...open, condition: v } })} wrongs={wrongs} />}
      </div>
    </Card>
  );
}

function Mount({ of: d, set, wrongs }: Parts) {
  const { t } = useWords();
  const told = useTold();
  const mode = (v?: string) => set({ load: v ? { mode: v as NonNullable<Declaration['load']>['mode'], key: v === 'merge' ? d.load?.key : undefined } : undefined });
  return (
    <Card title={t.form.mount} pad>
      <div className="form">
        <Field path="load.mode" value={d.load?.mode} change={mode} wrongs={wrongs} placeholder={t.directory.notMounted} />
        {d.load?.mode === 'merge' && (
          <Labelled label={t.directory.keyTag} help={<FieldHelp path="load.key" />} told={told('load.key')} wrong={wrongs('load.key', true)}>
            {(id, by) => <Select id={id} aria-describedby={by} mode="multiple" value={d.load?.key ?? []} onChange={(key: string[]) => set({ load: { mode: 'merge', key } })} options={d.items.map((i) => ({ value: i.name, label: i.title || i.name }))} />}
          </Labelled>
        )}
        <Found wrong={wrongs('load')} />
      </div>
    </Card>
  );
}
