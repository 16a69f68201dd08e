import type { Field, RegisterForm } from '../../api/schema.gen';
import { useWords } from '../../i18n/use';
import { Facts } from '../frame';

/** A value of a record in words: the server's, in the reader's language; a table as one. */
export function RecordValue({ of: f, value, word, short }: { of: Field; value: unknown; word?: string; short?: boolean }) {
  const { t, f: w } = useWords();
  if (value === null || value === undefined || value === '') return <span className="muted">{t.none}</span>;
  if (f.kind === 'person') {
    const p = value as Record<string, string>;
    return <>{(['name', 'phone', 'id', 'address'] as const).map((k) => p[k]).filter(Boolean).join(' · ')}</>;
  }
  if (Array.isArray(value) && (f.kind === 'files' || (f.kind === 'table' && short))) return <>{t.record.many(w.n(value.length))}</>;
  if (f.kind === 'table' && Array.isArray(value)) {
    return (
      <div className="scroll" role="region" aria-label={f.title} tabIndex={0}>
        <table>
          <thead><tr>{(f.columns ?? []).map((c) => <th key={c.name} scope="col">{c.title}</th>)}</tr></thead>
          <tbody>{(value as Record<string, unknown>[]).map((row, i) => <tr key={i}>{(f.columns ?? []).map((c) => <td key={c.name} className={c.kind === 'text' ? undefined : 'nowrap'}>{cellOf(c, row[c.name]) || t.none}</td>)}</tr>)}</tbody>
        </table>
      </div>
    );
  }
  return <>{word || String(value)}</>;
}

function cellOf(c: Field, v: unknown): string {
  if (v === null || v === undefined) return '';
  if (c.kind === 'money') return (Number(v) / 100).toFixed(2);
  return c.choices?.find((x) => x.value === v)?.title ?? String(v);
}

/** What a record holds, in the order of its form; empty fields only where they are asked for. */
export function RecordFacts({ of: form, values, words, empty }: { of: RegisterForm; values: Record<string, unknown>; words: Record<string, string>; empty?: boolean }) {
  const held = (f: Field) => values[f.name] !== null && values[f.name] !== undefined && values[f.name] !== '';
  return <Facts of={form.fields.filter((f) => empty || held(f)).map((f) => [f.title, <RecordValue key={f.name} of={f} value={values[f.name]} word={words[f.name]} />])} />;
}
