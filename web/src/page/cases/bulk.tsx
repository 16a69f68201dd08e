import { App, Modal, Radio } from 'antd';
import { useState } from 'react';
import { api } from '../../api/client';
import type { Acted, CaseOffers, CaseSummary } from '../../api/schema.gen';
import { useAction, useLoad } from '../../api/use';
import { useWords } from '../../i18n/use';
import { Labelled } from '../../part/field';
import { Help } from '../../part/help';
import { RecordField, useRecordDraft } from '../../part/record/form';
import { Failed, View } from '../../part/state';
import { Table } from '../../part/table';
import { Link } from '../../route/link';
import { to } from '../../route/paths';
import { actOf, Said } from './act';

const nothing: CaseOffers['fields'] = [];

/** One action on several cases, which may be in several states: each is judged by itself, and says what came of it. */
export function BulkDialog({ of: given, close, done }: { of: CaseSummary[]; close: () => void; done: () => void }) {
  const [cases] = useState(given); // those that are done with leave the list behind it
  const { t, f } = useWords();
  const w = t.kase;
  const { message } = App.useApp();
  const ids = cases.map((c) => c.id);
  const from = useLoad(`offers ${ids.join(' ')}`, (s) => api.caseOffers(ids, s));
  const offers = from.data?.items ?? [];
  const [at, choose] = useState(0);
  const x = offers[at];
  const fields = x?.fields ?? nothing;
  const rest = cases.length - (x?.cases.length ?? 0);
  const draft = useRecordDraft(`bulk ${x?.pack ?? ''} ${x?.state_title ?? ''} ${x?.offer.action ?? ''}`, fields);
  const [told, put] = useState<Acted[]>();
  const acted = told?.some((r) => !r.error);
  const { act, busy, problem } = useAction(async () => {
    if (!x) return;
    const out = (await api.actOnCases(x.cases, actOf(x.offer, fields, draft.typed))).items;
    put(out);
    done();
    if (out.every((r) => r.error)) return; // the form stays, with why
    draft.drop();
    const bad = out.filter((r) => r.error).length;
    void (bad ? message.warning : message.success)(w.bulkDone(f.n(out.length - bad), f.n(bad)));
  });
  const title = w.bulkTitle(f.n(cases.length));
  // What is named alike in several states says which, and every action on how many.
  const label = (o: CaseOffers) => (o.cases.length === cases.length ? o.offer.title : w.bulkSome(o.offer.title, o.state_title ? w.bulkState(o.state_title) : '', f.n(o.cases.length)));
  const results = told && (
    <Table label={title} rows={told} rowKey={(r) => r.id} cols={[
      { key: 'k', title: w.bulkCols.key, nowrap: true, cell: (r) => <Link to={to.kase(r.id)}>{r.key || cases.find((c) => c.id === r.id)?.key}</Link> },
      { key: 'r', title: w.bulkCols.result, cell: (r) => (r.error ? <span className="danger">{[r.error.detail, r.error.remedy, ...(r.error.parts ?? []).map((p) => p.detail)].filter(Boolean).join(t.semi)}</span> : r.state_title) },
    ]} />
  );
  return (
    <Modal open title={title} onCancel={close} onOk={() => (acted ? close() : void act())} okText={acted ? w.close : x ? w.bulkRun(x.offer.title, f.n(x.cases.length)) : w.bulkAct} cancelText={t.cancel} cancelButtonProps={acted ? { style: { display: 'none' } } : undefined} okButtonProps={{ loading: busy, disabled: !x && !acted, danger: !acted && x?.offer.danger }} width={640}>
      {acted ? results : (
        <View from={from} lines={4}>
          {() => !x ? <p>{w.bulkNone}</p> : (
            <div className="stack">
              <p className="muted">{w.bulkText}</p>
              <Labelled label={w.bulkAct} told={w.bulkActHelp} help={<Help title={w.bulkAct}><p>{w.bulkActHelp}</p></Help>}>
                {(id, by) => <Radio.Group id={id} aria-describedby={by} aria-label={w.bulkAct} className="column" value={at} onChange={(e) => choose(e.target.value as number)} options={offers.map((o, i) => ({ value: i, label: label(o) }))} />}
              </Labelled>
              {rest > 0 && <p className="note">{w.bulkRest(f.n(rest))}</p>}
              {fields.length > 0 && <div className="form" key={at}>{fields.map((k) => <RecordField key={k.name} of={k} pack={x.pack} value={draft.typed[k.name]} change={(v) => draft.change(k.name, v)} needed={k.required || x.offer.need.includes(k.name)} />)}</div>}
              <Said of={x.offer} typed={draft.typed} change={draft.change} problem={problem} />
              {problem && <Failed problem={problem} plain />}
              {results}
            </div>
          )}
        </View>
      )}
    </Modal>
  );
}
