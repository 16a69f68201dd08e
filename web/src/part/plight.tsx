import { Button } from 'antd';
import { createContext, useContext, useState, type ReactNode } from 'react';
import { unreachable } from '../api/client';
import type { Problem } from '../api/schema.gen';
import { useWords } from '../i18n/use';
import { Link } from '../route/link';
import { to } from '../route/paths';
import { usePlace } from '../route/route';

// Why a page, or a part of one, cannot be shown: what it is for, what to do, whom to ask.

/** Within a card that has a heading, the page's purpose need not be said again. */
export const InCard = createContext(false);

type Kind = 'refused' | 'missing' | 'broken' | 'lost';

function kindOf(p: Problem): Kind {
  if (p.code === unreachable) return 'lost';
  if (p.status === 403) return 'refused';
  return p.status === 404 ? 'missing' : 'broken';
}

export function Plight({ problem: p, again }: { problem: Problem; again?: () => void }) {
  const { t, f } = useWords();
  const [now] = useState(() => new Date().toISOString());
  const { path } = usePlace();
  const section = path.split('/')[1] ?? '';
  const inCard = useContext(InCard);
  const kind = kindOf(p);
  const w = t.plight;
  const said = p.detail || p.title;
  const retry = again && <Button onClick={again}>{t.state.again}</Button>;
  const forms: Record<Kind, { title: string; told?: string; then: string; acts: ReactNode }> = {
    refused: { title: w.refused, told: said, then: p.remedy || w.refusedAsk, acts: <Link className="btn" to={`${to.roles}?mine=1`}>{w.mine}</Link> },
    missing: { title: w.missing, told: said, then: p.remedy || w.missingDo, acts: section && path !== `/${section}` && <Link className="btn" to={`/${section}`}>{w.back}</Link> },
    broken: { title: w.failed, told: [said, p.remedy].filter(Boolean).join(t.semi), then: w.failedAsk, acts: retry },
    lost: { title: t.state.unreachable, then: t.state.unreachableRemedy, acts: retry },
  };
  const form = forms[kind];
  return (
    <div className={`state plight ${kind}`} role="alert">
      <p className="state-title">{form.title}</p>
      {!inCard && t.purpose[section] && <p className="muted plight-for">{t.purpose[section]}</p>}
      {form.told && <p>{form.told}{p.where && <code> {p.where}</code>}</p>}
      <p>{form.then}</p>
      {p.parts && p.parts.length > 0 && (
        <ul className="plight-parts">
          {p.parts.map((part, i) => <li key={i}>{part.where && <code>{part.where}</code>} {part.detail || part.title} {part.remedy}</li>)}
        </ul>
      )}
      <div className="row center">
        {form.acts}
        {path !== '/' && <Link className="btn" to={to.today}>{t.shell.home}</Link>}
      </div>
      <p className="small muted">{[kind !== 'lost' && t.state.code(p.code), w.at(f.full(now))].filter(Boolean).join(' · ')}</p>
    </div>
  );
}
