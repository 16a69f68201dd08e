import { App, Button, Radio, Select } from 'antd';
import { useEffect, useRef, useState } from 'react';
import { api, ProblemError, type ServiceDeclaration } from '../../api/client';
import { useMay } from '../../api/session';
import type { Problem, Service } from '../../api/schema.gen';
import { asProblem, useAction, useLoad } from '../../api/use';
import { useWords } from '../../i18n/use';
import { optionsOf } from '../../part/choice';
import { Restored, useDraft } from '../../part/draft';
import { Field, HelpOf, type Wrong } from '../../part/field';
import { Card, Head } from '../../part/frame';
import { useTitles } from '../../part/share';
import { Elsewhere, Empty, View } from '../../part/state';
import { classes } from '../../part/table';
import { to } from '../../route/paths';
import { go, useAlter, usePlace } from '../../route/route';
import { ServedItems, ServiceRules } from './served';

/** A service in a form: a new one, or the next version of one. */
export default function Serving({ name }: { name?: string }) {
  const { t } = useWords();
  const may = useMay();
  const from = useLoad(name ? `service ${name}` : null, (s) => api.service(name ?? '', s));
  const title = name ? t.serving.editTitle(from.data?.title ?? name) : t.serving.create;
  const crumbs = [{ text: t.services.title, to: to.services }, ...(name ? [{ text: from.data?.title ?? name, to: to.service(name) }] : [])];
  const allowed = name ? !from.data || may('service.write', from.data.office) : may('service.write');
  return (
    <>
      <Head name={title} crumbs={crumbs} title={title} sub={t.serving.sub} />
      {!allowed ? <Card><Empty title={t.share.forbidden} hint={t.share.forbiddenHint} /></Card>
        : name ? <View from={from} lines={10}>{(s) => <Form key={s.version} old={s} directory={s.directory} />}</View> : <Fresh />}
    </>
  );
}

/** The directory of a new service stands in the address: the rest of the form follows it. */
function Fresh() {
  const { query } = usePlace();
  const name = query.get('directory') ?? '';
  return <Form key={name} directory={name} />;
}

const blank: ServiceDeclaration = { name: '', title: '', abstract: '', directory: '', key: [], filter: [], sort: [], stopped: false };

const declared = (s: Service): ServiceDeclaration => ({ name: s.name, title: s.title, abstract: s.abstract, directory: s.directory, key: s.key, filter: s.filter, sort: s.sort, stopped: s.stopped });

