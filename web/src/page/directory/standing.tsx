import { App, Button } from 'antd';
import { useState } from 'react';
import { api } from '../../api/client';
import type { Directory, DirectorySummary } from '../../api/schema.gen';
import { useWords } from '../../i18n/use';
import { Tag, type Tone } from '../../part/frame';
import { ReasonDialog } from '../../part/reason';

const tones: Record<DirectorySummary['state'], Tone> = { draft: 'plain', published: 'ok', withdrawn: 'warn' };

/** How far a directory has come; and that it changed since it was looked at. */
export function StandingTag({ of: d }: { of: Pick<DirectorySummary, 'state' | 'version' | 'published_version'> }) {
  const { t } = useWords();
  return (
    <>
      <Tag tone={tones[d.state] ?? 'plain'}>{t.words.standing[d.state] ?? d.state}</Tag>
      {d.state === 'published' && d.version > d.published_version && <> <Tag tone="accent">{t.standing.changed}</Tag></>}
    </>
  );
}

/** Publishes or withdraws, with the reason that is kept. */
export function StandingActions({ of: d, again }: { of: Directory; again: () => void }) {
  const { t } = useWords();
  const { message } = App.useApp();
  const [asking, ask] = useState<'publish' | 'withdraw' | null>(null);
  const w = t.standing;
  const run = async (reason: string) => {
    if (!asking) return;
    await api.turn(d.name, asking, reason);
    void message.success(w.done[asking]);
    again();
  };
  return (
    <>
      {d.state === 'published' && <Button onClick={() => ask('withdraw')}>{w.withdraw}</Button>}
      {(d.state !== 'published' || d.version > d.published_version) && <Button onClick={() => ask('publish')}>{w.publish}</Button>}
      {asking && (
        <ReasonDialog
          title={asking === 'publish' ? w.publishTitle(d.title) : w.withdrawTitle(d.title)}
          text={asking === 'publish' ? w.publishText : w.withdrawText}
          button={w[asking]}
          danger={asking === 'withdraw'}
          close={() => ask(null)}
          run={run}
        />
      )}
    </>
  );
}
