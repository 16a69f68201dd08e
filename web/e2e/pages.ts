import { expect, type Page } from '@playwright/test';
import { own, user, type User } from './users';

/** Every page with its address; batches and directories are those the server has. */
export async function addresses(page: Page): Promise<Record<string, string>> {
  const ask = async (path: string) => (await (await page.request.get(`/api/v1${path}`)).json()) as { items: { id: string; name: string; state: string; quarantined: number; mounted: boolean }[] | null };
  const batches = (await ask('/batches?limit=200')).items ?? [];
  const held = batches.find((b) => b.state === 'held');
  const bad = batches.find((b) => b.quarantined > 0);
  const good = batches.find((b) => b.state === 'published' && b.quarantined === 0) ?? batches.find((b) => b.state === 'published');
  const directory = ((await ask('/directories?mounted=true&limit=200')).items ?? []).find((d) => d.quarantined > 0)?.name;
  const service = ((await ask('/services')).items ?? [])[0]?.name;
  const grants = (await ask('/grants?limit=200')).items ?? [];
  const [grant, revoked] = ['active', 'revoked'].map((s) => grants.find((g) => g.state === s)?.id);
  const app = ((await ask('/apps?limit=10')).items ?? [])[0]?.name;
  const all: Record<string, string | false | undefined> = {
    today: '/',
    'today-overdue': '/?due=overdue',
    calls: '/calls',
    'calls-refused': '/calls?by=outcome&outcome=refused',
    'calls-none': '/calls?service=no_such',
    'directories-stale': '/directories?fresh=stale',
    directories: '/directories',
    'directories-filtered': '/directories?mounted=true&class=base',
    'directories-none': '/directories?q=zzzzzz',
    'directory-items': directory && `/directories/${directory}`,
    'directory-rules': directory && `/directories/${directory}?tab=rules`,
    'directory-rows': directory && `/directories/${directory}?tab=rows`,
    'directory-versions': directory && `/directories/${directory}?tab=versions`,
    'directory-history': directory && `/directories/${directory}?tab=history&version=1`,
    'directory-lineage': '/directories/pension?tab=lineage',
    'directory-batches': directory && `/directories/${directory}?tab=batches`,
    'directory-quality': directory && `/directories/${directory}?tab=quality`,
    declare: '/declare',
    'declare-yaml': '/declare?as=yaml',
    import: '/import',
    'declare-edit': directory && `/declare/${directory}`,
    load: '/load',
    batches: '/batches',
    'batches-held': '/batches?state=held',
    'batch-held': held && `/batches/${held.id}`,
    'batch-four': held && `/batches/${held.id}?view=four`,
    'batch-table': held && `/batches/${held.id}?as=table`,
    'batch-cure': held && `/batches/${held.id}?cure=1`,
    'batch-good': good && `/batches/${good.id}`,
    rows: bad && `/batches/${bad.id}/quarantine`,
    quarantine: '/quarantine',
    'directory-shared': '/directories/pension?tab=shared',
    services: '/services',
    'services-none': '/services?q=zzzzzz',
    service: service && `/services/${service}`,
    'service-new': '/services/new',
    'service-form': '/services/new?directory=pension',
    'service-edit': service && `/services/${service}/edit`,
    'service-try': '/services/pension_check?tab=try&app=elder_allowance',
    'service-missing': '/services/no-such-service',
    grants: '/grants',
    'grants-none': '/grants?directory=offices_none',
    grant: grant && `/grants/${grant}`,
    'grant-revoked': revoked && `/grants/${revoked}`,
    'grant-missing': '/grants/no-such-grant',
    'grant-new': '/grants/new',
    'grant-form': '/grants/new?grantee=app:elder_allowance&directory=pension',
    apps: '/apps',
    app: app && `/apps/${app}`,
    'app-missing': '/apps/no-such-app',
    offices: '/offices',
    tasks: '/tasks',
    kinds: '/kinds',
    'users-own': '/users',
    roles: '/roles',
    'roles-mine': '/roles?mine=1',
    sessions: '/sessions',
    password: '/password',
    register: '/registers/elders/elder',
    'register-flow': '/registers/pothole/hole',
    'register-none': '/registers/elders/elder?q=zzzzzz',
    notices: '/notices',
    calendar: '/calendar',
    'calendar-assumed': '/calendar?year=2029',
    'calendar-hours': '/calendar?tab=hours',
    'calendar-past': '/calendar?tab=past',
    'calendar-set-form': '/calendar?dialog=set+2026-12-31',
    'calendar-publish-form': '/calendar?dialog=publish',
    'calendar-hours-form': '/calendar?tab=hours&dialog=hours+%2B',
    packs: '/packs',
    'packs-new': '/packs?dialog=install',
    pack: '/packs/pothole',
    'pack-flows': '/packs/pothole?tab=flows',
    'pack-roles': '/packs/pothole?tab=roles',
    'pack-codes': '/packs/pothole?tab=codes',
    'pack-turns': '/packs/pothole?tab=turns',
    'pack-files': '/packs/pothole?tab=files',
    'pack-field-form': '/packs/pothole?dialog=field%20hole',
    missing: '/no-such-page',
    'batch-missing': '/batches/no-such-batch',
  };
  return Object.fromEntries(Object.entries(all).filter((e): e is [string, string] => Boolean(e[1])));
}

