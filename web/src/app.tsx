import { App as AntApp, ConfigProvider } from 'antd';
import type { Locale } from 'antd/es/locale';
import { Component, lazy, Suspense, useCallback, useEffect, useMemo, useState, type ComponentType, type ErrorInfo, type LazyExoticComponent, type ReactNode } from 'react';
import { api } from './api/client';
import { asProblem } from './api/use';
import { useWords, WordsContext, type Words } from './i18n/use';
import { Demo } from './part/demo';
import { Head } from './part/frame';
import { Busy, Empty, Failed } from './part/state';
import type { Problem } from './api/schema.gen';
import { Link } from './route/link';
import { match, usePlace } from './route/route';
import { Shell } from './shell/shell';
import { setSession, useSession } from './api/session';
import { antdTheme, useTheme } from './theme/theme';

type Page = LazyExoticComponent<ComponentType<Record<string, string>>>;
const page = (load: () => Promise<{ default: ComponentType<never> }>) => lazy(load as () => Promise<{ default: ComponentType<Record<string, string>> }>) as Page;

// Every page is a chunk of its own; their parts of the address are their properties.
const pages: [string, Page][] = [
  ['/', page(() => import('./page/today'))],
  ['/directories', page(() => import('./page/directories'))],
  ['/directories/:name', page(() => import('./page/directory'))],
  ['/declare', page(() => import('./page/declare'))],
  ['/declare/:name', page(() => import('./page/declare'))],
  ['/import', page(() => import('./page/import'))],
  ['/load', page(() => import('./page/load'))],
  ['/batches', page(() => import('./page/batches'))],
  ['/batches/:id', page(() => import('./page/batch'))],
  ['/batches/:id/quarantine', page(() => import('./page/rows'))],
  ['/quarantine', page(() => import('./page/quarantine'))],
  ['/services', page(() => import('./page/share/services'))],
  ['/services/new', page(() => import('./page/share/serving'))],
  ['/services/:name/edit', page(() => import('./page/share/serving'))],
  ['/services/:name', page(() => import('./page/share/service'))],
  ['/grants', page(() => import('./page/share/grants'))],
  ['/grants/new', page(() => import('./page/share/granting'))],
  ['/grants/:id', page(() => import('./page/share/grant'))],
  ['/apps', page(() => import('./page/share/apps'))],
  ['/apps/:name', page(() => import('./page/share/app'))],
  ['/calls', page(() => import('./page/calls'))],
  ['/cases', page(() => import('./page/cases'))],
  ['/cases/:id', page(() => import('./page/cases/case'))],
  ['/offices', page(() => import('./page/offices'))],
  ['/tasks', page(() => import('./page/tasks'))],
  ['/kinds', page(() => import('./page/kinds'))],
  ['/audit', page(() => import('./page/audit'))],
  ['/chain', page(() => import('./page/audit/chain'))],
  ['/keys', page(() => import('./page/ring'))],
  ['/audit/:id', page(() => import('./page/audit/entry'))],
  ['/users', page(() => import('./page/users'))],
  ['/roles', page(() => import('./page/roles'))],
  ['/sessions', page(() => import('./page/sessions'))],
  ['/password', page(() => import('./page/password'))],
  ['/notices', page(() => import('./page/notices'))],
  ['/packs', page(() => import('./page/packs'))],
  ['/packs/:id', page(() => import('./page/packs/pack'))],
  ['/registers/:pack/:register', page(() => import('./page/registers'))],
  ['/registers/:pack/:register/import', page(() => import('./page/registers/import'))],
];

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
  useEffect(ask, [ask]);
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
  for (const [pattern, Page] of pages) {
    const parts = match(pattern, path);
    if (parts) {
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
