// English texts. The keys are those of zh.ts, proven by the compiler and by a test.

import { audit } from './en.audit.ts';
import { calendar } from './en.calendar.ts';
import { record } from './en.cases.ts';
import { desk, kase } from './en.desk.ts';
import { fields } from './en.fields.ts';
import { batch, batches, load, quarantine } from './en.load.ts';
import { notices, packs } from './en.packs.ts';
import { people } from './en.people.ts';
import { plight, purpose } from './en.plight.ts';
import { calls, chores, find, today } from './en.today.ts';
import { registers } from './en.registers.ts';
import { apps, grants, services, share } from './en.serve.ts';
import { sharing } from './en.share.ts';
import { tables } from './en.tables.ts';
import { plural } from './plural.ts';
import type { Catalogue } from './zh';

export const en: Catalogue = {
  app: {
    title: 'Chengshu',
    old: 'Your browser is too old for this system. Please open it in a browser built on Chromium 92 or newer (a current Chrome, Edge or another of that family).',
  },
  none: '—',
  cancel: 'Cancel',
  rowsOf: (n) => plural(n, 'row'),
  sep: ', ',
  colon: ': ',
  comma: ', ',
  semi: '; ',
  yes: 'yes',
  no: 'no',
  all: 'all',
  filters: { more: 'More filters', fewer: 'Fewer filters' },

  shell: {
    printed: (who: string, at: string) => `printed by ${who}, ${at}`,
    demo: 'Demo data',
    demoTitle: 'People and enterprises in this system are invented; regions and boundaries are real',
    menu: 'Menu',
    nav: 'Main navigation',
    crumbs: 'Where you are',
    skip: 'Skip to content',
    lang: '中文',
    langLabel: 'Switch to Chinese',
    dark: 'Dark',
    light: 'Light',
    themeLabel: (to) => `${to}: switch the appearance`,
    missing: 'There is no such page',
    missingHint: 'The address may be mistyped, or the page has moved.',
    home: 'Back to Today',
    newer: 'The system was updated; please reload the page',
    refresh: 'Reload',
    broken: 'Something on this page failed',
    brokenHint: 'Please reload. If it fails again, tell your administrator the words below.',
  },

  session: {
    signIn: 'Sign in',
    signOut: 'Sign out',
    hint: 'Sign in with the account your administrator gave you.',
    change: 'Change the password',
    changeHint: 'Somebody else set this password, or it is too old. Change it to go on.',
    differ: 'The two new passwords differ',
    nothing: 'Your role does not work with data',
    nothingHint: 'What you can do is at the left. Ask the security administrator for other rights.',
  },

  registers,
  packs,
  calendar,
  notices,
  ...people,
  ...sharing,
  ...tables,
  record,
  desk,
  kase,
  audit,
  fields,
  plight,
  purpose,

  nav: {
    data: 'Data',
    system: 'System',
    today: 'Today',
    cases: 'Cases',
    directories: 'Directories',
    offices: 'Offices',
    collect: 'Collect',
    load: 'Load',
    batches: 'Batches',
    govern: 'Govern',
    held: 'Held batches',
    problems: 'Quarantine',
    share: 'Sharing',
    services: 'Services',
    grants: 'Grants',
    apps: 'Applications',
    calls: 'Calls',
    tasks: 'Operations',
    audit: 'Audit',
    users: 'Users',
    roles: 'Roles',
    sessions: 'Sessions',
    kinds: 'Rule reference',
  },

  state: {
    busy: 'Loading',
    again: 'Try again',
    code: (c) => `code ${c}`,
    unreachable: 'The server cannot be reached',
    unreachableRemedy: 'Make sure that the chengshu server is running, then try again.',
  },

  pager: {
    label: 'Pages',
    all: (n) => `${n} in all`,
    shown: (n) => `${n} on this page`,
    of: (n, total) => `${n} on this page, ${total} in all`,
    first: 'First',
    back: 'Back',
    next: 'Next',
  },

  reason: {
    label: 'Reason (kept on record)',
    hint: 'For example: agreed with the source office, publish the good rows first',
  },

  standing: {
    label: 'State',
    changed: 'changed since',
    version: (n) => `version ${n}`,
    publish: 'Publish',
    withdraw: 'Withdraw',
    publishTitle: (d) => `Publish "${d}"`,
    publishText: 'Offices can then find the directory, and it can be granted and served.',
    withdrawTitle: (d) => `Withdraw "${d}"`,
    withdrawText: 'Its services stop answering; grants stay but give nothing until it is published again.',
    done: { publish: 'Published', withdraw: 'Withdrawn' },
  },

  words: {
    class: { base: 'Base', theme: 'Theme', department: 'Department' },
    domain: { credit: 'Credit', health: 'Health', employment: 'Social security and jobs', safety: 'Public safety', housing: 'Building and housing', transport: 'Transport', education: 'Education and culture', technology: 'Science and technology', energy: 'Resources and energy', environment: 'Environment', industry: 'Industry and farming', trade: 'Trade', finance: 'Finance and tax', production: 'Safety at work', market: 'Market supervision', relief: 'Social relief', law: 'Legal services', living: 'Everyday services', weather: 'Weather', geography: 'Geography', organisation: 'Organisations', other: 'Other' },
    standing: { draft: 'draft', published: 'published', withdrawn: 'withdrawn' },
    grade: { L1: 'general, level 1', L2: 'general, level 2', L3: 'general, level 3', L4: 'general, level 4', important: 'important', core: 'core' },
    update: { realtime: 'real time', daily: 'daily', weekly: 'weekly', monthly: 'monthly', quarterly: 'quarterly', yearly: 'yearly' },
    share: { free: 'unconditional', conditional: 'conditional', none: 'not shared' },
    way: { api: 'service', exchange: 'bulk exchange', file: 'file download' },
    format: { database: 'database', table: 'spreadsheet', file: 'electronic file', image: 'image', stream: 'streaming media', self: 'self-describing', api: 'service' },
    type: { text: 'text', int: 'integer', float: 'number', bool: 'yes/no', date: 'date', time: 'time', texts: 'list of texts' },
    decimal: (p) => `decimal ${p}`,
    personal: { name: 'name', id: 'identity number', birth: 'birth date', phone: 'phone', address: 'address', account: 'account', other: 'other personal data' },
    mode: { append: 'append', replace: 'replace the table', merge: 'merge by key' },
    do: { reject: 'row is quarantined', warn: 'only noted', block: 'batch is held above the limit' },
    doShort: { reject: 'reject', warn: 'warn', block: 'block' },
    dims: { normative: 'Normativity', completeness: 'Completeness', accuracy: 'Accuracy', consistency: 'Consistency', timeliness: 'Timeliness', access: 'Accessibility' },
    role: { system_admin: 'system administrator', security_admin: 'security administrator', audit_admin: 'audit administrator', data_admin: 'data administrator', officer: 'data officer', reviewer: 'reviewer' },
    operation: { append: 'append', overwrite: 'overwrite', replace: 'rewrite', delete: 'delete' },
  },

  today,
  find,
  calls,
  chores,

  directories: {
    title: 'Directories',
    sub: (n) => plural(n, 'directory', 'directories'),
    load: 'Load data',
    declare: 'New directory',
    search: 'Find by name or title',
    office: 'Provider',
    class: 'Class',
    mounted: 'Mount',
    isMounted: 'mounted',
    notMounted: 'not mounted',
    cols: { title: 'Directory', office: 'Provider', class: 'Class', update: 'Updated', items: 'Items', rows: 'Rows', quarantined: 'Quarantine', last: 'Last batch', grade: 'Grade' },
    empty: 'No directory fits these filters',
    emptyHint: 'Loosen the filters, or declare a new directory.',
    clear: 'Clear filters',
    never: 'never loaded',
  },

  directory: {
    load: 'Load data',
    edit: 'Edit declaration',
    replay: 'Replay all of the quarantine',
    replayTitle: (d) => `Replay the whole quarantine of "${d}"`,
    replayDone: (n) => `${plural(n, 'replay batch', 'replay batches')} started`,
    replaySome: 'Some batches could not be replayed',
    version: (v) => `Version ${v}`,
    facts: (office, update, version) => `${office} · updated ${update} · version ${version}`,
    tabs: { items: 'Items', rules: 'Rules', rows: 'Rows', batches: 'Batches', versions: 'Data versions', quality: 'Quality trend', lineage: 'Lineage', history: 'History', shared: 'Sharing' },
    about: 'About',
    abstract: 'Abstract',
    code: 'Code',
    format: 'Format',
    share: 'Sharing',
    way: 'Way of sharing',
    condition: 'Condition',
    open: 'Open to the public',
    level: 'Data level',
    use: 'Conditions of use',
    basis: 'Basis of not sharing',
    related: 'Related resources',
    issued: 'Issued',
    mode: 'Loading',
    key: (k) => `key ${k}`,
    keyTag: 'key',
    notMounted: 'not mounted',
    rows: 'published',
    quarantined: 'in quarantine:',
    item: { title: 'Item', name: 'Name', type: 'Type', required: 'Required', personal: 'Personal data', clean: 'Cleaning', rules: 'Rules' },
    rule: { title: 'Rule', says: 'What it demands', norm: 'GB/T no.', does: 'When broken' },
    rulesEmpty: 'No rules declared',
    rulesEmptyHint: 'Types are always checked. Add rules such as required or unique to the declaration.',
    rowsEmpty: 'No rows yet',
    rowsEmptyHint: 'Load a file; its good rows will appear here.',
    snapshot: 'As of',
    current: 'now',
    snapshotOf: (at, rows) => `${at} (${plural(rows, 'row')})`,
    batchesEmpty: 'No batches yet',
    gradesEmpty: 'No quality record yet',
    gradesEmptyHint: 'Every judged batch leaves a point here.',
    trend: (n, last) => `Quality scores of ${plural(n, 'batch', 'batches')}, the last one ${last}`,
    gradeCols: { batch: 'Batch', at: 'Time', score: 'Score', grade: 'Grade' },
    codes: (title, n) => `Code list ${title} (${n})`,
  },

  rule: {
    on: (items) => `on ${items}`,
    pattern: (p) => `must match ${p} as a whole`,
    between: (a, b) => `between ${a} and ${b}`,
    min: (a) => `at least ${a}`,
    max: (b) => `at most ${b}`,
    from: (a) => `not before ${a}`,
    to: (b) => `not after ${b}`,
    values: (v) => `one of ${v}`,
    list: (l) => `in the code list "${l}"`,
    levels: (l) => `region level ${l}`,
    within: (w) => `within ${w}`,
    expr: (e) => `${e} must hold`,
    table: (t, c) => `must exist in "${c}" of the directory "${t}"`,
    column: (c) => `by "${c}"`,
    blockAbove: (p) => `batch is held above ${p}`,
    level: { city: 'city', district: 'district', street: 'street', community: 'community', grid: 'grid' },
  },

  declare: {
    newTitle: 'New directory',
    editTitle: (d) => `Edit ${d}`,
    hint: 'Fill in the form or write the YAML: they are the same declaration. It is checked as you write; saving makes a new version and leaves published rows alone.',
    editor: 'Declaration of the directory (YAML)',
    office: 'Choose the provider',
    keys: 'Press Esc, then Tab, to leave the editor',
    save: 'Save',
    create: 'Create directory',
    saved: (v) => `Saved as version ${v}`,
    created: 'Directory created',
    thenLoad: 'Create and load this file',
    checking: 'Checking…',
    good: 'The declaration is sound',
    bad: (n) => plural(n, 'error'),
    line: (n) => `Line ${n}`,
    draft: 'Your unsaved draft was restored',
    dropDraft: 'drop the draft',
    reference: 'Reference of rules and cleaning steps',
    template: `kind: directory
name: my_directory
title: Title of the directory
office: ""
class: department
abstract: What these data are, in one sentence
format: table
update: monthly
share: {type: conditional, condition: on request, way: exchange}
items:
  - {name: id_no, title: Identity number, type: text, required: true, personal: id, clean: [trim]}
rules:
  - {kind: citizen_id, item: id_no}
  - {kind: unique, item: id_no}
load: {mode: merge, key: [id_no]}
`,
  },

  load,
  batches,
  batch,
  quarantine,

  age: {
    days: (n) => plural(n, 'day'),
    hours: (n) => plural(n, 'hour'),
    minutes: (n) => plural(n, 'minute'),
    now: 'less than a minute',
  },

  plain: { show: 'Show whole values', hide: 'Mask again' },

  offices: {
    title: 'Offices',
    sub: (n) => plural(n, 'office'),
    cols: { title: 'Office', region: 'Region', directories: 'Directories', mounted: 'Mounted', rate: 'Share mounted', credit: 'Credit code' },
    empty: 'No offices yet',
    emptyHint: 'Offices come from a declaration file.',
    search: 'Find by name',
  },

  pattern: {
    digits: (n) => (n === '1' ? '1 digit' : `${n} digits`),
    letters: (n) => (n === '1' ? '1 letter' : `${n} letters`),
    hanzi: (n) => (n === '1' ? '1 Chinese character' : `${n} Chinese characters`),
    and: ' + ',
    last: (c) => `, ending in ${c}`,
    blank: 'blank',
    shaped: (p) => `written as ${p}`,
  },

  tasks: {
    title: 'Operations',
    sub: 'Work that is running or ended lately. Leaving this page does not stop it.',
    cols: { kind: 'Task', key: 'Of', state: 'State', progress: 'Progress', started: 'Started', took: 'Took' },
    empty: 'No tasks',
    emptyHint: 'Loads, replays, compactions and other long work are listed here.',
    kinds: { load: 'load', replay: 'replay', trial: 'trial', compact: 'compaction', expire: 'expiry of snapshots', sweep: 'sweep of files', release: 'release', demo: 'demo data', 'register.try': 'Import tried', 'register.load': 'Import', 'register.undo': 'Import taken back', 'audit.check': 'verification of the audit' },
    states: { queued: 'queued', running: 'running', done: 'done', failed: 'failed', cancelled: 'cancelled' },
    active: 'Running',
    finished: 'Ended',
    version: (v) => `Chengshu ${v}`,
  },

  kinds: {
    title: 'Rule reference',
    sub: 'The kinds of rules and cleaning steps a declaration may use, each rule with its measure in GB/T 36344-2018.',
    rules: (n) => `Rules ${n}`,
    steps: (n) => `Cleaning steps ${n}`,
    cols: { name: 'Kind', norm: 'GB/T no.', dim: 'Dimension', params: 'Parameters', example: 'Example', help: 'What it does' },
    required: 'required',
    search: 'Find a rule',
  },

  share,
  services,
  grants,
  apps,

};
