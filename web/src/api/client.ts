import type * as T from './schema.gen';

// One thin wrapper around fetch. Problem documents become ProblemError; everything is
// asked for in the chosen language.

const base = '/api/v1';
let language = 'zh-CN';
let token = '';
let signedOut = () => {};

export function speak(lang: string) {
  language = lang;
}

/** The token of the session, which changes carry. */
export function sendToken(t: string) {
  token = t;
}

/** Calls back when an answer says that nobody is signed in any more. */
export function onSignedOut(then: () => void) {
  signedOut = then;
}

const tokenOf = (method: string): Record<string, string> => (method === 'GET' || !token ? {} : { 'X-CSRF-Token': token });

export class ProblemError extends Error {
  readonly problem: T.Problem;
  constructor(problem: T.Problem) {
    super(problem.detail || problem.title);
    this.problem = problem;
  }
}

/** The server could not be reached at all; the screen words it. */
export const unreachable = 'client.unreachable';

/** A problem that arose on this side of the wire. */
export function ownProblem(code: string, title = ''): T.Problem {
  return { type: 'about:blank', title, status: 0, detail: '', code };
}

/** What an address asks: a list goes as its name once for each. */
export type Query = Record<string, string | number | boolean | readonly string[] | null | undefined>;

export function address(path: string, query: Query = {}): string {
  const q = new URLSearchParams();
  for (const [k, v] of Object.entries(query)) {
    if (Array.isArray(v)) for (const x of v as readonly string[]) q.append(k, x);
    else if (v !== undefined && v !== null && v !== '') q.set(k, String(v));
  }
  const s = q.toString();
  return base + path + (s ? `?${s}` : '');
}

export async function problemOf(status: number, type: string, text: string): Promise<ProblemError> {
  if (type.includes('json')) {
    try {
      return new ProblemError(JSON.parse(text) as T.Problem);
    } catch {
      // not a problem document after all
    }
  }
  return new ProblemError({ ...ownProblem(`http.${status}`, String(status)), status, detail: text.slice(0, 200) });
}

async function ask<R>(method: string, url: string, init: RequestInit = {}): Promise<R> {
  let res: Response;
  try {
    res = await fetch(url, {
      ...init,
      method,
      headers: { Accept: 'application/json', 'Accept-Language': language, ...tokenOf(method), ...init.headers },
    });
  } catch (cause) {
    if (cause instanceof DOMException && cause.name === 'AbortError') throw cause;
    throw new ProblemError(ownProblem(unreachable));
  }
  const text = await res.text();
  if (res.status === 401) signedOut();
  if (!res.ok) throw await problemOf(res.status, res.headers.get('content-type') ?? '', text);
  return (text ? JSON.parse(text) : undefined) as R;
}

// Answers that were asked for before there was anybody to take them; each is taken once.
const early = new Map<string, Promise<unknown>>();

/** Asks for what is soon asked for anyway: the next who asks takes this answer. */
export function askAhead<R>(path: string, how: () => Promise<R>): Promise<R> {
  const answer = how();
  early.set(address(path), answer);
  return answer;
}

function get<R>(path: string, query?: Query, signal?: AbortSignal): Promise<R> {
  const url = address(path, query);
  const taken = early.get(url);
  early.delete(url);
  return (taken as Promise<R> | undefined) ?? ask<R>('GET', url, { signal });
}

const post = <R>(path: string, body: unknown, query?: Query, signal?: AbortSignal) =>
  ask<R>('POST', address(path, query), {
    signal,
    body: JSON.stringify(body ?? {}),
    headers: { 'Content-Type': 'application/json' },
  });
const id = encodeURIComponent;

const workbook = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';

/** Sends a workbook and gets one back. */
async function askBlob(path: string, file: File): Promise<Blob> {
  let res: Response;
  try {
    res = await fetch(address(path), { method: 'POST', body: file, headers: { 'Accept-Language': language, 'Content-Type': workbook, ...tokenOf('POST') } });
  } catch {
    throw new ProblemError(ownProblem(unreachable));
  }
  if (!res.ok) throw await problemOf(res.status, res.headers.get('content-type') ?? '', await res.text());
  return res.blob();
}

/**
 * Saves a file of the server. It is asked for as any answer is, so that a refusal comes in words
 * and a file that broke off is none.
 */
