import { useCallback, useMemo, useSyncExternalStore } from 'react';

// The address is the state of a view: path and query. Everything a reader can choose on a
// page stands in it, so that a copied link shows the same.

const moved = 'chengshu:moved';

function subscribe(then: () => void) {
  window.addEventListener('popstate', then);
  window.addEventListener(moved, then);
  return () => {
    window.removeEventListener('popstate', then);
    window.removeEventListener(moved, then);
  };
}

const here = () => window.location.pathname + window.location.search;

export function go(to: string, replace = false) {
  if (to === here()) return;
  window.history[replace ? 'replaceState' : 'pushState'](null, '', to);
  window.dispatchEvent(new Event(moved));
}

export interface Place {
  path: string;
  query: URLSearchParams;
}

export function usePlace(): Place {
  const at = useSyncExternalStore(subscribe, here);
  return useMemo(() => {
    const cut = at.indexOf('?');
    return cut < 0
      ? { path: at, query: new URLSearchParams() }
      : { path: at.slice(0, cut), query: new URLSearchParams(at.slice(cut)) };
  }, [at]);
}

export type Change = Record<string, string | number | boolean | null | undefined>;

/** The same address with some of its query changed; null removes. */
export function altered(place: Place, change: Change): string {
  const q = new URLSearchParams(place.query);
  for (const [k, v] of Object.entries(change)) {
    if (v === null || v === undefined || v === '') q.delete(k);
    else q.set(k, String(v));
  }
  const s = q.toString();
  return s ? `${place.path}?${s}` : place.path;
}

export function useAlter() {
  const place = usePlace();
  return useCallback((change: Change, replace = false) => go(altered(place, change), replace), [place]);
}
