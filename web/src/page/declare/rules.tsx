import { Button, Input, Select } from 'antd';
import { useState } from 'react';
import { api } from '../../api/client';
import type { Declaration, RuleDecl } from '../../api/schema.gen';
import { useLoad } from '../../api/use';
import { useWords } from '../../i18n/use';
import { optionsOf } from '../../part/choice';
import { Card, Tag } from '../../part/frame';
import { Labelled } from '../../part/field';
import { FieldHelp, Help } from '../../part/help';
import { ruleWords, useKinds } from '../../part/kinds';
import { Found } from './field';
import type { Parts } from './parts';

/** The rules as they read; one at a time is edited. */
export function Rules({ of: d, set, wrongs }: Parts) {
  const words = useWords();
  const { t, f } = words;
  const kinds = useKinds();
  const [open, setOpen] = useState(-1);
  const rules = d.rules ?? [];
  const title = (n: string) => d.items.find((i) => i.name === n)?.title || n;
  const put = (i: number, r: RuleDecl) => set({ rules: rules.map((x, n) => (n === i ? r : x)) });
  const severity = (r: RuleDecl) => r.do ?? kinds.rules.get(r.kind)?.do ?? 'reject';
  const add = (kind: string) => {
    const k = kinds.rules.get(kind);
    const first = d.items[0]?.name ?? '';
    const takes = (p: string) => k?.params.find((x) => x.name === p);
    set({ rules: [...rules, { kind, ...(takes('item')?.required ? { item: first } : {}), ...(takes('items')?.required ? { items: [] } : {}) }] });
    setOpen(rules.length);
  };
  return (
    <Card title={t.form.rules(f.n(rules.length))} note={<FieldHelp path="rules" />}>
      <ol className="rule-list">
        {rules.map((r, i) => {
          const wrong = wrongs(`rules[${i}]`, true);
          return (
            <li key={i}>
              <div className="rule-line">
                <span className="fill"><b>{kinds.rule(r)}</b> <span className="rule-says">{ruleWords(words, r, title)}</span></span>
                <Tag tone={severity(r) === 'block' ? 'danger' : severity(r) === 'warn' ? 'warn' : 'plain'}>{severity(r) === 'block' && r.above !== undefined ? t.rule.blockAbove(f.percent(r.above)) : t.words.do[severity(r)]}</Tag>
                <Button size="small" type="text" aria-expanded={open === i} onClick={() => setOpen(open === i ? -1 : i)}>{open === i ? t.form.done : t.form.edit}</Button>
                <Button size="small" type="text" aria-label={t.form.remove(kinds.rule(r))} onClick={() => { set({ rules: rules.filter((_, n) => n !== i) }); setOpen(-1); }}>×</Button>
              </div>
              <Found wrong={wrong} />
              {open === i && <Editor rule={r} of={d} put={(x) => put(i, x)} />}
            </li>
          );
        })}
      </ol>
      <div className="pager">
        <Select className="add-rule" value={null} placeholder={t.form.addRule} aria-label={t.form.addRule} showSearch={{ optionFilterProp: 'label' }} popupMatchSelectWidth={false} onChange={(v: string) => add(v)}
          options={optionsOf([...kinds.rules.values()])} />
        <Found wrong={wrongs('rules')} />
      </div>
    </Card>
  );
}

/** The parameters of a rule's kind, each with its help. */
function Editor({ rule: r, of: d, put }: { rule: RuleDecl; of: Declaration; put: (r: RuleDecl) => void }) {
  const { t } = useWords();
  const kinds = useKinds();
  const kind = kinds.rules.get(r.kind);
  const set = (name: string, v: unknown) => {
    const next: Record<string, unknown> = { ...r, [name]: v };
    if (v === undefined || v === '' || (Array.isArray(v) && v.length === 0)) delete next[name];
    if (next.do !== 'block') delete next.above;
    put(next as unknown as RuleDecl);
  };
  const params = [...(kind?.params ?? []), ...(kinds.from.data?.common ?? []).filter((p) => p.name !== 'name' && (p.name !== 'above' || r.do === 'block'))];
  return (
    <div className="rule-edit">
      <p className="small muted">{kind?.help}</p>
      <div className="form">
        {params.map((p) => (
          <Labelled key={p.name} label={t.form.params[p.name] ?? p.name} help={<Help title={p.name}><p>{p.help}</p></Help>} told={p.help} needed={p.required}>
            {(id, by) => <Param id={id} by={by} name={p.name} rule={r} of={d} set={(v) => set(p.name, v)} />}
          </Labelled>
        ))}
      </div>
    </div>
  );
}

function Param({ id, by, name, rule, of: d, set }: { id: string; by: string; name: string; rule: RuleDecl; of: Declaration; set: (v: unknown) => void }) {
  const { t } = useWords();
  const value = (rule as unknown as Record<string, unknown>)[name];
  const items = d.items.map((i) => ({ value: i.name, label: i.title || i.name }));
  const one = (options: { value: string; label: string }[]) => <Select id={id} aria-describedby={by} allowClear value={(value as string) || undefined} showSearch={{ optionFilterProp: 'label' }} onChange={(v?: string) => set(v)} options={options} />;
  const many = (options: { value: string; label: string }[], tags?: boolean) => <Select id={id} aria-describedby={by} mode={tags ? 'tags' : 'multiple'} tokenSeparators={tags ? [',', ' ', '\n'] : undefined} value={(value as string[]) ?? []} onChange={(v: string[]) => set(v)} options={options} />;
  switch (name) {
    case 'item': return one(items);
    case 'items': return many(items);
    case 'values': return many([], true);
    case 'levels': return many(Object.entries(t.rule.level).map(([v, label]) => ({ value: v, label })));
    case 'list': return one((d.codes ?? []).map((c) => ({ value: c.name, label: c.title || c.name })));
    case 'do': return one(Object.entries(t.words.do).map(([v, label]) => ({ value: v, label })));
    case 'table': return <Tables id={id} by={by} value={value as string | undefined} set={set} />;
    case 'column': return rule.kind === 'reference' ? <Columns id={id} by={by} table={rule.table} value={value as string | undefined} set={set} /> : one(items);
    case 'min': case 'max': case 'above':
      return <Input id={id} aria-describedby={by} type="number" value={(value as number | undefined) ?? ''} onChange={(e) => set(e.target.value === '' ? undefined : Number(e.target.value))} />;
    case 'from': case 'to':
      return <Input id={id} aria-describedby={by} type="date" value={(value as string) ?? ''} onChange={(e) => set(e.target.value || undefined)} />;
    default:
      return <Input id={id} aria-describedby={by} className={name === 'expr' || name === 'pattern' ? 'mono' : undefined} value={(value as string) ?? ''} onChange={(e) => set(e.target.value || undefined)} />;
  }
}

function Tables({ id, by, value, set }: { id: string; by: string; value?: string; set: (v: unknown) => void }) {
  const list = useLoad('directories-all', (s) => api.directories({ limit: 500, mounted: true }, s));
  return <Select id={id} aria-describedby={by} value={value || undefined} showSearch={{ optionFilterProp: 'label' }} onChange={(v?: string) => set(v)} options={optionsOf(list.data?.items)} />;
}

function Columns({ id, by, table, value, set }: { id: string; by: string; table?: string; value?: string; set: (v: unknown) => void }) {
  const d = useLoad(table ? `own ${table}` : null, (s) => api.directory(table ?? '', s));
  return <Select id={id} aria-describedby={by} value={value || undefined} onChange={(v?: string) => set(v)} options={optionsOf(d.data?.declaration.items)} />;
}