// What administrators see that a data administrator does not. Who reads the audit comes
// first: later there is in it what the others looked at.
const theirs: Record<string, (page: Page, officer: User) => Promise<Record<string, string>> | Record<string, string>> = {
  audit_admin: async (page) => {
    const { items } = (await (await page.request.get('/api/v1/audit?action=read&limit=1')).json()) as { items: { receipt: string }[] };
    return { 'today-audit': '/', 'calls-audit': '/calls?by=app', audit: '/audit', 'audit-service': '/audit?service=enterprise_info&action=read', 'audit-none': '/audit?service=no_such', entry: `/audit/${items[0]?.receipt}`, 'users-read': '/users' };
  },
  'pothole.desk': async (page) => {
    const { items } = (await (await page.request.get('/api/v1/cases?desk=all&pack=pothole&limit=100')).json()) as { items: { id: string; title: string }[] };
    const of = (road: string) => `/cases/${items.find((c) => c.title === road)?.id}`;
    return { cases: '/cases', 'cases-all': '/cases?desk=all&pack=pothole', 'cases-none': '/cases?desk=today&key=zzz', 'case-late': of('后湖大道'), 'case-ended': of('塔子湖东路'), 'case-new': '/cases?dialog=begin+pothole+hole' };
  },
  system_admin: (_, officer) => ({ users: '/users', 'users-office': '/users?office=hrss', user: `/users?user=${officer.login}`, 'sessions-all': '/sessions', 'users-found': '/users?q=a&role=officer', 'offices-kept': '/offices', chain: '/chain' }),
  'elders.visitor': async (page) => {
    const { items } = (await (await page.request.get('/api/v1/registers/elders/elder?q=L2026-0003')).json()) as { items: { id: string }[] };
    const of = `/registers/elders/elder?record=${items[0]?.id}`;
    return { 'register-kept': '/registers/elders/elder', 'register-new': '/registers/elders/elder?dialog=new', record: of, 'record-past': `${of}&tab=past`, 'record-edit': `${of}&dialog=edit`, 'record-plain': `${of}&dialog=plain`, 'register-list': '/registers/elders/elder?list=high_risk', 'register-import': '/registers/elders/elder/import' };
  },
  'pothole.mender': () => ({ 'notices-some': '/notices', 'notices-unread': '/notices?unread=true' }),
  security_admin: (_, officer) => ({ 'user-roles': `/users?user=${officer.login}`, 'roles-security': '/roles', ring: '/keys' }),
};

/** Signs in as a user of the demo with that role. */
export async function enter(page: Page, role: string, district = own) {
  const { login, password } = user(role, undefined, district);
  const res = await page.request.post('/api/v1/session', { data: { login, password } });
  expect(res.ok(), await res.text()).toBe(true);
}

/** Every page with its address and who looks at it, each somebody who sees all of it: the data administrator, who has signed in, and then the others; or last. */
export async function* visits(page: Page, district = own, last = false): AsyncGenerator<[name: string, address: string, role: string]> {
  if (!last) for (const [name, address] of Object.entries(await addresses(page))) yield [name, address, 'data_admin'];
  for (const [role, of] of Object.entries(theirs)) {
    await enter(page, role, district);
    for (const [name, address] of Object.entries(await of(page, user('officer', 'hrss', district)))) yield [name, address, role];
  }
  if (last) {
    await enter(page, 'data_admin', district);
    for (const [name, address] of Object.entries(await addresses(page))) yield [name, address, 'data_admin'];
  }
}

/** Goes to an address of the console within the window, as its links do. */
export async function move(page: Page, address: string) {
  await page.evaluate((to) => {
    history.pushState(null, '', to);
    window.dispatchEvent(new Event('chengshu:moved'));
    scrollTo(0, 0);
  }, address);
}

/** The header by which a change shows that it comes from a page of ours. */
export async function token(page: Page): Promise<Record<string, string>> {
  const { csrf } = (await (await page.request.get('/api/v1/session')).json()) as { csrf: string };
  return { 'X-CSRF-Token': csrf };
}

/** Sets language and theme as a reader's earlier choice. */
export async function prefer(page: Page, lang: string, theme: string) {
  await page.addInitScript(([l, t]) => {
    localStorage.setItem('chengshu.lang', l ?? '');
    localStorage.setItem('chengshu.theme', t ?? '');
  }, [lang, theme]);
}

/** Nothing is being loaded any more. */
export async function settled(page: Page) {
  await page.locator('main h1, main .state').first().waitFor();
  await page.waitForFunction(() => !document.querySelector('.busy, main [aria-busy=true]'));
  await page.evaluate(() => document.fonts.ready);
  await frames(page);
}

/** What was changed has been drawn. */
export async function frames(page: Page) {
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
}
