import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { en } from '../src/i18n/en.ts';
import { zh } from '../src/i18n/zh.ts';

// Guides name pages and buttons in bold, in the words of the screen: none may name one that
// is not there. The tutorial through the console is clicked besides (e2e/console.spec.ts).

const docs = new URL('../../docs/', import.meta.url).pathname;
function leaves(o: object): string[] {
  return Object.values(o).flatMap((v: unknown) => (typeof v === 'string' ? [v] : v && typeof v === 'object' ? leaves(v) : []));
}

const [inChinese, inEnglish] = [new Set(leaves(zh)), new Set(leaves(en))];
const pages = ['how-to', 'tutorial', 'explanation', 'reference', 'decisions'].flatMap((dir) => readdirSync(join(docs, dir)).filter((f) => f.endsWith('.md')).map((f) => `${dir}/${f}`));
const guides = pages.filter((f) => /^how-to\//.test(f) && !f.includes('README'));
const bold = (text: string) => [...text.matchAll(/\*\*([^*]+)\*\*/g)].map((m) => (m[1] ?? '').replace(/\s+/g, ' '));

test('there are guides that name what is on the screen, in both languages', () => {
  expect(guides.filter((f) => bold(readFileSync(docs + f, 'utf8')).length > 0).length).toBeGreaterThan(12);
});

test.each(guides)('%s names what is on the screen', (f) => {
  const there = f.includes('zh-CN') ? inChinese : inEnglish;
  expect(bold(readFileSync(docs + f, 'utf8')).filter((b) => !there.has(b))).toEqual([]);
});

describe('every document', () => {
  test.each(pages)('%s links to what is there', (f) => {
    const links = [...readFileSync(docs + f, 'utf8').matchAll(/\]\(([^)#\s]+)(?:#[^)]*)?\)/g)].map((m) => m[1] ?? '').filter((l) => !/^[a-z]+:/.test(l));
    expect(links.filter((l) => !existsSync(join(docs, dirname(f), l)))).toEqual([]);
  });

  test.each(pages.filter((f) => /^(how-to|tutorial|explanation)\//.test(f)))('%s is there in the other language', (f) => {
    const other = f.includes('.zh-CN.md') ? f.replace('.zh-CN.md', '.md') : f.replace('.md', '.zh-CN.md');
    expect(pages).toContain(other);
  });
});
