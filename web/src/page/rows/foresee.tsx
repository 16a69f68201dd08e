import { App, Button, Modal } from 'antd';
import { useState } from 'react';
import { api } from '../../api/client';
import type { Foreseen, ForeseenRow } from '../../api/schema.gen';
import { useAction, useLoad } from '../../api/use';
import { useWords } from '../../i18n/use';
import { StateTag } from '../../part/batch';
import { Failed, View } from '../../part/state';
import { Table } from '../../part/table';
import { Link } from '../../route/link';
import { to } from '../../route/paths';
import { go } from '../../route/route';
import { useCells } from '../batch/samples';
import { Still } from './preview';

/** Every quarantined row of a directory, judged again by today's rules: what that would do is shown before it is done. */
export function ReplayAll({ name, title, done, small }: { name: string; title: string; done: () => void; small?: boolean }) {
  const { t } = useWords();
  const [asking, ask] = useState(false);
  return (
    <>
      <Button size={small ? 'small' : undefined} onClick={() => ask(true)}>{small ? t.quarantine.replay : t.directory.replay}</Button>
      {asking && <Ask name={name} title={title} done={done} close={() => ask(false)} />}
    </>
  );
}

function Ask({ name, title, done, close }: { name: string; title: string; done: () => void; close: () => void }) {
  const { t, f } = useWords();
  const w = t.mend;
  const { modal, message } = App.useApp();
  const from = useLoad(`foreseen ${name}`, (s) => api.foreseeReplays(name, s));
  const act = useAction(async () => {
    const { batches, refused } = await api.replayAll(name);
    void message.success(t.directory.replayDone(f.n(batches?.length ?? 0)));
    if (refused) void modal.warning({ title: t.directory.replaySome, content: <Failed problem={refused} plain /> });
    close();
    done();
    go(to.batches({ directory: name }));
  });
  const nothing = from.data && from.data.batches.every((b) => b.refused) && from.data.rest === 0;
  return (
    <Modal open title={t.directory.replayTitle(title)} width={760} onCancel={close} onOk={() => void act.act()} okText={w.run} cancelText={t.cancel} okButtonProps={{ loading: act.busy, disabled: !from.data || nothing }}>
      <p className="small muted">{w.foreseeing}</p>
      <View from={from} lines={6}>{(p) => <Shown of={p} />}</View>
      {act.problem && <Failed problem={act.problem} plain />}
    </Modal>
  );
}

function Shown({ of: p }: { of: Foreseen }) {
  const { t, f } = useWords();
  const w = t.mend;
  const broken = [...new Set(p.samples.flatMap((s) => s.broken))];
  const cells = useCells<ForeseenRow & { rules: string[] }>(p.columns, broken, (l) => l.why);
  return (
    <div className="stack" role="status">
      <p><b>{w.result(f.n(p.of), f.n(p.mends))}</b> <span className="muted">{w.rest(f.n(p.of - p.mends))}</span>{p.rest > 0 && <span className="muted"> {w.beyond(f.n(p.rest), f.n(p.rest_rows))}</span>}</p>
      <Table
        label={w.batches}
        maxHeight={260}
        rows={p.batches}
        rowKey={(b) => b.id}
        cols={[
          { key: 'b', title: w.batches, nowrap: true, cell: (b) => <><Link to={to.batch(b.id)}>{b.label}</Link> <StateTag state={b.state} /></> },
          { key: 'm', title: w.mends, right: true, cell: (b) => (b.refused ? t.none : f.n(b.mends)) },
          { key: 'n', title: w.judged, right: true, cell: (b) => (b.refused ? t.none : <>{f.n(b.of)}{b.first && <span className="sub small muted">{w.first}</span>}</>) },
          { key: 'r', title: w.refused, min: 160, cell: (b) => (b.refused ? <span className="danger">{b.refused.detail}<span className="reason">{b.refused.remedy}</span></span> : b.state === 'held' ? w.held : t.none) },
        ]}
      />
      <Still of={p.rules} />
      {p.samples.length > 0 && (
        <Table
          label={w.samples}
          maxHeight={260}
          rows={p.samples.map((s) => ({ ...s, rules: [] }))}
          rowKey={(_, i) => String(i)}
          cols={[{ key: '_b', title: w.samples, nowrap: true, cell: (s) => s.batch }, ...cells]}
        />
      )}
    </div>
  );
}
