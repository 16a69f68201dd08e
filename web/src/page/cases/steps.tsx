import { useState } from 'react';
import type { Case, CaseStep } from '../../api/schema.gen';
import { useWords } from '../../i18n/use';
import { age } from '../../part/age';
import { Card } from '../../part/frame';
import { Link } from '../../route/link';
import { to } from '../../route/paths';
import { classes } from '../../part/table';
import { Brought } from './photos';

const grave = new Set(['supervise', 'urge', 'return', 'stray', 'expire']);

/** What moved the case, or was said about it; clocks and reminders are left out. */
const key = (s: CaseStep) => s.moved || (s.files ?? []).length > 0 || s.reason !== '' || s.basis !== '';

/** What happened, the newest first. */
export function Steps({ of: c }: { of: Case }) {
  const { t, f } = useWords();
  const w = t.kase;
  const [some, choose] = useState(false);
  const all = [...c.steps].reverse();
  const shown = some ? all.filter(key) : all;
  return (
    <Card title={w.steps} note={<>{w.stepsAll(f.n(all.length))}<span className="unprinted"> · <button type="button" className="link" aria-pressed={some} onClick={() => choose(!some)}>{some ? w.allSteps : w.keySteps}</button></span></>}>
      <ol className="steps">
        {shown.map((s) => <Step key={`${s.at} ${s.action} ${s.percent}`} of={s} inside={c} />)}
      </ol>
    </Card>
  );
}

function Step({ of: s, inside }: { of: CaseStep; inside: Case }) {
  const words = useWords();
  const { t, f } = words;
  const w = t.kase;
  const who = [s.office_title, s.by_name].filter(Boolean).join(' ') || w.byItself;
  const lines = [
    s.basis && w.basis(s.basis),
    (s.fields ?? []).length > 0 && w.filled(s.fields.join(t.sep)),
    s.duty,
    s.percent > 0 && w.percent(f.n(s.percent)),
  ].filter(Boolean);
  return (
    <li className={classes((grave.has(s.action) || s.percent >= 100) && 'grave', s.percent > 0 && s.percent < 100 && 'heed', !s.moved && 'aside')}>
      <time dateTime={s.at} className="small muted" title={f.full(s.at)}>{f.time(s.at)}</time>
      <div>
        <p><b>{s.title}</b> <span>{who}</span>{s.named && <span className="accent"> {s.named}</span>}{s.case && <> <Link to={to.kase(s.case)}>{s.case_key}</Link></>}</p>
        {s.reason && <p className="said">{s.reason}</p>}
        {lines.map((l, i) => <p key={i} className="small muted">{l}</p>)}
        <Brought of={s} inside={inside} />
        {s.moved && <p className="small muted">{[w.moved(s.to_title), s.spent > 0 && w.spent(age(words, s.spent))].filter(Boolean).join(' · ')}</p>}
      </div>
    </li>
  );
}
