import type { Batch } from '../api/schema.gen';
import { useWords } from '../i18n/use';
import { Bar, Tag, type Tone } from './frame';

const tones: Record<Batch['state'], Tone> = {
  queued: 'plain', judging: 'accent', publishing: 'accent',
  published: 'ok', held: 'danger', returned: 'plain', discarded: 'plain', failed: 'danger', cancelled: 'plain', superseded: 'plain',
};

export const running = (s: Batch['state']) => s === 'queued' || s === 'judging' || s === 'publishing';

/** Judged, and not to be written for now: it is told with its fault, and nobody waits for it. */
export const stalled = (b: Pick<Batch, 'state' | 'error'>) => b.state === 'publishing' && b.error !== null;

/** It stalled for good: what was staged and its file are gone, and it can only be discarded. */
export const lost = (b: Pick<Batch, 'state' | 'error'>) => stalled(b) && (b.error?.parts ?? []).some((p) => p.code === 'batch.lost');

export function StateTag({ state, error }: { state: Batch['state']; error?: Batch['error'] }) {
  const { t } = useWords();
  if (error && stalled({ state, error })) return <Tag tone="danger">{t.batch.stalled}</Tag>;
  return <Tag tone={tones[state] ?? 'plain'}>{t.batch.states[state] ?? state}</Tag>;
}

export function GradeTag({ grade }: { grade: string | null | undefined }) {
  const { t } = useWords();
  if (!grade) return <span className="muted">{t.none}</span>;
  return <Tag tone={grade <= 'B' ? 'ok' : grade === 'C' ? 'warn' : 'danger'}>{grade}</Tag>;
}

/** Stage, share, rows per second, time left. */
export function useProgressLine() {
  const { t, f } = useWords();
  return (b: Pick<Batch, 'state' | 'progress'>): string => {
    const p = b.progress;
    const parts = [t.batch.stages[p?.stage ?? ''] ?? t.batch.states[b.state]];
    if (p && p.total > 0) parts.push(f.whole(Math.min(1, p.rows / p.total)));
    else if (p && p.rows > 0) parts.push(t.rowsOf(f.short(p.rows)));
    if (p && p.rows_per_second > 0) parts.push(t.batch.speed(f.short(Math.round(p.rows_per_second))));
    if (p && p.seconds_left !== null && p.seconds_left > 0) parts.push(t.batch.left(f.left(p.seconds_left)));
    return parts.join(' · ');
  };
}

export function Live({ batch }: { batch: Pick<Batch, 'state' | 'progress' | 'label' | 'error'> }) {
  const line = useProgressLine();
  if (stalled(batch)) return <div><StateTag state={batch.state} error={batch.error} /></div>;
  const p = batch.progress;
  return (
    <>
      <div className="small muted" role="status">{line(batch)}</div>
      <Bar share={p && p.total > 0 ? p.rows / p.total : null} label={batch.label} />
    </>
  );
}
