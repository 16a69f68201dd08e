import type { DirectorySummary } from '../../api/schema.gen';
import { useWords } from '../../i18n/use';

/** Whether files come when they are due; the moment is its title. */
export function Fresh({ of: d }: { of: Pick<DirectorySummary, 'fresh' | 'due_at' | 'mounted'> }) {
  const { t, f } = useWords();
  if (d.fresh === 'none') return null;
  const due = d.due_at ? t.due(f.time(d.due_at)) : undefined;
  return <span className={d.fresh === 'stale' ? 'danger' : 'muted'} title={due}>{t.fresh[d.fresh]}</span>;
}
