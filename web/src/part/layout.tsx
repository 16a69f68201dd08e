import { Button, Checkbox, Popover } from 'antd';
import { useMemo, useState } from 'react';
import { useSession } from '../api/session';
import { useWords } from '../i18n/use';
import type { Col } from './column';

/** Which columns of a table one looks at, in which order and how wide. */
interface Kept {
  order: string[];
  hidden: string[];
  width: Record<string, number>;
}

export interface Layout<R> {
  cols: Col<R>[];
  all: Col<R>[];
  hidden: string[];
  resize: (key: string, width: number) => void;
  show: (key: string, on: boolean) => void;
  move: (key: string, by: number) => void;
  reset: () => void;
  own: boolean; // somebody chose something
}

const empty: Kept = { order: [], hidden: [], width: {} };

/** A table's layout, kept in this browser for each user. The first column always shows: it names the row. */
export function useLayout<R>(table: string, cols: Col<R>[]): Layout<R> {
  const key = `chengshu.layout.${useSession()?.id ?? ''}.${table}`;
  const [kept, put] = useState<Kept>(() => read(key));
  const save = (next: Kept) => {
    put(next);
    try {
      if (next === empty) localStorage.removeItem(key);
      else localStorage.setItem(key, JSON.stringify(next));
    } catch {
      // the choice lasts until the window closes
    }
  };
  return useMemo(() => {
    const place = (k: string) => (kept.order.includes(k) ? kept.order.indexOf(k) : cols.findIndex((c) => c.key === k));
    const all = [...cols].sort((a, b) => place(a.key) - place(b.key)).map((c) => (kept.width[c.key] ? { ...c, width: kept.width[c.key], min: undefined } : c));
    const first = cols[0]?.key;
    const hidden = kept === empty ? cols.filter((c) => c.off).map((c) => c.key) : kept.hidden;
    return {
      all,
      hidden,
      own: kept !== empty,
      cols: all.filter((c) => c.key === first || !hidden.includes(c.key)),
      resize: (k, width) => save({ ...kept, hidden, width: { ...kept.width, [k]: Math.max(48, Math.round(width)) } }),
      show: (k, on) => save({ ...kept, hidden: on ? hidden.filter((x) => x !== k) : [...hidden, k] }),
      move: (k, by) => {
        const order = all.map((c) => c.key);
        const i = order.indexOf(k);
        if (i + by < 0 || i + by >= order.length) return;
        order.splice(i, 1);
        order.splice(i + by, 0, k);
        save({ ...kept, hidden, order });
      },
      reset: () => save(empty),
    };
  }, [kept, cols]);
}

/** The columns of a table that a user looks at, in their order; off are those that show only once they are chosen. */
export function keptKeys(user: string, table: string, keys: string[], off: string[] = []): string[] {
  const own = read(`chengshu.layout.${user}.${table}`);
  const kept = own === empty ? { ...empty, hidden: off } : own;
  const place = (k: string) => (kept.order.includes(k) ? kept.order.indexOf(k) : keys.indexOf(k));
  return [...keys].sort((a, b) => place(a) - place(b)).filter((k) => k === keys[0] || !kept.hidden.includes(k));
}

function read(key: string): Kept {
  try {
    const k = JSON.parse(localStorage.getItem(key) ?? 'null') as Kept | null;
    return k && Array.isArray(k.order) && Array.isArray(k.hidden) ? { ...empty, ...k } : empty;
  } catch {
    return empty;
  }
}

/** What a column is called where its title is no word. */
export const nameOf = <R,>(c: Col<R>) => c.name ?? (typeof c.title === 'string' ? c.title : c.key);

/** Chooses and orders the columns. */
export function LayoutButton<R>({ of: l }: { of: Layout<R> }) {
  const { t } = useWords();
  const first = l.all[0]?.key;
  const name = nameOf<R>;
  const box = (
    <div className="layout-choice">
      {l.all.map((c, i) => (
        <div key={c.key} className="row">
          <Checkbox className="fill" checked={!l.hidden.includes(c.key)} disabled={c.key === first} onChange={(e) => l.show(c.key, e.target.checked)}>{name(c)}</Checkbox>
          <Button size="small" type="text" aria-label={t.form.up(name(c))} disabled={i === 0} onClick={() => l.move(c.key, -1)}>↑</Button>
          <Button size="small" type="text" aria-label={t.form.down(name(c))} disabled={i === l.all.length - 1} onClick={() => l.move(c.key, 1)}>↓</Button>
        </div>
      ))}
      <Button size="small" disabled={!l.own} onClick={l.reset}>{t.layout.reset}</Button>
    </div>
  );
  return <Popover content={box} trigger="click" placement="bottomRight"><Button size="small" type="text" className="columns" aria-label={t.layout.columns} title={t.layout.columns}>⋮</Button></Popover>;
}
