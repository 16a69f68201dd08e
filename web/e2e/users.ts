import { readFileSync } from 'node:fs';

export interface User {
  login: string;
  name: string;
  office: string;
  role: string;
  password: string;
}

/**
 * The demo districts of the run: CHENGSHU_URL has an address for each, CHENGSHU_USERS a file.
 * With CHENGSHU_NOW the last of them stands still at that moment: nobody changes it, and
 * pictures are taken of it.
 */
export const districts = (process.env.CHENGSHU_URL ?? 'http://127.0.0.1:8080').split(' ').map((url, i) => ({
  url, users: (process.env.CHENGSHU_USERS ?? '').split(' ')[i] ?? '', session: `test-results/session-${i}.json`,
}));

/** The moment at which the last district stands, and how many districts are worked in. */
export const moment = process.env.CHENGSHU_NOW;
export const still = districts.length - 1;
export const workers = moment && still > 0 ? still : districts.length;

/** The district of this worker. What one test changes there, no other meets at the same time. */
export const own = Number(process.env.TEST_PARALLEL_INDEX ?? 0);

/** A user of a demo, as `chengshu demo --json` printed them into its file. */
export function user(role: string, office?: string, district = own): User {
  const text = readFileSync(districts[district]?.users ?? '', 'utf8');
  const { users } = JSON.parse(text.slice(text.indexOf('{\n'))) as { users: User[] };
  const found = users.find((u) => u.role === role && (!office || u.office === office));
  if (!found) throw new Error(`the demo has no ${role} ${office ?? ''}`);
  return found;
}
