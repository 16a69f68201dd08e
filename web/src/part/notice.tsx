import { useEffect, useRef } from 'react';
import { api, type Query } from '../api/client';
import { setUnread, useUnread } from '../api/events';
import type { Notice } from '../api/schema.gen';
import { useAction, useLoad } from '../api/use';
import { useWords } from '../i18n/use';
import { Link } from '../route/link';
import { Tag, type Tone } from './frame';
import { classes } from './table';

const tones: Partial<Record<Notice['why'], Tone>> = { turn: 'accent', warning: 'warn', raised: 'danger', urged: 'warn', demand: 'danger', owed: 'danger', refused: 'warn', agreed: 'ok' };

/** Notices one was told, asked for anew whenever the number of those not read is another; and reading one, or all. */
export function useNotices(q: Query) {
  const unread = useUnread() ?? 0;
  const list = useLoad(`notices ${JSON.stringify(q)}`, (s) => api.notices(q, s));
  const again = list.again;
  const known = useRef(unread);
  useEffect(() => {
    if (known.current !== unread) again();
    known.current = unread;
  }, [unread, again]);
  const read = useAction(async (id?: string) => {
    known.current = (await api.readNotices(id ? [id] : undefined)).unread;
    setUnread(known.current);
    again();
  });
  return { unread, list, read };
}

/** One thing that was told, with the way to its case. Who follows it has read it. */
export function NoticeLine({ of: n, read, follow }: { of: Notice; read: (id: string) => void; follow?: () => void }) {
  const { t, f } = useWords();
  const w = t.notices;
  const seen = n.read_at !== null;
  const go = () => {
    if (!seen) read(n.id);
    follow?.();
  };
  return (
    <li className={classes('told', !seen && 'new')}>
      <span className="told-why"><Tag tone={seen ? 'plain' : tones[n.why]}>{w.whys[n.why] ?? n.why}</Tag></span>
      <span className="told-text">{n.link ? <Link to={n.link} onClick={go}>{n.text}</Link> : n.text}<span className="sub small muted">{f.full(n.at)}</span></span>
      {!seen && <button type="button" className="link small" aria-label={w.readOf(n.text)} onClick={() => read(n.id)}>{w.read}</button>}
    </li>
  );
}
