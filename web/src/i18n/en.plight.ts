import type { plight as words } from './zh.plight.ts';

export const purpose: Record<string, string> = {
  '': 'What waits for you, how collecting and governing stand, and the quality of the last days.',
  directories: 'The data directories that offices have declared: their items, rules, rows, versions and quality.',
  declare: 'Here a data directory is declared or changed: items, types, rules, and how it is loaded.',
  import: 'Many directories are entered here at once from Excel; errors are told at their cells, and nothing is imported unless all is right.',
  load: 'Here a file is chosen, what was found in it is shown, tried, and loaded into a directory.',
  batches: 'Every load: how many rows were read, published and put in quarantine, and why.',
  quarantine: 'Rows that break a rule and are not published: seen by rule, mended and replayed.',
  services: 'The data services there are: how they are called and who may.',
  grants: 'Grants: who may use which items and rows, for what, until when.',
  apps: 'Applications that call data services, and their keys.',
  offices: 'Offices with their directories and rows.',
  registers: 'A register of an application: records are found, entered, corrected, imported and exported, and every change is kept.',
  tasks: 'Long work such as loads, replays and tidying: how far it is and what came of it.',
  calls: 'How often services were called and refused, and how many rows they gave.',
  kinds: 'The rules, cleaning steps and masks there are.',
  audit: 'Every call, look and change, and the proof of receipts.',
  chain: 'The state of the audit’s chain: verified from here, with the first wrong entry named.',
  keys: 'The keys the platform signs, seals and masks with, and their rotation.',
  users: 'Accounts: added, disabled, given a new password, and their roles.',
  roles: 'What each role may do, and how far.',
  sessions: 'Who is signed in, and ending it if need be.',
  password: 'Here you change your own password.',
};

export const plight: typeof words = {
  refused: 'You may not see this page',
  refusedAsk: 'If your work needs it, tell the security administrator what for and ask for a role or a grant.',
  mine: 'What I may do',
  missing: 'What was asked for is not here',
  missingDo: 'It may have been removed or renamed, or the address is mistyped. Open it from the list.',
  back: 'Back to the list',
  failed: 'This cannot be shown just now',
  failedAsk: 'No data were harmed. Try again; if it fails again, tell the system administrator the code and the time below.',
  at: (time) => `at ${time}`,
};