function Form({ old, directory: of }: { old?: Service; directory: string }) {
  const { t } = useWords();
  const w = t.serving;
  const alter = useAlter();
  const may = useMay();
  const titles = useTitles();
  const draft = useDraft<ServiceDeclaration>(old ? `service ${old.name}` : `service of ${of}`, old ? declared(old) : { ...blank, directory: of });
  const d = draft.value;
  const put = (p: Partial<ServiceDeclaration>) => draft.set({ ...d, ...p });
  const directory = useLoad(of ? `directory ${of}` : null, (s) => api.directory(of, s));
  const barred = directory.data && directory.data.state !== 'published';
  const asked = { ...d, name: d.name.trim(), title: d.title.trim(), stopped: d.stopped || Boolean(barred) };
  const checked = useCheck(of ? asked : null);
  const save = useSave(asked, old, draft.drop);
  const parts = flat(save.problem);
  // What typing has not come to yet is no mistake: empty fields are told when one saves.
  const early = checked.parts.filter((p) => !(p.where === 'name' && !d.name) && !(p.where === 'title' && !d.title));
  const wrong: Wrong = (...at) => (save.problem ? parts : early).filter((p) => at.includes(p.where ?? ''));
  const known = /^(name|title|abstract|directory|key|filter|sort)/;
  const elsewhere = parts.filter((p) => !known.test(p.where ?? ''));
  return (
    <div className="declare">
      <div className="stack">
        <Restored of={draft} />
        <Card title={w.about} pad>
          <div className="form">
            <Field of="service.directory" wrong={wrong('directory')}>{(id, by) => (
              <Select id={id} aria-describedby={by} disabled={Boolean(old)} value={of || undefined} placeholder={w.directoryHint} onChange={(v) => alter({ directory: v }, true)} showSearch={{ optionFilterProp: 'label' }}
                options={optionsOf(titles.directories.filter((x) => may('service.write', x.office)))} />
            )}</Field>
            <Field of="service.title" wrong={wrong('title')}>{(id, by) => <input className="field" id={id} aria-describedby={by} maxLength={100} value={d.title} placeholder={w.titleHint} onChange={(e) => put({ title: e.target.value })} />}</Field>
            <Field of="service.name" wrong={wrong('name')}>{(id, by) => <input className="field" id={id} aria-describedby={by} disabled={Boolean(old)} maxLength={63} value={d.name} placeholder={w.nameHint} onChange={(e) => put({ name: e.target.value })} />}</Field>
            <Field of="service.abstract" wrong={wrong('abstract')}>{(id, by) => <textarea className="field long" rows={3} id={id} aria-describedby={by} maxLength={1000} value={d.abstract} placeholder={w.abstractHint} onChange={(e) => put({ abstract: e.target.value })} />}</Field>
          </div>
        </Card>
        {of ? <View from={directory} lines={8}>{(x) => <Card title={w.items} note={w.itemsNote}><ServedItems of={x} value={d} change={put} wrong={wrong} /></Card>}</View>
          : <Card><Empty title={w.pick} hint={w.pickHint} /></Card>}
      </div>
      <div className="stack">
        <Card title={<>{w.state} <HelpOf of="service.stopped" /></>} pad>
          <div className="stack">
            {barred && directory.data && <p className="note warn">{w.barred(directory.data.title)}</p>}
            <Radio.Group className="column" aria-label={w.state} value={asked.stopped} onChange={(e) => put({ stopped: e.target.value as boolean })}
              options={[{ value: false, label: w.run, disabled: Boolean(barred) }, { value: true, label: w.hold }]} />
            {of && <div role="status" aria-busy={!checked.done} className={classes('one-line small', checked.parts.length || !checked.done ? 'muted' : 'ok-text')}>{checked.parts.length ? '' : checked.done ? w.good : w.checking}</div>}
            <Elsewhere problem={save.problem} parts={elsewhere} />
            <div><Button type="primary" disabled={!of} loading={save.busy} onClick={() => void save.act()}>{w.save}</Button></div>
          </div>
        </Card>
        {directory.data && <Card title={w.rules} pad><ServiceRules of={directory.data} value={d} changed={Boolean(old)} /></Card>}
      </div>
    </div>
  );
}

/** The parts of a problem, one under the other however they are nested. */
export const flat = (p: Problem | undefined): Problem[] => (!p ? [] : p.parts?.length ? p.parts.flatMap(flat) : [p]);

function useSave(d: ServiceDeclaration, old: Service | undefined, drop: () => void) {
  const { t, f } = useWords();
  const { message } = App.useApp();
  return useAction(async () => {
    const [saved] = (await api.putService(d, false)).services;
    drop();
    void message.success(!old ? t.serving.made : saved?.changed ? t.serving.saved(f.n(saved.version)) : t.serving.same);
    go(to.service(d.name));
  });
}

/** The server judges what is filled in when typing rests. */
function useCheck(d: ServiceDeclaration | null): { done: boolean; parts: Problem[] } {
  const [found, set] = useState<{ done: boolean; parts: Problem[] }>({ done: false, parts: [] });
  const text = JSON.stringify(d);
  const round = useRef(0);
  useEffect(() => {
    const mine = ++round.current;
    const asked = JSON.parse(text) as ServiceDeclaration | null;
    if (!asked) return;
    set((s) => ({ ...s, done: false }));
    const timer = window.setTimeout(() => {
      api.putService(asked, true).then(
        () => mine === round.current && set({ done: true, parts: [] }),
        (e: unknown) => mine === round.current && e instanceof ProblemError && set({ done: true, parts: flat(asProblem(e)) }),
      );
    }, 400);
    return () => window.clearTimeout(timer);
  }, [text]);
  return found;
}

