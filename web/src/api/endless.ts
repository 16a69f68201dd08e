import { useCallback, useEffect, useRef, useState } from 'react';
import type { Problem } from './schema.gen';
import { asProblem } from './use';

interface Page<R> {
  items: R[];
  next: string | null;
}

/** Pages one after the other as one list, up to so many rows. A null key loads nothing. */
export function useEndless<R>(key: string | null, load: (cursor: string | undefined, s: AbortSignal) => Promise<Page<R>>, most: number) {
  const [state, set] = useState<{ key: string | null; items: R[]; next?: string | null; problem?: Problem }>({ key, items: [] });
  const how = useRef(load);
  how.current = load;
  const busy = useRef<AbortController>(undefined);
  const now = state.key === key ? state : { key, items: [] as R[], next: undefined, problem: undefined };
  const more = useCallback(() => {
    if (key === null || busy.current || now.next === null || now.problem || now.items.length >= most) return;
    const stop = new AbortController();
    busy.current = stop;
    how.current(now.next, stop.signal).then(
      (p) => !stop.signal.aborted && set({ key, items: [...now.items, ...p.items], next: p.next }),
      (e: unknown) => !stop.signal.aborted && set({ ...now, problem: asProblem(e) }),
    ).finally(() => {
      if (busy.current === stop) busy.current = undefined;
    });
  }, [key, now, most]);
  useEffect(() => {
    if (now.items.length === 0) more();
  });
  useEffect(() => () => { busy.current?.abort(); busy.current = undefined; }, [key]);
  return { items: now.items, whole: now.next === null, problem: now.problem, more };
}