export async function download(path: string, query: Query, signal: AbortSignal): Promise<void> {
  let res: Response;
  let file: Blob;
  try {
    res = await fetch(address(path, query), { headers: { 'Accept-Language': language }, signal });
    if (res.status === 401) signedOut();
    if (!res.ok) throw await problemOf(res.status, res.headers.get('content-type') ?? '', await res.text());
    file = await res.blob();
  } catch (cause) {
    if (cause instanceof ProblemError || (cause instanceof DOMException && cause.name === 'AbortError')) throw cause;
    throw new ProblemError(ownProblem(unreachable));
  }
  const name = /filename\*=UTF-8''([^;]+)/.exec(res.headers.get('content-disposition') ?? '')?.[1];
  const link = document.createElement('a');
  link.href = URL.createObjectURL(file);
  link.download = name ? decodeURIComponent(name) : 'export';
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000); // the browser may still be saving it
}

export type ServiceDeclaration = Pick<T.Service, 'name' | 'title' | 'abstract' | 'directory' | 'key' | 'filter' | 'sort' | 'stopped'>;

export type Source = { upload?: string; path?: string; sheet?: string };

/** A pack as it is sent: an archive in base64, or its text files. */
export type Folder = { zip: string } | { files: Record<string, string> };

/** The shipped boundary of a district, in WGS-84. */
export interface Outline {
  properties: { name: string; note?: string };
  geometry: { coordinates: number[][][][] };
}

