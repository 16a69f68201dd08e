import { useEffect, type ReactNode } from 'react';
import { chooseLang } from '../../i18n/lang';
import { useWords } from '../../i18n/use';
import { Demo } from '../../part/demo';

/** The frame of the pages before the console: its name, a card, the other language. */
export function Outside({ title, sub, children }: { title: string; sub?: string; children: ReactNode }) {
  const { t, lang } = useWords();
  useEffect(() => {
    document.title = `${title} · ${t.app.title}`;
  }, [title, t]);
  return (
    <main className="outside" id="main">
      <section className="card pad stack">
        <div className="row"><b>{t.app.title}</b><Demo /><span className="fill" />
          <button type="button" className="plain muted" title={t.shell.langLabel} lang={lang === 'en' ? 'zh-CN' : 'en'} onClick={() => chooseLang(lang === 'en' ? 'zh-CN' : 'en')}>{t.shell.lang}</button>
        </div>
        <h1>{title}</h1>
        {sub && <p className="muted">{sub}</p>}
        {children}
      </section>
    </main>
  );
}
