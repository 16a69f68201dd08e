import { api } from '../api/client';
import type { Kinds, RuleDecl, Step } from '../api/schema.gen';
import { useLoad, type Loaded } from '../api/use';
import { useWords, type Words } from '../i18n/use';

// The reference is one for the whole window: every field of a form is worded by it.
let known: Kinds | undefined;
let asked: Promise<Kinds> | undefined;

function ask(): Promise<Kinds> {
  asked ??= api.kinds().then((k) => (known = k)).finally(() => (asked = undefined));
  return asked;
}

function useReference(): Loaded<Kinds> {
  const from = useLoad(known ? null : 'kinds', ask);
  return known ? { ...from, data: known, problem: undefined, busy: false } : from;
}

/** Rules and cleaning steps in words; their titles are the server's, in the chosen language. */
export function useKinds() {
  const words = useWords();
  const kinds = useReference();
  const steps = new Map((kinds.data?.steps ?? []).map((s) => [s.name, s]));
  const rules = new Map((kinds.data?.rules ?? []).map((r) => [r.name, r]));
  const fields = new Map((kinds.data?.fields ?? []).map((x) => [x.path, x]));
  const masks = new Map((kinds.data?.masks ?? []).map((m) => [m.name, m]));
  return {
    from: kinds,
    steps,
    rules,
    fields,
    masks,
    mask: (m: string) => {
      const [, name = m, step = ''] = /^([a-z]*)(\(\d+\))?$/.exec(m) ?? [];
      return `${masks.get(name)?.title ?? name}${step}`;
    },
    step: (s: Step) => stepWords(words, s, steps.get(s.do)?.title ?? s.do),
    rule: (d: RuleDecl) => d.title || rules.get(d.kind)?.title || d.kind,
  };
}

/** What the reference says of a field of a declaration. */
export function useTold() {
  const { fields } = useKinds();
  return (path: string) => fields.get(path)?.help ?? path;
}

function stepWords({ t }: Words, s: Step, title: string): string {
  const more = [
    s.find !== undefined && `${s.find} → ${s.with ?? ''}`,
    s.list,
    s.map && Object.entries(s.map).map(([a, b]) => `${a} → ${b}`).join(t.sep),
    s.forms?.join(t.sep),
  ].filter(Boolean);
  return more.length ? `${title} (${more.join(' ')})` : title;
}

/** What a rule demands, in one sentence. */
export function ruleWords({ t, f }: Words, d: RuleDecl, title: (item: string) => string): string {
  const w = t.rule;
  const items = d.items?.length ? d.items : d.item ? [d.item] : [];
  const num = (x: number) => f.n(x);
  const both = d.min !== undefined && d.max !== undefined;
  const parts = [
    items.length > 0 && w.on(items.map(title).join(t.sep)),
    d.pattern && w.pattern(d.pattern),
    both && w.between(num(d.min ?? 0), num(d.max ?? 0)),
    !both && d.min !== undefined && w.min(num(d.min)),
    !both && d.max !== undefined && w.max(num(d.max)),
    d.from && w.from(d.from),
    d.to && w.to(d.to),
    d.values?.length && w.values(d.values.join(t.sep)),
    d.list && w.list(d.list),
    d.levels?.length && w.levels(d.levels.map((l) => w.level[l] ?? l).join(t.sep)),
    d.within && w.within(d.within),
    d.expr && w.expr(d.expr),
    d.table && w.table(d.table, d.column ?? ''),
    !d.table && d.column && w.column(title(d.column)),
  ];
  return parts.filter(Boolean).join(t.semi);
}
