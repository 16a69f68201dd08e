import type { ReactNode } from 'react';
import { api } from '../../api/client';
import { useMay } from '../../api/session';
import type { AuditEntry, Problem, Service } from '../../api/schema.gen';
import { useLoad } from '../../api/use';
import { useWords } from '../../i18n/use';
import { Card, Facts, Tag } from '../../part/frame';
import { useKinds } from '../../part/kinds';
import { Empty, Failed } from '../../part/state';
import { Table } from '../../part/table';
import { Link } from '../../route/link';
import { to } from '../../route/paths';
import type { Answered, Cell } from './call';

export interface Done {
  path: string;
  method: string;
  headers: Record<string, string>;
  body: string;
  message?: string;
  answer: Answered;
}

/** A call step by step: what was sent, how it was signed, what came, what proves it. */
export function Outcome({ of: d, service, item }: { of: Done | undefined; service: Service; item: (n: string) => string }) {
  const { t, f } = useWords();
  const w = t.trying;
  const grant = useGrantOf(d?.answer.receipt ?? '');
  if (!d) return <Card><Empty title={w.title} hint={w.begin} /></Card>;
  const masks = new Map((grant?.items ?? []).map((i) => [i.item, i.mask]));
  return (
    <div className="stack">
      <Card title={w.sent} note={w.sentNote} pad>
        <pre className="example wrap" tabIndex={0}>{[`${d.method} ${d.path} HTTP/1.1`, ...Object.entries(d.headers).map(([k, v]) => `${k}: ${v}`), ...(d.body ? ['', d.body] : [])].join('\n')}</pre>
      </Card>
      <Card title={w.signed} note={d.message === undefined ? undefined : w.signedNote} pad>
        {d.message === undefined ? <p className="muted">{w.bearer}</p> : <pre className="example wrap" tabIndex={0}>{d.message}</pre>}
      </Card>
      <Card title={w.answer} note={w.answerNote(f.n(d.answer.status), f.n(Math.max(1, Math.round(d.answer.milliseconds))))}>
        <Answer of={d} masks={grant && masks} item={item} service={service} />
      </Card>
      <Card title={w.receipt} pad><Receipt of={d.answer} grant={grant} item={item} /></Card>
    </div>
  );
}

/** The grant that an answer was given by, as its entry in the audit names it. */
function useGrantOf(receipt: string) {
  const may = useMay();
  const found = useLoad(receipt && may('receipt.read') ? `call ${receipt}` : null, async (s) => {
    const entry = JSON.parse((await api.receipt(receipt, s)).entry) as AuditEntry;
    return entry.grant && may('grant.read') ? api.grant(entry.grant, s) : null;
  });
  return found.data ?? undefined;
}

function Answer({ of: d, masks, item, service }: { of: Done; masks?: Map<string, string>; item: (n: string) => string; service: Service }) {
  const { t, f } = useWords();
  const w = t.trying;
  const a = d.answer;
  if (a.status >= 400) return <Failed problem={JSON.parse(a.text) as Problem} />;
  const parsed = JSON.parse(a.text) as { count?: number };
  if (parsed.count !== undefined) return <div className="pad">{w.counted(f.n(parsed.count))}</div>;
  if (!a.rows) return <pre className="example wrap tall pad" tabIndex={0}>{JSON.stringify(parsed, null, 2)}</pre>;
  const cols = Object.keys(a.rows[0] ?? {});
  const more = a.more || Boolean(a.next);
  return (
    <>
      <Table
        label={service.title}
        rows={a.rows}
        rowKey={(_, i) => String(i)}
        empty={<Empty title={w.none} />}
        cols={cols.map((c) => ({
          key: c,
          title: <>{item(c)}{masks && <span className="sub small">{masks.get(c) ? <Tag tone="accent">{w.hidden}</Tag> : <span className="muted">{w.shown}</span>}</span>}</>,
          nowrap: true,
          cell: (r: Record<string, Cell>) => <Shown of={r[c]} />,
        }))}
      />
      {a.rows.length > 0 && <div className="pager small muted">{w.rows(f.n(a.rows.length))}{more && <span>{a.next ? w.nextPage : w.more}</span>}</div>}
    </>
  );
}

function Shown({ of: v }: { of: Cell | undefined }) {
  const { t } = useWords();
  if (v === null || v === undefined || v === '') return <span className="muted">{t.trying.empty}</span>;
  const text = Array.isArray(v) ? v.join(t.sep) : String(v);
  return <span className="cell" title={text}>{text}</span>;
}

function Receipt({ of: a, grant, item }: { of: Answered; grant: { id: string; purpose: string; items: { item: string; mask: string }[] } | undefined; item: (n: string) => string }) {
  const { t } = useWords();
  const w = t.trying;
  const may = useMay();
  const kinds = useKinds();
  if (!a.receipt) return <p className="muted">{w.noReceipt}</p>;
  const masked = (grant?.items ?? []).filter((i) => i.mask);
  return (
    <Facts of={[
      [w.receiptId, <span key="r" className="row"><code className="wrap">{a.receipt}</code>{may('receipt.read') ? <Link to={to.entry(a.receipt)}>{w.verify}</Link> : <span className="muted">{w.unseen}</span>}</span>],
      ...(a.snapshot && a.snapshot !== '0' ? [[w.snapshot, <code key="s">{a.snapshot}</code>] as [string, ReactNode]] : []),
      ...(grant ? [
        [w.grant, <Link key="g" to={to.grant(grant.id)}>{grant.purpose}</Link>] as [string, ReactNode],
        [w.masks, masked.length ? masked.map((i) => <span key={i.item} className="reason">{w.masksOf(item(i.item), kinds.mask(i.mask))}</span>) : w.whole] as [string, ReactNode],
      ] : []),
    ]} />
  );
}
