import { api, askAhead } from './client';
import type { Who } from './schema.gen';

let known: Who | undefined;

/** Who is signed in, as far as it is known by now. */
export const early = () => known;

/**
 * Asks what the frame of the console will ask, before the frame is there: who is signed in,
 * and when that is known, what they see. The answers wait in the client; each is taken once.
 */
export function ahead() {
  const session = askAhead('/session', api.session);
  session.then((who) => {
    known = who;
    if (who.must_change) return;
    const may = (action: string) => who.actions.some((a) => a.action === action);
    const asked: Promise<unknown>[] = [askAhead('/district', api.district)];
    if (may('overview.read')) asked.push(askAhead('/overview', api.overview));
    if (may('notice.read')) asked.push(askAhead('/menu', api.menu));
    return Promise.all(asked);
  }).catch(() => undefined); // whoever takes the answer says what is wrong
}
