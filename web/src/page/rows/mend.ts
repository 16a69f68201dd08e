import { useEffect, useRef, useState } from 'react';
import { api } from '../../api/client';
import type { CorrectedCell, Preview } from '../../api/schema.gen';

export interface Mend {
  cells: Record<string, Record<string, string>>; // row → item → text
  said: Record<string, Preview | undefined>; // row → what the rules say of it as it is typed
  open: (row: string) => void;
  drop: (row: string) => void;
  set: (row: string, item: string, text: string) => void;
  all: CorrectedCell[];
  clear: () => void;
}

const listOf = (row: string, of: Record<string, string>): CorrectedCell[] => Object.entries(of).map(([item, text]) => ({ row, item, text: text === '' ? null : text }));

/** Cells written anew, each row judged by the server's own rules when typing rests. */
export function useMend(batch: string): Mend {
  const [cells, put] = useState<Mend['cells']>({});
  const [said, tell] = useState<Mend['said']>({});
  const timers = useRef<Record<string, number>>({});
  const rounds = useRef<Record<string, number>>({});
  useEffect(() => () => Object.values(timers.current).forEach(window.clearTimeout), []);
  const judge = (row: string, of: Record<string, string>) => {
    window.clearTimeout(timers.current[row]);
    const mine = (rounds.current[row] ?? 0) + 1;
    rounds.current[row] = mine;
    tell((s) => ({ ...s, [row]: undefined }));
    timers.current[row] = window.setTimeout(() => {
      api.preview(batch, { rows: [row], cells: listOf(row, of) }).then(
        (p) => rounds.current[row] === mine && tell((s) => ({ ...s, [row]: p })),
        () => {}, // the replay says what is wrong
      );
    }, 350);
  };
  const without = <V,>(all: Record<string, V>, row: string) => Object.fromEntries(Object.entries(all).filter(([r]) => r !== row));
  return {
    cells,
    said,
    open: (row) => put((c) => ({ ...c, [row]: c[row] ?? {} })),
    drop: (row) => { put((c) => without(c, row)); tell((s) => without(s, row)); },
    set: (row, item, text) => {
      const of = { ...cells[row], [item]: text };
      put((c) => ({ ...c, [row]: of }));
      judge(row, of);
    },
    all: Object.entries(cells).flatMap(([row, of]) => listOf(row, of)),
    clear: () => { put({}); tell({}); },
  };
}
