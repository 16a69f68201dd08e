import type { ReactNode } from 'react';
import { api } from '../api/client';
import type { Directory } from '../api/schema.gen';
import { useLoad } from '../api/use';
import { May } from '../part/may';
import { useWords } from '../i18n/use';
import { Head, Tag } from '../part/frame';
import { View } from '../part/state';
import { Link } from '../route/link';
import { to } from '../route/paths';
import { usePlace } from '../route/route';
import { Fresh } from './directory/fresh';
import { History } from './directory/history';
import { LineageTab } from './directory/lineage';
import { Batches, Items, Quality, Rules } from './directory/tabs';
import { Rows } from './directory/rows';
import { Shared } from './directory/shared';
import { Snapshots } from './directory/snapshots';
import { StandingActions, StandingTag } from './directory/standing';
import { ReplayAll } from './rows/foresee';

const tabs: Record<string, (p: { of: Directory }) => ReactNode> = {
  items: Items, rules: Rules, rows: Rows, batches: Batches, versions: Snapshots, quality: Quality, lineage: LineageTab, shared: Shared, history: History,
};

export default function DirectoryPage({ name }: { name: string }) {
  const from = useLoad(name, (s) => api.directory(name, s));
  const { t } = useWords();
  const { query } = usePlace();
  const tab = query.get('tab') ?? 'items';
  const Tab = tabs[tab] ?? Items;
  return (
    <>
      {!from.data && <Head name={name} title={name} />}
      <View from={from} lines={12}>
        {(d) => (
          <>
            <DirectoryHead of={d} again={from.again} />
            <nav className="tabbar" aria-label={d.title}>
              {Object.keys(tabs).map((k) => (
                <Link key={k} to={to.directory(name, k === 'items' ? undefined : k)} className={k === tab ? 'on' : undefined} aria-current={k === tab ? 'page' : undefined}>
                  {t.directory.tabs[k as keyof typeof t.directory.tabs]}
                </Link>
              ))}
            </nav>
            <Tab of={d} />
          </>
        )}
      </View>
    </>
  );
}

function DirectoryHead({ of: d, again }: { of: Directory; again: () => void }) {
  const { t, f } = useWords();
  const facts = [
    t.directory.facts(d.office_title, t.words.update[d.update] ?? d.update, f.n(d.version)),
    d.mounted ? `${t.directory.rows} ${t.rowsOf(f.n(d.rows))}` : t.directory.notMounted,
  ];
  return (
    <Head
      name={d.title}
      crumbs={[{ text: t.directories.title, to: to.directories }, { text: d.office_title, to: `${to.directories}?office=${encodeURIComponent(d.office)}` }]}
      title={d.title}
      tags={<><StandingTag of={d} /> <Tag>{t.words.class[d.class] ?? d.class}</Tag> {d.fresh === 'stale' && <Tag tone="danger"><Fresh of={d} /></Tag>} {d.level && <Tag tone="accent">{t.words.grade[d.level] ?? d.level}</Tag>}</>}
      sub={<>{facts.join(' · ')}{d.quarantined > 0 && <> · <Link to={to.directory(d.name, 'batches')}>{t.directory.quarantined} {f.n(d.quarantined)}</Link></>}</>}
      actions={
        <>
          <May do="directory.publish" office={d.office}><StandingActions of={d} again={again} /></May>
          <May do="directory.write" office={d.office}><Link className="btn" to={to.declare(d.name)}>{t.directory.edit}</Link></May>
          {d.quarantined > 0 && <May do="mend.replay" office={d.office}><ReplayAll name={d.name} title={d.title} done={again} /></May>}
          <May do="load.run" office={d.office}><Link className="btn primary" to={to.load({ directory: d.name })}>{t.directory.load}</Link></May>
        </>
      }
    />
  );
}
