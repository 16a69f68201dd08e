import { api } from '../../api/client';
import type { Past as Change } from '../../api/schema.gen';
import { useLoad } from '../../api/use';
import { useWords } from '../../i18n/use';
import { View } from '../../part/state';

/** What became of a record: who, when, why, and each field before and after. */
export function Past({ pack, register, id }: { pack: string; register: string; id: string }) {
  const past = useLoad(`past ${pack}/${register}/${id}`, (s) => api.recordHistory(pack, register, id, s));
  return <View from={past} lines={8}>{(d) => <ol className="past">{d.items.map((p) => <One key={p.version} of={p} />)}</ol>}</View>;
}

function One({ of: p }: { of: Change }) {
  const { t, f } = useWords();
  const w = t.registers;
  return (
    <li>
      <b>{w.actions[p.action] ?? p.action}</b> {p.by_name} <span className="muted small">{[f.full(p.at), w.versionOf(f.n(p.version))].join(' · ')}</span>
      {p.reason && <p>{w.reason(p.reason)}</p>}
      {p.changes.length > 0 && (
        <div className="scroll" role="region" aria-label={w.changesOf(f.n(p.version))} tabIndex={0}>
          <table>
            <thead><tr><th scope="col">{w.field}</th><th scope="col">{w.before}</th><th scope="col">{w.after}</th></tr></thead>
            <tbody>{p.changes.map((c) => <tr key={c.field}><td>{c.title}</td><td className="earlier">{c.from || t.none}</td><td>{c.to || t.none}</td></tr>)}</tbody>
          </table>
        </div>
      )}
    </li>
  );
}
