import { useCallback, useMemo, useRef, useState } from 'react';
import { draftPrefix, useSession } from '../api/session';
import { useWords } from '../i18n/use';

// What is typed into a form survives a reload until it is saved, dropped or its user signs
// out. It is kept in this browser, by user. What says who a person is, and secrets, are no
// part of it: forms keep those in memory alone.

export interface Draft<T> {
  value: T;
  set: (next: T | ((now: T) => T)) => void; // a function is given what stands there by then: an upload may end long after it began
  restored: boolean; // what is shown is an earlier draft
  drop: () => void; // once it was saved
  reset: () => void; // begin again
}

/** A form's value, which begins as first; a draft of another beginning is none of this one. */
export function useDraft<T>(form: string, first: T): Draft<T> {
  const who = useSession()?.id ?? '';
  const key = `${draftPrefix}${who} ${form}`;
  const from = JSON.stringify(first);
  const kept = useMemo(() => read<T>(key, from), [key, from]);
  const [state, put] = useState({ key, from, value: kept ?? first, restored: kept !== undefined });
  // Another form, or another beginning, begins anew.
  const now = state.key === key && state.from === from ? state : { key, from, value: kept ?? first, restored: kept !== undefined };
  const latest = useRef(now);
  latest.current = now;
  const set = useCallback((next: T | ((now: T) => T)) => {
    const value = next instanceof Function ? next(latest.current.value) : next;
    latest.current = { key, from, value, restored: latest.current.restored };
    put(latest.current);
    write(key, JSON.stringify({ from, value }));
  }, [key, from]);
  return {
    value: now.value,
    set,
    restored: now.restored,
    drop: () => write(key, null),
    reset: () => { write(key, null); put({ key, from, value: first, restored: false }); },
  };
}

function read<T>(key: string, from: string): T | undefined {
  try {
    const k = JSON.parse(localStorage.getItem(key) ?? 'null') as { from: string; value: T } | null;
    return k && k.from === from && JSON.stringify(k.value) !== from ? k.value : undefined;
  } catch {
    return undefined;
  }
}

function write(key: string, text: string | null) {
  try {
    if (text === null) localStorage.removeItem(key);
    else localStorage.setItem(key, text);
  } catch {
    // without storage there is no draft
  }
}

/** Says that an earlier draft is shown, and lets it go. */
export function Restored({ of }: { of: Pick<Draft<unknown>, 'restored' | 'reset'> }) {
  const { t } = useWords();
  if (!of.restored) return null;
  return <div className="note row">{t.declare.draft} <button type="button" className="link" onClick={of.reset}>{t.declare.dropDraft}</button></div>;
}
