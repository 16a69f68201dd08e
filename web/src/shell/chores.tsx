import { useEffect, useRef } from 'react';
import { api } from '../api/client';
import { useBatchEvents } from '../api/events';
import type { Task } from '../api/schema.gen';
import { useLoad } from '../api/use';
import { useWords } from '../i18n/use';
import { Bar, Tag } from '../part/frame';
import { View } from '../part/state';
import { Link } from '../route/link';
import { to } from '../route/paths';

const failedFor = 7 * 86_400_000;

/** What runs and what failed, wherever it was begun: the server keeps it, not the page. */
export default function Chores({ close }: { close: () => void }) {
  const { t } = useWords();
  const w = t.chores;
  const box = useRef<HTMLDivElement>(null);
  const list = useLoad('chores', (s) => api.tasks({ state: 'queued,running,failed', limit: 100 }, s));
  const again = list.again;
  useBatchEvents(again);
  const active = (list.data?.items ?? []).some((x) => x.state !== 'failed');
  useEffect(() => {
    if (!active) return;
    const timer = window.setInterval(again, 2000);
    return () => window.clearInterval(timer);
  }, [active, again]);
  useEffect(() => {
    box.current?.focus();
    const out = (e: Event) => {
      const on = e.target as Element;
      if (!box.current?.contains(on) && !on.closest?.('.top-tasks')) close();
    };
    const esc = (e: KeyboardEvent) => e.key === 'Escape' && close();
    document.addEventListener('mousedown', out);
    document.addEventListener('keydown', esc);
    return () => {
      document.removeEventListener('mousedown', out);
      document.removeEventListener('keydown', esc);
    };
  }, [close]);
  return (
    <div className="chores card" id="chores" role="dialog" aria-label={w.title} tabIndex={-1} ref={box}>
      <View from={list} lines={4}>
        {(d) => (
          <>
            <Some title={w.running} none={w.none} of={d.items.filter((x) => x.state !== 'failed')} close={close} />
            <Some title={w.failed} none={w.noneFailed} of={d.items.filter((x) => x.state === 'failed' && Date.now() - Date.parse(x.ended_at ?? x.created_at) < failedFor).slice(0, 10)} close={close} />
          </>
        )}
      </View>
      <div className="pager"><Link to={to.tasks} onClick={close}>{w.all}</Link><button type="button" className="link" onClick={close}>{w.close}</button></div>
    </div>
  );
}

function Some({ title, none, of, close }: { title: string; none: string; of: Task[]; close: () => void }) {
  const { t, f } = useWords();
  return (
    <>
      <div className="sec"><h2>{title} {f.n(of.length)}</h2></div>
      {of.length === 0 && <div className="li muted">{none}</div>}
      {of.map((x) => {
        const name = x.title || x.key;
        const share = x.total > 0 ? x.rows / x.total : null;
        return (
          <div className="li" key={x.id}>
            <div className="card-head">
              {x.batch ? <Link to={to.batch(x.batch)} onClick={close}>{name}</Link> : <span>{name}</span>}
              <Tag tone={x.state === 'failed' ? 'danger' : x.state === 'running' ? 'accent' : 'plain'}>{t.tasks.states[x.state] ?? x.state}</Tag>
            </div>
            <div className="small muted">
              {[t.tasks.kinds[x.kind] ?? x.kind, t.batch.stages[x.stage] ?? x.stage, x.rows > 0 && t.rowsOf(f.n(x.rows)), f.time(x.ended_at ?? x.started_at ?? x.created_at)].filter(Boolean).join(' · ')}
            </div>
            {x.error && <div className="small danger">{x.error.detail || x.error.title}</div>}
            {x.state !== 'failed' && <Bar share={share} label={name} />}
          </div>
        );
      })}
    </>
  );
}
