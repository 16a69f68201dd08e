import { Button, Drawer, Tooltip } from 'antd';
import { useContext, useMemo, useState } from 'react';
import { api } from '../api/client';
import type { RegisterPage, RegisterRecord } from '../api/schema.gen';
import { useLoad } from '../api/use';
import { useWords } from '../i18n/use';
import { asked } from '../part/asked';
import { useDialog } from '../part/dialog';
import { Export } from '../part/export';
import { Search } from '../part/facet';
import { Card, Head } from '../part/frame';
import { Pager } from '../part/pager';
import { Empty, View } from '../part/state';
import { Table } from '../part/table';
import { Link } from '../route/link';
import { to } from '../route/paths';
import { useAlter, usePlace } from '../route/route';
import { Bulk } from './registers/bulk';
import { useRecordColumns } from './registers/columns';
import { Detail } from './registers/detail';
import { Edit } from './registers/edit';
import { Filters } from './registers/filters';
import { columnsOf, Covered } from './registers/query';
import { Views } from './registers/views';

const most = 50;

/** A register of a pack: its list, and in drawers over it its records and their forms. */
export default function Registers({ pack, register }: { pack: string; register: string }) {
  const place = usePlace();
  const q = { ...asked(place, 'q', 'sort', 'list', 'cursor'), where: place.query.getAll('where') };
  const alter = useAlter();
  const [secret, cover] = useState({ of: '', all: [] as string[] });
  const here = `${pack}/${register}`;
  const covered = secret.of === here ? secret.all : [];
  const list = useLoad(`${here} ${JSON.stringify([q, covered])}`, (s) =>
    covered.length > 0 ? api.findRecords(pack, register, { ...q, where: [...q.where, ...covered], limit: most }, s) : api.records(pack, register, { ...q, limit: most }, s));
  // A page of other rows is on its way: the frame stands still meanwhile.
  const [kept, keep] = useState<RegisterPage>();
  if (list.data && list.data !== kept) keep(list.data);
  const frame = list.data ?? (kept?.form.name === register ? kept : undefined);
  if (!frame) return <First of={list} register={register} />;
  const set = (all: string[]) => { cover({ of: here, all }); alter({ cursor: null }); };
  return <Covered value={{ all: covered, set }}><Register key={here} pack={pack} page={frame} list={list} query={q} /></Covered>;
}

function First({ of, register }: { of: ReturnType<typeof useLoad<RegisterPage>>; register: string }) {
  const { t } = useWords();
  return (
    <>
      <Head name={register} title={of.problem ? t.registers.none : '\u00a0'} />
      <Card><View from={of} lines={12}>{() => null}</View></Card>
    </>
  );
}

interface Props {
  pack: string;
  page: RegisterPage;
  list: ReturnType<typeof useLoad<RegisterPage>>;
  query: Record<string, string | string[]>;
}

