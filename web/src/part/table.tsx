import type { CSSProperties, KeyboardEvent, ReactNode } from 'react';

export interface Col<R> {
  key: string;
  title: ReactNode;
  cell: (row: R, index: number) => ReactNode;
  right?: boolean;
  width?: number | string;
  min?: number; // pixels it keeps on a narrow window
  nowrap?: boolean;
  className?: (row: R) => string | undefined;
}

interface Props<R> {
  label: string;
  cols: Col<R>[];
  rows: R[];
  rowKey: (row: R, index: number) => string;
  selected?: (row: R) => boolean;
  empty?: ReactNode;
  maxHeight?: number | string;
}

// Arrow keys walk from row to row over the first control of each; Enter is the control's own.
function walk(e: KeyboardEvent<HTMLTableSectionElement>) {
  if (e.key !== 'ArrowDown' && e.key !== 'ArrowUp') return;
  const from = (e.target as HTMLElement).closest('tr');
  let to: Element | null | undefined = from;
  do {
    to = e.key === 'ArrowDown' ? to?.nextElementSibling : to?.previousElementSibling;
    const control = to?.querySelector<HTMLElement>('a[href], button, input');
    if (control) {
      e.preventDefault();
      control.focus();
      return;
    }
  } while (to);
}

export function Table<R>({ label, cols, rows, rowKey, selected, empty, maxHeight }: Props<R>) {
  if (rows.length === 0 && empty) return <>{empty}</>;
  const style: CSSProperties | undefined = maxHeight ? { maxHeight } : undefined;
  return (
    <div className="scroll" role="region" aria-label={label} tabIndex={0} style={style}>
      <table>
        <thead>
          <tr>
            {cols.map((c) => (
              <th key={c.key} scope="col" className={c.right ? 'r' : undefined} style={{ width: c.width, minWidth: c.min }}>
                {c.title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody onKeyDown={walk}>
          {rows.map((r, i) => (
            <tr key={rowKey(r, i)} className={selected?.(r) ? 'on' : undefined}>
              {cols.map((c) => (
                <td key={c.key} className={classes(c.right && 'r', c.nowrap && 'nowrap', c.className?.(r))}>
                  {c.cell(r, i)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

export function classes(...names: (string | false | undefined)[]): string | undefined {
  return names.filter(Boolean).join(' ') || undefined;
}
