import { api } from '../../api/client';
import type { Declaration, Directory, Item, RuleDecl } from '../../api/schema.gen';
import { useLoad } from '../../api/use';
import { May } from '../../part/may';
import { useWords } from '../../i18n/use';
import { asked } from '../../part/asked';
import { GradeTag } from '../../part/batch';
import { Chart } from '../../part/chart';
import { Card, Facts, Tag } from '../../part/frame';
import { ruleWords, useKinds } from '../../part/kinds';
import { trendOption } from '../../part/options';
import { Pager } from '../../part/pager';
import { Empty, View } from '../../part/state';
import { Table } from '../../part/table';
import { Link } from '../../route/link';
import { to } from '../../route/paths';
import { usePlace } from '../../route/route';
import { BatchTable } from '../batches';

type Props = { of: Directory };

const titles = (d: Declaration) => (name: string) => d.items.find((i) => i.name === name)?.title ?? name;

export function typeWords(t: ReturnType<typeof useWords>['t'], type: string): string {
  const m = /^decimal\((.*)\)$/.exec(type);
  return m ? t.words.decimal(m[1] ?? '') : (t.words.type[type] ?? type);
}

export function Items({ of: d }: Props) {
  const { t } = useWords();
  const kinds = useKinds();
  const w = t.directory.item;
  const about = (i: Item) => (d.declaration.rules ?? []).filter((r) => r.item === i.name || r.items?.includes(i.name));
  return (
    <div className="stack">
      <Card>
        <Table
          label={t.directory.tabs.items}
          rows={d.declaration.items}
          rowKey={(i) => i.name}
          cols={[
            { key: 't', title: w.title, min: 110, cell: (i) => <>{i.title}{d.declaration.load?.key?.includes(i.name) && <> <Tag tone="accent">{t.directory.keyTag}</Tag></>}</> },
            { key: 'n', title: w.name, cell: (i) => <code>{i.name}</code> },
            { key: 'y', title: w.type, nowrap: true, cell: (i) => typeWords(t, i.type) },
            { key: 'r', title: w.required, cell: (i) => (i.required ? t.yes : <span className="muted">{t.none}</span>) },
            { key: 'p', title: w.personal, cell: (i) => (i.personal ? <Tag tone="warn">{t.words.personal[i.personal] ?? i.personal}</Tag> : <span className="muted">{t.none}</span>) },
            { key: 'c', title: w.clean, min: 150, cell: (i) => (i.clean?.length ? i.clean.map(kinds.step).join(' → ') : <span className="muted">{t.none}</span>) },
            { key: 'u', title: w.rules, cell: (i) => about(i).map(kinds.rule).join(t.sep) || <span className="muted">{t.none}</span> },
          ]}
        />
      </Card>
      <About of={d} />
    </div>
  );
}

function About({ of: d }: Props) {
  const { t, f } = useWords();
  const w = t.directory;
  const x = d.declaration;
  const load = x.load ? [t.words.mode[x.load.mode] ?? x.load.mode, x.load.key?.length && w.key(x.load.key.map(titles(x)).join(t.sep))].filter(Boolean).join(t.semi) : w.notMounted;
  return (
    <Card title={w.about} pad>
      <Facts
        of={[
          [w.abstract, x.abstract],
          [w.code, x.code || t.none],
          [t.facets.domain, t.words.domain[x.domain ?? ''] ?? t.none],
          [t.facets.update, <>{t.words.update[x.update ?? ''] ?? t.none}{d.due_at && <span className="muted"> {t.due(f.time(d.due_at))}</span>}</>],
          [w.format, t.words.format[x.format ?? ''] ?? x.format ?? t.none],
          [w.share, t.words.share[x.share?.type ?? ''] ?? t.none],
          [w.way, t.words.way[x.share?.way ?? ''] ?? t.none],
          [w.condition, x.share?.condition || t.none],
          [w.open, x.open?.public ? t.yes : t.no],
          [w.level, t.words.grade[d.level] ?? (d.level || t.none)],
          [w.use, x.use || t.none],
          [w.basis, x.share?.basis || t.none],
          [w.related, x.related?.join(t.sep) || t.none],
          [w.issued, x.issued || t.none],
          [w.mode, load],
          ...(x.codes ?? []).map((c): [string, string] => [w.codes(c.title || c.name, f.n(Object.keys(c.codes).length)), Object.entries(c.codes).slice(0, 20).map(([k, v]) => `${k} ${v}`).join(t.sep)]),
        ]}
      />
    </Card>
  );
}

