import { useEffect, useLayoutEffect, useRef, useState } from 'react';

// Long tables draw the rows that are seen and some around them; the rest is room of the
// same height. Rows of about one height are measured as they are drawn.

const around = 12;
export const many = 200; // rows from which on only a part is drawn

export interface Window {
  from: number;
  to: number;
  before: number; // pixels
  after: number;
}

export function useWindow(rows: number, on: boolean, end?: () => void) {
  const box = useRef<HTMLDivElement>(null);
  const body = useRef<HTMLTableSectionElement>(null);
  const [at, move] = useState({ top: 0, height: 800 });
  const [each, measure] = useState(37);
  const told = useRef(end);
  told.current = end;
  useEffect(() => {
    const b = box.current;
    if (!on || !b) return;
    const look = () => {
      move({ top: b.scrollTop, height: b.clientHeight });
      if (b.scrollTop + b.clientHeight > b.scrollHeight - 2 * b.clientHeight) told.current?.();
    };
    look();
    b.addEventListener('scroll', look, { passive: true });
    return () => b.removeEventListener('scroll', look);
  }, [on, rows]);
  const from = on ? Math.max(0, Math.floor(at.top / each) - around) : 0;
  const to = on ? Math.min(rows, Math.ceil((at.top + at.height) / each) + around) : rows;
  useLayoutEffect(() => {
    const drawn = on && body.current ? [...body.current.querySelectorAll<HTMLElement>('tr[data-row]')] : [];
    if (drawn.length < 3) return;
    const mean = drawn.reduce((n, r) => n + r.offsetHeight, 0) / drawn.length;
    if (Math.abs(mean - each) > 0.5) measure(mean);
  });
  const seen: Window = { from, to, before: from * each, after: (rows - to) * each };
  return { box, body, seen };
}
