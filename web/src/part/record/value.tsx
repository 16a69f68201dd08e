import type { Field, RegisterForm } from '../../api/schema.gen';
import { useWords } from '../../i18n/use';
import { Link } from '../../route/link';
import { to } from '../../route/paths';
import { Facts } from '../frame';
import { cornersOf, extentOf, type LonLat } from './geo';
import { PlaceMap } from './map';

/** What of a record is shown: its values in words, and which of them lead to a record the reader may open. */
export interface Held {
  pack?: string;
  values: Record<string, unknown>;
  words: Record<string, string>;
  linked?: string[];
}

/** A value of a record in words: the server's, in the reader's language; a table as one. */
export function RecordValue({ of: f, in: r, short }: { of: Field; in: Held; short?: boolean }) {
  const words = useWords();
  const { t, f: w } = words;
  const value = r.values[f.name];
  const word = r.words[f.name];
  if (value === null || value === undefined || value === '') return <span className="muted">{t.none}</span>;
  if (f.kind === 'person') {
    const p = value as Record<string, string>;
    return <>{(['name', 'phone', 'id', 'address'] as const).map((k) => p[k]).filter(Boolean).join(' · ')}</>;
  }
  if (f.kind === 'money') return <>{short ? w.money(Number(value)) : t.record.amount(w.money(Number(value)))}</>;
  if (f.kind === 'rating' && !short) return <>{t.record.rated(String(value), String(f.max ?? 5))}</>;
  if (f.kind === 'reference' && r.pack && r.linked?.includes(f.name)) return <Link to={to.register(r.pack, f.of, { record: String(value) })}>{word}</Link>;
  if (Array.isArray(value) && (f.kind === 'files' || (f.kind === 'table' && short))) return <>{t.record.many(w.n(value.length))}</>;
  if (f.kind === 'area' && !short) {
    const corners = cornersOf((value as LonLat[][])[0] ?? []);
    return <>{extentOf(words, corners)}<PlaceMap area={corners} label={f.title} /></>;
  }
  if (f.kind === 'table' && Array.isArray(value)) {
    const columns = f.columns ?? [];
    return (
      <div className="scroll" role="region" aria-label={f.title} tabIndex={0}>
        <table>
          <thead><tr>{columns.map((c) => <th key={c.name} scope="col" className={c.kind === 'money' ? 'r' : undefined}>{c.kind === 'money' ? t.record.inYuan(c.title) : c.title}</th>)}</tr></thead>
          <tbody>{(value as Record<string, unknown>[]).map((row, i) => (
            <tr key={i}>{columns.map((c) => {
              const cell: Held = { values: row, words: { [c.name]: r.words[`${f.name}[${i}].${c.name}`] ?? '' } };
              return <td key={c.name} className={c.kind === 'money' ? 'r' : c.kind === 'text' ? undefined : 'nowrap'}><RecordValue of={c} in={cell} short /></td>;
            })}</tr>
          ))}</tbody>
        </table>
      </div>
    );
  }
  return <>{word || String(value)}</>;
}

/** What a record holds, in the order of its form; empty fields only where they are asked for. */
export function RecordFacts({ of: form, in: r, empty }: { of: RegisterForm; in: Held; empty?: boolean }) {
  const held = (f: Field) => r.values[f.name] !== null && r.values[f.name] !== undefined && r.values[f.name] !== '';
  return <Facts of={form.fields.filter((f) => empty || held(f)).map((f) => [f.title, <RecordValue key={f.name} of={f} in={r} />])} />;
}
