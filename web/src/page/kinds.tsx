import { Fragment } from 'react';
import { api } from '../api/client';
import { useLoad } from '../api/use';
import { Search } from '../part/facet';
import { useWords } from '../i18n/use';
import { Card, Head, Tag } from '../part/frame';
import { View } from '../part/state';
import { Table } from '../part/table';
import { useAlter, usePlace } from '../route/route';

/** The reference of rule kinds and cleaning steps, as the server knows them. */
export default function Kinds() {
  const { t, f } = useWords();
  const from = useLoad('kinds', api.kinds);
  const { query } = usePlace();
  const alter = useAlter();
  const q = (query.get('q') ?? '').toLowerCase();
  const fits = (...texts: string[]) => texts.some((x) => x.toLowerCase().includes(q));
  const w = t.kinds.cols;
  return (
    <>
      <Head name={t.kinds.title} title={t.kinds.title} sub={t.kinds.sub} actions={<span className="filters bare"><Search label={t.kinds.search} value={query.get('q') ?? ''} change={(v) => alter({ q: v })} /></span>} />
      <View from={from} lines={14}>
        {(k) => (
          <div className="stack">
            <Card title={t.kinds.rules(f.n(k.rules.length))}>
              <Table
                label={t.kinds.rules(f.n(k.rules.length))}
                rows={k.rules.filter((r) => fits(r.name, r.title, r.norm, r.help))}
                rowKey={(r) => r.name}
                cols={[
                  { key: 'n', title: w.name, min: 220, cell: (r) => <>{r.title}<code className="sub muted">{r.name}</code><span className="reason">{r.help}</span></> },
                  { key: 'g', title: w.norm, nowrap: true, cell: (r) => r.norm || t.none },
                  { key: 'd', title: w.dim, nowrap: true, cell: (r) => t.words.dims[r.dimension] ?? r.dimension },
                  { key: 'p', title: w.params, cell: (r) => (
                    <dl className="params">
                      {r.params.map((p) => <Fragment key={p.name}><dt><code>{p.name}</code> {p.required && <Tag>{t.kinds.required}</Tag>}</dt><dd>{p.help}</dd></Fragment>)}
                    </dl>
                  ) },
                  { key: 'e', title: w.example, cell: (r) => <pre className="example" >{r.example}</pre> },
                ]}
              />
            </Card>
            <Card title={t.kinds.steps(f.n(k.steps.length))}>
              <Table
                label={t.kinds.steps(f.n(k.steps.length))}
                rows={k.steps.filter((s) => fits(s.name, s.title))}
                rowKey={(s) => s.name}
                cols={[
                  { key: 'n', title: w.name, width: 220, cell: (s) => <>{s.title}<code className="sub muted">{s.name}</code></> },
                  { key: 'h', title: w.help, cell: (s) => s.help },
                ]}
              />
            </Card>
          </div>
        )}
      </View>
    </>
  );
}
