import { api } from '../../api/client';
import type { Directory, Lineage } from '../../api/schema.gen';
import { useLoad } from '../../api/use';
import { useWords } from '../../i18n/use';
import { Card } from '../../part/frame';
import { Empty, View } from '../../part/state';
import { Table } from '../../part/table';
import { Link } from '../../route/link';
import { Drawing } from './lineage/drawing';
import { address, note } from './lineage/node';

/** Where rows come from and who uses them: drawn, and as a table. */
export function LineageTab({ of: d }: { of: Directory }) {
  const { t } = useWords();
  const w = t.lineage;
  const from = useLoad(`lineage ${d.name}`, (s) => api.lineage(d.name, s));
  return (
    <View from={from} lines={10}>
      {(l) => (
        <div className="stack">
          <Card title={w.label} note={w.keys}>
            <Drawing of={l} self={`directory/${d.name}`} label={w.label} />
            {l.hidden.length > 0 && <p className="pad small muted">{w.hidden(l.hidden.map((k) => w.kinds[k] ?? k).join(t.sep))}</p>}
          </Card>
          <Card title={w.table}><Edges of={l} /></Card>
        </div>
      )}
    </View>
  );
}

function Edges({ of: l }: { of: Lineage }) {
  const words = useWords();
  const w = words.t.lineage;
  const nodes = new Map(l.nodes.map((n) => [n.id, n]));
  const cell = (id: string) => {
    const n = nodes.get(id);
    if (!n) return id;
    const at = address(n);
    return <>{at ? <Link to={at}>{n.title}</Link> : n.title}<span className="sub small muted">{[w.kinds[n.kind], note(words, n)].filter(Boolean).join(' · ')}</span></>;
  };
  return (
    <Table
      label={w.table}
      rows={l.edges}
      rowKey={(e) => `${e.from} ${e.to} ${e.kind}`}
      empty={<Empty title={w.alone} />}
      cols={[
        { key: 'f', title: w.cols.from, min: 160, cell: (e) => cell(e.from) },
        { key: 'r', title: w.cols.relation, nowrap: true, cell: (e) => w.edges[e.kind] },
        { key: 't', title: w.cols.to, min: 160, cell: (e) => cell(e.to) },
      ]}
    />
  );
}
