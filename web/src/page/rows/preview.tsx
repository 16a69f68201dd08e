import { Modal } from 'antd';
import { api } from '../../api/client';
import type { CorrectedCell, PreviewRule } from '../../api/schema.gen';
import { useAction, useLoad } from '../../api/use';
import { useWords } from '../../i18n/use';
import { Tag } from '../../part/frame';
import { Failed, View } from '../../part/state';
import { Table } from '../../part/table';

const none: CorrectedCell[] = [];

/** What rows would still break. */
export function Still({ of: rules }: { of: PreviewRule[] }) {
  const { t, f } = useWords();
  const w = t.mend;
  if (rules.length === 0) return null;
  return (
    <Table
      label={w.still}
      maxHeight={320}
      rows={rules}
      rowKey={(r) => r.rule}
      cols={[
        { key: 't', title: w.still, min: 160, cell: (r) => <>{r.title} {r.do === 'warn' && <Tag tone="warn">{t.words.doShort.warn}</Tag>}<span className="reason">{r.why}</span></> },
        { key: 'n', title: w.rows, right: true, cell: (r) => f.n(r.rows) },
      ]}
    />
  );
}

/** What a replay of rows would do, before it does it. */
export function PreviewDialog({ batch, rows, cells = none, title, text, close, run }: { batch: string; rows?: string[]; cells?: CorrectedCell[]; title: string; text?: string; close: () => void; run: () => Promise<void> }) {
  const { t, f } = useWords();
  const w = t.mend;
  const from = useLoad(`preview ${batch} ${JSON.stringify([rows, cells])}`, () => api.preview(batch, { rows, cells }));
  const act = useAction(run);
  return (
    <Modal open title={title} width={640} onCancel={close} onOk={() => void act.act()} okText={w.run} cancelText={t.cancel} okButtonProps={{ loading: act.busy, disabled: !from.data }}>
      {text && <p>{text}</p>}
      <View from={from} lines={4}>
        {(p) => (
          <div role="status">
            <p><b>{w.result(f.n(p.of), f.n(p.mends))}</b> <span className="muted">{w.rest(f.n(p.of - p.mends))}</span></p>
            <Still of={p.rules} />
          </div>
        )}
      </View>
      {act.problem && <Failed problem={act.problem} plain />}
    </Modal>
  );
}
