import { Button, Checkbox, TreeSelect } from 'antd';
import { useState } from 'react';
import { api } from '../api/client';
import type { CaseSummary } from '../api/schema.gen';
import { useLoad } from '../api/use';
import { useMay } from '../api/session';
import { useWords } from '../i18n/use';
import { asked } from '../part/asked';
import { optionsOf } from '../part/choice';
import type { Col } from '../part/column';
import { useDesksOf } from '../part/desks';
import { Export } from '../part/export';
import { Facet, Search } from '../part/facet';
import { Card, Head, Tag } from '../part/frame';
import { casesChanged, tell, useHeard } from '../part/heard';
import { Pager } from '../part/pager';
import { useRegionName, useRegionTree } from '../part/record/tree';
import { Empty, View } from '../part/state';
import { classes, Table } from '../part/table';
import { Link } from '../route/link';
import { to } from '../route/paths';
import { altered, useAlter, usePlace } from '../route/route';
import { Begin } from './cases/begin';
import { BulkDialog } from './cases/bulk';
import { CaseTags, cut, DueIn, Narrow, Turn } from './cases/tags';

const desks = ['todo', 'overdue', 'today', 'urged', 'watch', 'stray', 'all'] as const;
const none: CaseSummary[] = [];

export default function Cases() {
  const { t, f } = useWords();
  const w = t.desk;
  const place = usePlace();
  const alter = useAlter();
  const may = useMay();
  const desk = desks.find((d) => d === place.query.get('desk')) ?? 'todo';
  const q: { desk: string } & Partial<Record<'pack' | 'flow' | 'state' | 'open' | 'key' | 'q' | 'office' | 'region' | 'parent' | 'into' | 'cursor', string>> = { ...asked(place, 'pack', 'flow', 'state', 'open', 'key', 'q', 'office', 'region', 'parent', 'into', 'cursor'), desk };
  const counts = useDesksOf(q.pack);
  const list = useLoad(JSON.stringify(q), (s) => api.cases({ ...q, limit: 50 }, s));
  const packs = useLoad(may('pack.read') ? 'packs' : null, api.packs);
  const flows = (packs.data?.items ?? []).flatMap((p) => p.registers.filter((r) => r.flow && p.mine).map((r) => ({ pack: p.id, packTitle: p.title, flow: r.name, title: r.title, start: r.start })));
  const chosen = flows.find((x) => x.pack === q.pack && (!q.flow || x.flow === q.flow));
  const whole = useLoad(may('pack.read') && q.pack ? `pack ${q.pack}` : null, (s) => api.pack(q.pack ?? '', s));
  const states = (whole.data?.flows ?? []).filter((x) => !q.flow || x.name === q.flow).flatMap((x) => x.states);
  const set = (name: string) => (v: string | null) => alter({ [name]: v, cursor: null });
  const again = list.again;
  useHeard(casesChanged, again);

  return (
    <>
      <Head name={chosen ? `${w.title} · ${chosen.title}` : w.title} title={w.title} tags={q.pack && chosen && <Tag tone="accent">{chosen.packTitle}</Tag>} sub={w.sub}
        actions={<Begin of={flows.filter((x) => x.start && (!q.pack || x.pack === q.pack))} />} />
      <nav className="tabbar" aria-label={w.tabsLabel}>
        {desks.filter((d) => d !== 'stray' || (counts.data?.counts.stray ?? 0) > 0 || d === desk).map((d) => (
          <Link key={d} to={altered(place, { desk: d === 'todo' ? null : d, cursor: null })} className={classes(d === desk && 'on')} aria-current={d === desk ? 'page' : undefined}>
            {w.tabs[d]} {d !== 'all' && <span className={classes('small tab-n', d === 'overdue' && (counts.data?.counts[d] ?? 0) > 0 && 'danger')}>{counts.data ? f.n(counts.data.counts[d] ?? 0) : '\u2007'}</span>}
          </Link>
        ))}
      </nav>
      <Card>
        <div className="filters">
          <Search label={w.search} value={q.q ?? q.key ?? ''} change={(v) => alter({ q: v || null, key: null, cursor: null })} />
          {(flows.length > 0 || may('pack.read') && !packs.data) && <Facet label={w.app} value={q.pack && packs.data ? `${q.pack} ${q.flow ?? ''}`.trim() : null} width={200} change={(v) => { const [pack, flow] = (v ?? '').split(' '); alter({ pack: pack || null, flow: flow || null, state: null, cursor: null }); }}
            options={flowOptions(flows, q)} />}
          {(states.length > 0 || q.pack && may('pack.read') && !whole.data) && <Facet label={w.state} value={whole.data && q.state ? q.state : null} change={set('state')} options={optionsOf(states)} />}
          <OfficeFacet value={q.office ?? null} change={set('office')} />
          <RegionFacet value={q.region ?? null} change={set('region')} />
          {q.parent && <Facet label={w.belowOne} value={q.parent} change={set('parent')} options={[{ value: q.parent, label: w.belowOne }]} />}
          {q.into && <Facet label={w.joinedOne} value={q.into} change={set('into')} options={[{ value: q.into, label: w.joinedOne }]} />}
          {(desk === 'all' || desk === 'watch') && <Facet label={w.standing} value={q.open ?? null} change={set('open')} options={[{ value: 'yes', label: w.open }, { value: 'no', label: w.ended }]} />}
          <span className="fill" />
          <Export list="cases" query={q} keep="cases" outs={{ x: '', k: 'key', t: 'title pack region', s: 'state', w: 'office turn', d: 'due late late_hours', o: 'opened' }} />
        </div>
        <View from={list} lines={12}>
          {(d) => (
            <>
              <List key={JSON.stringify(q)} of={d.items ?? none} desk={desk} again={again} />
              <Pager next={d.next} shown={d.items.length} />
            </>
          )}
        </View>
      </Card>
    </>
  );
}

