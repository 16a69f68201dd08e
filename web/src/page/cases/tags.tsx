import type { CaseSummary } from '../../api/schema.gen';
import { useWords, type Words } from '../../i18n/use';
import { age } from '../../part/age';
import { Tag } from '../../part/frame';

/** A long title, so that it leaves room for what else there is; whole it stands on its case's page. */
export const cut = (title: string, most: number) => (title.length > most ? `${title.slice(0, most)}…` : title);

/** With so much of its time left, as its clock counts it, a case is marked. */
const soon = 4 * 3600;

export const isSoon = (c: Pick<CaseSummary, 'late' | 'ended_at' | 'left'>) => !c.late && !c.ended_at && c.left !== null && c.left.seconds < soon;

/** What is out of the ordinary about a case. */
export function CaseTags({ of: c }: { of: CaseSummary }) {
  const { t, f } = useWords();
  const w = t.desk.tags;
  return (
    <span className="case-tags">
      {c.late && <Tag tone="danger">{w.late}</Tag>}
      {isSoon(c) && <Tag tone="warn">{w.soon}</Tag>}
      {c.demanded && <Tag tone="danger">{w.demanded}</Tag>}
      {c.urged > 0 && <Tag tone="warn">{w.urged(f.n(c.urged))}</Tag>}
      {c.stray && !c.ended_at && <Tag tone="warn">{w.stray}</Tag>}
      {c.paused && <Tag>{w.paused}</Tag>}
      {c.level > 0 && <Tag tone="warn">{w.level(f.n(c.level))}</Tag>}
      {c.merged > 0 && <Tag>{w.merged(f.n(c.merged))}</Tag>}
    </span>
  );
}

/** When a case is due, as how long that is from now. */
export function DueIn({ of: c }: { of: CaseSummary }) {
  const words = useWords();
  const { t, f } = words;
  const w = t.desk;
  if (c.ended_at) return <span className="muted">{w.finished(f.time(c.ended_at))}</span>;
  if (c.paused && !c.due) return <span className="muted">{w.paused}</span>;
  if (!c.due) return <span className="muted">{w.noClock}</span>;
  return <><b className={c.late ? 'danger' : isSoon(c) ? 'warn-text' : undefined}>{leftWords(words, c)}</b><span className="sub small muted">{f.time(c.due)}</span></>;
}

/** The same in one line, for the head of its page. */
export function DueLine({ of: c }: { of: CaseSummary }) {
  const words = useWords();
  if (c.ended_at || !c.due) return null;
  return <><b className={c.late ? 'danger' : isSoon(c) ? 'warn-text' : undefined}>{leftWords(words, c)}</b> {words.t.desk.dueAt(words.f.time(c.due))} · </>;
}

/** How much time a case has, or is late by, as its clock counts it: working days and hours of the office, or natural time. */
export function leftWords(words: Words, c: Pick<CaseSummary, 'left' | 'late'>): string {
  const { t, f } = words;
  const w = t.desk;
  if (!c.left) return w.noClock;
  const gone = c.left.seconds < 0 || c.late;
  const s = Math.abs(c.left.seconds);
  if (!c.left.working) return gone ? w.late(age(words, s)) : w.left(age(words, s));
  const minutes = Math.floor(s / 60);
  if (gone && minutes === 0) return w.lateNow;
  const day = Math.max(1, Math.round(c.left.day / 60));
  const days = Math.floor(minutes / day);
  const hours = Math.floor((minutes - days * day) / 60);
  const parts = [days > 0 && w.workDays(f.n(days)), hours > 0 && (days > 0 ? w.dayHours : w.workHours)(f.n(hours)), days === 0 && hours === 0 && w.workMinutes(f.n(minutes))].filter((x): x is string => x !== false);
  return gone ? w.late(parts.join(' ')) : w.left(parts.join(' '));
}

/** Whose turn a case is: the office, and of it one person or whoever has the role. */
export function Turn({ of: c }: { of: CaseSummary }) {
  const { t } = useWords();
  const w = t.desk;
  if (c.ended_at) return <>{t.none}</>;
  if (c.stray || !c.office_title) return <><span className="warn-text">{w.nobody}</span>{c.office_title && <span className="sub small muted">{c.office_title}</span>}</>;
  const who = c.turn_name || c.turn_by;
  return <>{c.office_title}{who && <span className="sub small muted">{c.on_duty ? w.onDuty(who) : who}</span>}</>;
}

/** On a phone, where a list has one column: how a case stands, whose turn it is and when it is due. */
export function Narrow({ of: c }: { of: CaseSummary }) {
  const { t } = useWords();
  const who = c.turn_name || c.office_title || t.desk.nobody;
  return <span className="narrow sub"><Tag tone={c.ended_at ? 'ok' : 'plain'}>{c.state_title}</Tag> {!c.ended_at && <span className="small muted">{who} </span>}<DueIn of={c} /></span>;
}