export const api = {
  session: (s?: AbortSignal) => get<T.Who>('/session', {}, s),
  signIn: (login: string, password: string) => post<T.Who>('/session', { login, password }),
  signOut: () => ask<void>('DELETE', address('/session')),
  changePassword: (old: string, password: string) => post<T.Who>('/session/password', { old, password }),

  district: (s?: AbortSignal) => get<T.District>('/district', {}, s),
  overview: (s?: AbortSignal) => get<T.Overview>('/overview', {}, s),
  offices: (s?: AbortSignal) => get<T.ListOffice>('/offices', { limit: 500 }, s),
  outcome: (code: string, s?: AbortSignal) => get<T.Outcome>(`/outcomes/${id(code)}`, {}, s),
  kinds: (s?: AbortSignal) => get<T.Kinds>('/kinds', {}, s),
  tasks: (q: Query, s?: AbortSignal) => get<T.ListTask>('/tasks', q, s),
  calls: (q: Query, s?: AbortSignal) => get<T.Statistics>('/calls', q, s),
  subjects: (service: string, key: Record<string, string>) => post<T.Subjects>('/audit/subjects', { service, key }),
  find: (q: string, s?: AbortSignal) => get<T.ListFound>('/find', { q }, s),

  directories: (q: Query, s?: AbortSignal) => get<T.Directories>('/directories', q, s),
  directory: (name: string, s?: AbortSignal) => get<T.Directory>(`/directories/${id(name)}`, {}, s),
  version: (name: string, v: number, s?: AbortSignal) => get<T.Version>(`/directories/${id(name)}/versions/${v}`, {}, s),
  lineage: (name: string, s?: AbortSignal) => get<T.Lineage>(`/directories/${id(name)}/lineage`, {}, s),
  turn: (name: string, act: 'publish' | 'withdraw', reason: string) => post<T.DirectoryTurn>(`/directories/${id(name)}/${act}`, { reason }),
  rows: (name: string, q: Query, s?: AbortSignal) => get<T.Rows>(`/directories/${id(name)}/rows`, q, s),
  snapshots: (name: string, s?: AbortSignal) => get<T.ListSnapshot>(`/directories/${id(name)}/snapshots`, {}, s),
  declare: (yaml: string, check: boolean) =>
    ask<T.Saved>('POST', address('/directories', { check: check || undefined }), {
      body: yaml,
      headers: { 'Content-Type': 'application/yaml' },
    }),

  readDeclaration: (text: string) => ask<T.Read>('POST', address('/declarations'), { body: text, headers: { 'Content-Type': 'application/yaml' } }),
  importTemplate: address('/directory-imports/template'),
  importDirectories: (file: File, check: boolean) => ask<T.Imported>('POST', address('/directory-imports', { check: check || undefined }), { body: file, headers: { 'Content-Type': workbook } }),
  markImport: (file: File) => askBlob('/directory-imports/marked', file),

  services: (q: Query, s?: AbortSignal) => get<T.ListService>('/services', q, s),
  service: (name: string, s?: AbortSignal) => get<T.Service>(`/services/${id(name)}`, {}, s),
  putService: (d: ServiceDeclaration, check: boolean) => post<T.SavedServices>('/services', { kind: 'service', ...d }, { places: 'paths', check: check || undefined }),
  removeService: (name: string, reason: string) => post<T.Service>(`/services/${id(name)}/remove`, { reason }),
  grants: (q: Query, s?: AbortSignal) => get<T.ListGrant>('/grants', q, s),
  grant: (g: string, s?: AbortSignal) => get<T.Grant>(`/grants/${id(g)}`, {}, s),
  grantees: (s?: AbortSignal) => get<T.ListCandidate>('/grantees', {}, s),
  previewGrant: (g: T.GrantDraft) => post<T.GrantSample>('/grant-previews', g),
  grantEffect: (g: string, s?: AbortSignal) => get<T.GrantEffect>(`/grants/${id(g)}/effect`, {}, s),
  makeGrant: (g: T.GrantDraft) => post<T.Grant>('/grants', g),
  revokeGrant: (g: string, reason: string) => post<T.Grant>(`/grants/${id(g)}/revoke`, { reason }),
  apps: (q: Query, s?: AbortSignal) => get<T.ListApp>('/apps', q, s),
  app: (name: string, s?: AbortSignal) => get<T.App>(`/apps/${id(name)}`, {}, s),
  addApp: (a: T.AddAppIn) => post<T.App>('/apps', a),
  disableApp: (name: string, reason: string) => post<T.App>(`/apps/${id(name)}/disable`, { reason }),
  enableApp: (name: string) => post<T.App>(`/apps/${id(name)}/enable`, {}),
  addKey: (name: string, k: T.AddKeyIn) => post<T.GivenKey>(`/apps/${id(name)}/keys`, k),
  endKey: (name: string, key: string, reason: string) => post<T.App>(`/apps/${id(name)}/keys/${id(key)}/end`, { reason }),
  regions: (parent: string, s?: AbortSignal) => get<T.ListRegion>('/regions', { parent }, s),

  guess: (from: Source & { directory?: string }) => post<T.Guess>('/guesses', from),
  tryFile: (from: Source & { directory: string }) => post<T.Report>('/trials', from),
  load: (from: Source & { directory: string; again?: boolean }) => post<T.Batch>('/loads', from),

  batches: (q: Query, s?: AbortSignal) => get<T.ListBatch>('/batches', q, s),
  batch: (b: string, s?: AbortSignal) => get<T.Batch>(`/batches/${id(b)}`, {}, s),
  report: (b: string, s?: AbortSignal) => get<T.Report>(`/batches/${id(b)}/report`, {}, s),
  quarantine: (b: string, q: Query, s?: AbortSignal) => get<T.Quarantine>(`/batches/${id(b)}/quarantine`, q, s),
  decide: (b: string, action: 'release' | 'return' | 'discard' | 'cancel', reason: string) =>
    post<T.Batch>(`/batches/${id(b)}/${action}`, { reason }),
  retry: (b: string) => post<T.Batch>(`/batches/${id(b)}/retry`, {}),
  trial: (b: string, item: string, step: T.Step, plain: boolean) => post<T.Trial>(`/batches/${id(b)}/trial`, { item, step, plain: plain || undefined }),
  adopt: (b: string, item: string, step: T.Step) =>
    post<T.Adopted>(`/batches/${id(b)}/adopt`, { item, step }),
  preview: (b: string, of: { rows?: string[]; cells?: T.CorrectedCell[] }) => post<T.Preview>(`/batches/${id(b)}/preview`, of),
  correct: (b: string, cells: T.CorrectedCell[]) => post<T.Batch>(`/batches/${id(b)}/correct`, { cells }),
  replay: (b: string, rows?: string[]) => post<T.Batch>(`/batches/${id(b)}/replay`, rows ? { rows } : {}),
  foreseeReplays: (directory: string, s?: AbortSignal) => post<T.Foreseen>('/replay-previews', { directory }, {}, s),
  replayAll: (directory: string) => post<T.Replays>('/replays', { directory }),

  audit: (q: Query, s?: AbortSignal) => get<T.Audit>('/audit', q, s),
  chain: (s?: AbortSignal) => get<T.Chain>('/audit/chain', {}, s),
  checkAudit: () => post<T.Started>('/audit/check', {}),
  auditChoices: (s?: AbortSignal) => get<T.AuditChoices>('/audit/choices', {}, s),
  keys: (s?: AbortSignal) => get<T.ListRingKey>('/keys', {}, s),
  rotateKey: (purpose: string, reason: string) => post<T.Rotated>(`/keys/${id(purpose)}/rotate`, { reason }),
  rotateMaster: (reason: string) => post<T.Remastered>('/master-key/rotate', { reason }),
  putOffice: (o: T.PutOfficeIn) => post<T.Office>('/offices', o),
  receiptNames: (r: string, s?: AbortSignal) => get<T.ReceiptNames>(`/receipts/${id(r)}/names`, {}, s),
  receipt: (r: string, s?: AbortSignal) => get<T.Receipt>(`/receipts/${id(r)}`, {}, s),
  publicKey: (k: string, s?: AbortSignal) => get<T.SigningKey>(`/keys/${id(k)}`, {}, s),

  calendar: (year: number, s?: AbortSignal) => get<T.Calendar>('/calendar', { year }, s),
  changeCalendar: (of: T.CalendarChange, check: boolean) => post<T.CalendarChanged>('/calendar/changes', of, { check }),
  officeHours: (s?: AbortSignal) => get<T.ListOfficeHours>('/office-hours', {}, s),
  setHours: (of: T.Hours, check: boolean) => post<T.CalendarChanged>('/office-hours', of, { check }),
  packs: (s?: AbortSignal) => get<T.ListPackSummary>('/packs', {}, s),
  checkPack: (of: Folder, move: boolean) => post<T.Plan>('/packs', { ...of, move }, { check: true }),
  installPack: (of: Folder, from: string, move: boolean) => post<T.Plan>('/packs', { ...of, from, move }),
  undoPack: (p: string, move: boolean) => post<T.Plan>(`/packs/${id(p)}/undo`, { move }),
  packArchive: (p: string) => `/packs/${id(p)}/archive`,
  addPackField: (p: string, field: T.AddFieldIn, check: boolean) => post<T.AddedField>(`/packs/${id(p)}/fields`, field, { check: check || undefined }),
  pack: (p: string, s?: AbortSignal) => get<T.Pack>(`/packs/${id(p)}`, {}, s),
  desks: (pack: string, s?: AbortSignal) => get<T.Desks>('/case-desks', { pack }, s),
  cases: (q: Query, s?: AbortSignal) => get<T.ListCaseSummary>('/cases', q, s),
  openCase: (c: T.OpenCaseIn) => post<T.Opened>('/cases', c),
  case: (c: string, s?: AbortSignal) => get<T.Case>(`/cases/${id(c)}`, {}, s),
  plainCase: (c: string, purpose: string) => get<T.Case>(`/cases/${id(c)}/plain`, { purpose }),
  actOnCase: (c: string, act: T.CaseAct) => post<T.Case>(`/cases/${id(c)}/act`, act),
  caseOffers: (ids: string[], s?: AbortSignal) => post<T.ListCaseOffers>('/case-offers', { ids }, {}, s),
  actOnCases: (ids: string[], act: T.CaseAct) => post<T.ListActed>('/case-actions', { ids, ...act }),
  watchCase: (c: string, on: boolean) => post<T.Watched>(`/cases/${id(c)}/watch`, { on }),
  records: (pack: string, register: string, q: Query, s?: AbortSignal) => get<T.RegisterPage>(`/registers/${id(pack)}/${id(register)}`, q, s),
  /** As records, with what is sought of persons, which no address may have. */
  findRecords: (pack: string, register: string, { cursor, limit, ...body }: Query, s?: AbortSignal) => post<T.RegisterPage>(`/record-searches/${id(pack)}/${id(register)}`, body, { cursor, limit }, s),
  record: (pack: string, register: string, r: string, s?: AbortSignal) => get<T.RegisterRecord>(`/registers/${id(pack)}/${id(register)}/${id(r)}`, {}, s),
  plainRecord: (pack: string, register: string, r: string, purpose: string) => get<T.RegisterRecord>(`/registers/${id(pack)}/${id(register)}/${id(r)}/plain`, { purpose }),
  recordHistory: (pack: string, register: string, r: string, s?: AbortSignal) => get<T.ListPast>(`/registers/${id(pack)}/${id(register)}/${id(r)}/history`, {}, s),
  createRecord: (pack: string, register: string, values: Record<string, unknown>) => post<T.RegisterRecord>(`/registers/${id(pack)}/${id(register)}`, { values }),
  changeRecord: (pack: string, register: string, r: string, change: T.ChangeRecordIn) => post<T.RegisterRecord>(`/registers/${id(pack)}/${id(register)}/${id(r)}`, change),
  changeRecords: (pack: string, register: string, change: T.ChangeRecordsIn) => post<T.ListChangedRecord>(`/record-changes/${id(pack)}/${id(register)}`, change),
  checkRecord: (pack: string, register: string, typed: T.CheckRecordIn, s?: AbortSignal) => post<T.RecordStanding>(`/register-forms/${id(pack)}/${id(register)}`, typed, {}, s),
  recordFile: (pack: string, register: string, r: string, file: string, small: boolean) => address(`/register-files/${id(pack)}/${id(register)}/${id(r)}/${id(file)}`, { small: small || undefined }),
  recordTemplate: (pack: string, register: string) => address(`/register-templates/${id(pack)}/${id(register)}`),
  recordImports: (pack: string, register: string, s?: AbortSignal) => get<T.ListImport>(`/register-imports/${id(pack)}/${id(register)}`, {}, s),
  recordImport: (pack: string, register: string, job: string, s?: AbortSignal) => get<T.Import>(`/register-imports/${id(pack)}/${id(register)}/${id(job)}`, {}, s),
  loadRecords: (pack: string, register: string, job: string) => post<T.Import>(`/register-imports/${id(pack)}/${id(register)}/${id(job)}/load`, {}),
  takeBackRecords: (pack: string, register: string, job: string) => post<T.Import>(`/register-imports/${id(pack)}/${id(register)}/${id(job)}/take-back`, {}),
  markedRecords: (pack: string, register: string, job: string) => `/register-imports/${id(pack)}/${id(register)}/${id(job)}/marked`,
  menu: (s?: AbortSignal) => get<T.ListMenuPack>('/menu', {}, s),
  views: (page: string, s?: AbortSignal) => get<T.ListView>('/views', { page }, s),
  saveView: (v: T.SaveViewIn) => post<T.View>('/views', v),
  removeView: (v: string) => post<T.RemovedView>(`/views/${id(v)}/remove`, {}),
  notices: (q: Query, s?: AbortSignal) => get<T.ListNotice>('/notices', q, s),
  readNotices: (ids?: string[]) => post<T.Unread>('/notices/read', ids ? { ids } : {}),
  outline: (region: string, s?: AbortSignal) => get<Outline>(`/regions/${id(region)}/outline`, {}, s),

  users: (q: Query, s?: AbortSignal) => get<T.ListUser>('/users', q, s),
  addUser: (u: T.AddUserIn) => post<T.GivenPassword>('/users', u),
  correctUser: (who: string, u: T.CorrectUserIn) => post<T.User>(`/users/${id(who)}`, u),
  disableUser: (who: string, reason: string) => post<T.User>(`/users/${id(who)}/disable`, { reason }),
  enableUser: (who: string) => post<T.User>(`/users/${id(who)}/enable`, {}),
  resetUser: (who: string) => post<T.GivenPassword>(`/users/${id(who)}/reset`, {}),
  setRoles: (who: string, roles: string[]) => post<T.User>(`/users/${id(who)}/roles`, { roles }),
  roles: (s?: AbortSignal) => get<T.Roles>('/roles', {}, s),
  accountRules: (s?: AbortSignal) => get<T.Rules>('/account-rules', {}, s),
  setAccountRules: (r: T.Rules) => post<T.Rules>('/account-rules', r),
  sessions: (q: Query, s?: AbortSignal) => get<T.ListSession>('/sessions', q, s),
  endSession: (s: string) => post<T.Ended>(`/sessions/${id(s)}/end`, {}),
};