function OfficeFacet({ value, change }: { value: string | null; change: (v: string | null) => void }) {
  const { t } = useWords();
  const offices = useLoad('offices', api.offices);
  return <Facet label={t.desk.office} value={value} change={change} options={optionsOf(offices.data?.items)} />;
}

function RegionFacet({ value, change }: { value: string | null; change: (v: string | null) => void }) {
  const { t } = useWords();
  const label = t.desk.region;
  const name = useRegionName(value ?? undefined);
  const { tree, load } = useRegionTree(value && name ? { code: value, name } : undefined);
  return (
    <TreeSelect aria-label={label} value={value ?? undefined} placeholder={`${label}${t.colon}${t.all}`} allowClear treeData={tree} loadData={load} popupMatchSelectWidth={false} style={{ width: 150 }}
      onChange={(v: string | undefined) => change(v ?? null)} />
  );
}

interface FlowOf { pack: string; packTitle: string; flow: string; title: string }

// An application with one kind of case is named by itself; the address may name either.
function flowOptions(flows: FlowOf[], q: { pack?: string; flow?: string }) {
  const options = flows.map((x) => ({ value: `${x.pack} ${x.flow}`, label: flows.filter((y) => y.pack === x.pack).length > 1 ? `${x.packTitle} · ${x.title}` : x.packTitle }));
  const whole = q.pack && !q.flow ? flows.find((x) => x.pack === q.pack) : undefined;
  return whole ? [{ value: whole.pack, label: whole.packTitle }, ...options.filter((o) => o.value.split(' ')[0] !== whole.pack || flows.filter((y) => y.pack === whole.pack).length > 1)] : options;
}

function List({ of: items, desk, again }: { of: CaseSummary[]; desk: (typeof desks)[number]; again: () => void }) {
  const { t, f } = useWords();
  const w = t.desk;
  const [picked, pick] = useState<ReadonlySet<string>>(new Set());
  const [asking, ask] = useState(false);
  const open = items.filter((c) => !c.ended_at);
  const chosen = open.filter((c) => picked.has(c.id));
  const all = open.length > 0 && chosen.length === open.length;
  const flip = (id: string) => pick((s) => { const next = new Set(s); if (!next.delete(id)) next.add(id); return next; });
  const cols: Col<CaseSummary>[] = [
    { key: 'x', title: <Checkbox aria-label={w.pickAll} checked={all} indeterminate={chosen.length > 0 && !all} onChange={() => pick(new Set(all ? [] : open.map((c) => c.id)))} />, width: 40, cell: (c) => !c.ended_at && <Checkbox aria-label={w.pick(c.key)} checked={picked.has(c.id)} onChange={() => flip(c.id)} /> },
    { key: 'k', title: w.cols.key, nowrap: true, roomy: true, cell: (c) => <Link to={to.kase(c.id)}>{c.key}</Link> },
    { key: 't', title: w.cols.title, min: 200, cell: (c) => <><Link to={to.kase(c.id)} className="case-title" title={c.title}>{cut(c.title, 48) || c.key}</Link> <CaseTags of={c} /><span className="sub small muted">{[c.pack_title, c.region_title].filter(Boolean).join(' · ')}</span><Narrow of={c} /></> },
    { key: 's', title: w.cols.state, nowrap: true, roomy: true, cell: (c) => <Tag tone={c.ended_at ? 'ok' : 'plain'}>{c.state_title}</Tag> },
    { key: 'w', title: w.cols.turn, min: 120, roomy: true, cell: (c) => <Turn of={c} /> },
    { key: 'd', title: w.cols.due, nowrap: true, roomy: true, cell: (c) => <DueIn of={c} /> },
    { key: 'o', title: w.cols.opened, nowrap: true, roomy: true, cell: (c) => <span className="muted" title={f.full(c.opened_at)}>{f.time(c.opened_at)}</span> },
  ];
  return (
    <>
      {chosen.length > 0 && <div className="filters picked" role="status"><b>{w.picked(f.n(chosen.length))}</b><Button type="primary" size="small" onClick={() => ask(true)}>{w.bulk}</Button><Button size="small" onClick={() => pick(new Set())}>{t.cancel}</Button></div>}
      <Table keep="cases" label={w.title} rows={items} rowKey={(c) => c.id} cols={cols} selected={(c) => picked.has(c.id)} empty={<Empty title={w.empty[desk] ?? ''} hint={w.emptyHint[desk]} />} />
      {asking && <BulkDialog of={chosen} close={() => { ask(false); pick(new Set()); again(); }} done={() => tell(casesChanged)} />}
    </>
  );
}
