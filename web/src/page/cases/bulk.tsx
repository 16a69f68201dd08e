import { App, Modal, Radio } from 'antd';
import { useState } from 'react';
import { api } from '../../api/client';
import type { Acted, CaseSummary, Offer } from '../../api/schema.gen';
import { useAction, useLoad } from '../../api/use';
import { useWords } from '../../i18n/use';
import { Labelled } from '../../part/field';
import { Help } from '../../part/help';
import { RecordField, useRecordDraft } from '../../part/record/form';
import { Failed, View } from '../../part/state';
import { Table } from '../../part/table';
import { Link } from '../../route/link';
import { to } from '../../route/paths';
import { actOf, fieldsOf, Said } from './act';

/** One action on several cases: each is judged by itself, and says what came of it. */
export function BulkDialog({ of: given, close, done }: { of: CaseSummary[]; close: () => void; done: () => void }) {
  const [cases] = useState(given); // those that are done with leave the list behind it
  const { t, f } = useWords();
  const w = t.kase;
  const ids = cases.map((c) => c.id);
  const same = new Set(cases.map((c) => `${c.pack} ${c.flow} ${c.state}`)).size === 1;
  const whole = useLoad(same ? `bulk ${ids.join(' ')}` : null, (s) => api.case(ids[0] ?? '', s));
  return same
    ? <Frame title={w.bulkTitle(f.n(cases.length))} close={close} from={whole} cases={cases} done={done} />
    : <Modal open title={w.bulkTitle(f.n(cases.length))} onCancel={close} footer={null}><p>{w.bulkNone}</p></Modal>;
}

function Frame({ title, close, from, cases, done }: { title: string; close: () => void; from: ReturnType<typeof useLoad<Awaited<ReturnType<typeof api.case>>>>; cases: CaseSummary[]; done: () => void }) {
  const { t, f } = useWords();
  const w = t.kase;
  const { message } = App.useApp();
  const offers = (from.data?.offers ?? []).filter((o) => !o.why && !['comment', 'delegate', 'agree', 'refuse', 'merge_into', 'unmerge'].includes(o.action));
  const [name, choose] = useState<string>();
  const o = offers.find((x) => x.action === name) ?? offers[0];
  const fields = from.data && o ? fieldsOf(from.data, o) : [];
  const draft = useRecordDraft(`bulk ${cases[0]?.flow ?? ''} ${o?.action ?? ''}`, fields);
  const [told, put] = useState<Acted[]>();
  const acted = told?.some((x) => !x.error);
  const { act, busy, problem } = useAction(async () => {
    if (!o) return;
    const out = (await api.actOnCases(cases.map((c) => c.id), actOf(o, fields, draft.typed))).items;
    put(out);
    done();
    if (out.every((x) => x.error)) return; // the form stays, with why
    draft.drop();
    const bad = out.filter((x) => x.error).length;
    void (bad ? message.warning : message.success)(w.bulkDone(f.n(out.length - bad), f.n(bad)));
  });
  const results = told && (
    <Table label={title} rows={told} rowKey={(x) => x.id} cols={[
      { key: 'k', title: w.bulkCols.key, nowrap: true, cell: (x) => <Link to={to.kase(x.id)}>{x.key || cases.find((c) => c.id === x.id)?.key}</Link> },
      { key: 'r', title: w.bulkCols.result, cell: (x) => (x.error ? <span className="danger">{[x.error.detail, x.error.remedy, ...(x.error.parts ?? []).map((p) => p.detail)].filter(Boolean).join(t.semi)}</span> : x.state_title) },
    ]} />
  );
  return (
    <Modal open title={title} onCancel={close} onOk={() => (acted ? close() : void act())} okText={acted ? w.close : (o?.title ?? w.bulkAct)} cancelText={t.cancel} cancelButtonProps={acted ? { style: { display: 'none' } } : undefined} okButtonProps={{ loading: busy, disabled: !o && !acted }} width={640}>
      {acted ? results : (
        <View from={from} lines={4}>
          {(c) => offers.length === 0 ? <p>{w.bulkNone}</p> : (
            <div className="stack">
              <p className="muted">{w.bulkText}</p>
              <Labelled label={w.bulkAct} told={w.bulkActHelp} help={<Help title={w.bulkAct}><p>{w.bulkActHelp}</p></Help>}>
                {(id, by) => <Radio.Group id={id} aria-describedby={by} aria-label={w.bulkAct} value={o?.action} onChange={(e) => choose(e.target.value as string)} options={offers.map((x) => ({ value: x.action, label: x.title }))} />}
              </Labelled>
              {fields.length > 0 && <div className="form">{fields.map((x) => <RecordField key={x.name} of={x} pack={c.pack} value={draft.typed[x.name]} change={(v) => draft.change(x.name, v)} needed={x.required || (o as Offer).need.includes(x.name)} />)}</div>}
              {o && <Said of={o} typed={draft.typed} change={draft.change} problem={problem} />}
              {problem && <Failed problem={problem} plain />}
              {results}
            </div>
          )}
        </View>
      )}
    </Modal>
  );
}
