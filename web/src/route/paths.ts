// Where each page lives. Pages link to each other through these, never by hand.

const id = encodeURIComponent;

function query(q: Record<string, string | undefined>) {
  const p = new URLSearchParams();
  for (const [k, v] of Object.entries(q)) if (v) p.set(k, v);
  const s = p.toString();
  return s ? `?${s}` : '';
}

export const to = {
  today: '/',
  directories: '/directories',
  directory: (name: string, tab?: string) => `/directories/${id(name)}${query({ tab })}`,
  declare: (name?: string, from: { upload?: string; path?: string; sheet?: string } = {}) =>
    (name ? `/declare/${id(name)}` : '/declare') + query(from),
  imports: '/import',
  load: (q: { directory?: string; upload?: string; path?: string; sheet?: string } = {}) => `/load${query(q)}`,
  batches: (q: { state?: string; directory?: string; day?: string } = {}) => `/batches${query(q)}`,
  batch: (b: string, rule?: string) => `/batches/${id(b)}${query({ rule })}`,
  quarantine: (b: string, rule?: string) => `/batches/${id(b)}/quarantine${query({ rule })}`,
  problems: '/quarantine',
  services: '/services',
  service: (name: string, tab?: string, app?: string) => `/services/${id(name)}${query({ tab, app })}`,
  newService: (directory?: string) => `/services/new${query({ directory })}`,
  editService: (name: string) => `/services/${id(name)}/edit`,
  grants: (q: { grantee?: string; directory?: string; state?: string } = {}) => `/grants${query(q)}`,
  grant: (g: string) => `/grants/${id(g)}`,
  newGrant: (q: { grantee?: string; directory?: string } = {}) => `/grants/new${query(q)}`,
  calls: (q: Record<string, string> = {}) => `/calls${query(q)}`,
  apps: '/apps',
  app: (name: string) => `/apps/${id(name)}`,
  offices: '/offices',
  tasks: '/tasks',
  cases: (q: { desk?: string; pack?: string; flow?: string; key?: string; parent?: string; into?: string } = {}) => `/cases${query(q)}`,
  kase: (c: string) => `/cases/${id(c)}`,
  kinds: '/kinds',

  audit: (q: Record<string, string> = {}) => `/audit${query(q)}`,
  chain: '/chain',
  keys: '/keys',
  entry: (receipt: string) => `/audit/${id(receipt)}`,
  users: (q: { user?: string } = {}) => `/users${query(q)}`,
  roles: '/roles',
  sessions: (q: { user?: string } = {}) => `/sessions${query(q)}`,
  password: '/password',
  calendar: (q: { year?: string; tab?: string } = {}) => `/calendar${query(q)}`,
  packs: '/packs',
  pack: (p: string, tab?: string) => `/packs/${id(p)}${query({ tab })}`,
  notices: '/notices',
  register: (pack: string, register: string, q: { list?: string; record?: string; dialog?: string } = {}) => `/registers/${id(pack)}/${id(register)}${query(q)}`,
  registerImport: (pack: string, register: string, job?: string) => `/registers/${id(pack)}/${id(register)}/import${query({ job })}`,
};
