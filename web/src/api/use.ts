import { useCallback, useEffect, useRef, useState } from 'react';
import { ownProblem, ProblemError } from './client';
import type { Problem } from './schema.gen';

export interface Loaded<R> {
  data: R | undefined;
  problem: Problem | undefined;
  busy: boolean;
  again: () => void;
  put: (next: R) => void;
}

/**
 * Loads what the key names, drops answers that came too late, and keeps the last answer on
 * the screen while the same key is asked again. A null key loads nothing.
 */
export function useLoad<R>(key: string | null, load: (signal: AbortSignal) => Promise<R>): Loaded<R> {
  const [state, set] = useState<{ key: string | null; data?: R; problem?: Problem; busy: boolean }>({ key, busy: key !== null });
  const [round, setRound] = useState(0);
  const how = useRef(load);
  how.current = load;

  useEffect(() => {
    if (key === null) {
      set({ key, busy: false });
      return;
    }
    const stop = new AbortController();
    set((s) => (s.key === key ? { ...s, busy: true } : { key, busy: true }));
    how.current(stop.signal).then(
      (data) => !stop.signal.aborted && set({ key, data, busy: false }),
      (e: unknown) => !stop.signal.aborted && set((s) => ({ key, data: s.data, problem: asProblem(e), busy: false })),
    );
    return () => stop.abort();
  }, [key, round]);

  const again = useCallback(() => setRound((n) => n + 1), []);
  const put = useCallback((data: R) => set((s) => ({ ...s, data, busy: false })), []);
  const fresh = state.key === key;
  return { data: fresh ? state.data : undefined, problem: fresh ? state.problem : undefined, busy: !fresh || state.busy, again, put };
}

/** Whether something that was asked for has not come yet, the first time. */
export const pending = (...of: Pick<Loaded<unknown>, 'data' | 'busy'>[]) => of.some((x) => x.busy && x.data === undefined);

export function asProblem(e: unknown): Problem {
  if (e instanceof ProblemError) return e.problem;
  return ownProblem('client.error', e instanceof Error ? e.message : String(e));
}

/** Runs an action once at a time; its problem stays until the next attempt. */
export function useAction<A extends unknown[]>(run: (...args: A) => Promise<void>) {
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem>();
  const act = async (...args: A) => {
    if (busy) return;
    setBusy(true);
    setProblem(undefined);
    try {
      await run(...args);
    } catch (e) {
      setProblem(asProblem(e));
    } finally {
      setBusy(false);
    }
  };
  return { act, busy, problem, clear: () => setProblem(undefined) };
}
