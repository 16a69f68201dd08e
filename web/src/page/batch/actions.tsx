import { App, Button } from 'antd';
import { useState } from 'react';
import { api } from '../../api/client';
import type { Batch } from '../../api/schema.gen';
import { useMay } from '../../api/session';
import { useAction } from '../../api/use';
import { useWords } from '../../i18n/use';
import { lost, running, stalled } from '../../part/batch';
import { Export } from '../../part/export';
import { ReasonDialog } from '../../part/reason';
import { to } from '../../route/paths';
import { go } from '../../route/route';
import { PreviewDialog } from '../rows/preview';

type Act = 'release' | 'return' | 'discard' | 'cancel';

/** What may be done with a batch in its state. */
export function Actions({ batch: b, again }: { batch: Batch; again: () => void }) {
  const { t } = useWords();
  const [asking, ask] = useState<Act | null>(null);
  const held = b.state === 'held';
  const some = b.quarantined > 0;
  const may = useMay();
  return (
    <>
      {some && may('quarantine.export') && <Export list={`batches/${encodeURIComponent(b.id)}/quarantine`} outs={{}} purpose label={t.batch.download} />}
      {stalled(b) && may('load.run') && <Retry batch={b} again={again} />}
      {some && may('mend.replay') && (held || b.state === 'published') && <Replay batch={b} again={again} />}
      {(held || lost(b)) && may('batch.discard') && <Button onClick={() => ask('discard')}>{t.batch.discard}</Button>}
      {held && may('batch.return') && <Button onClick={() => ask('return')}>{t.batch.return}</Button>}
      {held && may('batch.release') && <Button type="primary" onClick={() => ask('release')}>{t.batch.release}</Button>}
      {running(b.state) && !stalled(b) && may('batch.cancel') && <Button onClick={() => ask('cancel')}>{t.batch.cancel}</Button>}
      {asking && <Ask act={asking} batch={b} close={() => ask(null)} again={again} />}
    </>
  );
}

/** Writes what was judged once more, now; where that fails the batch says why. */
function Retry({ batch: b, again }: { batch: Batch; again: () => void }) {
  const { t } = useWords();
  const { message } = App.useApp();
  const retry = useAction(async () => {
    try {
      await api.retry(b.id);
      void message.success(t.batch.done.retry);
    } finally {
      again();
    }
  });
  return <Button type="primary" loading={retry.busy} onClick={() => void retry.act()}>{t.batch.retry}</Button>;
}

function Ask({ act, batch: b, close, again }: { act: Act; batch: Batch; close: () => void; again: () => void }) {
  const { t, f } = useWords();
  const { message } = App.useApp();
  const all = f.n(b.rows_in);
  const said: Record<Act, [string, string, string]> = {
    release: [t.batch.releaseTitle(b.label), t.batch.releaseText(b.directory_title, f.n(b.held), f.n(b.quarantined)), t.batch.release],
    return: [t.batch.returnTitle(b.label), t.batch.returnText(b.directory_title, b.office_title, all), t.batch.return],
    discard: [t.batch.discardTitle(b.label), t.batch.discardText(b.directory_title, all), t.batch.discard],
    cancel: [t.batch.cancelTitle(b.label), t.batch.cancelText(b.directory_title, f.n(b.progress?.rows ?? 0)), t.batch.cancel],
  };
  const [title, text, button] = said[act];
  const run = async (reason: string) => {
    await api.decide(b.id, act, reason);
    void message.success(t.batch.done[act]);
    again();
  };
  return <ReasonDialog title={title} text={text} button={button} danger={act === 'discard'} close={close} run={run} />;
}

/** Good rows of a replay become a batch of their own, which is looked at before; a held batch is judged again whole. */
function Replay({ batch: b, again }: { batch: Batch; again: () => void }) {
  const { t, f } = useWords();
  const { modal, message } = App.useApp();
  const [asking, ask] = useState(false);
  const run = async () => {
    const child = await api.replay(b.id);
    void message.success(t.batch.done.replay);
    go(to.batch(child.id));
    again();
  };
  const confirm = () =>
    void modal.confirm({
      title: t.batch.rejudgeTitle(b.label),
      content: t.batch.rejudgeText(f.n(b.rows_in)),
      okText: t.batch.rejudge,
      cancelText: t.cancel,
      icon: null,
      onOk: () => run().catch((e: Error) => void message.error(e.message)),
    });
  if (b.state === 'held') return <Button onClick={confirm}>{t.batch.rejudge}</Button>;
  return (
    <>
      <Button onClick={() => ask(true)}>{t.batch.replay}</Button>
      {asking && <PreviewDialog batch={b.id} title={t.batch.replayTitle(b.label)} text={t.batch.replayText(f.n(b.quarantined))} close={() => ask(false)} run={run} />}
    </>
  );
}
