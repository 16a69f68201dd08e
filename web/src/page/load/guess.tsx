import type { ReactNode } from 'react';
import type { Declaration, Guess, ColumnGuess } from '../../api/schema.gen';
import { useWords } from '../../i18n/use';
import { Card, Facts, Tag } from '../../part/frame';
import { useKinds } from '../../part/kinds';
import { Table } from '../../part/table';
import { typeWords } from '../directory/tabs';

/** What the system makes of a file, with its reasons and a sample. */
export function GuessView({ guess: g, matched, into }: { guess: Guess; matched: boolean; into?: Declaration }) {
  const { t, f } = useWords();
  const w = t.load;
  const hits = g.columns.filter((c) => c.item).length;
  const sample = g.sample;
  const missing = (into?.items ?? []).filter((i) => !g.columns.some((c) => c.item === i.name));
  return (
    <>
      <Card title={w.facts} note={g.rows_estimate > 0 && `${w.estimate} ${t.rowsOf(f.n(g.rows_estimate))}`} pad>
        <Facts
          className="facts"
          of={[
            [w.format, why(g.format.toUpperCase(), g.reasons.format)],
            ...(g.sheet
              ? [[w.sheet, why(g.sheet, g.reasons.sheet)] as [string, ReactNode]]
              : [
                  [w.encoding, why(g.encoding || t.none, g.reasons.encoding)] as [string, ReactNode],
                  [w.delimiter, why(g.delimiter === '\t' ? w.tab : g.delimiter ? <code>{g.delimiter}</code> : t.none, g.reasons.delimiter)] as [string, ReactNode],
                ]),
            [w.header, why(g.header ? w.headerYes : w.headerNo, g.reasons.header)],
          ]}
        />
      </Card>
      <Card title={matched ? w.columnsTitle(f.n(g.columns.length), f.n(hits)) : w.columnsNew(f.n(g.columns.length))}>
        <Columns guess={g} matched={matched} />
        {missing.length > 0 && (
          <div className="pager small">
            <span>{w.missing}{t.colon}{missing.map((i) => i.title).join(t.sep)}</span>
          </div>
        )}
      </Card>
      {sample.length > 0 && (
        <Card title={w.sample} note={w.sampleNote(f.n(sample.length))}>
          <Table
            label={w.sample}
            maxHeight={420}
            rows={sample}
            rowKey={(_, i) => String(i)}
            cols={g.columns.map((c, i) => ({ key: `${i}`, title: c.header, nowrap: true, cell: (r: (string | null)[]) => <span className="cell">{r[i] ?? <span className="muted">{t.batch.samples.blank}</span>}</span> }))}
          />
        </Card>
      )}
    </>
  );
}

const why = (value: ReactNode, reason: string | undefined) => <>{value}{reason && <span className="reason">{reason}</span>}</>;

function Columns({ guess: g, matched }: { guess: Guess; matched: boolean }) {
  const { t, f } = useWords();
  const kinds = useKinds();
  const w = t.load.col;
  const item = (c: ColumnGuess) =>
    c.item ? <code>{c.item}</code> : matched ? <Tag tone="warn">{t.load.unmatched}</Tag> : <code>{c.name}</code>;
  return (
    <Table
      label={t.load.facts}
      rows={g.columns}
      rowKey={(c, i) => `${c.header} ${i}`}
      cols={[
        { key: 'h', title: w.header, min: 90, cell: (c) => c.header },
        { key: 'i', title: w.item, cell: item },
        { key: 't', title: w.type, cell: (c) => <>{typeWords(t, c.type)}{c.personal && <> <Tag tone="warn">{t.words.personal[c.personal] ?? c.personal}</Tag></>}<span className="reason">{c.type_reason}</span></> },
        { key: 'c', title: w.clean, min: 120, cell: (c) => reasons(c.clean, (x) => kinds.step(x.step)) || <span className="muted">{t.none}</span> },
        { key: 'r', title: w.rules, min: 120, cell: (c) => reasons(c.rules, (x) => kinds.rule(x.decl)) || <span className="muted">{t.none}</span> },
        { key: 'b', title: w.blank, right: true, cell: (c) => f.n(c.blank) },
        { key: 'd', title: w.distinct, right: true, cell: (c) => f.n(c.distinct) },
        { key: 's', title: w.samples, cell: (c) => <span className="cell muted">{c.samples.slice(0, 3).join(t.sep)}</span> },
      ]}
    />
  );
}

function reasons<X extends { reason: string }>(all: X[] | null, text: (x: X) => string) {
  if (!all?.length) return null;
  return all.map((x, i) => (
    <div key={i}>{text(x)}<span className="reason">{x.reason}</span></div>
  ));
}
