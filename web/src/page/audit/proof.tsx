import { Button } from 'antd';
import { useState, type ReactNode } from 'react';
import { api } from '../../api/client';
import type { Receipt, SigningKey } from '../../api/schema.gen';
import { useAction } from '../../api/use';
import { useWords } from '../../i18n/use';
import { Card, Facts, Tag } from '../../part/frame';
import { Failed } from '../../part/state';
import { climb, signed, type Proof as Climbed } from './prove';
import { save } from './save';

interface Found {
  climbed: Climbed;
  key: SigningKey;
  signed: boolean;
}

/** The receipt followed step by step, each with what went in and what came out. */
export function Proof({ receipt: r }: { receipt: Receipt }) {
  const { t } = useWords();
  const w = t.audit;
  const [found, set] = useState<Found>();
  const run = useAction(async () => {
    const key = await api.publicKey(r.key);
    const climbed = climb(r);
    set({ climbed, key, signed: signed(r, climbed.header, key.pem) });
  });
  const holds = found && found.climbed.leads && found.signed;
  return (
    <Card title={w.proof} note={w.proofNote}>
      <div className="pad stack">
        {run.problem && <Failed problem={run.problem} plain />}
        {!found && <div><Button type="primary" loading={run.busy} onClick={() => void run.act()}>{w.verify}</Button></div>}
        {found && <div role="status" className={holds ? 'note' : 'failed'}><b>{holds ? w.holds : w.fails}</b></div>}
        {found && <Steps receipt={r} found={found} />}
      </div>
    </Card>
  );
}

function Step({ title, text, good, of }: { title: string; text: string; good?: boolean; of: [string, ReactNode][] }) {
  const { t } = useWords();
  return (
    <li className="proof-step">
      <h3>{title} {good !== undefined && <Tag tone={good ? 'ok' : 'danger'}>{good ? t.audit.good : t.audit.bad}</Tag>}</h3>
      <p className="muted">{text}</p>
      <Facts of={of} />
    </li>
  );
}

function Steps({ receipt: r, found: { climbed: c, key, signed } }: { receipt: Receipt; found: Found }) {
  const { t, f } = useWords();
  const w = t.audit;
  const hash = (s: string) => <code key={s} data-random>{s}</code>;
  return (
    <ol className="proof">
      <Step title={w.steps.leaf} text={w.steps.leafText} of={[[w.previous, hash(r.prev)], [w.raw, hash(r.entry)], [w.computed, hash(c.leaf)]]} />
      <Step title={w.steps.path} text={r.count === 1 ? w.steps.alone : w.steps.pathText(f.n(r.index + 1), f.n(r.count))}
        of={c.joins.flatMap((j, i): [string, ReactNode][] => [[`${f.n(i + 1)} ${w[j.side]}`, hash(j.other)], [`${f.n(i + 1)} ${w.joined}`, hash(j.gives)]])} />
      <Step title={w.steps.root} text={w.steps.rootText(f.full(c.header.at))} good={c.leads} of={[[w.computed, hash(c.root)], [w.stated, hash(c.header.root)]]} />
      <Step title={w.steps.key} text={w.steps.keyText} good={signed} of={[
        [w.signature, hash(r.signature)],
        [w.key, <span key="k" className="row">{hash(key.id)}<Button size="small" onClick={() => save(`${key.id}.pem`, key.pem)}>{w.saveKey}</Button></span>],
        [w.fingerprint, hash(key.fingerprint)],
      ]} />
    </ol>
  );
}
