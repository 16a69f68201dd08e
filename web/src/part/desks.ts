import { useEffect } from 'react';
import { api } from '../api/client';
import { useLoad } from '../api/use';

/** Told to the window by whoever acted on a case: desks are counted anew. */
export const casesChanged = 'chengshu:cases';

/** How many cases each desk of the reader holds; for those who see cases at all. */
export function useDesks(sees = true) {
  const desks = useLoad(sees ? 'desks' : null, api.desks);
  const again = desks.again;
  useEffect(() => {
    window.addEventListener(casesChanged, again);
    return () => window.removeEventListener(casesChanged, again);
  }, [again]);
  return desks;
}
