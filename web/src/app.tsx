import { App as AntApp, ConfigProvider } from 'antd';
import type { Locale } from 'antd/es/locale';
import { Component, lazy, Suspense, useCallback, useEffect, useMemo, useState, type ComponentType, type ErrorInfo, type ReactNode } from 'react';
import { api } from './api/client';
import { asProblem } from './api/use';
import { useWords, WordsContext, type Words } from './i18n/use';
import { Demo } from './part/demo';
import { Head } from './part/frame';
import { Busy, Empty, Failed } from './part/state';
import type { Problem } from './api/schema.gen';
import { Link } from './route/link';
import { fetched, match, pages, type Load } from './route/pages';
import { usePlace } from './route/route';
import { Shell } from './shell/shell';
import { session, setSession, useSession } from './api/session';
import { antdTheme, useTheme } from './theme/theme';

type Page = ComponentType<Record<string, string>>;
const drawn = new Map<unknown, Page>();

// A page that has come is drawn at once; another is waited for.
function pageOf(load: Load): Page {
  let page = drawn.get(load);
  if (!page) drawn.set(load, (page = (fetched(load) as Page | undefined) ?? lazy(load as () => Promise<{ default: Page }>)));
  return page;
}

export function App({ words, locale, nonce }: { words: Words; locale: Locale; nonce: string | undefined }) {
  const theme = useTheme();
  const config = useMemo(() => antdTheme(theme), [theme]);
  return (
    <WordsContext.Provider value={words}>
      <ConfigProvider theme={config} locale={locale} csp={nonce ? { nonce } : undefined} button={{ autoInsertSpace: false }} wave={{ disabled: true }}>
        <AntApp component={false}>
          <Gate>
            <Shell>
              <Pages />
            </Shell>
          </Gate>
        </AntApp>
      </ConfigProvider>
    </WordsContext.Provider>
  );
}

const SignIn = lazy(() => import('./page/session/signin'));
const ChangePassword = lazy(() => import('./page/session/password'));

/** Nobody sees the console before it is known who they are. */
function Gate({ children }: { children: ReactNode }) {
  const who = useSession();
  const [problem, setProblem] = useState<Problem>();
  const ask = useCallback(() => {
    setProblem(undefined);
    api.session().then(setSession, (e: unknown) => {
      const p = asProblem(e);
      if (p.status === 401) setSession(null);
      else setProblem(p);
    });
  }, []);
  useEffect(() => {
    if (session() === undefined) ask();
  }, [ask]);
  if (who === undefined) return <Before>{problem ? <Failed problem={problem} again={ask} /> : <Busy lines={8} />}</Before>;
  const Page = who === null ? SignIn : who.must_change ? ChangePassword : null;
  return Page ? <Suspense fallback={<Before><Busy lines={8} /></Before>}><Page /></Suspense> : children;
}

/** What is seen until it is known who sits there. */
function Before({ children }: { children: ReactNode }) {
  return <main className="outside"><div><Demo /></div>{children}</main>;
}

function Pages() {
  const { path } = usePlace();
  for (const [pattern, load] of pages) {
    const parts = match(pattern, path);
    if (parts) {
      const Page = pageOf(load);
      return (
        <Fence key={path}>
          <Suspense fallback={<Busy lines={8} />}>
            <Page {...parts} />
          </Suspense>
        </Fence>
      );
    }
  }
  return <Missing />;
}

function Missing() {
  const { t } = useWords();
  return (
    <>
      <Head name={t.shell.missing} title={t.shell.missing} sub={t.shell.missingHint} />
      <Link to="/" className="btn">{t.shell.home}</Link>
    </>
  );
}

/** One page's mistake stays inside it. */
class Fence extends Component<{ children: ReactNode }, { error?: Error }> {
  override state: { error?: Error } = {};
  static getDerivedStateFromError(error: Error) {
    return { error };
  }
  override componentDidCatch(error: Error, info: ErrorInfo) {
    console.error(error, info.componentStack);
  }
  override render() {
    return this.state.error ? <Broken error={this.state.error} /> : this.props.children;
  }
}

// A chunk that cannot be fetched means that the server was exchanged under an open window.
function Broken({ error }: { error: Error }) {
  const { t } = useWords();
  const gone = /dynamically imported module|Importing a module/.test(error.message);
  return (
    <Empty title={gone ? t.shell.newer : t.shell.broken} hint={gone ? undefined : t.shell.brokenHint}>
      {!gone && <code>{error.message}</code>}
      <button type="button" className="btn" onClick={() => window.location.reload()}>{t.shell.refresh}</button>
    </Empty>
  );
}
