import type { CSSProperties, KeyboardEvent, PointerEvent, ReactNode } from 'react';
import { useWords } from '../i18n/use';
import type { Col } from './column';
import { LayoutButton, nameOf, useLayout } from './layout';
import { many, useWindow } from './window';

interface Props<R> {
  label: string;
  cols: Col<R>[];
  rows: R[];
  rowKey: (row: R, index: number) => string;
  selected?: (row: R) => boolean;
  empty?: ReactNode;
  maxHeight?: number | string;
  keep?: string; // the name its layout is kept under: columns are chosen, ordered and drawn wider
  end?: () => void; // told when the end of a long table comes near
}

// Arrow keys walk from row to row over what leads on, or over the boxes to tick where one stands
// on one; Enter is the control's own.
function walk(e: KeyboardEvent<HTMLTableSectionElement>) {
  if (e.key !== 'ArrowDown' && e.key !== 'ArrowUp') return;
  if ((e.target as HTMLElement).matches('textarea, .ant-select *')) return;
  const from = (e.target as HTMLElement).closest('tr');
  const ticks = (e.target as HTMLElement).matches('input');
  let to: Element | null | undefined = from;
  do {
    to = e.key === 'ArrowDown' ? to?.nextElementSibling : to?.previousElementSibling;
    const control = to?.querySelector<HTMLElement>(ticks ? 'input' : 'a[href], button:not(:disabled)') ?? to?.querySelector<HTMLElement>('a[href], button, input');
    if (control) {
      e.preventDefault();
      control.focus();
      return;
    }
  } while (to);
}

/** The one table of the console. A long one draws only the rows that are seen. */
export function Table<R>({ label, cols: given, rows, rowKey, selected, empty, maxHeight, keep, end }: Props<R>) {
  const kept = useLayout(keep ?? '', given);
  const layout = keep === undefined ? undefined : kept;
  const cols = layout?.cols ?? given;
  const long = rows.length > many || end !== undefined;
  const { box, body, seen } = useWindow(rows.length, long, end);
  if (rows.length === 0 && empty) return <>{empty}</>;
  const height = maxHeight ?? (long ? '72vh' : undefined);
  const style: CSSProperties | undefined = height ? { maxHeight: height } : undefined;
  const room = (px: number, key: string) => (long && px > 0 ? <tr key={key} aria-hidden="true" className="room"><td colSpan={cols.length} style={{ height: px }} /></tr> : null);
  return (
    <div className="scroll" role="region" aria-label={label} tabIndex={0} style={style} ref={box}>
      <table aria-rowcount={long ? rows.length + 1 : undefined}>
        <thead>
          <tr>
            {cols.map((c, n) => (
              <th key={c.key} scope="col" aria-sort={c.sort} className={classes(c.right && 'r', layout && 'sizes', c.roomy && 'roomy')} style={{ width: c.width, minWidth: c.min ?? (layout && typeof c.width === 'number' ? c.width : undefined) }}>
                {c.title}
                {layout && n + 1 === cols.length && <LayoutButton of={layout} />}
                {layout && <Handle col={c} resize={layout.resize} />}
              </th>
            ))}
          </tr>
        </thead>
        <tbody onKeyDown={walk} ref={body}>
          {room(seen.before, 'before')}
          {rows.slice(seen.from, seen.to).map((r, n) => {
            const i = seen.from + n;
            return (
              <tr key={rowKey(r, i)} data-row={long ? i : undefined} aria-rowindex={long ? i + 2 : undefined} className={selected?.(r) ? 'on' : undefined}>
                {cols.map((c) => (
                  <td key={c.key} className={classes(c.right && 'r', c.nowrap && 'nowrap', c.roomy && 'roomy', c.className?.(r))} style={layout && typeof c.width === 'number' ? { maxWidth: c.width, overflow: 'hidden', textOverflow: 'ellipsis' } : undefined}>
                    {c.cell(r, i)}
                  </td>
                ))}
              </tr>
            );
          })}
          {room(seen.after, 'after')}
        </tbody>
      </table>
    </div>
  );
}

/** Draws a column wider or narrower, by pointer or by the arrow keys. */
function Handle<R>({ col, resize }: { col: Col<R>; resize: (key: string, width: number) => void }) {
  const { t } = useWords();
  const name = nameOf(col);
  const now = typeof col.width === 'number' ? col.width : undefined;
  const widthOf = (e: { currentTarget: HTMLElement }) => e.currentTarget.parentElement?.offsetWidth ?? 120;
  const grab = (e: PointerEvent<HTMLSpanElement>) => {
    const handle = e.currentTarget;
    const [x, width] = [e.clientX, widthOf(e)];
    handle.setPointerCapture(e.pointerId);
    const drag = (m: globalThis.PointerEvent) => resize(col.key, width + m.clientX - x);
    const leave = () => { handle.removeEventListener('pointermove', drag); handle.removeEventListener('pointerup', leave); };
    handle.addEventListener('pointermove', drag);
    handle.addEventListener('pointerup', leave);
  };
  const key = (e: KeyboardEvent<HTMLSpanElement>) => {
    const by = { ArrowLeft: -16, ArrowRight: 16 }[e.key];
    if (!by) return;
    e.preventDefault();
    resize(col.key, widthOf(e) + by);
  };
  return <span role="separator" aria-orientation="vertical" aria-label={t.layout.width(name)} aria-valuenow={now ?? 0} tabIndex={0} className="handle" onPointerDown={grab} onKeyDown={key} />;
}

export function classes(...names: (string | false | undefined)[]): string | undefined {
  return names.filter(Boolean).join(' ') || undefined;
}
