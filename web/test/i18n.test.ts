import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { en } from '../src/i18n/en.ts';
import { zh } from '../src/i18n/zh.ts';
import { pages } from '../src/route/pages.ts';

const src = new URL('../src', import.meta.url).pathname;

function files(dir: string): string[] {
  return readdirSync(dir).flatMap((n) => {
    const p = join(dir, n);
    return statSync(p).isDirectory() ? files(p) : [p];
  });
}

function leaves(o: object, at = ''): Map<string, unknown> {
  const out = new Map<string, unknown>();
  for (const [k, v] of Object.entries(o)) {
    if (v && typeof v === 'object') for (const [p, x] of leaves(v as object, `${at}${k}.`)) out.set(p, x);
    else out.set(at + k, v);
  }
  return out;
}

const withoutComments = (s: string) => s.replace(/\/\*[\s\S]*?\*\//g, '').replace(/(^|\s)\/\/.*$/gm, '$1');
const code = files(src).filter((f) => /\.tsx?$/.test(f) && !/\/i18n\/(zh|en)(\.\w+)?\.ts$/.test(f));

describe('the catalogues', () => {
  const a = leaves(zh);
  const b = leaves(en);

  test('have the same keys', () => expect([...b.keys()].sort()).toEqual([...a.keys()].sort()));

  test.each([...a.keys()])('%s is of one kind in both, and says something', (k) => {
    const [x, y] = [a.get(k), b.get(k)];
    expect(typeof y).toBe(typeof x);
    if (typeof x === 'function') {
      const args = Array.from({ length: x.length }, (_, i) => `<${i}>`);
      for (const f of [x, y] as ((...s: string[]) => string)[]) {
        const said = f(...args);
        for (const arg of args) expect(said, `${k} must use ${arg}`).toContain(arg);
      }
    } else {
      expect(x).not.toBe('');
      expect(y).not.toBe('');
    }
  });

  test('English has no Chinese but the name of the other language', () => {
    const chinese = [...b].filter(([k, v]) => typeof v === 'string' && /[\u3000-\u9fff\uff00-\uffef]/.test(v) && k !== 'shell.lang');
    expect(chinese).toEqual([]);
  });

  // Words that end in s and count nothing.
  const single = new Set(['is', 'was', 'has', 'as', 'its', 'this', 'ends', 'goes', 'stays', 'meets', 'pass', 'passes', 'asks', 'less', 'ms', 's', 'uses', 'address']);
  const many = (said: string) => [...said.matchAll(/(?<![\w.])1((?: [a-z]+\b(?!\/)){1,2})/g)]
    .map(([found, words = '']) => ({ found, words: words.trim().split(' ') }))
    .filter(({ words }) => words.some((word, i) => word.endsWith('s') && !single.has(word) && !words.slice(0, i).some((w) => single.has(w) || /^(in|of|at|on|done|and)$/.test(w))) || /^(more|other) (are|were)$/.test(words.join(' ')))
    .map(({ found }) => found);

  test('English that counts by words finds the plural of one', () => {
    expect(['1 rows', 'All 1 rows', '1 bad rows', '1 more are'].map((s) => many(s).length)).toEqual([1, 1, 1, 1]);
    expect(['1 row', '1 is', '1 row stays', '1 of 1 row', '11 rows', '1 entry in 1 file'].flatMap(many)).toEqual([]);
  });

  test.each([...b].filter(([, f]) => typeof f === 'function'))('%s has a singular', (_, f) => {
    const say = f as (...s: string[]) => string;
    expect(many(say(...Array.from({ length: say.length }, () => '1')))).toEqual([]);
  });

  test('every text is used by some page', () => {
    const all = code.map((f) => readFileSync(f, 'utf8')).join('\n') + readFileSync(join(src, '../vite.config.ts'), 'utf8');
    // Tables looked up by a word of the API are used as a whole.
    const lookups = ['fields.', 'words.', 'purpose.', 'batch.states.', 'batch.stages.', 'batch.done.', 'batch.actions.', 'shell.dark', 'shell.light', 'rule.level.', 'tasks.kinds.', 'tasks.states.', 'directory.tabs.', 'share.', 'grants.events.', 'grants.actors.', 'grants.ops.', 'apps.states.', 'apps.keyStates.', 'apps.kinds.', 'users.states.', 'users.done.', 'roles.groups.', 'roles.scopes.', 'today.tabs.', 'today.steps.', 'find.kinds.', 'find.letters.', 'calls.bys.', 'calls.heads.', 'calls.outcomes.', 'audit.actions.', 'audit.doors.', 'audit.machines.', 'ring.kinds.', 'fresh.', 'history.kinds.', 'lineage.kinds.', 'lineage.edges.', 'lineage.services.', 'lineage.heads.', 'kase.clocks.', 'kase.units.', 'desk.tabs.', 'desk.empty.', 'desk.emptyHint.', 'form.params.', 'record.person.', 'record.rules.kinds.', 'registers.own.', 'registers.actions.', 'registers.states.', 'registers.working.', 'calendar.tabs.', 'calendar.kinds.', 'calendar.marks.', 'calendar.origins.', 'calendar.becomes.', 'packs.acts.', 'packs.sections.', 'packs.personal.', 'packs.kinds.', 'packs.reaches.', 'packs.turnActs.', 'notices.whys.'];
    const unused = [...a.keys()].filter((k) => !lookups.some((l) => k.startsWith(l)) && !new RegExp(`\\.${k.split('.').at(-1)}\\b`).test(all));
    expect(unused).toEqual([]);
  });
});

describe('the code', () => {
  test.each(code)('%s holds no text of its own', (f) => {
    expect(withoutComments(readFileSync(f, 'utf8')).match(/.*[\u3000-\u9fff\uff00-\uffef].*/g)).toBeNull();
  });

  test.each(files(src).filter((f) => /\.(tsx?|css)$/.test(f) && !f.endsWith('tokens.css')))('%s holds no colour', (f) => {
    const text = withoutComments(readFileSync(f, 'utf8'));
    expect(text.match(/#[0-9a-f]{3,8}\b(?![^"'`]*\/)|\brgba?\(|\bhsla?\(/gi)).toBeNull();
  });
});

test('every page says what it is for', () => {
  const sections = new Set(pages.map(([pattern]) => pattern.split('/')[1] ?? ''));
  expect(sections.size).toBeGreaterThan(10);
  expect(Object.keys(zh.purpose).sort()).toEqual([...sections].sort());
});
