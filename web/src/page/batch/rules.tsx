import type { Finding, Report } from '../../api/schema.gen';
import { useWords } from '../../i18n/use';
import { Card, Tag, type Tone } from '../../part/frame';
import { Table } from '../../part/table';
import { useAlter, usePlace } from '../../route/route';
import { ordered } from './ordered';

/** Every rule with what it found; choosing one shows its rows. */
export function Rules({ report: r, rule }: { report: Report; rule: string | null }) {
  const { t, f } = useWords();
  const w = t.batch.rules;
  const alter = useAlter();
  const { query } = usePlace();
  const all = ordered(r.findings);
  const failed = all.filter((x) => x.verdict !== 'passed');
  const few = failed.length ? failed : all.slice(0, 8); // what is worth reading first
  const only = query.get('broken') !== 'false' && all.length > 12;
  const title = (item: string) => r.columns.find((c) => c.name === item)?.title ?? item;
  const note = failed.length ? w.failed(f.n(failed.length)) : w.allPassed;
  return (
    <Card title={w.title(f.n(all.length))} note={note}>
      <Table
        label={w.title(f.n(all.length))}
        rows={only ? few : all}
        rowKey={(x) => x.rule}
        selected={(x) => x.rule === rule}
        cols={[
          { key: 'r', title: w.rule, min: 130, cell: (x) => (
            <>
              {x.rows > 0 ? <button type="button" className="link" aria-pressed={x.rule === rule} onClick={() => alter({ rule: x.rule === rule ? 'all' : x.rule })}>{x.title}</button> : x.title}{' '}
              <Verdict of={x} />
            </>
          ) },
          { key: 'i', title: w.items, cell: (x) => x.items?.map(title).join(t.sep) || t.none },
          { key: 'n', title: w.rows, right: true, cell: (x) => x.value || f.n(x.rows) },
          { key: 's', title: w.share, right: true, cell: (x) => (x.value ? (x.limit != null ? w.limitOf(f.percent(x.limit)) : t.none) : f.share(x.share ?? 0)) },
        ]}
      />
      {all.length > 12 && few.length < all.length && (
        <div className="pager">
          <button type="button" className="link small" onClick={() => alter({ broken: only ? 'false' : null }, true)}>{only ? w.showAll : failed.length ? w.onlyBroken : w.showFew}</button>
        </div>
      )}
    </Card>
  );
}

function Verdict({ of: x }: { of: Finding }) {
  const { t } = useWords();
  const w = t.batch.rules;
  const [tone, text]: [Tone, string] =
    x.verdict === 'blocked' ? ['danger', w.blocked]
    : x.verdict === 'passed' ? ['ok', w.passed]
    : x.do === 'warn' ? ['warn', w.warn]
    : ['plain', ''];
  return text ? <Tag tone={tone}>{text}</Tag> : null;
}
