import { Button } from 'antd';
import { useWords } from '../i18n/use';
import { go, altered, usePlace } from '../route/route';

/** Pages by key: the address carries the key of the page, back is the browser's own. */
export function Pager({ next, shown, total }: { next?: string | null; shown: number; total?: number }) {
  const { t, f } = useWords();
  const place = usePlace();
  const inside = place.query.has('cursor');
  if (!inside && !next) return <div className="pager small muted">{t.pager.all(f.n(total ?? shown))}</div>;
  return (
    <nav className="pager" aria-label={t.pager.label}>
      <span className="small muted">{total === undefined ? t.pager.shown(f.n(shown)) : t.pager.of(f.n(shown), f.n(total))}</span>
      <span className="row">
        <Button size="small" disabled={!inside} onClick={() => go(altered(place, { cursor: null }))}>{t.pager.first}</Button>
        <Button size="small" disabled={!inside} onClick={() => window.history.back()}>{t.pager.back}</Button>
        <Button size="small" disabled={!next} onClick={() => go(altered(place, { cursor: next }))}>{t.pager.next}</Button>
      </span>
    </nav>
  );
}