export function Rules({ of: d }: Props) {
  const words = useWords();
  const { t, f } = words;
  const w = t.directory.rule;
  const kinds = useKinds();
  const title = titles(d.declaration);
  const required: RuleDecl[] = d.declaration.items.filter((i) => i.required).map((i) => ({ kind: 'required', item: i.name }));
  const rules = [...required, ...(d.declaration.rules ?? [])];
  const severity = (r: RuleDecl) => r.do ?? kinds.rules.get(r.kind)?.do ?? 'reject';
  const does = (r: RuleDecl) => {
    const text = t.words.do[severity(r)] ?? r.do;
    return r.do === 'block' && r.above !== undefined ? t.rule.blockAbove(f.percent(r.above)) : text;
  };
  return (
    <Card>
      <View from={kinds.from} lines={12}>{() => <Table
        label={t.directory.tabs.rules}
        rows={rules}
        rowKey={(_, i) => String(i)}
        empty={<Empty title={t.directory.rulesEmpty} hint={t.directory.rulesEmptyHint}><May do="directory.write" office={d.office}><Link className="btn" to={to.declare(d.name)}>{t.directory.edit}</Link></May></Empty>}
        cols={[
          { key: 't', title: w.title, min: 110, cell: (r) => kinds.rule(r) },
          { key: 's', title: w.says, min: 200, cell: (r) => <><span className="wrap">{ruleWords(words, r, title)}</span><span className="reason">{kinds.rules.get(r.kind)?.help}</span></> },
          { key: 'n', title: w.norm, cell: (r) => kinds.rules.get(r.kind)?.norm || t.none },
          { key: 'd', title: w.does, nowrap: true, cell: (r) => <Tag tone={severity(r) === 'block' ? 'danger' : severity(r) === 'warn' ? 'warn' : 'plain'}>{does(r)}</Tag> },
        ]}
      />}</View>
    </Card>
  );
}

export function Batches({ of: d }: Props) {
  const { t } = useWords();
  const q = asked(usePlace(), 'cursor');
  const list = useLoad(`batches ${d.name} ${q.cursor ?? ''}`, (s) => api.batches({ directory: d.name, limit: 50, ...q }, s));
  return (
    <Card>
      <View from={list}>
        {(l) => l.items?.length ? (
          <>
            <BatchTable items={l.items} again={list.again} without="d" />
            <Pager next={l.next} shown={l.items.length} total={l.total} />
          </>
        ) : (
          <Empty title={t.directory.batchesEmpty} hint={t.batches.emptyHint}><May do="load.run" office={d.office}><Link className="btn primary" to={to.load({ directory: d.name })}>{t.directory.load}</Link></May></Empty>
        )}
      </View>
    </Card>
  );
}

export function Quality({ of: d }: Props) {
  const { t, f } = useWords();
  const w = t.directory.gradeCols;
  const grades = [...d.grades].sort((a, b) => a.at.localeCompare(b.at));
  const last = grades.at(-1);
  if (!last) return <Card><Empty title={t.directory.gradesEmpty} hint={t.directory.gradesEmptyHint} /></Card>;
  const told = t.directory.trend(f.n(grades.length), last.score === null ? t.none : f.score1(last.score));
  const points = grades.map((g) => ({ name: g.label ?? f.md(g.at), value: g.score === null ? null : Number(g.score.toFixed(1)) }));
  return (
    <Card title={t.directory.tabs.quality} note={told}>
      <Chart height={240} option={trendOption(points)} label={told} />
      <Table
        label={t.directory.tabs.quality}
        rows={[...grades].reverse()}
        rowKey={(g) => g.batch}
        cols={[
          { key: 'b', title: w.batch, cell: (g) => <Link to={to.batch(g.batch)}>{g.label ?? f.time(g.at)}</Link> },
          { key: 'a', title: w.at, cell: (g) => f.full(g.at) },
          { key: 's', title: w.score, right: true, cell: (g) => (g.score === null ? t.none : f.score1(g.score)) },
          { key: 'g', title: w.grade, cell: (g) => <GradeTag grade={g.grade} /> },
        ]}
      />
    </Card>
  );
}
