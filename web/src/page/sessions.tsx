import { App, Button } from 'antd';
import { api } from '../api/client';
import type { Session, Who } from '../api/schema.gen';
import { setSession, useMay, useSession } from '../api/session';
import { asProblem, useLoad } from '../api/use';
import { useWords } from '../i18n/use';
import { asked } from '../part/asked';
import { Facet } from '../part/facet';
import { Card, Head, Tag } from '../part/frame';
import { usePersons } from '../part/people';
import { Empty, View } from '../part/state';
import { Table } from '../part/table';
import { Link } from '../route/link';
import { to } from '../route/paths';
import { useAlter, usePlace } from '../route/route';

// The session one sits in is the one that ends when the server says ours does.
const current = (s: Session, who: Who | null | undefined) => who?.id === s.user && who.until !== null && Date.parse(who.until) === Date.parse(s.until);

const browsers: [RegExp, string][] = [[/Edg\/(\d+)/, 'Edge'], [/QIANXIN|Qaxbrowser/i, 'Qi An Xin'], [/Firefox\/(\d+)/, 'Firefox'], [/HeadlessChrome\/(\d+)/, 'Chromium'], [/Chrome\/(\d+)/, 'Chrome'], [/Version\/(\d+).*Safari/, 'Safari']];
const systems: [RegExp, string][] = [[/Windows/, 'Windows'], [/Android/, 'Android'], [/iPhone|iPad/, 'iOS'], [/Mac OS X/, 'macOS'], [/Linux|UOS/, 'Linux']];

/** A browser's name and system out of what it calls itself; empty for no browser. */
export function browser(agent: string): string {
  const b = browsers.find(([r]) => r.test(agent));
  if (!b) return '';
  const version = b[0].exec(agent)?.[1];
  return [version ? `${b[1]} ${version}` : b[1], systems.find(([r]) => r.test(agent))?.[1]].filter(Boolean).join(' · ');
}

/** Who is signed in, from where; one's own, and by right those of others. */
export default function Sessions() {
  const { t, f } = useWords();
  const place = usePlace();
  const alter = useAlter();
  const who = useSession();
  const persons = usePersons();
  const q = asked(place, 'user');
  const list = useLoad(JSON.stringify(q), (s) => api.sessions(q, s));
  const w = t.sessions;
  return (
    <>
      <Head name={w.title} title={w.title} sub={w.sub} actions={<Link className="btn" to={to.password}>{w.password}</Link>} />
      <Card>
        {persons.wide && (
          <div className="filters">
            <Facet label={w.user} value={place.query.get('user')} change={(v) => alter({ user: v })} width={220}
              options={persons.all.map((u) => ({ value: u.login, label: u.name }))} />
          </div>
        )}
        <View from={list} wait={persons.busy} lines={6}>
          {(d) => (
            <Table
              keep="sessions"
              label={w.title}
              rows={d.items}
              rowKey={(s) => s.id}
              selected={(s) => current(s, who)}
              empty={<Empty title={w.empty} hint={w.emptyHint} />}
              cols={[
                { key: 'u', title: w.cols.user, min: 120, cell: (s) => <>{persons.name(s.user)} {current(s, who) && <Tag tone="accent">{w.current}</Tag>}</> },
                { key: 'a', title: w.cols.address, nowrap: true, cell: (s) => s.address },
                { key: 'b', title: w.cols.agent, min: 130, cell: (s) => <span title={s.agent}>{browser(s.agent) || w.unknown}</span> },
                { key: 'c', title: w.cols.created, nowrap: true, cell: (s) => f.time(s.created_at) },
                { key: 's', title: w.cols.seen, nowrap: true, cell: (s) => f.time(s.seen_at) },
                { key: 't', title: w.cols.until, nowrap: true, cell: (s) => f.time(s.until) },
                { key: 'e', title: w.end, right: true, cell: (s) => <End session={s} name={persons.name(s.user)} mine={current(s, who)} again={list.again} /> },
              ]}
            />
          )}
        </View>
      </Card>
    </>
  );
}

function End({ session: s, name, mine, again }: { session: Session; name: string; mine: boolean; again: () => void }) {
  const { t } = useWords();
  const { modal, message } = App.useApp();
  const may = useMay();
  const who = useSession();
  if (!may('session.end', s.user === who?.id ? undefined : '*')) return null;
  const run = async () => {
    try {
      await api.endSession(s.id);
    } catch (e) {
      const p = asProblem(e);
      void message.error([p.detail || p.title, p.remedy].filter(Boolean).join(t.semi));
      return;
    }
    if (mine) return setSession(null);
    void message.success(t.sessions.ended);
    again();
  };
  const ask = () => void modal.confirm({
    title: t.sessions.endTitle(name), content: mine ? t.sessions.endOwnText : t.sessions.endText(s.address),
    okText: t.sessions.end, cancelText: t.cancel, icon: null, onOk: run,
  });
  return <Button size="small" aria-label={t.sessions.endTitle(name)} onClick={ask}>{t.sessions.end}</Button>;
}
