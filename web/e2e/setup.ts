import { request } from '@playwright/test';
import { mkdirSync } from 'node:fs';
import { districts, user } from './users';

/** Signs in to each district as its data administrator; every test begins with such a session. */
export default async function setup() {
  mkdirSync('test-results', { recursive: true });
  for (const [i, { url, session }] of districts.entries()) {
    const context = await request.newContext({ baseURL: url });
    const { login, password } = user('data_admin', undefined, i);
    const res = await context.post('/api/v1/session', { data: { login, password } });
    if (!res.ok()) throw new Error(`sign-in of ${login}: ${res.status()} ${await res.text()}`);
    await context.storageState({ path: session });
    await context.dispose();
  }
}
