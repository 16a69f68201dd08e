import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import { expect, test } from 'vitest';

const src = new URL('../src', import.meta.url).pathname;

function files(dir: string): string[] {
  return readdirSync(dir).flatMap((n) => {
    const p = join(dir, n);
    return statSync(p).isDirectory() ? files(p) : p.endsWith('.tsx') ? [p] : [];
  });
}

// A field of a form is a Field or, in a declaration, a Labelled: those two take no control
// without its help. Labels anywhere else are of what is no field: with the reason.
const others: Record<string, string> = {
  'part/field.tsx': 'Field and Labelled themselves',
  'page/audit.tsx': 'filters of a list',
  'page/calls.tsx': 'filters of a list',
  'page/batches.tsx': 'a filter of a list',
  'page/directory/rows.tsx': 'a filter of a list',
  'page/import.tsx': 'a place to drop a file, which says what it takes',
  'page/registers/import.tsx': 'a place to drop a file, which says what it takes',
  'page/load/file.tsx': 'a place to drop a file, which says what it takes',
  'page/packs/install.tsx': 'places to drop an archive or choose a folder, which say what they take',
  'part/record/control.tsx': 'parts of one field of a record, whose help stands at the field',
};

test('every label is of a field with help, or of no field', () => {
  const found = files(src).filter((f) => /<label\b|htmlFor=/.test(readFileSync(f, 'utf8'))).map((f) => relative(src, f));
  expect(found.sort()).toEqual(Object.keys(others).sort());
});

test('every field hands its help to its control', () => {
  const deaf = files(src).flatMap((f) => {
    const text = readFileSync(f, 'utf8');
    const uses = [...text.matchAll(/<(?:Field of=|Labelled )[^]*?\{\((\w+)(?:, (\w+))?\)/g)];
    return uses.filter((m) => !m[2]).map((m) => `${relative(src, f)}: ${m[0].slice(0, 60)}`);
  });
  expect(deaf).toEqual([]);
});
