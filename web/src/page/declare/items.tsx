import { Button, Checkbox, Input, Select } from 'antd';
import { useState } from 'react';
import type { Item, Step } from '../../api/schema.gen';
import { useWords } from '../../i18n/use';
import { Card } from '../../part/frame';
import { FieldHelp } from '../../part/help';
import { useKinds } from '../../part/kinds';
import type { Col } from '../../part/column';
import { Table } from '../../part/table';
import { Found } from './field';
import type { Parts } from './parts';
import { Steps } from './steps';
import { typeWords } from '../directory/tabs';

const types = ['text', 'int', 'decimal(10,2)', 'float', 'bool', 'date', 'time'];
const key = (s: Step | string) => JSON.stringify(typeof s === 'string' ? { do: s } : s);

/** The items in a grid: one row each, in the order of the file. */
export function Items({ of: d, set, wrongs }: Parts) {
  const { t, f } = useWords();
  const w = t.directory.item;
  const kinds = useKinds();
  const [opened, open] = useState(-1);
  const steps = d.items[opened];
  const put = (i: number, c: Partial<Item>) => {
    const was = d.items[i];
    const items = d.items.map((x, n) => (n === i ? { ...x, ...c } : x));
    if (c.name === undefined || !was) return set({ items });
    // Rules and the key follow an item that is called otherwise.
    const to = (n: string) => (n === was.name ? (c.name as string) : n);
    set({
      items,
      rules: d.rules?.map((r) => ({ ...r, ...(r.item ? { item: to(r.item) } : {}), ...(r.items ? { items: r.items.map(to) } : {}) })),
      load: d.load && { ...d.load, key: d.load.key?.map(to) },
    });
  };
  // A step that takes something is of no use without it: its window opens at once.
  const choose = (i: number, clean: Step[]) => {
    put(i, { clean: clean.length ? clean : undefined });
    const fresh = clean.at(-1);
    if (fresh && clean.length > (d.items[i]?.clean ?? []).length && (fresh.do === 'map' || kinds.steps.get(fresh.do)?.params.some((p) => p.required))) open(i);
  };
  const move = (i: number, by: number) => {
    const items = [...d.items];
    const [x] = items.splice(i, 1);
    if (x) items.splice(i + by, 0, x);
    set({ items });
  };
  const head = (path: string, title: string) => <>{title} <FieldHelp path={`items.${path}`} /></>;
  const at = (i: number, name: string) => `items[${i}].${name}`;
  const label = (i: number, name: string) => t.form.cell(f.n(i + 1), name);
  const choice = (i: number, name: 'personal' | 'level', words: Record<string, string>, title: string) => (
    <><Select className="cell-choice" aria-label={label(i, title)} size="small" allowClear popupMatchSelectWidth={false} value={d.items[i]?.[name] || undefined} onChange={(v?: string) => put(i, { [name]: v })}
      options={Object.entries(words).map(([value, l]) => ({ value, label: l }))} /><Found wrong={wrongs(at(i, name))} /></>
  );
  const cols: Col<Item>[] = [
    { key: 't', title: head('title', w.title), min: 150, cell: (x, i) => <><Input size="small" aria-label={label(i, w.title)} value={x.title} onChange={(e) => put(i, { title: e.target.value })} /><Found wrong={wrongs(at(i, 'title'))} /></> },
    { key: 'n', title: head('name', w.name), min: 130, cell: (x, i) => <><Input size="small" className="mono" aria-label={label(i, w.name)} value={x.name} onChange={(e) => put(i, { name: e.target.value })} /><Found wrong={wrongs(at(i, 'name'))} /></> },
    { key: 'y', title: head('type', w.type), min: 120, cell: (x, i) => (
      <><Select className="cell-choice" size="small" aria-label={label(i, w.type)} value={x.type} popupMatchSelectWidth={false} onChange={(type: string) => put(i, { type })}
        options={[...new Set([...types, x.type])].map((v) => ({ value: v, label: typeWords(t, v) }))} /><Found wrong={wrongs(at(i, 'type'))} /></>
    ) },
    { key: 'r', title: head('required', w.required), cell: (x, i) => <Checkbox aria-label={label(i, w.required)} checked={Boolean(x.required)} onChange={(e) => put(i, { required: e.target.checked || undefined })} /> },
    { key: 'p', title: head('personal', w.personal), min: 110, cell: (_, i) => choice(i, 'personal', t.words.personal, w.personal) },
    { key: 'l', title: head('level', t.facets.level), min: 110, cell: (_, i) => choice(i, 'level', t.words.grade, t.facets.level) },
    { key: 'c', title: head('clean', w.clean), min: 250, cell: (x, i) => (
      <><span className="cell-steps"><Select className="cell-choice" size="small" mode="multiple" showSearch={{ optionFilterProp: 'label' }} maxTagCount={1} popupMatchSelectWidth={false} aria-label={label(i, w.clean)} value={(x.clean ?? []).map(key)}
        onChange={(v: string[]) => choose(i, v.map((s) => JSON.parse(s) as Step))}
        options={[...(x.clean ?? []).map((s) => ({ value: key(s), label: kinds.step(s) })), ...[...kinds.steps.values()].filter((s) => !(x.clean ?? []).some((o) => o.do === s.name)).map((s) => ({ value: key(s.name), label: s.title }))]} />
          {Boolean(x.clean?.length) && <Button size="small" type="text" aria-label={`${t.form.edit} ${t.form.stepsOf(x.title || x.name)}`} onClick={() => open(i)}>{t.form.edit}</Button>}</span>
        <Found wrong={wrongs(at(i, 'clean'), true)} /></>
    ) },
    { key: 'd', title: t.form.acts, nowrap: true, cell: (x, i) => (
      <span className="acts">
        <Button size="small" type="text" aria-label={t.form.up(x.title)} disabled={i === 0} onClick={() => move(i, -1)}>↑</Button>
        <Button size="small" type="text" aria-label={t.form.down(x.title)} disabled={i === d.items.length - 1} onClick={() => move(i, 1)}>↓</Button>
        <Button size="small" type="text" aria-label={t.form.remove(x.title || x.name)} onClick={() => set({ items: d.items.filter((_x, n) => n !== i) })}>×</Button>
      </span>
    ) },
  ];
  return (
    <Card title={t.form.items(f.n(d.items.length))} note={<FieldHelp path="items" />}>
      <Table label={t.directory.tabs.items} rows={d.items} rowKey={(_, i) => String(i)} cols={cols} />
      <div className="pager"><Button size="small" onClick={() => set({ items: [...d.items, { name: '', title: '', type: 'text' }] })}>{t.form.addItem}</Button><Found wrong={wrongs('items')} /></div>
      {steps && <Steps of={steps} lists={d.codes ?? []} wrongs={(p, below) => wrongs(at(opened, p), below)} change={(clean) => put(opened, { clean: clean.length ? clean : undefined })} close={() => open(-1)} />}
    </Card>
  );
}
