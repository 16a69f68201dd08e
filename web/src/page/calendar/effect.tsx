import { useEffect, useState } from 'react';
import type { CalendarChanged } from '../../api/schema.gen';
import { useAction } from '../../api/use';
import type { Words } from '../../i18n/use';
import { useWords } from '../../i18n/use';
import { Table } from '../../part/table';

/** A length in days and hours. */
export function span({ t, f }: Words, sec: number): string {
  const w = t.calendar.span;
  const parts: [number, (n: string) => string][] = [[Math.floor(sec / 86400), w.day], [Math.floor((sec % 86400) / 3600), w.hour], [Math.floor((sec % 3600) / 60), w.minute]];
  return parts.filter(([n]) => n > 0).map(([n, say]) => say(f.n(n))).join(' ');
}

/** What a change would do, asked of the server; it falls away when the form changes. */
export function usePreview(key: string, check: () => Promise<CalendarChanged>) {
  const [seen, see] = useState<CalendarChanged>();
  const look = useAction(async () => see(await check()));
  const { clear } = look;
  useEffect(() => {
    see(undefined);
    clear();
  }, [key]); // eslint-disable-line react-hooks/exhaustive-deps -- the problem of another form goes with it
  return { seen, look };
}

/** The figures of a change: how many cases move, which way, how far, and what days are others. */
export function Effect({ of: r, days }: { of: CalendarChanged; days?: boolean }) {
  const words = useWords();
  const { t, f } = words;
  const w = t.calendar.effect;
  const m = r.moves;
  const kinds = t.calendar.kinds;
  const cell = (name: string, n: number, most: number, tone?: string) => (
    <div><dt>{name}</dt><dd className={n > 0 ? tone : 'muted'}>{w.cases(f.n(n))}</dd>{n > 0 && most > 0 && <dd className="small muted">{w.most(span(words, most))}</dd>}</div>
  );
  return (
    <section className="cal-effect" aria-label={w.title}>
      {days && (r.changed.length === 0 ? <p>{w.noDays}</p> : (
        <details open={r.changed.length <= 6}>
          <summary>{w.days(f.n(r.changed.length))}</summary>
          <ul>{r.changed.map((c) => <li key={c.date}>{w.change(f.date(c.date), kinds[c.before] ?? '', kinds[c.after] ?? '')}</li>)}</ul>
        </details>
      ))}
      <p><b>{m.moved === 0 ? w.none(f.n(m.open)) : w.moved(f.n(m.moved), f.n(m.open))}</b></p>
      {m.moved > 0 && (
        <>
          <dl>
            {cell(w.later, m.later, m.most_later)}
            {cell(w.earlier, m.earlier, m.most_earlier)}
            {cell(w.late, m.late, 0, 'danger')}
            {cell(w.freed, m.freed, 0, 'ok')}
          </dl>
          <Table label={w.packs} rows={r.packs} rowKey={(p) => p.pack} cols={[
            { key: 'p', title: w.pack, cell: (p) => p.title },
            { key: 'o', title: w.open, right: true, cell: (p) => f.n(p.open) },
            { key: 'm', title: w.movedCol, right: true, cell: (p) => f.n(p.moved) },
            { key: 'l', title: w.late, right: true, cell: (p) => f.n(p.late) },
          ]} />
        </>
      )}
    </section>
  );
}
