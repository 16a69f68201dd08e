import { Button } from 'antd';
import { api } from '../api/client';
import type { Calendar as Year } from '../api/schema.gen';
import { useMay } from '../api/session';
import { useLoad } from '../api/use';
import { useWords } from '../i18n/use';
import { useDialog } from '../part/dialog';
import { Card, Head, Tag } from '../part/frame';
import { View } from '../part/state';
import { Link } from '../route/link';
import { to } from '../route/paths';
import { usePlace } from '../route/route';
import { Publish, SetDays } from './calendar/forms';
import { Hours } from './calendar/hours';
import { Listed, Past } from './calendar/listed';
import { Months } from './calendar/months';
import '../calendar.css';

const today = () => new Intl.DateTimeFormat('sv-SE', { timeZone: 'Asia/Shanghai' }).format(new Date());

/** The working calendar of a year, the hours of offices, and how both came to be. */
export default function Calendar() {
  const { t } = useWords();
  const w = t.calendar;
  const { query } = usePlace();
  const now = today();
  const year = Number(query.get('year')) || Number(now.slice(0, 4));
  const tab = query.get('tab') ?? 'year';
  const from = useLoad(`calendar ${year}`, (s) => api.calendar(year, s));
  const may = useMay()('calendar.set');
  const [dialog, open] = useDialog();
  const close = () => open(null);
  const actions = may && (tab === 'hours' ? <Button type="primary" onClick={() => open('hours +')}>{w.hours.add}</Button> : (
    <>
      <Button onClick={() => open('publish')}>{w.publish}</Button>
      <Button type="primary" onClick={() => open('set')}>{w.set}</Button>
    </>
  ));
  return (
    <>
      <Head name={w.title} title={w.title} sub={w.sub} actions={actions} />
      <nav className="tabbar" aria-label={w.title}>
        {Object.entries(w.tabs).map(([k, text]) => (
          <Link key={k} to={to.calendar({ year: query.get('year') ?? undefined, tab: k === 'year' ? undefined : k })} className={k === tab ? 'on' : undefined} aria-current={k === tab ? 'page' : undefined}>{text}</Link>
        ))}
      </nav>
      {tab === 'hours' ? <Hours dialog={dialog} open={open} may={may} /> : (
        <View from={from} lines={16}>
          {(y) => (tab === 'past' ? <Past of={y} /> : (
            <div className="stack">
              <Facts of={y} />
              <Months of={y} today={now} pick={may ? (d) => open(`set ${d}`) : undefined} />
              <Listed of={y} />
            </div>
          ))}
        </View>
      )}
      {may && dialog === 'publish' && <Publish close={close} done={from.again} />}
      {may && dialog.split(' ')[0] === 'set' && <SetDays key={dialog} day={dialog.slice(4)} close={close} done={from.again} />}
    </>
  );
}

/** Which year it is, what it amounts to, and whether it is published. */
function Facts({ of: y }: { of: Year }) {
  const { t, f } = useWords();
  const w = t.calendar;
  const turn = (by: number, text: string, mark: string) => {
    const to_ = y.year + by;
    return to_ >= y.first && to_ <= y.last ? <Link to={to.calendar({ year: String(to_) })} className="btn" aria-label={text}>{mark}</Link> : null;
  };
  return (
    <>
      {y.assumed && <p className="note warn">{w.assumedText(y.year)}</p>}
      <Card className="cal-facts">
        <div className="row cal-turn" role="group" aria-label={w.years}>{turn(-1, w.before(y.year - 1), '‹')}<b className="cal-year">{w.year(y.year)}</b>{turn(1, w.after(y.year + 1), '›')}</div>
        <dl>
          <div><dt>{w.facts.working}</dt><dd>{w.days(f.n(y.working))}</dd></div>
          <div><dt>{w.facts.holidays}</dt><dd>{w.days(f.n(y.holidays))}</dd></div>
          <div><dt>{w.facts.makeUps}</dt><dd>{y.assumed && y.make_ups === 0 ? t.none : w.days(f.n(y.make_ups))}</dd></div>
          <div><dt>{w.facts.state}</dt><dd><Tag tone={y.assumed ? 'warn' : 'ok'}>{y.assumed ? w.assumed : w.published}</Tag></dd></div>
          <div><dt>{w.facts.version}</dt><dd><code>{y.version}</code></dd></div>
        </dl>
      </Card>
    </>
  );
}
