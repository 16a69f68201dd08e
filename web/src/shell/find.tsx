import { useEffect, useId, useRef, useState, type KeyboardEvent } from 'react';
import { api } from '../api/client';
import { anybody, useMay, useSession } from '../api/session';
import { useLoad } from '../api/use';
import { useWords } from '../i18n/use';
import { useRested } from '../part/rested';
import { Busy, Failed } from '../part/state';
import { classes } from '../part/table';
import { to } from '../route/paths';
import { go } from '../route/route';
import { nav } from './nav';
import { forgetAll, note, recent, type Thing } from './recent';

const where: Record<Thing['kind'], (id: string) => string> = {
  page: (id) => id,
  directory: (id) => to.directory(id),
  service: (id) => to.service(id),
  app: (id) => to.app(id),
  case: to.kase,
  record: (id) => {
    const [pack = '', register = '', record = ''] = id.split('/');
    return to.register(pack, register, { record });
  },
  office: (id) => `${to.directories}?office=${encodeURIComponent(id)}`,
  user: (id) => to.users({ user: id }),
};

/** Everything one may open, by name: pages here, all else from the server. */
export default function FindDialog({ close }: { close: () => void }) {
  const { t, f } = useWords();
  const w = t.find;
  const who = useSession()?.login ?? '';
  const box = useRef<HTMLDialogElement>(null);
  const id = useId();
  const [text, setText] = useState('');
  const [at, setAt] = useState(0);
  const [kept, setKept] = useState(() => recent(who));
  const q = useRested(text.trim());
  const found = useLoad(q ? `find ${q}` : null, (s) => api.find(q, s));
  const pages = usePages(text.trim());
  const things: Thing[] = text.trim() ? [...pages, ...(found.data?.items ?? [])] : kept;
  const here = Math.min(at, Math.max(0, things.length - 1));

  useEffect(() => {
    box.current?.showModal();
  }, []);
  useEffect(() => setAt(0), [text, found.data]);
  useEffect(() => {
    document.getElementById(`${id}-${here}`)?.scrollIntoView({ block: 'nearest' });
  }, [here, id]);

  const open = (x: Thing | undefined) => {
    if (!x) return;
    note(who, x);
    close();
    go(where[x.kind](x.id));
  };
  const key = (e: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[e.key];
    if (step) {
      e.preventDefault();
      if (things.length) setAt((here + step + things.length) % things.length);
    } else if (e.key === 'Enter' && !e.nativeEvent.isComposing) {
      e.preventDefault();
      open(things[here]);
    }
  };
  const waiting = q !== '' && found.busy && !found.data;
  return (
    <dialog ref={box} className="finder" aria-label={w.title} onClose={close} onClick={(e) => e.target === box.current && close()}>
      <div className="finder-in">
        <input type="search" className="finder-q" autoFocus role="combobox" aria-expanded="true" aria-controls={id} aria-autocomplete="list" autoComplete="off"
          aria-activedescendant={things.length ? `${id}-${here}` : undefined} aria-label={w.title} placeholder={w.ask} value={text} onChange={(e) => setText(e.target.value)} onKeyDown={key} />
        <div className="finder-list" id={id} role="listbox" aria-label={w.title}>
          {things.map((x, i) => {
            const head = text.trim() ? w.kinds[x.kind] : w.recent;
            const first = i === 0 || (text.trim() !== '' && things[i - 1]?.kind !== x.kind);
            return (
              <div key={`${x.kind} ${x.id}`} role="presentation">
                {first && <div className="grp" role="presentation">{head}</div>}
                <div id={`${id}-${i}`} role="option" aria-selected={i === here} className={classes('finder-one', i === here && 'on')} onMouseMove={() => setAt(i)} onClick={() => open(x)}>
                  <span>{x.title}</span>
                  <span className="small muted">{text.trim() ? x.of : [w.kinds[x.kind], x.of].filter(Boolean).join(' · ')}</span>
                </div>
              </div>
            );
          })}
        </div>
        {waiting && <Busy lines={3} />}
        {found.problem && <Failed problem={found.problem} again={found.again} plain />}
        {text.trim() !== '' && !waiting && !found.problem && q === text.trim() && things.length === 0 && <p className="finder-note">{w.none(text.trim())}<br /><span className="muted">{w.noneHint}</span></p>}
        <p className="finder-note small muted" role="status">
          {text.trim() && q === text.trim() && !waiting ? w.found(f.n(things.length)) : w.start}
          {!text.trim() && kept.length > 0 && <button type="button" className="link" onClick={() => { forgetAll(who); setKept([]); }}>{w.clear}</button>}
        </p>
      </div>
    </dialog>
  );
}

/** The pages one may open whose name, or what else they are called, begins or holds the words. */
function usePages(text: string): Thing[] {
  const { t } = useWords();
  const may = useMay();
  if (!text) return [];
  const sought = text.toLowerCase().split(/\s+/);
  return nav.flatMap((g) => g.items.filter((it) => !it.may || may(it.may, it.beyond ? anybody : undefined)).flatMap((it): Thing[] => {
    const title = it.text(t);
    const names = [title.toLowerCase(), ...(t.find.letters[it.key] ?? '').split(' ')];
    const hit = sought.every((s) => names.some((n, i) => (i === 0 ? n.includes(s) : n.startsWith(s) && s.length > 1)));
    return hit ? [{ kind: 'page', id: it.to, title, of: g.title?.(t) ?? '' }] : [];
  })).slice(0, 6);
}
