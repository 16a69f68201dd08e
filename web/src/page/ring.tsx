import { App, Button } from 'antd';
import { useState } from 'react';
import { api } from '../api/client';
import type { RingKey } from '../api/schema.gen';
import { useLoad } from '../api/use';
import { useWords } from '../i18n/use';
import { Card, Head, Tag } from '../part/frame';
import { May } from '../part/may';
import { ReasonDialog } from '../part/reason';
import { View } from '../part/state';
import { Table } from '../part/table';

/** The platform's own keys by purpose, each with its generations; rotated with a reason. */
export default function Ring() {
  const { t } = useWords();
  const w = t.ring;
  const keys = useLoad('ring', api.keys);
  return (
    <>
      <Head name={w.title} title={w.title} sub={w.sub} />
      <View from={keys} lines={10}>{(l) => <Shown keys={l.items} again={keys.again} />}</View>
    </>
  );
}

function Shown({ keys, again }: { keys: RingKey[]; again: () => void }) {
  const { t, f } = useWords();
  const w = t.ring;
  const [asking, ask] = useState<RingKey | 'master'>();
  const sorted = [...keys].sort((a, b) => (a.purpose === b.purpose ? b.version - a.version : keys.findIndex((k) => k.purpose === a.purpose) - keys.findIndex((k) => k.purpose === b.purpose)));
  return (
    <div className="stack">
      {keys.some((k) => !k.certified) && <p className="note">{w.uncertified}</p>}
      <Card title={w.title}>
        <Table
          label={w.title}
          rows={sorted}
          rowKey={(k) => k.id}
          cols={[
            { key: 'u', title: w.cols.use, min: 180, cell: (k) => <>{k.use}<span className="sub small muted">{w.kinds[k.kind] ?? k.kind}</span></> },
            { key: 'v', title: w.cols.version, right: true, cell: (k) => f.n(k.version) },
            { key: 's', title: w.cols.state, nowrap: true, cell: (k) => <Tag tone={k.current ? 'ok' : 'plain'}>{k.current ? w.current : w.old}</Tag> },
            { key: 'c', title: w.cols.since, nowrap: true, cell: (k) => f.full(k.created_at) },
            { key: 'i', title: w.cols.id, cell: (k) => <code className="wrap" data-random>{k.id}</code> },
            { key: 'p', title: w.cols.print, cell: (k) => (k.fingerprint ? <code className="wrap" data-random>{k.fingerprint}</code> : <span className="muted">{t.none}</span>) },
            { key: 'r', title: w.rotate, cell: (k) => k.current && <May do="key.rotate"><Button size="small" aria-label={w.rotateOf(k.use)} onClick={() => ask(k)}>{w.rotate}</Button></May> },
          ]}
        />
      </Card>
      <Card title={w.master} note={<May do="key.rotate"><Button size="small" aria-label={w.masterTitle} onClick={() => ask('master')}>{w.rotate}</Button></May>} pad><p className="muted">{w.masterText}</p></Card>
      {asking && <Rotate of={asking} close={() => ask(undefined)} again={again} />}
    </div>
  );
}

/** Asks with what the rotation changes, and what it does not. */
function Rotate({ of, close, again }: { of: RingKey | 'master'; close: () => void; again: () => void }) {
  const { t, f } = useWords();
  const w = t.ring;
  const { message } = App.useApp();
  const master = of === 'master';
  const run = async (reason: string) => {
    if (master) void message.success(w.masterDone(f.n((await api.rotateMaster(reason)).keys)));
    else {
      await api.rotateKey(of.purpose, reason);
      void message.success(w.done);
    }
    again();
  };
  const text = master ? <p>{w.masterEffect}</p> : <><p>{w.rotateText(f.n(of.version + 1))}</p><p><b>{w.effect}</b></p><p>{of.effect}</p></>;
  return <ReasonDialog danger title={master ? w.masterTitle : w.rotateTitle(of.use)} text={text} button={w.rotate} hint={w.hint} close={close} run={run} />;
}
