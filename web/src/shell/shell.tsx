import { flushSync } from 'react-dom';
import { lazy, Suspense, useCallback, useEffect, useRef, useState, type ReactNode } from 'react';
import { api } from '../api/client';
import { anybody, signOut, useMay, useSession } from '../api/session';
import { useBatchEvents, useUnread } from '../api/events';
import type { District, Overview } from '../api/schema.gen';
import { useAction, useLoad } from '../api/use';
import { chooseLang } from '../i18n/lang';
import { useWords } from '../i18n/use';
import { Demo } from '../part/demo';
import { classes } from '../part/table';
import { Link } from '../route/link';
import { to } from '../route/paths';
import { usePlace } from '../route/route';
import { setTheme, useTheme } from '../theme/theme';
import { useDesks, useHandles } from '../part/desks';
import { nav, usePackItems, type NavItem } from './nav';
import { ShellContext } from './context';

export function Shell({ children }: { children: ReactNode }) {
  const { t } = useWords();
  const place = usePlace();
  const [open, setOpen] = useState(false);
  const district = useLoad('district', api.district);
  const may = useMay();
  const overview = useLoad(may('overview.read') ? 'overview' : null, api.overview);
  useRefresh(overview.again);
  useEffect(() => setOpen(false), [place]);
  const packs = usePackItems();
  const handles = useHandles();
  const desks = useDesks(handles || (packs?.length ?? 0) > 0);

  return (
    <ShellContext.Provider value={{ district: district.data, overview, desks }}>
      <a className="skip" href="#main">{t.shell.skip}</a>
      <div className="frame">
        <Top district={district.data} open={open} toggle={() => setOpen(!open)} running={overview.data?.running ?? 0} failed={overview.data?.failed ?? 0} />
        <Side overview={overview.data} known={packs} todo={desks.data?.counts.todo} open={open} />
        <main className="main" id="main" tabIndex={-1}><Printed district={district.data} />{children}</main>
      </div>
    </ShellContext.Provider>
  );
}

// The numbers of the frame follow the events, at most once in two seconds.
function useRefresh(again: () => void) {
  const timer = useRef<number>(undefined);
  useBatchEvents((b) => {
    if (b.progress && timer.current === undefined && b.state !== 'judging') again();
    if (timer.current !== undefined) return;
    timer.current = window.setTimeout(() => {
      timer.current = undefined;
      again();
    }, 2000);
  });
  useEffect(() => () => window.clearTimeout(timer.current), []);
}

function Top({ district, open, toggle, running, failed }: { district?: District; open: boolean; toggle: () => void; running: number; failed: number }) {
  const { t, lang } = useWords();
  const theme = useTheme();
  const other = theme === 'dark' ? 'light' : 'dark';
  return (
    <header className="top">
      <button type="button" className="plain burger" aria-expanded={open} aria-controls="side" aria-label={t.shell.menu} onClick={toggle}>
        <svg viewBox="0 0 20 20" width="20" height="20" aria-hidden="true"><path d="M2 5h16M2 10h16M2 15h16" stroke="currentColor" strokeWidth="2" /></svg>
      </button>
      <Link to={to.today} className="brand"><b>{t.app.title}</b> {district?.name}</Link>
      <Find />
      <span className="fill" />
      <Demo />
      <Bell />
      <Work running={running} failed={failed} />
      <Me />
      <button type="button" className="plain muted looks" aria-label={t.shell.themeLabel(t.shell[other])} onClick={() => setTheme(other)}>{t.shell[other]}</button>
      <button type="button" className="plain muted" title={t.shell.langLabel} lang={lang === 'en' ? 'zh-CN' : 'en'} onClick={() => chooseLang(lang === 'en' ? 'zh-CN' : 'en')}>{t.shell.lang}</button>
    </header>
  );
}

/** Stands above a page on paper: of which district it is, who printed it and when. */
function Printed({ district }: { district?: District }) {
  const { t, f } = useWords();
  const who = useSession();
  const [at, set] = useState<string>();
  useEffect(() => {
    const now = () => flushSync(() => set(new Date().toISOString()));
    window.addEventListener('beforeprint', now);
    return () => window.removeEventListener('beforeprint', now);
  }, []);
  return <p className="printed" aria-hidden="true"><span>{t.app.title} {district?.name} <Demo /></span><span>{who && at && t.shell.printed(who.name, f.full(at))}</span></p>;
}

/** Who is signed in, and the way out. */
function Me() {
  const { t } = useWords();
  const who = useSession();
  const leave = useAction(signOut);
  if (!who) return null;
  return (
    <>
      <span className="muted me" title={[who.office_title, ...who.roles.map((r) => t.words.role[r] ?? r)].filter(Boolean).join(' · ')}>{who.name}</span>
      <button type="button" className="plain muted" onClick={() => void leave.act()}>{t.session.signOut}</button>
    </>
  );
}

const FindDialog = lazy(() => import('./find'));

