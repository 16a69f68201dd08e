import { App, Button, Modal, Select } from 'antd';
import type { ReactNode } from 'react';
import { api } from '../../api/client';
import type { CalendarChange, CalendarChanged } from '../../api/schema.gen';
import { useAction } from '../../api/use';
import { useWords } from '../../i18n/use';
import { Restored, useDraft } from '../../part/draft';
import { Field, type Wrong } from '../../part/field';
import { Failed } from '../../part/state';
import { Effect, usePreview } from './effect';
import { setDays, type Becomes } from './year';
import { partsOf } from '../../part/wrong';

/** A change that is looked at before it is made; whatever the form has is sent both times. */
export function Asked({ title, button, send, places, days, ready = true, close, done, drop, children }: {
  title: string;
  button: string;
  send: (check: boolean) => Promise<CalendarChanged>;
  places: { form: unknown; at: RegExp }; // what the form has now, and which of the server's places are on it
  days?: boolean;
  ready?: boolean; // whether there is enough to look at
  close: () => void;
  done: () => void;
  drop?: () => void;
  children: (wrong: Wrong) => ReactNode;
}) {
  const { t, f } = useWords();
  const w = t.calendar;
  const { message } = App.useApp();
  const { seen, look } = usePreview(JSON.stringify(places.form), () => send(true));
  const save = useAction(async () => {
    const { moves } = await send(false);
    drop?.();
    void message.success(moves.moved > 0 ? w.done(f.n(moves.moved)) : w.doneNone);
    done();
    close();
  });
  const problem = save.problem ?? look.problem;
  const parts = partsOf(problem);
  const wrong: Wrong = (...at) => parts.filter((p) => at.some((a) => p.where === a || p.where?.replace(/\[\d+\]/g, '') === a));
  const placed = parts.length > 0 && parts.every((p) => places.at.test(p.where ?? ''));
  return (
    <Modal open title={title} width={640} onCancel={close} footer={[
      <Button key="c" onClick={close}>{t.cancel}</Button>,
      seen
        ? <Button key="d" type="primary" loading={save.busy} onClick={() => void save.act()}>{button}</Button>
        : <Button key="p" type="primary" loading={look.busy} disabled={!ready} onClick={() => void look.act()}>{w.preview}</Button>,
    ]}>
      <div className="stack">
        {children(wrong)}
        {problem && !placed && <Failed problem={problem} plain />}
        <div aria-live="polite">{seen && <Effect of={seen} days={days} />}</div>
      </div>
    </Modal>
  );
}

/** Days become others, with the reason. */
export function SetDays({ day, close, done }: { day: string; close: () => void; done: () => void }) {
  const { t } = useWords();
  const w = t.calendar;
  const draft = useDraft(`calendar ${day}`, { from: day, until: day, becomes: 'rest' as Becomes, title: '', source: '' });
  const v = draft.value;
  const put = (p: Partial<typeof v>) => draft.set({ ...v, ...p });
  const send = (check: boolean) => api.changeCalendar({ days: setDays(v.from, v.until, v.becomes, v.title), source: v.source }, check);
  return (
    <Asked title={w.setTitle} button={w.doSet} send={send} places={{ form: v, at: /^(days.*|source)$/ }} days ready={v.from !== ''} close={close} done={done} drop={draft.drop}>
      {(wrong) => (
        <>
          <Restored of={draft} />
          <div className="form">
            <Field of="calendar.days.date" label={w.from} wrong={wrong('days', 'days.date')}>{(id, by) => <input className="field" type="date" id={id} aria-describedby={by} value={v.from} onChange={(e) => put({ from: e.target.value, until: v.until < e.target.value ? e.target.value : v.until })} />}</Field>
            <Field of="calendar.days.date" label={w.until}>{(id, by) => <input className="field" type="date" id={id} aria-describedby={by} min={v.from} value={v.until} onChange={(e) => put({ until: e.target.value })} />}</Field>
            <Field of="calendar.days.kind" wrong={wrong('days.kind')}>{(id, by) => <Select id={id} aria-describedby={by} style={{ width: '100%' }} value={v.becomes} onChange={(becomes) => put({ becomes })} options={(['rest', 'work', 'plain'] as const).map((k) => ({ value: k, label: w.becomes[k] }))} />}</Field>
            <Field of="calendar.days.title" wrong={wrong('days.title')}>{(id, by) => <input className="field" id={id} aria-describedby={by} maxLength={50} value={v.title} onChange={(e) => put({ title: e.target.value })} />}</Field>
            <Field of="calendar.source" wide wrong={wrong('source')}>{(id, by) => <input className="field" id={id} aria-describedby={by} maxLength={200} value={v.source} onChange={(e) => put({ source: e.target.value })} />}</Field>
          </div>
        </>
      )}
    </Asked>
  );
}

/** A year is published by the text of its notice. */
export function Publish({ close, done }: { close: () => void; done: () => void }) {
  const { t } = useWords();
  const w = t.calendar;
  const draft = useDraft('calendar notice', { notice: '', source: '' });
  const v: Required<Pick<CalendarChange, 'notice' | 'source'>> = draft.value;
  return (
    <Asked title={w.publishTitle} button={w.doPublish} send={(check) => api.changeCalendar(v, check)} places={{ form: v, at: /^(notice|source|days)$/ }} days ready={v.notice.trim() !== ''} close={close} done={done} drop={draft.drop}>
      {(wrong) => (
        <>
          <Restored of={draft} />
          <p>{w.publishText}</p>
          <Field of="calendar.notice" wrong={wrong('notice', 'days')}>{(id, by) => <textarea className="field cal-notice" id={id} aria-describedby={by} rows={9} maxLength={20000} value={v.notice} onChange={(e) => draft.set({ ...v, notice: e.target.value })} />}</Field>
          <Field of="calendar.source" wrong={wrong('source')}>{(id, by) => <input className="field" id={id} aria-describedby={by} maxLength={200} value={v.source} onChange={(e) => draft.set({ ...v, source: e.target.value })} />}</Field>
        </>
      )}
    </Asked>
  );
}
