import { useEffect } from 'react';
import { api } from '../api/client';
import { useSession } from '../api/session';
import { useLoad } from '../api/use';
import { useFrame } from '../shell/context';
import { casesChanged, useHeard } from './heard';

/** Whether somebody handles cases of an application: they hold a role of a pack. */
export const useHandles = () => useSession()?.roles.some((r) => r.includes('.')) ?? false;

/** How many cases each desk of the reader holds; for those who see cases at all. The frame asks, once for all. */
export function useDesks(sees: boolean) {
  const desks = useLoad(sees ? 'desks' : null, (s) => api.desks('', s));
  useHeard(casesChanged, desks.again);
  return desks;
}

/** The desks as the frame has them; what was counted before this page was opened is counted anew. */
export function useDesksNow() {
  const { desks } = useFrame();
  const stale = desks.data !== undefined;
  const again = desks.again;
  useEffect(() => {
    if (stale) again();
  }, []);
  return desks;
}

/** The same, or those of one application. */
export function useDesksOf(pack: string | undefined) {
  const all = useDesksNow();
  const own = useLoad(pack ? `desks ${pack}` : null, (s) => api.desks(pack ?? '', s));
  useHeard(casesChanged, own.again);
  return pack ? own : all;
}
