import { readFileSync } from 'node:fs';

export interface User {
  login: string;
  name: string;
  office: string;
  role: string;
  password: string;
}

/** A user of the demo, as `chengshu demo --json` printed them into the file CHENGSHU_USERS. */
export function user(role: string, office?: string): User {
  const text = readFileSync(process.env.CHENGSHU_USERS ?? '', 'utf8');
  const { users } = JSON.parse(text.slice(text.indexOf('{\n'))) as { users: User[] };
  const found = users.find((u) => u.role === role && (!office || u.office === office));
  if (!found) throw new Error(`the demo has no ${role} ${office ?? ''}`);
  return found;
}
