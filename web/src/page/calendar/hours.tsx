import { Button, Select } from 'antd';
import { api } from '../../api/client';
import type { OfficeHours } from '../../api/schema.gen';
import { useLoad } from '../../api/use';
import { useWords } from '../../i18n/use';
import { optionsOf } from '../../part/choice';
import { Restored, useDraft } from '../../part/draft';
import { Field } from '../../part/field';
import { Card } from '../../part/frame';
import { View } from '../../part/state';
import { Table } from '../../part/table';
import { Asked } from './forms';
import { spanWords } from './year';

const order = [1, 2, 3, 4, 5, 6, 0];

/** Days one after the other with the same hours, from Monday on. */
function groups(week: string[]): { from: number; to: number; hours: string }[] {
  const out: { from: number; to: number; hours: string }[] = [];
  for (const d of order) {
    const last = out.at(-1);
    if (last && last.hours === week[d]) last.to = d;
    else out.push({ from: d, to: d, hours: week[d] ?? '' });
  }
  return out;
}

/** The usual hours, and those of offices that have their own. */
export function Hours({ dialog, open, may }: { dialog: string; open: (name: string | null) => void; may: boolean }) {
  const { t, f } = useWords();
  const w = t.calendar.hours;
  const from = useLoad('hours', api.officeHours);
  const of = (o: OfficeHours) => o.office_title || o.office || w.usual;
  const asked = dialog.startsWith('hours ') ? dialog.slice(6) : undefined;
  const reset = from.data?.items.find((o) => o.office && dialog === `reset ${o.office}`);
  return (
    <Card>
      <View from={from} lines={6}>
        {(l) => (
          <>
            <Table
              label={t.calendar.tabs.hours}
              rows={l.items}
              rowKey={(o) => o.office}
              cols={[
                { key: 'o', title: w.office, min: 130, cell: (o) => <>{of(o)}{!o.office && <span className="sub small muted">{w.usualNote}</span>}</> },
                { key: 'w', title: w.week, min: 220, cell: (o) => groups(o.week).map((g) => <div key={g.from}><span className="cal-days muted">{spanWords(g, f.weekday, w.range)}</span> {g.hours || <span className="muted">{w.closed}</span>}</div>) },
                { key: 'm', title: w.makeup, cell: (o) => o.makeup || <span className="muted">{w.asMonday}</span> },
                { key: 'h', title: w.holiday, cell: (o) => o.holiday || <span className="muted">{w.closed}</span> },
                ...(may ? [{ key: 'e', title: w.edit, nowrap: true, cell: (o: OfficeHours) => (
                  <span className="row">
                    <Button size="small" aria-label={w.editOf(of(o))} onClick={() => open(`hours ${o.office}`)}>{w.edit}</Button>
                    {o.office && <Button size="small" aria-label={w.resetOf(of(o))} onClick={() => open(`reset ${o.office}`)}>{w.reset}</Button>}
                  </span>
                ) }] : []),
              ]}
            />
            {may && asked !== undefined && <HoursForm key={asked} old={l.items.find((o) => o.office === asked)} usual={l.items[0]} all={l.items} close={() => open(null)} done={from.again} />}
            {may && reset && <Reset of={reset} close={() => open(null)} done={from.again} />}
          </>
        )}
      </View>
    </Card>
  );
}

function HoursForm({ old, usual, all, close, done }: { old?: OfficeHours; usual?: OfficeHours; all: OfficeHours[]; close: () => void; done: () => void }) {
  const { t, f } = useWords();
  const w = t.calendar.hours;
  const offices = useLoad(old ? null : 'offices', api.offices);
  const base = old ?? usual;
  const draft = useDraft(`hours ${old?.office ?? '+'}`, { office: old?.office ?? '', week: base?.week ?? Array.from({ length: 7 }, () => ''), makeup: base?.makeup ?? '', holiday: base?.holiday ?? '', reason: '' });
  const v = draft.value;
  const put = (p: Partial<typeof v>) => draft.set({ ...v, ...p });
  const taken = new Set(all.map((o) => o.office));
  const send = (check: boolean) => api.setHours({ ...v, office: v.office || undefined, makeup: v.makeup || undefined, holiday: v.holiday || undefined, reason: v.reason || undefined }, check);
  const text = (value: string, set: (x: string) => void) => (id: string, by: string) => <input className="field" id={id} aria-describedby={by} maxLength={60} value={value} placeholder={w.closed} onChange={(e) => set(e.target.value)} />;
  return (
    <Asked title={old ? w.title(old.office_title || w.usual) : w.addTitle} button={w.save} send={send} places={{ form: v, at: /^(office|week(\[\d\])?|makeup|holiday|reason)$/ }} ready={old !== undefined || v.office !== ''} close={close} done={done} drop={draft.drop}>
      {(wrong) => (
        <>
          <Restored of={draft} />
          {!old && (
            <Field of="hours.office" wrong={wrong('office')}>{(id, by) => (
              <Select id={id} aria-describedby={by} style={{ width: '100%' }} value={v.office || undefined} placeholder={w.choose} showSearch={{ optionFilterProp: 'label' }} onChange={(office: string) => put({ office })}
                options={optionsOf(offices.data?.items.filter((o) => !taken.has(o.name)))} />
            )}</Field>
          )}
          <div className="form">
            {order.map((d) => <Field key={d} of="hours.week" label={f.weekday(d)} wrong={[...wrong(`week[${d}]`).filter((p) => p.where === `week[${d}]`), ...(d === 1 ? wrong('week').filter((p) => p.where === 'week') : [])]}>{text(v.week[d] ?? '', (x) => put({ week: v.week.map((o, i) => (i === d ? x : o)) }))}</Field>)}
            <Field of="hours.makeup" wrong={wrong('makeup')}>{(id, by) => <input className="field" id={id} aria-describedby={by} maxLength={60} value={v.makeup} placeholder={w.asMonday} onChange={(e) => put({ makeup: e.target.value })} />}</Field>
            <Field of="hours.holiday" wrong={wrong('holiday')}>{text(v.holiday, (holiday) => put({ holiday }))}</Field>
            <Field of="hours.reason" wrong={wrong('reason')}>{(id, by) => <input className="field" id={id} aria-describedby={by} maxLength={200} value={v.reason} onChange={(e) => put({ reason: e.target.value })} />}</Field>
          </div>
        </>
      )}
    </Asked>
  );
}

function Reset({ of: o, close, done }: { of: OfficeHours; close: () => void; done: () => void }) {
  const { t } = useWords();
  const w = t.calendar.hours;
  const draft = useDraft(`hours reset ${o.office}`, { reason: '' });
  const v = draft.value;
  return (
    <Asked title={w.resetOf(o.office_title || o.office)} button={w.reset} send={(check) => api.setHours({ office: o.office, reason: v.reason || undefined }, check)} places={{ form: v, at: /^(office|reason)$/ }} close={close} done={done} drop={draft.drop}>
      {(wrong) => (
        <>
          <p>{w.resetText}</p>
          <Field of="hours.reason" wrong={wrong('reason', 'office')}>{(id, by) => <input className="field" id={id} aria-describedby={by} maxLength={200} value={v.reason} onChange={(e) => draft.set({ reason: e.target.value })} />}</Field>
        </>
      )}
    </Asked>
  );
}