function Register({ pack, page, list, query }: Props) {
  const { t, f } = useWords();
  const w = t.registers;
  const place = usePlace();
  const alter = useAlter();
  const form = page.form;
  const [dialog, ask] = useDialog();
  const [chosen, choose] = useState<Map<string, RegisterRecord>>(new Map());
  const named = page.lists.find((l) => l.value === place.query.get('list'));
  const title = named?.title ?? form.title;
  const at = `/registers/${pack}/${form.name}`;
  const { cols, off } = useMemo(() => columnsOf(form), [form]);
  const shown = place.query.get('cols');
  const table = useRecordColumns(pack, page, cols, off, chosen, choose);
  const keep = [`${at}${named ? `?${named.value}` : ''}`, shown].filter(Boolean).join(' ');
  const record = place.query.get('record');
  const covered = useContext(Covered);
  const filtered = Boolean(query.q) || (query.where?.length ?? 0) > 0 || covered.all.length > 0;
  const clear = () => { covered.set([]); alter({ q: null, cursor: null, where: null }); };
  const add = page.may.write ? w.add : page.may.start ? t.desk.begin(form.title) : '';
  const addButton = add && <Button type="primary" onClick={() => ask('new')}>{add}</Button>;
  const drop = () => choose(new Map());
  return (
    <>
      <Head
        name={title} title={title} crumbs={[named ? { text: form.title, to: to.register(pack, form.name) } : { text: page.pack }]}
        sub={[form.help, page.flow && w.flow].filter(Boolean).join(t.semi) || undefined}
        actions={<>
          {page.flow && <Link to={`/cases?pack=${pack}`} className="btn">{w.desk}</Link>}
          {page.may.write && <Link to={to.registerImport(pack, form.name)} className="btn">{w.import}</Link>}
          {addButton}
        </>}
      />
      <Card>
        <div className="filters">
          <Search label={w.search} value={place.query.get('q') ?? ''} change={(v) => alter({ q: v, cursor: null })} />
          <Filters of={form} />
          {filtered && <Button type="link" onClick={clear}>{w.clear}</Button>}
          <span className="fill" />
          <Views page={at} keep={keep} keys={table.map((c) => c.key)} off={off} />
          {page.may.export && covered.all.length > 0 && <Tooltip title={w.exportCovered}><Button disabled aria-label={w.exportCovered}>{t.exports.title}</Button></Tooltip>}
          {page.may.export && covered.all.length === 0 && <Export list={`registers/${pack}/${form.name}`} query={query} keep={keep} off={off} outs={outs(cols.map((c) => c.name), shown)} purpose={form.fields.some((x) => x.personal !== '')} />}
        </div>
        {chosen.size > 0 && (
          <div className="chosen">
            <b>{w.chosen(f.n(chosen.size))}</b>
            <Button size="small" type="primary" onClick={() => ask('bulk')}>{w.bulk}</Button>
            {page.items.some((r) => r.can_write && !chosen.has(r.id)) && <Button size="small" onClick={() => choose(new Map([...chosen, ...page.items.filter((r) => r.can_write).map((r) => [r.id, r] as const)]))}>{w.choosePage(f.n(page.items.filter((r) => r.can_write).length))}</Button>}
            <Button size="small" type="link" onClick={drop}>{w.unchoose}</Button>
          </div>
        )}
        <View from={list} lines={12}>
          {(d) => (
            <>
              <Table
                key={keep} keep={keep} label={title} rows={d.items} rowKey={(r) => r.id} selected={(r) => r.id === record || chosen.has(r.id)} cols={shown ? only(table, shown) : table}
                empty={filtered
                  ? <Empty title={w.noMatch} hint={w.noMatchHint}><Button onClick={clear}>{w.clear}</Button></Empty>
                  : <Empty title={w.empty(form.title)} hint={page.may.write ? w.emptyHint : page.flow ? w.emptyFlow : w.emptyRead}>{addButton}</Empty>}
              />
              <Pager next={d.next} shown={d.items.length} total={d.total > 10_000 ? undefined : d.total} />
            </>
          )}
        </View>
      </Card>
      <Drawer open={record !== null} title={<Title of={list.data?.items.find((r) => r.id === record)} form={form.title} />} aria-label={form.title} size={640} onClose={() => alter({ record: null, tab: null, dialog: null })} destroyOnHidden>
        {record !== null && <Detail key={record} pack={pack} page={page} id={record} changed={list.again} />}
      </Drawer>
      {dialog === 'new' && add && <Edit pack={pack} page={page} close={() => ask(null)} saved={(r) => { list.again(); alter({ dialog: null, record: r }); }} />}
      {dialog === 'bulk' && page.may.write && chosen.size > 0 && <Bulk pack={pack} page={page} of={[...chosen.values()]} close={() => ask(null)} changed={list.again} left={(m) => choose(m)} />}
    </>
  );
}

function Title({ of: r, form }: { of?: RegisterRecord; form: string }) {
  return <>{form} {r?.key}</>;
}

/** Of the columns those the address names, in its order; the number always stands first. */
function only<C extends { key: string }>(cols: C[], shown: string): C[] {
  const names = ['key', ...shown.split(',').filter((n) => n !== 'key')];
  return names.flatMap((n) => cols.filter((c) => c.key === n)).map((c) => ({ ...c, off: false }));
}

// The columns of the file are called as those of the list.
function outs(names: string[], shown: string | null): Record<string, string> {
  const of = shown ? ['key', ...shown.split(',').filter((n) => n !== 'key' && names.includes(n))] : names;
  return Object.fromEntries(of.map((n) => [n, n]));
}
