import { Radio } from 'antd';
import type { PackLine, Plan, PlanChange } from '../../api/schema.gen';
import { useWords } from '../../i18n/use';
import { Tag, type Tone } from '../../part/frame';
import { classes, Table } from '../../part/table';

const tones: Record<PlanChange['act'], Tone> = { added: 'ok', changed: 'accent', removed: 'warn', forbidden: 'danger' };

/** What forbids comes first: it is what one has to do something about. */
const rank = (c: PlanChange) => (c.act === 'forbidden' ? 0 : 1);

/** What an installation would do, and with which open cases. */
export function PlanView({ of: p, move, choose }: { of: Plan; move?: boolean; choose?: (move: boolean) => void }) {
  const { t, f } = useWords();
  const w = t.packs;
  const says = p.from === '' ? w.planFirst(p.title, p.to) : p.from === p.to && p.changes.length === 0 ? w.planSame(p.title, p.to) : w.planFrom(p.title, p.from, p.to);
  return (
    <div className="stack">
      <p className="plan-say"><b>{says}</b></p>
      {p.forbidden > 0 && <div className="failed" role="alert"><p><b>{w.forbidden(f.n(p.forbidden))}</b></p><p>{w.forbiddenHint}</p></div>}
      <Changes of={p.changes} />
      {p.from !== '' && p.running === 0 && <p className="muted plan-say">{w.none}</p>}
      {p.running > 0 && choose && (
        <fieldset className="choices">
          <legend>{w.running(f.n(p.running))}</legend>
          <Radio.Group className="column" value={move} onChange={(e) => choose(e.target.value as boolean)} options={[{ value: false, label: w.stay }, { value: true, label: w.move }]} />
        </fieldset>
      )}
    </div>
  );
}

export function Changes({ of }: { of: PlanChange[] }) {
  const { t } = useWords();
  const w = t.packs;
  if (of.length === 0) return <p className="muted plan-say">{w.noChanges}</p>;
  return (
    <Table
      label={w.plan} rows={[...of].sort((a, b) => rank(a) - rank(b))} rowKey={(c, i) => `${c.kind} ${c.name} ${i}`} maxHeight={360}
      cols={[
        { key: 'a', title: w.change.act, cell: (c) => <span className="plan-act"><Tag tone={tones[c.act]}>{w.acts[c.act] ?? c.act}</Tag></span> },
        { key: 'p', title: w.change.part, nowrap: true, cell: (c) => w.sections[c.kind] ?? c.kind },
        { key: 't', title: w.change.text, min: 200, cell: (c) => <span className="wrap">{c.text}{c.remedy && <span className="reason">{c.remedy}</span>}</span> },
      ]}
    />
  );
}

const signs: Record<PackLine['sign'], string> = { same: ' ', added: '+', removed: '−' };

/** What is written into files, with the lines about it. */
export function Diff({ of }: { of: PackLine[] }) {
  const { t } = useWords();
  return (
    <div className="diff" role="region" aria-label={t.packs.diff} tabIndex={0}>
      {of.map((l, i) => (
        <div key={i}>
          {of[i - 1]?.file !== l.file && <div className="diff-file">{l.file}</div>}
          <div className={classes('diff-line', l.sign)}><span>{l.line}</span><span>{signs[l.sign]}</span><code>{l.text}</code></div>
        </div>
      ))}
    </div>
  );
}
