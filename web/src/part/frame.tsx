import { Fragment, useEffect, type ReactNode } from 'react';
import { useWords } from '../i18n/use';
import { Link } from '../route/link';
import { InCard } from './plight';
import { classes } from './table';

export interface Crumb {
  text: string;
  to?: string;
}

/** The head of a page: where one is, its name, one line of facts, what can be done. */
/** Holds the line that a number will stand on, so that nothing moves when it comes. */
export const coming = '\u00a0';

export function Head({ crumbs, title, name, tags, sub, actions }: {
  crumbs?: Crumb[];
  title: ReactNode;
  name: string; // of the window
  tags?: ReactNode;
  sub?: ReactNode;
  actions?: ReactNode;
}) {
  const { t } = useWords();
  useEffect(() => {
    document.title = `${name} · ${t.app.title}`;
  }, [name, t]);
  return (
    <>
      {crumbs && (
        <nav className="crumbs small muted" aria-label={t.shell.crumbs}>
          {crumbs.map((c, i) => (
            <Fragment key={i}>
              {i > 0 && <span aria-hidden="true"> / </span>}
              {c.to ? <Link to={c.to}>{c.text}</Link> : <span>{c.text}</span>}
            </Fragment>
          ))}
        </nav>
      )}
      <div className="head">
        <div className="head-text">
          <h1>
            {title} {tags}
          </h1>
          {sub && <div className="muted small">{sub}</div>}
        </div>
        {actions && <div className="row actions">{actions}</div>}
      </div>
    </>
  );
}

/** A card with a heading and, at its right, a note or a control. */
export function Card({ title, note, children, pad, className, id }: {
  title?: ReactNode;
  note?: ReactNode;
  children: ReactNode;
  pad?: boolean;
  className?: string;
  id?: string;
}) {
  return (
    <section className={classes('card', className)} id={id}>
      {title !== undefined && (
        <div className="sec">
          <h2>{title}</h2>
          {note && <div className="small muted">{note}</div>}
        </div>
      )}
      <InCard.Provider value={title !== undefined}>{pad ? <div className="pad">{children}</div> : children}</InCard.Provider>
    </section>
  );
}

export type Tone = 'danger' | 'warn' | 'ok' | 'accent' | 'plain';

export function Tag({ tone = 'plain', children, title }: { tone?: Tone; children: ReactNode; title?: string }) {
  return (
    <span className={tone === 'plain' ? 'tag' : `tag ${tone}`} title={title}>
      {children}
    </span>
  );
}

export function Bar({ share, label, tone }: { share: number | null; label: string; tone?: 'danger' }) {
  const per = share === null ? undefined : Math.round(Math.min(1, Math.max(0, share)) * 100);
  return (
    <div className={classes('bar', tone)} role="progressbar" aria-label={label} aria-valuemin={0} aria-valuemax={100} aria-valuenow={per}>
      <i style={{ width: `${per ?? 0}%` }} />
    </div>
  );
}

/** Facts in two columns: what, and its value. */
export function Facts({ of, className }: { of: [string, ReactNode][]; className?: string }) {
  return (
    <dl className={classes('kv', className)}>
      {of.map(([k, v]) => (
        <Fragment key={k}>
          <dt>{k}</dt>
          <dd>{v}</dd>
        </Fragment>
      ))}
    </dl>
  );
}
