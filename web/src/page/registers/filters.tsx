import { Select, TreeSelect } from 'antd';
import { useContext } from 'react';
import { api } from '../../api/client';
import type { Field, RegisterForm } from '../../api/schema.gen';
import { useLoad } from '../../api/use';
import { useWords } from '../../i18n/use';
import { optionsOf } from '../../part/choice';
import { Facet, More, useTyping } from '../../part/facet';
import { useRegionName, useRegionTree } from '../../part/record/tree';
import { Covered, numeric, read, useCovered, useWhere } from './query';

/** The filters of a list, each by the kind of its field; they stand in the address, but for what is sought of persons. */
export function Filters({ of: form }: { of: RegisterForm }) {
  const { t } = useWords();
  const named = (name: string): Field | undefined => form.fields.find((f) => f.name === name) ?? ownField(name, t.registers.own);
  const where = useWhere();
  const covered = useContext(Covered).all.map((c) => read(c).field);
  const show = (names: string[]) => names.map((n) => { const f = named(n); return f && <Filter key={n} of={f} />; });
  const rest = form.filters.slice(first);
  return <>{show(form.filters.slice(0, first))}{rest.length > 0 && <More set={rest.some((n) => where.of(n).length > 0 || covered.includes(n))}>{show(rest)}</More>}</>;
}

/** So many filters of a list stand on one line of an ordinary window. */
const first = 4;

const kinds: Record<string, string> = { office: 'office', region: 'region', created_at: 'date', updated_at: 'date' };

/** A column that every record has, as if it were a field. */
function ownField(name: string, titles: Record<string, string>): Field | undefined {
  const kind = kinds[name];
  return kind ? ({ name, kind, title: titles[name], choices: [], columns: [], personal: '', required: false } as unknown as Field) : undefined;
}

function Filter({ of: f }: { of: Field }) {
  const { t } = useWords();
  const where = useWhere();
  const now = where.of(f.name);
  const is = now.find((c) => c.op === 'is')?.values[0] ?? null;
  const choose = (v: string | null) => where.put(f.name, v ? [{ op: 'is', values: [v] }] : []);
  switch (f.kind) {
    case 'enum':
    case 'code':
      return <Choices of={f} />;
    case 'bool':
      return <Facet label={f.title} value={is} change={choose} width={170} options={[{ value: 'true', label: t.yes }, { value: 'false', label: t.no }]} />;
    case 'office':
      return <OfficeFilter of={f} value={is} change={choose} />;
    case 'region':
      return <RegionFilter of={f} value={now.find((c) => c.op === 'under')?.values[0] ?? null} change={(v) => where.put(f.name, v ? [{ op: 'under', values: [v] }] : [])} />;
  }
  if (f.personal !== '') return <Whole of={f} />;
  if (f.kind === 'date' || f.kind === 'time' || numeric(f)) return <Range of={f} />;
  return <Words of={f} />;
}

function Choices({ of: f }: { of: Field }) {
  const { t } = useWords();
  const where = useWhere();
  const value = where.of(f.name).find((c) => c.op === 'is')?.values ?? [];
  return (
    <Select mode="multiple" aria-label={f.title} value={value} placeholder={`${f.title}${t.colon}${t.all}`} maxTagCount={1} popupMatchSelectWidth={false} style={{ minWidth: 150 }} showSearch={{ optionFilterProp: 'label' }} allowClear
      onChange={(v: string[]) => where.put(f.name, v.length ? [{ op: 'is', values: v }] : [])} options={f.choices.map((c) => ({ value: c.value, label: c.title }))} />
  );
}

function OfficeFilter({ of: f, value, change }: { of: Field; value: string | null; change: (v: string | null) => void }) {
  const offices = useLoad('offices', api.offices);
  return <Facet label={f.title} value={value} change={change} width={180} options={optionsOf(offices.data?.items)} />;
}

function RegionFilter({ of: f, value, change }: { of: Field; value: string | null; change: (v: string | null) => void }) {
  const { t } = useWords();
  const name = useRegionName(value ?? undefined);
  const { tree, load } = useRegionTree(value && name ? { code: value, name } : undefined);
  return (
    <TreeSelect aria-label={f.title} value={value ?? undefined} placeholder={`${f.title}${t.colon}${t.all}`} allowClear treeData={tree} loadData={load} popupMatchSelectWidth={false} style={{ width: 170 }}
      onChange={(v: string | undefined) => change(v ?? null)} />
  );
}

/** From and to: days, or numbers once typing rests. */
function Range({ of: f }: { of: Field }) {
  const { t } = useWords();
  const where = useWhere();
  const now = where.of(f.name);
  const get = (op: string) => now.find((c) => c.op === op)?.values[0] ?? '';
  const put = (op: string, v: string) => where.put(f.name, [...now.filter((c) => c.op !== op), ...(v ? [{ op, values: [v] }] : [])]);
  const day = f.kind === 'date' || f.kind === 'time';
  return (
    <span className="range" role="group" aria-label={f.title}>
      <span className="small muted" aria-hidden="true">{f.title}</span>
      <Rested type={day ? 'date' : 'text'} label={t.registers.from(f.title)} value={get('from').slice(0, day ? 10 : undefined)} change={(v) => put('from', v)} />
      <span aria-hidden="true">–</span>
      <Rested type={day ? 'date' : 'text'} label={t.registers.to(f.title)} value={get('to').slice(0, day ? 10 : undefined)} change={(v) => put('to', v && f.kind === 'time' ? `${v} 23:59` : v)} />
    </span>
  );
}

function Words({ of: f }: { of: Field }) {
  const where = useWhere();
  return <Rested type="search" label={f.title} value={where.of(f.name)[0]?.values[0] ?? ''} change={(v) => where.put(f.name, v ? [{ op: 'has', values: [v] }] : [])} />;
}

/** What is sought of a person: the whole of it, and never in the address. */
function Whole({ of: f }: { of: Field }) {
  const { t } = useWords();
  const { value, put } = useCovered(f.name);
  return <Rested type="search" label={t.registers.whole(f.title)} value={value} change={put} />;
}

/** A field that changes a condition when typing rests. */
function Rested({ type, label, value, change }: { type: string; label: string; value: string; change: (v: string) => void }) {
  const [text, typed] = useTyping(value, change);
  return <input className="field" type={type} aria-label={label} placeholder={type === 'search' ? label : undefined} value={text} onChange={(e) => typed(e.target.value)} />;
}
