import { App, Button, Input, Modal, Select } from 'antd';
import { useState } from 'react';
import { api } from '../../api/client';
import type { AddKeyIn, App as Application, GivenKey, Key } from '../../api/schema.gen';
import { useMay } from '../../api/session';
import { useAction } from '../../api/use';
import { useWords } from '../../i18n/use';
import { useDialog } from '../../part/dialog';
import { Restored, useDraft } from '../../part/draft';
import { Field } from '../../part/field';
import { Card, Tag } from '../../part/frame';
import { May } from '../../part/may';
import { ReasonDialog } from '../../part/reason';
import { Empty, Failed } from '../../part/state';
import { Table } from '../../part/table';
import { at } from '../../part/wrong';

/** The keys an application shows who it is by: given, and withdrawn. */
export function Keys({ of: a, again }: { of: Application; again: () => void }) {
  const { t, f } = useWords();
  const w = t.apps;
  const { message } = App.useApp();
  const may = useMay();
  const [dialog, open] = useDialog();
  const [ending, end] = useState<Key>();
  const over = (k: Key) => k.until !== null && Date.parse(k.until) <= Date.now();
  const state = (k: Key) => (k.state !== 'enabled' ? 'ended' : over(k) ? 'over' : 'good');
  return (
    <Card title={w.keys} note={<May do="app.key" office={a.office}><Button size="small" onClick={() => open('key')}>{w.addKey}</Button></May>}>
      <Table
        label={w.keys}
        rows={a.keys}
        rowKey={(k) => k.id}
        empty={<Empty title={w.noKeys} hint={w.noKeysHint} />}
        cols={[
          { key: 'k', title: w.key.kind, nowrap: true, cell: (k) => w.kinds[k.kind] ?? k.kind },
          { key: 'i', title: w.key.id, cell: (k) => <code className="wrap" data-random>{k.id}</code> },
          { key: 'h', title: w.key.hint, cell: (k) => <code className="wrap" data-random>{k.hint}</code> },
          { key: 'c', title: w.key.created, nowrap: true, cell: (k) => f.time(k.created_at) },
          { key: 'u', title: w.key.until, nowrap: true, cell: (k) => (k.until ? f.lastDay(k.until) : w.key.open) },
          { key: 'a', title: t.finding.addressCol, cell: (k) => (k.addresses.length ? <code className="wrap">{k.addresses.join(' ')}</code> : <span className="muted">{t.finding.anywhere}</span>) },
          { key: 's', title: w.cols.state, nowrap: true, cell: (k) => <Tag tone={state(k) === 'good' ? 'ok' : 'plain'}>{w.keyStates[state(k)]}</Tag> },
          { key: 'e', title: w.key.act, cell: (k) => k.state === 'enabled' && <May do="app.key" office={a.office}><Button size="small" aria-label={w.endOf(k.hint)} onClick={() => end(k)}>{w.end}</Button></May> },
        ]}
      />
      {dialog === 'key' && may('app.key', a.office) && <Add of={a} close={() => open(null)} done={again} />}
      {ending && (
        <ReasonDialog danger hint={t.share.reasonHint} title={w.endTitle(ending.hint)} text={w.endText(a.title)} button={w.end} close={() => end(undefined)} run={async (reason) => {
          await api.endKey(a.name, ending.id, reason);
          void message.success(w.ended);
          again();
        }} />
      )}
    </Card>
  );
}

function Add({ of: a, close, done }: { of: Application; close: () => void; done: () => void }) {
  const { t } = useWords();
  const w = t.apps;
  const draft = useDraft<Pick<AddKeyIn, 'kind'> & { until: string; addresses: string[] }>(`key of ${a.name}`, { kind: 'api', until: '', addresses: [] });
  const { kind, until, addresses } = draft.value;
  const put = (p: Partial<typeof draft.value>) => draft.set({ ...draft.value, ...p });
  const [publicKey, setPublic] = useState(''); // no part of the draft: a private key may be pasted by mistake
  const [given, give] = useState<GivenKey>();
  const save = useAction(async () => {
    const end = until ? new Date(new Date(`${until}T00:00:00+08:00`).getTime() + 86_400_000).toISOString() : undefined;
    const out = await api.addKey(a.name, { kind, public: kind === 'sm2' ? publicKey.trim() : undefined, until: end, addresses: addresses.length ? addresses : undefined });
    draft.drop();
    give(out);
    done();
  });
  if (given) return <Told of={given} close={close} />;
  const places = addresses.flatMap((_, i) => at(save.problem, `addresses[${i}]`));
  const placed = ['public', 'until', 'kind'].some((x) => at(save.problem, x).length) || places.length > 0;
  return (
    <Modal open title={w.addKeyTitle(a.title)} onCancel={close} onOk={() => void save.act()} okText={w.addKey} cancelText={t.cancel} okButtonProps={{ loading: save.busy }}>
      <div className="stack">
        <Restored of={draft} />
        <Field of="key.kind" wrong={at(save.problem, 'kind')}>{(id, d) => <Select id={id} aria-describedby={d} style={{ width: '100%' }} value={kind} onChange={(v: AddKeyIn['kind']) => put({ kind: v })} options={(['api', 'hmac', 'sm2'] as const).map((k) => ({ value: k, label: w.kinds[k] }))} />}</Field>
        {kind === 'sm2' && <Field of="key.public" wrong={at(save.problem, 'public')}>{(id, d) => <Input.TextArea id={id} aria-describedby={d} rows={5} value={publicKey} onChange={(e) => setPublic(e.target.value)} />}</Field>}
        <Field of="key.until" wrong={at(save.problem, 'until')}>{(id, d) => <input className="field" type="date" id={id} aria-describedby={d} value={until} onChange={(e) => put({ until: e.target.value })} />}</Field>
        <Field of="key.addresses" wrong={places}>{(id, d) => <Select id={id} aria-describedby={d} mode="tags" style={{ width: '100%' }} open={false} suffixIcon={null} placeholder={t.finding.addressesHint} value={addresses} onChange={(v: string[]) => put({ addresses: v })} tokenSeparators={[',', ' ', ';']} />}</Field>
        {save.problem && !placed && <Failed problem={save.problem} plain />}
      </div>
    </Modal>
  );
}

/** The secret, once: it is kept nowhere that anybody could read it from again. */
function Told({ of: g, close }: { of: GivenKey; close: () => void }) {
  const { t } = useWords();
  const w = t.apps;
  return (
    <Modal open title={w.given} onCancel={close} mask={{ closable: false }} footer={<Button type="primary" onClick={close}>{g.secret ? w.kept : w.close}</Button>}>
      <p>{g.secret ? w.once : w.noSecret}</p>
      <p className="label">{w.key.id}</p><pre className="example wrap">{g.key.id}</pre>
      {g.secret && <><p className="label gap-top">{w.secret}</p><pre className="example wrap">{g.secret}</pre></>}
    </Modal>
  );
}
