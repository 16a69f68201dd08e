import { Fragment, useState } from 'react';
import { api } from '../../api/client';
import type { Difference, Directory, DirectoryVersion } from '../../api/schema.gen';
import { useLoad } from '../../api/use';
import { useWords } from '../../i18n/use';
import { Card, Tag, type Tone } from '../../part/frame';
import { useKinds } from '../../part/kinds';
import { View } from '../../part/state';
import { Table } from '../../part/table';
import { useAlter, usePlace } from '../../route/route';
import { StandingTag } from './standing';

const tones: Record<Difference['kind'], Tone> = { added: 'ok', removed: 'danger', changed: 'accent', moved: 'plain' };

/** Who changed what and when. Which version's differences are shown stands in the address. */
export function History({ of: d }: { of: Directory }) {
  const { t, f } = useWords();
  const w = t.history;
  const alter = useAlter();
  const open = Number(usePlace().query.get('version') ?? 0);
  const who = (v: DirectoryVersion) => (v.by === 'local' ? w.local : v.by_name || v.by || w.unknown);
  return (
    <div className="stack">
      <Card title={w.title}>
        <Table
          label={w.title}
          rows={d.versions}
          rowKey={(v) => String(v.version)}
          selected={(v) => v.version === open}
          cols={[
            { key: 'v', title: w.cols.version, nowrap: true, cell: (v) => <>{t.directory.version(f.n(v.version))}{v.version === d.published_version && <> <StandingTag of={{ ...d, version: d.published_version }} /></>}</> },
            { key: 'a', title: w.cols.at, nowrap: true, cell: (v) => f.full(v.at) },
            { key: 'w', title: w.cols.who, nowrap: true, cell: who },
            { key: 'c', title: w.cols.change, min: 200, cell: (v) => v.change },
            { key: 'd', title: w.what, nowrap: true, cell: (v) => <button type="button" className="link" aria-expanded={v.version === open} onClick={() => alter({ version: v.version === open ? null : v.version }, true)}>{v.version === open ? w.hide : w.show}</button> },
          ]}
        />
      </Card>
      {open > 0 && <Differences name={d.name} version={open} />}
      {d.turns.length > 0 && (
        <Card title={w.turns}>
          <Table
            label={w.turns}
            rows={d.turns}
            rowKey={(_, i) => String(i)}
            cols={[
              { key: 's', title: t.standing.label, nowrap: true, cell: (u) => t.words.standing[u.state] ?? u.state },
              { key: 'v', title: w.cols.version, nowrap: true, cell: (u) => t.directory.version(f.n(u.version)) },
              { key: 'a', title: w.cols.at, nowrap: true, cell: (u) => f.full(u.at) },
              { key: 'w', title: w.cols.who, nowrap: true, cell: (u) => (u.by === 'local' ? w.local : u.by_name || u.by) },
              { key: 'r', title: t.reason.label, min: 160, cell: (u) => u.reason || t.none },
            ]}
          />
        </Card>
      )}
    </div>
  );
}

/** What one version has otherwise than the one before, field by field. */
function Differences({ name, version }: { name: string; version: number }) {
  const { t, f } = useWords();
  const w = t.history;
  const { fields } = useKinds();
  const [whole, setWhole] = useState(false);
  const from = useLoad(`version ${name} ${version}`, (s) => api.version(name, version, s));
  const label = (d: Difference) => {
    const [head = '', ...rest] = d.path.split('.');
    const own = fields.get(d.path)?.title ?? (rest.length ? `${fields.get(head)?.title ?? head} ${rest.join('.')}` : head);
    return <>{own}{d.name && <code className="sub muted">{d.name}</code>}</>;
  };
  const value = (d: Difference, v: string) => fields.get(d.path)?.words.find((x) => x.name === v)?.title ?? v;
  return (
    <Card title={w.diff(f.n(version))} note={<button type="button" className="link" aria-expanded={whole} onClick={() => setWhole(!whole)}>{w.yaml}</button>}>
      <View from={from} lines={4}>
        {(v) => (
          <Fragment>
            {v.differences.length === 0 ? <p className="pad muted">{version === 1 ? w.first : w.none}</p> : (
              <Table
                label={w.diff(f.n(version))}
                rows={v.differences}
                rowKey={(_, i) => String(i)}
                cols={[
                  { key: 'k', title: w.cols.change, nowrap: true, cell: (d) => <Tag tone={tones[d.kind]}>{w.kinds[d.kind]}</Tag> },
                  { key: 'p', title: w.what, min: 140, cell: label },
                  { key: 'b', title: w.before, min: 160, cell: (d) => <span className={d.before ? 'was wrap' : 'muted'}>{value(d, d.before) || t.none}</span> },
                  { key: 'a', title: w.after, min: 160, cell: (d) => <span className={d.after ? 'now wrap' : 'muted'}>{value(d, d.after) || t.none}</span> },
                ]}
              />
            )}
            {whole && <div className="pad"><pre className="example">{v.yaml}</pre></div>}
          </Fragment>
        )}
      </View>
    </Card>
  );
}
