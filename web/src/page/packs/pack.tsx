import { Button } from 'antd';
import type { ReactNode } from 'react';
import { api, download } from '../../api/client';
import { useMay } from '../../api/session';
import { useAction, useLoad } from '../../api/use';
import { useWords } from '../../i18n/use';
import { useDialog } from '../../part/dialog';
import { Head, Tag } from '../../part/frame';
import { Failed, View } from '../../part/state';
import { Link } from '../../route/link';
import { to } from '../../route/paths';
import { usePlace } from '../../route/route';
import { AddField } from './field';
import { Install } from './install';
import { Codes, Flows, Registers, Roles, type Props } from './parts';
import { Files, Turns } from './turns';
import { Undo } from './undo';

const tabs: Record<string, (p: Props) => ReactNode> = { registers: Registers, flows: Flows, roles: Roles, codes: Codes, turns: Turns, files: Files };

/** One pack: what it is made of, who does what in it, and how it came to be so. */
export default function PackPage({ id }: { id: string }) {
  const { t } = useWords();
  const from = useLoad(`pack ${id}`, (s) => api.pack(id, s));
  const { query } = usePlace();
  const [dialog, ask] = useDialog();
  const may = useMay()('pack.install');
  const tab = query.get('tab') ?? 'registers';
  const Tab = tabs[tab] ?? Registers;
  const close = () => ask(null);
  return (
    <>
      {!from.data && <Head name={id} title={id} crumbs={[{ text: t.packs.title, to: to.packs }]} />}
      <View from={from} lines={12}>
        {(p) => (
          <>
            <PackHead of={p} ask={ask} may={may} />
            <nav className="tabbar" aria-label={p.title}>
              {Object.keys(tabs).map((k) => (
                <Link key={k} to={to.pack(id, k === 'registers' ? undefined : k)} className={k === tab ? 'on' : undefined} aria-current={k === tab ? 'page' : undefined}>{t.packs.tabs[k as keyof typeof t.packs.tabs]}</Link>
              ))}
            </nav>
            <Tab of={p} ask={ask} />
            {may && dialog === 'install' && <Install close={close} done={from.again} />}
            {may && dialog === 'undo' && p.can_undo && <Undo of={p} close={close} done={from.again} />}
            {may && dialog.startsWith('field ') && <AddField of={p} register={dialog.slice(6)} close={close} done={from.again} />}
          </>
        )}
      </View>
    </>
  );
}

function PackHead({ of: p, ask, may }: Props & { may: boolean }) {
  const { t, f } = useWords();
  const w = t.packs;
  const save = useAction(() => download(api.packArchive(p.id), {}, new AbortController().signal));
  return (
    <>
      <Head
        name={p.title} title={p.title} crumbs={[{ text: w.title, to: to.packs }]} tags={<Tag>{w.version(p.version)}</Tag>}
        sub={[p.summary, p.open !== null && p.registers.some((r) => r.flow) && w.running(f.n(p.open))].filter(Boolean).join(t.semi) || p.id}
        actions={may && <>
          <Button loading={save.busy} onClick={() => void save.act()}>{w.download}</Button>
          {p.can_undo && <Button onClick={() => ask('undo')}>{w.undo}</Button>}
          <Button type="primary" onClick={() => ask('install')}>{w.install}</Button>
        </>}
      />
      {save.problem && <Failed problem={save.problem} />}
    </>
  );
}