/** The way to everything: a button that looks like the field it opens, and Ctrl-K. */
function Find() {
  const { t } = useWords();
  const [open, setOpen] = useState(false);
  const close = useCallback(() => setOpen(false), []);
  useEffect(() => {
    const on = (e: KeyboardEvent) => {
      if ((e.ctrlKey || e.metaKey) && e.key.toLowerCase() === 'k') {
        e.preventDefault();
        setOpen(true);
      }
    };
    window.addEventListener('keydown', on);
    return () => window.removeEventListener('keydown', on);
  }, []);
  return (
    <>
      <button type="button" className="find" aria-haspopup="dialog" aria-label={`${t.find.open} ${t.find.key}`} onClick={() => setOpen(true)}>
        <svg viewBox="0 0 16 16" width="14" height="14" aria-hidden="true"><circle cx="7" cy="7" r="5" fill="none" stroke="currentColor" strokeWidth="1.5" /><path d="M11 11l4 4" stroke="currentColor" strokeWidth="1.5" /></svg>
        <span className="find-hint">{`${t.find.open} `}</span>
        <kbd aria-hidden="true">{t.find.key}</kbd>
      </button>
      {open && <Suspense fallback={null}><FindDialog close={close} /></Suspense>}
    </>
  );
}

const Chores = lazy(() => import('./chores'));

/** The tasks that run, found again from every page. */
function Work({ running, failed }: { running: number; failed: number }) {
  const { t, f } = useWords();
  const may = useMay();
  const [open, setOpen] = useState(false);
  const close = useCallback(() => setOpen(false), []);
  if (!may('task.read')) return null;
  return (
    <div className="top-tasks">
      <button type="button" className={classes('plain', failed > 0 && running === 0 ? 'danger' : 'muted')} aria-haspopup="dialog" aria-expanded={open} aria-controls={open ? 'chores' : undefined}
        aria-label={t.chores.label(t.chores.open(f.n(running || failed)), f.n(running), f.n(failed))} onClick={() => setOpen(!open)}>{t.chores.open(f.n(running || failed))}</button>
      {open && <Suspense fallback={null}><Chores close={close} /></Suspense>}
    </div>
  );
}

const Told = lazy(() => import('./told'));

/** What one was told and has not read, found from every page. */
function Bell() {
  const may = useMay();
  return may('notice.read') ? <Ring /> : null;
}

function Ring() {
  const { t, f } = useWords();
  const n = useUnread() ?? 0;
  const shown = n > 99 ? t.notices.many : f.n(n);
  const [open, setOpen] = useState(false);
  const close = useCallback(() => setOpen(false), []);
  return (
    <>
      <button type="button" className={classes('plain bell', n > 0 ? 'accent' : 'muted')} aria-haspopup="dialog" aria-expanded={open} title={t.notices.title} aria-label={t.notices.label(shown)} onClick={() => setOpen(true)}>
        <svg viewBox="0 0 16 16" width="16" height="16" aria-hidden="true"><path d="M8 1.5a4.5 4.5 0 0 0-4.5 4.5v3L2 12h12l-1.5-3V6A4.5 4.5 0 0 0 8 1.5zM6.5 13.5a1.5 1.5 0 0 0 3 0" fill="none" stroke="currentColor" strokeWidth="1.5" strokeLinejoin="round" /></svg>
        <span className="bell-n">{n > 0 ? shown : ''}</span>
      </button>
      {open && <Suspense fallback={null}><Told close={close} /></Suspense>}
    </>
  );
}

function Side({ overview, known, todo, open }: { overview?: Overview; known?: NavItem[]; todo?: number; open: boolean }) {
  const { t, f } = useWords();
  const { path, query } = usePlace();
  const state = query.get('state');
  const may = useMay();
  const packs = known ?? [];
  const numbers = { held: overview?.held, running: overview?.running, todo };
  // What stands below the packs waits for them, so that it does not move.
  const groups = nav.slice(0, known ? undefined : nav.findIndex((g) => g.packs)).filter((g) => !g.packs || packs.length > 0)
    .map((g) => ({ ...g, items: [...g.items.filter((it) => !it.may || may(it.may, it.beyond ? anybody : undefined)), ...(g.packs ? packs : [])] })).filter((g) => g.items.length > 0);
  return (
    <nav className={classes('side', open && 'open')} id="side" aria-label={t.shell.nav}>
      <div className="side-in">
      {groups.map((g, i) => (
        <div key={i} role="group" aria-label={g.title?.(t)}>
          {g.title && <div className="grp">{g.title(t)}</div>}
          {g.items.map((it) => {
            const on = it.own(path, state, query);
            const n = it.count ? (numbers[it.count] ?? 0) : 0;
            return (
              <Link key={it.to} to={it.to} className={on ? 'on' : undefined} aria-current={on ? 'page' : undefined}>
                <span>{it.text(t)}</span>
                {n > 0 && <span className={classes('small', it.count === 'held' && !on && 'danger')}>{f.n(n)}</span>}
              </Link>
            );
          })}
        </div>
      ))}
      </div>
    </nav>
  );
}
