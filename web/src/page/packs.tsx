import { Button } from 'antd';
import type { ReactNode } from 'react';
import { api } from '../api/client';
import type { PackSummary } from '../api/schema.gen';
import { useMay } from '../api/session';
import { useLoad } from '../api/use';
import { useWords } from '../i18n/use';
import { useDialog } from '../part/dialog';
import { Card, Head, Tag } from '../part/frame';
import { Empty, Failed, View } from '../part/state';
import { Table } from '../part/table';
import { Link } from '../route/link';
import { to } from '../route/paths';
import { Install } from './packs/install';

/** What is installed, and what of it cannot be read. */
export default function Packs() {
  const { t } = useWords();
  const w = t.packs;
  const list = useLoad('packs', api.packs);
  const may = useMay()('pack.install');
  const [dialog, open] = useDialog();
  const button = may && <Button type="primary" onClick={() => open('install')}>{w.install}</Button>;
  return (
    <>
      <Head name={w.title} title={w.title} sub={w.sub} actions={button} />
      <View from={list} lines={8}>
        {(d) => (
          <div className="stack">
            {d.items.filter((p) => p.broken).map((p) => <Broken key={p.id} of={p} />)}
            <Card><List of={d.items.filter((p) => !p.broken)} may={may} button={button} /></Card>
          </div>
        )}
      </View>
      {may && dialog === 'install' && <Install close={() => open(null)} done={list.again} />}
    </>
  );
}

function List({ of, may, button }: { of: PackSummary[]; may: boolean; button: ReactNode }) {
  const { t, f } = useWords();
  const w = t.packs;
  return (
    <Table
      keep="packs" label={w.title} rows={of} rowKey={(p) => p.id}
      empty={<Empty title={w.empty} hint={may ? w.emptyHint : w.emptyRead}>{button}</Empty>}
      cols={[
        { key: 't', title: w.cols.title, min: 180, cell: (p) => <><Link to={to.pack(p.id)}>{p.title}</Link><span className="sub small muted">{p.summary || p.id}</span></> },
        { key: 'v', title: w.cols.version, nowrap: true, cell: (p) => p.version },
        { key: 'r', title: w.cols.registers, min: 160, cell: (p) => <span className="wrap">{p.registers.map((r) => r.title).join(t.sep) || t.none}</span> },
        { key: 'o', title: w.cols.open, right: true, cell: (p) => (p.open !== null && p.registers.some((r) => r.flow) ? f.n(p.open) : <span className="muted">{t.none}</span>) },
      ]}
    />
  );
}

function Broken({ of: p }: { of: PackSummary }) {
  const { t } = useWords();
  const w = t.packs;
  return (
    <Card title={<>{p.title} <Tag tone="danger">{w.broken}</Tag></>} note={w.version(p.version)} pad>
      <p className="note warn">{w.brokenText}</p>
      {p.broken && <Failed problem={p.broken} plain />}
    </Card>
  );
}
