import { api } from '../../api/client';
import type { AuditEntry, Receipt, ReceiptNames } from '../../api/schema.gen';
import { useMay } from '../../api/session';
import { pending, useLoad } from '../../api/use';
import { useWords } from '../../i18n/use';
import { Card, Facts, Head, Tag } from '../../part/frame';
import { usePersons } from '../../part/people';
import { View } from '../../part/state';
import { Link } from '../../route/link';
import { to } from '../../route/paths';
import { useMemo, type ReactNode } from 'react';
import { changeWords } from './change';
import { Proof } from './proof';
import { save } from './save';

/** One entry of the audit: what it says, and that it is there. */
export default function EntryPage({ id }: { id: string }) {
  const { t, f } = useWords();
  const may = useMay();
  const receipt = useLoad(id, (s) => api.receipt(id, s));
  const seq = id.split('-')[1] ?? '';
  const names = useLoad(`names ${id}`, (s) => api.receiptNames(id, s));
  const title = t.audit.entry(/^\d+$/.test(seq) ? f.n(Number(seq)) : seq);
  return (
    <>
      <Head crumbs={[{ text: t.audit.crumb, to: may('audit.read') ? to.audit() : undefined }]} name={title} title={title}
        actions={receipt.data && <button type="button" className="btn" onClick={() => save(`receipt-${id}.json`, JSON.stringify(receipt.data, null, 2))}>{t.audit.download}</button>} />
      <View from={receipt} wait={pending(names)} lines={12}>{(r) => <div className="stack"><Said receipt={r} names={names.data} id={id} /><Proof receipt={r} /></div>}</View>
    </>
  );
}

/** What something is called, and its code in small. */
function Named({ title, code, random }: { title: string | undefined; code: string; random?: boolean }) {
  return <>{title || code}{title && title !== code && <code className="sub small muted" data-random={random || undefined}>{code}</code>}</>;
}

function Said({ receipt, names, id }: { receipt: Receipt; names: ReceiptNames | undefined; id: string }) {
  const { t, f, lang } = useWords();
  const persons = usePersons();
  const e = useMemo(() => JSON.parse(receipt.entry) as Omit<AuditEntry, 'receipt'>, [receipt]);
  const outcome = useLoad(e.outcome === 'ok' ? null : `outcome ${e.outcome}`, (s) => api.outcome(e.outcome, s));
  const w = t.audit;
  const may = useMay();
  const more = (q: Record<string, string>, text: ReactNode) => (may('audit.read') ? <Link to={to.audit(q)}>{text}</Link> : text);
  const items = e.items?.includes('*') ? w.allItems : e.items?.map((i) => names?.items?.find((x) => x.name === i)?.title ?? i).join(t.sep);
  const all: [string, ReactNode][] = [
    [w.cols.at, f.full(e.at)],
    [w.cols.who, e.app ? more({ app: e.app }, <Named title={names?.app} code={e.app} />) : e.actor ? more({ actor: e.actor }, w.machines[e.actor] ?? (names?.actor || persons.name(e.actor))) : w.machines.system],
    [w.cols.action, <Named key="a" title={w.actions[e.action] ?? names?.action} code={e.action} />],
    [w.cols.outcome, e.outcome === 'ok' ? <Tag key="o" tone="ok">{w.ok}</Tag> : <span key="o"><span className="danger">{outcome.data?.title ?? e.outcome}</span> <code className="small muted">{e.outcome}</code></span>],
    [w.service, e.service && more({ service: e.service }, <Named title={names?.service} code={e.service} />)],
    [w.directory, e.directory && more({ directory: e.directory }, <Named title={names?.directory} code={e.directory} />)],
    [w.items, items ?? w.noItems],
    [w.cols.rows, f.n(e.rows)],
    [w.purpose, e.purpose],
    [w.grant, e.grant && more({ grant: e.grant }, <Named title={names?.grant} code={e.grant} random />)],
    [w.office, e.office && more({ office: e.office }, <Named title={names?.office} code={e.office} />)],
    [w.door, e.door && (w.doors[e.door] ?? e.door)],
    [w.address, e.address],
    [w.target, e.target],
    [w.change, changeWords(e.change, lang)],
    [w.detail, e.change !== undefined && <code key="c">{JSON.stringify(e.change)}</code>],
    [w.subject, e.subject && <code key="s" data-random>{e.subject}</code>],
    [w.answer, e.answer && <code key="a">{e.answer}</code>],
    [w.receipt, <code key="r" data-random>{id}</code>],
  ];
  return <Card title={w.about} pad><Facts of={all.filter(([, v]) => v)} /></Card>;
}
