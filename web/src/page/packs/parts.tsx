import { Button } from 'antd';
import type { Field, Pack, PackRole, PackRung } from '../../api/schema.gen';
import { useMay } from '../../api/session';
import { useWords, type Words } from '../../i18n/use';
import { Card, Tag } from '../../part/frame';
import { Empty } from '../../part/state';
import { Table } from '../../part/table';
import { Link } from '../../route/link';
import { to } from '../../route/paths';

/** A pack that is looked at, and how a dialog about it is asked for. */
export interface Props { of: Pack; ask: (dialog: string) => void }

export function Registers({ of: p, ask }: Props) {
  const { t, f } = useWords();
  const w = t.packs;
  const may = useMay()('pack.install');
  const named = (x: Field) => p.codes.find((c) => c.name === x.of)?.name ?? p.forms.find((r) => r.name === x.of)?.title ?? x.of;
  return (
    <div className="stack">
      {p.forms.map((r) => (
        <Card key={r.name} title={<>{r.title} {p.registers.find((x) => x.name === r.name)?.flow && <Tag tone="accent">{w.flowTag}</Tag>}</>} note={
          <span className="row">
            <span>{w.fieldsOf(f.n(r.fields.length))}</span>
            {p.mine && <Link to={to.register(p.id, r.name)}>{w.openList}</Link>}
            {may && <Button size="small" aria-label={`${w.addField} ${r.title}`} onClick={() => ask(`field ${r.name}`)}>{w.addField}</Button>}
          </span>
        }>
          <Table
            label={r.title} rows={r.fields} rowKey={(x) => x.name}
            cols={[
              { key: 't', title: w.field.title, min: 140, cell: (x) => <>{x.title}<span className="sub small muted">{x.name}</span></> },
              { key: 'k', title: w.field.kind, min: 120, cell: (x) => <>{w.kinds[x.kind] ?? x.kind}{x.of && <span className="sub small muted">{named(x)}</span>}{x.kind === 'enum' && x.choices.length > 0 && <span className="sub small muted">{x.choices.map((c) => c.title).join(t.sep)}</span>}</> },
              { key: 'r', title: w.field.required, nowrap: true, cell: (x) => (x.required ? t.yes : x.asked ? w.whenAsked : <span className="muted">{t.none}</span>) },
              { key: 'p', title: w.field.personal, cell: (x) => (x.personal ? <Tag tone="warn">{w.personal[x.personal] ?? x.personal}</Tag> : <span className="muted">{t.none}</span>) },
            ]}
          />
        </Card>
      ))}
    </div>
  );
}

export function Flows({ of: p }: Props) {
  const { t } = useWords();
  const w = t.packs;
  if (p.flows.length === 0) return <Card><Empty title={w.flowNone} hint={w.flowNoneHint} /></Card>;
  return (
    <div className="stack">
      {p.flows.map((m) => {
        const title = (name: string) => m.states.find((s) => s.name === name)?.title ?? name;
        return (
          <Card key={m.name} title={m.title}>
            <Table
              label={m.title} rows={m.states} rowKey={(s) => s.name}
              cols={[
                { key: 's', title: w.flow.state, min: 120, cell: (s) => <>{s.title} {s.name === m.start && <Tag tone="accent">{w.start}</Tag>}{s.end && <Tag>{w.end}</Tag>}{s.pause && <Tag tone="warn">{w.pause}</Tag>}</> },
                { key: 'b', title: w.flow.by, min: 100, cell: (s) => s.by || <span className="muted">{t.none}</span> },
                { key: 'w', title: w.flow.within, nowrap: true, cell: (s) => s.within || <span className="muted">{t.none}</span> },
                { key: 'a', title: w.flow.actions, min: 180, cell: (s) => (s.actions.length ? <ul className="lines">{s.actions.map((a) => <li key={a.name}>{a.to && a.to !== s.name ? w.to(a.title, title(a.to)) : a.title}</li>)}</ul> : <span className="muted">{t.none}</span>) },
              ]}
            />
          </Card>
        );
      })}
    </div>
  );
}

export function Roles({ of: p }: Props) {
  const { t, f } = useWords();
  const w = t.packs;
  const keeps = useMay()('role.assign');
  return (
    <Card>
      <Table
        label={w.tabs.roles} rows={p.roles} rowKey={(r) => r.name}
        empty={<Empty title={w.rolesNone} />}
        cols={[
          { key: 't', title: w.role.title, min: 140, cell: (r) => <>{r.title}<span className="sub small muted">{r.duty || r.name}</span></> },
          { key: 'r', title: w.role.reach, nowrap: true, cell: (r) => w.reaches[r.reach] ?? r.reach },
          { key: 'h', title: w.role.held, right: true, cell: (r) => (keeps ? <Link to={`${to.users()}?role=${encodeURIComponent(r.name)}`}>{f.n(r.held)}</Link> : f.n(r.held)) },
          { key: 'w', title: w.role.who, min: 200, cell: (r) => <Who of={r} /> },
        ]}
      />
    </Card>
  );
}

function Who({ of: r }: { of: PackRole }) {
  const { t } = useWords();
  const w = t.packs;
  if (r.held === 0) return <><Tag tone="warn">{w.nobody}</Tag> <span className="small muted">{w.nobodyHint}</span></>;
  if (r.holders.length === 0) return <span className="muted">{t.none}</span>;
  return <ul className="lines">{r.holders.map((h, i) => <li key={i}>{h.name} <span className="muted small">{h.office_title}</span>{!h.enabled && <> <Tag>{w.disabled}</Tag></>}</li>)}</ul>;
}

export function Codes({ of: p }: Props) {
  const words = useWords();
  const w = words.t.packs;
  if (p.codes.length + p.ladders.length === 0) return <Card><Empty title={w.codesNone} /></Card>;
  return (
    <div className="stack">
      {p.codes.map((c) => (
        <Card key={c.name} title={w.codeList(c.name)}>
          <Table label={w.codeList(c.name)} rows={c.entries} rowKey={(x) => x.value} cols={[
            { key: 'c', title: w.code.code, width: '30%', cell: (x) => <code>{x.value}</code> },
            { key: 'n', title: w.code.name, cell: (x) => x.title },
          ]} />
        </Card>
      ))}
      {p.ladders.map((l) => (
        <Card key={l.name} title={w.ladder(l.name)}>
          <Table label={w.ladder(l.name)} rows={l.rungs} rowKey={(_, i) => String(i)} cols={[
            { key: 'a', title: w.rung.at, width: '30%', cell: (r) => words.f.percent(r.at) },
            { key: 'd', title: w.rung.does, cell: (r) => does(words, r) },
          ]} />
        </Card>
      ))}
    </div>
  );
}

function does({ t, f }: Words, r: PackRung): string {
  const w = t.packs;
  return [r.notify && w.notify(r.notify), r.mark && w.mark(r.mark), r.raise > 0 && w.raise(f.n(r.raise)), r.score > 0 && w.score(f.n(r.score))].filter(Boolean).join(t.semi) || t.none;
}
