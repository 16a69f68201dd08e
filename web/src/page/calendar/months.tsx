import type { Calendar, CalendarDay } from '../../api/schema.gen';
import { useWords } from '../../i18n/use';
import { Card } from '../../part/frame';
import { classes } from '../../part/table';
import { dayOf, weekday, weeks } from './year';

/** Twelve months; a day is a button for those who may change it. */
export function Months({ of: y, today, pick }: { of: Calendar; today: string; pick?: (date: string) => void }) {
  const { t, f } = useWords();
  const w = t.calendar;
  const said = new Map(y.days?.map((d) => [d.date, d]));
  return (
    <Card className="cal">
      <ul className="cal-legend small" aria-label={w.legend}>
        {(['working', 'weekend', 'holiday', 'makeup'] as const).map((k) => <li key={k}><span className={classes('cal-day', k)} aria-hidden="true">{w.marks[k] ?? ''}</span>{w.kinds[k]}</li>)}
        <li><span className="cal-day working own" aria-hidden="true" />{w.ownDay}</li>
        {y.assumed && <li><span className="cal-day holiday assumed" aria-hidden="true">{w.marks.holiday}</span>{w.origins.assumed}</li>}
      </ul>
      <div className="cal-year-grid">
        {Array.from({ length: 12 }, (_, i) => (
          <table key={i} className="cal-month">
            <caption>{f.month(i + 1)}</caption>
            <thead><tr>{[1, 2, 3, 4, 5, 6, 0].map((d) => <th key={d} scope="col" aria-label={f.weekday(d)}>{f.letter(d)}</th>)}</tr></thead>
            <tbody>
              {weeks(y.year, i + 1).map((week, n) => <tr key={n}>{week.map((d, c) => <td key={c}>{d && <Day of={dayOf(d, said)} today={d === today} pick={pick} />}</td>)}</tr>)}
            </tbody>
          </table>
        ))}
      </div>
    </Card>
  );
}

function Day({ of: d, today, pick }: { of: CalendarDay; today: boolean; pick?: (date: string) => void }) {
  const { t, f } = useWords();
  const w = t.calendar;
  const words = [d.date, f.weekday(weekday(d.date)), w.kinds[d.kind], d.title, d.origin && w.origins[d.origin], today && w.today].filter(Boolean).join(t.comma);
  const look = classes('cal-day', d.kind, d.origin === 'own' && 'own', d.origin === 'assumed' && d.kind === 'holiday' && 'assumed', today && 'today');
  const inside = <><span aria-hidden="true">{Number(d.date.slice(8))}{w.marks[d.kind] && <i>{w.marks[d.kind]}</i>}</span><span className="unseen">{words}</span></>;
  return pick ? <button type="button" className={look} title={words} onClick={() => pick(d.date)}>{inside}</button> : <span className={look} title={words}>{inside}</span>;
}
