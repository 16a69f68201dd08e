import { App, Button } from 'antd';
import { useState } from 'react';
import { api } from '../../api/client';
import type { App as Application } from '../../api/schema.gen';
import { useAction, useLoad } from '../../api/use';
import { useWords } from '../../i18n/use';
import { Head } from '../../part/frame';
import { May } from '../../part/may';
import { ReasonDialog } from '../../part/reason';
import { GrantsCard, useTitles } from '../../part/share';
import { Failed, View } from '../../part/state';
import { to } from '../../route/paths';
import { AppState } from './apps';
import { Keys } from './keys';

export default function AppPage({ name }: { name: string }) {
  const { t } = useWords();
  const from = useLoad(`app ${name}`, (s) => api.app(name, s));
  return (
    <>
      {!from.data && <Head name={name} crumbs={[{ text: t.apps.title, to: to.apps }]} title={name} />}
      <View from={from} lines={10}>{(a) => <Shown of={a} again={from.again} />}</View>
    </>
  );
}

function Shown({ of: a, again }: { of: Application; again: () => void }) {
  const { t, f } = useWords();
  const w = t.apps;
  const titles = useTitles();
  return (
    <>
      <Head
        name={a.title}
        crumbs={[{ text: w.title, to: to.apps }]}
        title={a.title}
        tags={<AppState of={a} />}
        sub={w.facts(a.name, titles.office(a.office), f.full(a.created_at))}
        actions={<May do="app.write" office={a.office}><Turn of={a} again={again} /></May>}
      />
      <div className="stack">
        <Keys of={a} again={again} />
        <GrantsCard of={{ app: a.name }} titles={titles} title={t.grants.title} />
      </div>
    </>
  );
}

/** Closes an application with a reason, or opens it again. */
function Turn({ of: a, again }: { of: Application; again: () => void }) {
  const { t } = useWords();
  const w = t.apps;
  const { message } = App.useApp();
  const [asking, ask] = useState(false);
  const enable = useAction(async () => {
    await api.enableApp(a.name);
    void message.success(w.enabled);
    again();
  });
  if (a.state !== 'enabled') return <>{enable.problem && <Failed problem={enable.problem} plain />}<Button loading={enable.busy} onClick={() => void enable.act()}>{w.enable}</Button></>;
  return (
    <>
      <Button onClick={() => ask(true)}>{w.disable}</Button>
      {asking && (
        <ReasonDialog danger hint={t.share.reasonHint} title={w.disableTitle(a.title)} text={w.disableText} button={w.disable} close={() => ask(false)} run={async (reason) => {
          await api.disableApp(a.name, reason);
          void message.success(w.disabled);
          again();
        }} />
      )}
    </>
  );
}
