import type { CaseSummary } from '../../api/schema.gen';
import { useWords, type Words } from '../../i18n/use';
import { age } from '../../part/age';
import { Tag } from '../../part/frame';

const seconds = (at: string) => (Date.now() - Date.parse(at)) / 1000;

/** Within this long before it is due, a case is marked. */
const soon = 4 * 3600;

export const isSoon = (c: CaseSummary) => !c.late && !c.ended_at && c.due !== null && -seconds(c.due) < soon;

/** What is out of the ordinary about a case. */
export function CaseTags({ of: c }: { of: CaseSummary }) {
  const { t, f } = useWords();
  const w = t.desk.tags;
  return (
    <>
      {c.late && <Tag tone="danger">{w.late}</Tag>}
      {isSoon(c) && <Tag tone="warn">{w.soon}</Tag>}
      {c.demanded && <Tag tone="danger">{w.demanded}</Tag>}
      {c.urged > 0 && <Tag tone="warn">{w.urged(f.n(c.urged))}</Tag>}
      {c.stray && !c.ended_at && <Tag tone="warn">{w.stray}</Tag>}
      {c.paused && <Tag>{w.paused}</Tag>}
      {c.level > 0 && <Tag tone="warn">{w.level(f.n(c.level))}</Tag>}
      {c.merged > 0 && <Tag>{w.merged(f.n(c.merged))}</Tag>}
    </>
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
  return <><b className={c.late ? 'danger' : isSoon(c) ? 'warn-text' : undefined}>{dueWords(words, c.due)}</b><span className="sub small muted">{f.time(c.due)}</span></>;
}

export function dueWords(words: Words, due: string): string {
  const s = seconds(due);
  return s > 0 ? words.t.desk.late(age(words, s)) : words.t.desk.left(age(words, -s));
}
