import { describe, expect, test } from 'vitest';
import { formats } from '../src/i18n/format.ts';
import { match } from '../src/route/pages.ts';
import { lined } from '../src/page/declare/mark.ts';
import { address, ownProblem, problemOf } from '../src/api/client.ts';
import { en } from '../src/i18n/en.ts';
import { zh } from '../src/i18n/zh.ts';
import { ruleWords } from '../src/part/kinds.ts';
import { patternWords } from '../src/part/pattern.ts';
import type { RuleDecl } from '../src/api/schema.gen.ts';

describe('numbers', () => {
  const z = formats('zh-CN');
  const e = formats('en');
  test.each([
    [z.short(9_999), '9,999'], [z.short(126_310), '12.6 万'], [z.short(3_184_220), '318.4 万'], [e.short(126_310), '126.3K'],
    [z.share(0.041), '4.10%'], [z.score1(96.19), '96.1'], [z.score1(100), '100.0'], [z.score1(99.99), '99.9'], [z.score(99.99), '99'], [z.score1(0.5), '0.5'],
    [z.bytes(19_084_000), '18.2 MB'], [z.bytes(12), '12 B'], [z.left(42), '00:42'], [z.left(3_725), '1:02:05'],
    [z.lastDay('2026-12-31T16:00:00Z'), '2026年12月31日'], [z.time('2026-11-20T06:32:00Z'), '11月20日 14:32'], [e.time('2026-11-20T06:32:00Z'), 'Nov 20, 14:32'],
  ])('%s', (got, want) => expect(got).toBe(want));
});

describe('addresses', () => {
  test.each([
    ['/', '/', {}], ['/batches/:id', '/batches/1120-03', { id: '1120-03' }], ['/batches/:id', '/batches/', null],
    ['/batches/:id', '/batches/a%2Fb', { id: 'a/b' }], ['/batches/:id/quarantine', '/batches/x/quarantine', { id: 'x' }], ['/load', '/load/', {}], ['/load', '/', null],
  ])('%s for %s', (pattern, path, want) => expect(match(pattern, path)).toEqual(want));

  test('leave out what is empty and quote the rest', () =>
    expect(address('/directories', { q: 'a&b', office: '', class: undefined, limit: 50 })).toBe('/api/v1/directories?q=a%26b&limit=50'));
});

describe('problems', () => {
  test('find their lines', () => {
    const p = (where: string) => ({ ...ownProblem('c', 'x'), where });
    const parts = [p('people.yaml:12'), p('people.yaml:7:3'), p('line 9'), p('column id_no')];
    expect(lined({ ...ownProblem('c', 'x'), parts }).map((m) => m.line)).toEqual([12, 7, 9, 0]);
  });

  test('keep their document, and make one where there is none', async () => {
    expect((await problemOf(422, 'application/problem+json', '{"title":"t","code":"a.b"}')).problem.code).toBe('a.b');
    expect((await problemOf(502, 'text/html', '<h1>bad gateway</h1>')).problem).toMatchObject({ code: 'http.502', status: 502 });
  });
});

describe('a written form in words', () => {
  test.each([
    ['9{17}×…×', '17 位数字 + ×', '17 digits + ×'], ['9{6}A…x', '6 位数字 + 1 个字母，末位 x', '6 digits + 1 letter, ending in x'],
    ['汉{3}9汉', '3 个汉字 + 1 位数字 + 1 个汉字', '3 Chinese characters + 1 digit + 1 Chinese character'], ['', '空白', 'blank'], ['9-9', '1 位数字 + - + 1 位数字', '1 digit + - + 1 digit'],
  ])('%s', (pattern, inZh, inEn) => {
    expect(patternWords({ t: zh, f: formats('zh-CN') }, pattern)).toBe(inZh);
    expect(patternWords({ t: en, f: formats('en') }, pattern)).toBe(inEn);
  });
});

describe('a rule in words', () => {
  const title = (i: string) => ({ id_no: '证件号', sex: '性别' })[i] ?? i;
  const words = { zh: { lang: 'zh-CN' as const, t: zh, f: formats('zh-CN') }, en: { lang: 'en' as const, t: en, f: formats('en') } };
  test.each<[RuleDecl, string, string]>([
    [{ kind: 'range', item: 'amount', min: 0, max: 50_000 }, '对 amount；在 0 到 50,000 之间', 'on amount; between 0 and 50,000'],
    [{ kind: 'length', item: 'id_no', max: 18 }, '对 证件号；不大于 18', 'on 证件号; at most 18'],
    [{ kind: 'values', item: 'sex', values: ['1', '2'] }, '对 性别；只能是 1、2', 'on 性别; one of 1, 2'],
    [{ kind: 'unique', items: ['id_no', 'sex'] }, '对 证件号、性别', 'on 证件号, 性别'],
    [{ kind: 'reference', item: 'bank', table: 'banks', column: 'name' }, '对 bank；须在目录“banks”的“name”中存在', 'on bank; must exist in "name" of the directory "banks"'],
  ])('%o', (decl, inZh, inEn) => {
    expect(ruleWords(words.zh, decl, title)).toBe(inZh);
    expect(ruleWords(words.en, decl, title)).toBe(inEn);
  });
});
