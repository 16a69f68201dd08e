import { request } from '@playwright/test';
import { mkdirSync } from 'node:fs';
import { user } from './users';

/** Signs in as the data administrator of the demo; every test begins with that session. */
export default async function setup() {
  mkdirSync('test-results', { recursive: true });
  const context = await request.newContext({ baseURL: process.env.CHENGSHU_URL ?? 'http://127.0.0.1:8080' });
  const { login, password } = user('data_admin');
  const res = await context.post('/api/v1/session', { data: { login, password } });
  if (!res.ok()) throw new Error(`sign-in of ${login}: ${res.status()} ${await res.text()}`);
  await context.storageState({ path: 'test-results/session.json' });
  await context.dispose();
}
