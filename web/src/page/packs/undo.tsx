import { App, Checkbox, Modal } from 'antd';
import { useState } from 'react';
import { api } from '../../api/client';
import type { Pack } from '../../api/schema.gen';
import { useAction } from '../../api/use';
import { useWords } from '../../i18n/use';
import { Failed } from '../../part/state';
import { packsChanged, tell } from '../../part/heard';
import { Changes } from './plan';

/** Says what goes with the version, and takes it back. */
export function Undo({ of: p, close, done }: { of: Pack; close: () => void; done: () => void }) {
  const { t, f } = useWords();
  const w = t.packs;
  const { message } = App.useApp();
  const last = p.turns[0];
  const [move, setMove] = useState(last?.plan.move ?? false);
  const undo = useAction(async () => {
    const did = await api.undoPack(p.id, move);
    tell(packsChanged);
    void message.success(w.undone(did.to));
    done();
    close();
  });
  if (!last) return null;
  return (
    <Modal open title={w.undoTitle(last.to, last.from)} width={680} onCancel={close} onOk={() => void undo.act()} okText={w.undoDo} cancelText={t.cancel} okButtonProps={{ loading: undo.busy }}>
      <div className="stack">
        <p className="plan-say">{w.undoText}</p>
        <p className="plan-say"><b>{w.undoChanges(last.to)}</b></p>
        <Changes of={last.plan.changes} />
        {p.open !== null && p.open > 0 && <div><span className="muted">{w.running(f.n(p.open))}</span> <Checkbox checked={move} onChange={(e) => setMove(e.target.checked)}>{w.undoMove}</Checkbox></div>}
        {undo.problem && <Failed problem={undo.problem} plain />}
      </div>
    </Modal>
  );
}
