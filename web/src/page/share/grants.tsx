import { Button } from 'antd';
import { api } from '../../api/client';
import { useLoad } from '../../api/use';
import { useWords } from '../../i18n/use';
import { asked } from '../../part/asked';
import { optionsOf } from '../../part/choice';
import { Export } from '../../part/export';
import { Facet } from '../../part/facet';
import { Card, Head } from '../../part/frame';
import { May } from '../../part/may';
import { Pager } from '../../part/pager';
import { GrantTable, soon, soonDays, useTitles } from '../../part/share';
import { Empty, View } from '../../part/state';
import { Link } from '../../route/link';
import { to } from '../../route/paths';
import { useAlter, usePlace } from '../../route/route';

export default function Grants() {
  const { t, f } = useWords();
  const place = usePlace();
  const alter = useAlter();
  const titles = useTitles();
  const q = asked(place, 'grantee', 'directory', 'state', 'cursor');
  const list = useLoad(`grants ${JSON.stringify(q)}`, (s) => api.grants({ ...request(q), limit: 50 }, s));
  const set = (name: string) => (v: string | null) => alter({ [name]: v, cursor: null });
  const filtered = Boolean(q.grantee ?? q.directory ?? q.state);
  const clear = <Button onClick={() => alter({ grantee: null, directory: null, state: null, cursor: null })}>{t.directories.clear}</Button>;
  const make = <May do="grant.make"><Link className="btn primary" to={to.newGrant()}>{t.grants.make}</Link></May>;
  return (
    <>
      <Head name={t.grants.title} title={t.grants.title} sub={t.grants.sub} actions={make} />
      <Card>
        <div className="filters">
          <Facet label={t.grants.cols.grantee} value={q.grantee ?? null} change={set('grantee')} width={220}
            options={[...titles.apps.map((a) => ({ value: `app:${a.name}`, label: a.title })), ...titles.offices.map((o) => ({ value: `office:${o.name}`, label: o.title }))]} />
          <Facet label={t.grants.cols.directory} value={q.directory ?? null} change={set('directory')} width={220}
            options={optionsOf(titles.directories)} />
          <Facet label={t.grants.cols.state} value={q.state ?? null} change={set('state')}
            options={[{ value: 'active', label: t.share.states.active }, { value: 'soon', label: t.grants.soon(f.n(soonDays)) }, { value: 'expired', label: t.share.states.expired }, { value: 'revoked', label: t.share.states.revoked }]} />
          {filtered && clear}
          <span className="fill" />
          <Export list="grants" query={request(q)} keep="grants" outs={{ p: 'purpose basis', g: 'grantee grantee_name', d: 'directory office', i: 'items', r: 'rows', u: 'from until', s: 'state' }} />
        </div>
        <View from={list} wait={titles.busy} lines={10}>
          {(l) => (l.items.length ? (
            <>
              <GrantTable items={l.items} titles={titles} label={t.grants.title} />
              <Pager next={l.next} shown={l.items.length} />
            </>
          ) : <Empty title={t.grants.empty} hint={t.grants.noneHint}>{filtered ? clear : make}</Empty>)}
        </View>
      </Card>
    </>
  );
}

/** The address's words as the request has them: of the grantees one, of the states one and a time. */
function request(q: Partial<Record<string, string>>) {
  const [kind, ...name] = (q.grantee ?? '').split(':');
  return {
    directory: q.directory, cursor: q.cursor,
    ...(kind === 'app' || kind === 'office' ? { [kind]: name.join(':') } : {}),
    ...(q.state === 'soon' ? { state: 'active', until_before: soon() } : { state: q.state }),
  };
}
