import { App, Button } from 'antd';
import { useState } from 'react';
import { api } from '../../api/client';
import { useMay } from '../../api/session';
import type { Directory, Service } from '../../api/schema.gen';
import { useAction, useLoad } from '../../api/use';
import { useWords } from '../../i18n/use';
import { Card, Facts, Head, Tag } from '../../part/frame';
import { May } from '../../part/may';
import { ReasonDialog } from '../../part/reason';
import { GrantsCard, useTitles } from '../../part/share';
import { Failed, View } from '../../part/state';
import { Link } from '../../route/link';
import { to } from '../../route/paths';
import { go, usePlace } from '../../route/route';
import { ServiceState } from './services';
import { Trying } from './trying';

export default function ServicePage({ name }: { name: string }) {
  const { t } = useWords();
  const from = useLoad(`service ${name}`, (s) => api.service(name, s));
  return (
    <>
      {!from.data && <Head name={name} crumbs={[{ text: t.services.title, to: to.services }]} title={name} />}
      <View from={from} lines={10}>{(s) => <Shown of={s} again={from.again} />}</View>
    </>
  );
}

function Shown({ of: s, again }: { of: Service; again: () => void }) {
  const { t, f } = useWords();
  const w = t.services;
  const may = useMay();
  const titles = useTitles();
  const tab = usePlace().query.get('tab') === 'try' ? 'try' : 'about';
  const directory = useLoad(may('directory.read') ? `directory ${s.directory}` : null, (sig) => api.directory(s.directory, sig));
  const item = (n: string) => directory.data?.declaration.items.find((i) => i.name === n)?.title ?? n;
  const items = (list: string[], none: string) => (list.length ? list.map((n) => <span key={n}>{item(n)} <code>{n}</code> </span>) : none);
  return (
    <>
      <Head
        name={s.title}
        crumbs={[{ text: w.title, to: to.services }]}
        title={s.title}
        tags={<ServiceState of={s} />}
        sub={`${s.name} · ${titles.office(s.office)} · ${t.directory.version(f.n(s.version))}`}
        actions={<May do="service.write" office={s.office}><Acts of={s} again={again} /></May>}
      />
      <Tabs of={s} tab={tab} />
      {tab === 'try' ? <Trying of={s} item={item} /> : (
      <>
      {s.abstract && <Card pad><p className="abstract">{s.abstract}</p></Card>}
      <div className="two gap-top">
        <Card title={w.what} pad>
          <Facts of={[
            [w.cols.directory, <Link to={to.directory(s.directory)}>{titles.directory(s.directory)}</Link>],
            [w.cols.key, items(s.key, w.listOnly)],
            [w.cols.filter, items(s.filter, t.none)],
            [w.sort, items(s.sort, t.none)],
            [w.created, f.full(s.created_at)],
            [w.cols.changed, f.full(s.changed_at)],
          ]} />
        </Card>
        <Card title={w.file} pad><Served of={s} directory={directory.data} /></Card>
      </div>
      <div className="stack">
        <Card title={w.call} note={w.callNote} pad><Call of={s} item={item} /></Card>
        <GrantsCard of={{ directory: s.directory }} titles={titles} title={w.grants} office={s.office} />
      </div>
      </>
      )}
    </>
  );
}

function Tabs({ of: s, tab }: { of: Service; tab: string }) {
  const { t } = useWords();
  return (
    <nav className="tabbar" aria-label={s.title}>
      {(['about', 'try'] as const).map((k) => <Link key={k} to={to.service(s.name, k === 'about' ? undefined : k)} className={k === tab ? 'on' : undefined} aria-current={k === tab ? 'page' : undefined}>{t.serving.tabs[k]}</Link>)}
    </nav>
  );
}

/** The file that look-ups are answered from. */
function Served({ of: s, directory }: { of: Service; directory: Directory | undefined }) {
  const { t, f } = useWords();
  const w = t.services;
  if (!s.served) return <p className="muted">{s.stopped ? w.fileStopped : s.key.length ? w.fileNone : w.fileLists}</p>;
  const behind = s.served.behind;
  return (
    <Facts of={[
      [w.fileState, <Tag tone={behind ? 'warn' : 'ok'}>{behind ? w.behind(f.n(behind)) : w.current}</Tag>],
      [w.fileRows, directory ? w.rowsOf(f.n(s.served.rows), f.n(directory.rows)) : t.rowsOf(f.n(s.served.rows))],
      [w.unkeyed, t.rowsOf(f.n(s.served.unkeyed))],
      [w.built, f.full(s.served.built)],
    ]} />
  );
}

// Conditions stand in the body: personal values never do in an address.
function Call({ of: s, item }: { of: Service; item: (n: string) => string }) {
  const { t } = useWords();
  const w = t.services;
  const address = `${window.location.origin}/data/v1/${s.name}`;
  const line = (path: string, body: object) => `curl -sS ${address}${path} \\\n  -H 'Authorization: Bearer ${w.key}' -H 'Content-Type: application/json' \\\n  -d '${JSON.stringify(body)}'`;
  const keys = Object.fromEntries(s.key.map((n) => [n, `<${item(n)}>`]));
  return (
    <div className="stack">
      <Facts of={[[w.address, <code className="wrap">{address}</code>], [w.document, <code className="wrap">{`${address}/openapi.json`}</code>]]} />
      {s.key.length > 0 && <div><p className="label">{w.lookUp}</p><pre className="example wrap">{line('', { key: keys })}</pre></div>}
      <div><p className="label">{w.lists}</p><pre className="example wrap">{line('/rows', { limit: 100 })}</pre></div>
    </div>
  );
}

function Acts({ of: s, again }: { of: Service; again: () => void }) {
  const { t } = useWords();
  const w = t.services;
  const { message } = App.useApp();
  const [removing, remove] = useState(false);
  const turn = useAction(async () => {
    await api.putService({ name: s.name, title: s.title, abstract: s.abstract, directory: s.directory, key: s.key, filter: s.filter, sort: s.sort, stopped: !s.stopped }, false);
    void message.success(s.stopped ? w.started : w.stoppedDone);
    again();
  });
  return (
    <>
      {turn.problem && <Failed problem={turn.problem} plain />}
      <Link to={to.editService(s.name)} className="btn">{t.serving.edit}</Link>
      <Button onClick={() => remove(true)}>{w.remove}</Button>
      <Button loading={turn.busy} onClick={() => void turn.act()}>{s.stopped ? w.start : w.stop}</Button>
      {removing && (
        <ReasonDialog danger hint={t.share.reasonHint} title={w.removeTitle(s.title)} text={w.removeText(s.name)} button={w.remove} close={() => remove(false)} run={async (reason) => {
          await api.removeService(s.name, reason);
          void message.success(w.removed);
          go(to.services);
        }} />
      )}
    </>
  );
}
