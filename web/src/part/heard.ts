import { useEffect } from 'react';

// What one part of the window tells the others: that something they show is another now.

/** Told by whoever acted on a case: desks are counted anew. */
export const casesChanged = 'chengshu:cases';

/** Told by whoever changed what is installed. */
export const packsChanged = 'chengshu:packs';

export const tell = (what: string) => window.dispatchEvent(new Event(what));

/** Calls back whenever it is told. */
export function useHeard(what: string, then: () => void) {
  useEffect(() => {
    window.addEventListener(what, then);
    return () => window.removeEventListener(what, then);
  }, [what, then]);
}
