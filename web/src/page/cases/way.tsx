import type { Case, CaseStep, FlowState } from '../../api/schema.gen';
import { useWords } from '../../i18n/use';
import { age } from '../../part/age';
import { Card } from '../../part/frame';
import { classes, Table } from '../../part/table';

export interface Stop {
  state: FlowState;
  at: 'past' | 'here' | 'ahead';
  times: number;
  entered?: string;
  spent: number; // seconds, all stays together
}

/**
 * The way of a case: the states it has been in, in the order it first came there, then those it
 * comes to if all goes well. What lies ahead follows the first action of each state that leads
 * to where the case has not been.
 */
export function wayOf(c: Pick<Case, 'drawing' | 'state' | 'path' | 'steps' | 'entered_at' | 'ended_at'>): Stop[] {
  const states = new Map(c.drawing.states.map((s) => [s.name, s]));
  const been = [...new Set([c.drawing.start, ...(c.path ?? [])])];
  const arrivals = comings(c.path ?? [], c.steps);
  const stops: Stop[] = [];
  for (const name of been) {
    const state = states.get(name);
    if (!state) continue;
    const mine = arrivals.filter((a) => a.state === name);
    stops.push({ state, at: name === c.state ? 'here' : 'past', times: mine.length, entered: mine.at(-1)?.at, spent: mine.reduce((n, a) => n + a.spent, 0) });
  }
  // Where it is now stands last of what it has been in.
  const here = stops.findIndex((s) => s.at === 'here');
  if (here >= 0) stops.push(...stops.splice(here, 1));
  for (let at = states.get(c.state); at && !at.end; ) {
    const next: FlowState | undefined = at.actions.map((a) => states.get(a.to)).find((s) => s && !s.pause && !stops.some((x) => x.state === s));
    if (!next) break;
    stops.push({ state: next, at: 'ahead', times: 0, spent: 0 });
    at = next;
  }
  return stops;
}

/** Each time a case came into a state, and how long it stayed there. */
function comings(path: string[], steps: CaseStep[]): { state: string; at: string; spent: number }[] {
  const moves = steps.filter((s) => s.moved);
  return path.map((state, i) => ({ state, at: moves[i]?.at ?? '', spent: moves[i + 1]?.spent ?? 0 }));
}

/** The flow as a line with the case's place on it; all of it as a table below. */
export function Way({ of: c }: { of: Case }) {
  const words = useWords();
  const { t, f } = words;
  const w = t.kase;
  const titles = new Map(c.drawing.states.map((s) => [s.name, s.title]));
  const line = (s: Stop) => {
    if (s.at === 'ahead') return s.state.end ? '' : s.state.by;
    if (s.at === 'here') return c.ended_at ? f.time(c.ended_at) : [c.office_title, c.holder_name].filter(Boolean).join(' · ') || t.desk.nobody;
    return [s.entered && f.time(s.entered), s.spent > 0 && w.spent(age(words, s.spent))].filter(Boolean).join(' · ');
  };
  return (
    <Card className="way-card">
      <ol className="way" aria-label={w.path}>
        {wayOf(c).map((s) => (
          <li key={s.state.name} className={classes(s.at, s.state.end && 'end')} aria-current={s.at === 'here' ? 'step' : undefined}>
            <b>{s.state.title}</b>{s.times > 1 && <span className="small muted">{w.times(f.n(s.times))}</span>}
            <span className="small muted">{line(s)}</span>
          </li>
        ))}
      </ol>
      <details className="way-all">
        <summary className="small muted">{w.whole}</summary>
        <Table
          label={w.whole}
          rows={c.drawing.states}
          rowKey={(s) => s.name}
          selected={(s) => s.name === c.state}
          cols={[
            { key: 's', title: w.wholeCols.state, nowrap: true, cell: (s) => <>{s.title}{s.name === c.state && <span className="small muted"> {w.here}</span>}</> },
            { key: 'b', title: w.wholeCols.by, cell: (s) => (s.end ? t.none : s.by) },
            { key: 'w', title: w.wholeCols.within, nowrap: true, cell: (s) => s.within || t.none },
            { key: 'a', title: w.wholeCols.acts, cell: (s) => [...s.actions.map((a) => w.leads(a.title, titles.get(a.to) ?? '')), s.expire && w.expires(titles.get(s.expire) ?? s.expire)].filter(Boolean).join(t.sep) || t.none },
          ]}
        />
      </details>
    </Card>
  );
}
