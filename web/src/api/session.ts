import { useSyncExternalStore } from 'react';
import { api, onSignedOut, sendToken } from './client';
import type { Who } from './schema.gen';

// Who is signed in, for the whole window: undefined while that is being asked, null for nobody.

type Session = Who | null | undefined;
let known: Session;
const watching = new Set<() => void>();

export function setSession(next: Session) {
  known = next;
  sendToken(next?.csrf ?? '');
  for (const w of watching) w();
}

onSignedOut(() => known !== null && setSession(null));

export const session = () => known;

export function useSession(): Session {
  return useSyncExternalStore(
    (then) => {
      watching.add(then);
      return () => watching.delete(then);
    },
    session,
  );
}

/** What keys of drafts in this browser's storage begin with. */
export const draftPrefix = 'chengshu.draft.';

export async function signOut() {
  await api.signOut();
  forget(draftPrefix);
  setSession(null);
}

/** Whether somebody may do an action, to what is an office's where one is given. */
export function allows(who: Session, action: string, office?: string): boolean {
  const scope = who?.actions.find((a) => a.action === action)?.scope;
  if (!scope) return false;
  if (office === undefined || scope === 'all' || scope === 'descendants') return true; // which offices are below, the server knows
  return scope === 'office' && office === who?.office;
}

/** An office that is nobody's: who may do something there may do it beyond what is their own. */
export const anybody = '*';

export function useMay(): (action: string, office?: string) => boolean {
  const who = useSession();
  return (action, office) => allows(who, action, office);
}

/** Forgets what is kept in this browser under keys that begin so. */
function forget(prefix: string) {
  try {
    for (const k of Object.keys(localStorage)) if (k.startsWith(prefix)) localStorage.removeItem(k);
  } catch {
    // without storage nothing is kept
  }
}
