import { Modal } from 'antd';
import { useState } from 'react';
import { api } from '../../api/client';
import { useSession } from '../../api/session';
import type { Case } from '../../api/schema.gen';
import { useWords } from '../../i18n/use';
import { Card } from '../../part/frame';

interface Kept { id: string; name: string; type: string; size: number; place?: [number, number] | null; time?: string | null }

interface Shown { field: string; file: Kept }

const filesOf = (c: Case, names: ReadonlySet<string>): Shown[] =>
  c.form.fields.filter((f) => f.kind === 'files' && names.has(f.name)).flatMap((f) => ((c.values[f.name] ?? []) as Kept[]).map((file) => ({ field: f.title, file })));

const isPicture = (f: Kept) => f.type.startsWith('image/');

/** Fields of files, by the step that filled them in last; under the empty name those that came with the report. */
export function filledBy(c: Pick<Case, 'form' | 'steps'>): Map<string, Set<string>> {
  const out = new Map<string, Set<string>>();
  for (const f of c.form.fields) {
    if (f.kind !== 'files') continue;
    const step = c.steps.filter((s) => (s.fields ?? []).includes(f.title)).at(-1);
    const at = step ? `${step.at} ${step.action}` : '';
    out.set(at, (out.get(at) ?? new Set()).add(f.name));
  }
  return out;
}

/** Photos and papers that came with the report. */
export function Photos({ of: c }: { of: Case }) {
  const { t } = useWords();
  const names = filledBy(c).get('');
  if (!names || filesOf(c, names).length === 0) return null;
  return <Card title={t.kase.photos} pad><PhotoRow of={c} names={names} /></Card>;
}

/** Files of some fields: small pictures with when and where they were taken. A large one bears who looks at it. */
export function PhotoRow({ of: c, names }: { of: Case; names: ReadonlySet<string> }) {
  const { t, f } = useWords();
  const w = t.kase;
  const [large, show] = useState<Shown>();
  const all = filesOf(c, names);
  if (all.length === 0) return null;
  const at = (x: Kept, small = false) => api.recordFile(c.pack, c.form.name, c.record, x.id, small);
  const told = (x: Kept) => [x.time && w.takenAt(f.time(x.time)), x.place && w.takenWhere(x.place[0].toFixed(5), x.place[1].toFixed(5))].filter(Boolean).join(' · ');
  return (
    <>
      <ul className="photos">
        {all.map(({ field, file }) => (
          <li key={`${field} ${file.id}`}>
            {isPicture(file)
              ? <button type="button" className="photo" onClick={() => show({ field, file })} aria-label={`${w.open} ${file.name}`}><img src={at(file, true)} alt={`${field} ${file.name}`} width={104} height={72} loading="lazy" /></button>
              : <a href={at(file)} className="photo paper">{file.name}</a>}
            <span className="small">{field}</span>
            <span className="small muted">{told(file) || f.bytes(file.size)}</span>
          </li>
        ))}
      </ul>
      {large && <Large of={large} src={at(large.file)} told={told(large.file)} close={() => show(undefined)} />}
    </>
  );
}

function Large({ of: { field, file }, src, told, close }: { of: Shown; src: string; told: string; close: () => void }) {
  const { t, f } = useWords();
  const who = useSession();
  const [now] = useState(() => new Date().toISOString());
  const mark = t.kase.watermark(who?.name ?? '', f.time(now));
  return (
    <Modal open title={`${field} · ${file.name}`} onCancel={close} footer={null} width="min(1100px, 96vw)">
      <div className="photo-large">
        <img src={src} alt={`${field} ${file.name}`} />
        <div className="photo-mark" aria-hidden="true">{Array.from({ length: 24 }, (_, i) => <span key={i}>{mark}</span>)}</div>
      </div>
      {told && <p className="small muted gap-top">{told}</p>}
    </Modal>
  );
}
