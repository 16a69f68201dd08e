import type { ReactNode } from 'react';
import type { Case, CaseSummary } from '../../api/schema.gen';
import { useWords } from '../../i18n/use';
import { Card, Tag } from '../../part/frame';
import { Link } from '../../route/link';
import { to } from '../../route/paths';
import { cut, leftWords } from './tags';

/** Cases it has to do with: what it was joined to and what joined it, above and below it, near and like it. */
export function Related({ of: c }: { of: Case }) {
  const { t, f } = useWords();
  const w = t.kase;
  const r = c.related;
  const often = r.times > 1;
  if (!r.into && !r.parent && r.joined.all + c.children.all + r.similar.length === 0 && !often) return null;
  const by = r.by_title ? w.sameIn(r.by_title) : w.near;
  return (
    <Card title={w.related} note={often && w.timesHere(f.n(r.times))} pad>
      <div className="related">
        {r.into && <Group name={w.into}><One of={r.into} /></Group>}
        {r.parent && <Group name={w.above}><One of={r.parent} /></Group>}
        {c.children.all > 0 && <Group name={w.below(f.n(c.children.all), f.n(c.children.open))} more={c.children.all - c.children.items.length} all={to.cases({ desk: 'all', parent: c.id })}>{c.children.items.map((x) => <One key={x.id} of={x} />)}</Group>}
        {r.joined.all > 0 && <Group name={w.joinedTo(f.n(r.joined.all))} more={r.joined.all - r.joined.items.length} all={to.cases({ desk: 'all', into: c.id })}>{r.joined.items.map((x) => <One key={x.id} of={x} told={w.sub(x.creator_name, x.from_office_title, f.time(x.opened_at))} plain />)}</Group>}
        {r.similar.length > 0 && <Group name={by}>{r.similar.map((x) => <One key={x.id} of={x} told={[!r.by_title && w.metres(f.n(x.metres)), f.time(x.opened_at)].filter(Boolean).join(' · ')} />)}</Group>}
      </div>
    </Card>
  );
}

/** Some cases under a name; more are those that do not stand here, which the list has. */
function Group({ name, more = 0, all, children }: { name: string; more?: number; all?: string; children: ReactNode }) {
  const { t, f } = useWords();
  return <section><h3 className="small muted">{name}</h3><ul>{children}</ul>{more > 0 && all && <p className="small"><Link to={all}>{t.kase.moreOf(f.n(more))}</Link></p>}</section>;
}

/** A case in a line; a plain one is a report whose state says nothing new. */
function One({ of: x, told, plain }: { of: CaseSummary; told?: string; plain?: boolean }) {
  const words = useWords();
  return (
    <li>
      <p><Link to={to.kase(x.id)}>{x.key}</Link> {cut(x.title, 48)}{!plain && <> <Tag tone={x.ended_at ? undefined : 'accent'}>{x.state_title}</Tag> {!x.ended_at && x.due && <span className={x.late ? 'danger small' : 'muted small'}>{leftWords(words, x)}</span>}</>}</p>
      {told && <p className="small muted">{told}</p>}
    </li>
  );
}