/** Sends a file of rows, to be loaded later. */
export const sendFile = (file: File, told: (share: number) => void, signal: AbortSignal) => send<T.Upload>('/uploads', file, told, signal);

/** Sends a photo or a paper for a record. */
export const sendRecordFile = (file: File, told: (share: number) => void, signal: AbortSignal) => send<T.SentFile>('/files', file, told, signal);

/** Sends a file of records and has it tried. */
export const sendRecords = (pack: string, register: string, file: File, told: (share: number) => void, signal: AbortSignal) =>
  send<T.Import>(`/register-imports/${id(pack)}/${id(register)}`, file, told, signal);

// Tells how far it is; fetch cannot say that, so this one uses XMLHttpRequest.
function send<R>(path: string, file: File, told: (share: number) => void, signal: AbortSignal): Promise<R> {
  return new Promise((resolve, reject) => {
    const x = new XMLHttpRequest();
    x.open('POST', address(path));
    x.setRequestHeader('Accept-Language', language);
    for (const [k, v] of Object.entries(tokenOf('POST'))) x.setRequestHeader(k, v);
    x.upload.onprogress = (e) => e.lengthComputable && told(e.loaded / e.total);
    x.onerror = () => reject(new ProblemError(ownProblem(unreachable)));
    x.onabort = () => reject(new DOMException('', 'AbortError'));
    x.onload = () => {
      if (x.status < 300) resolve(JSON.parse(x.responseText) as R);
      else void problemOf(x.status, x.getResponseHeader('content-type') ?? '', x.responseText).then(reject);
    };
    signal.addEventListener('abort', () => x.abort());
    const form = new FormData();
    form.append('file', file, file.name);
    x.send(form);
  });
}
