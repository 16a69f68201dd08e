import { Button, Input, Modal, Select } from 'antd';
import { api } from '../../api/client';
import type { App as Application } from '../../api/schema.gen';
import { useAction, useLoad } from '../../api/use';
import { useWords } from '../../i18n/use';
import { useMay } from '../../api/session';
import { asked } from '../../part/asked';
import { optionsOf } from '../../part/choice';
import { Export } from '../../part/export';
import { useDialog } from '../../part/dialog';
import { Restored, useDraft } from '../../part/draft';
import { Field } from '../../part/field';
import { Card, Head, Tag } from '../../part/frame';
import { May } from '../../part/may';
import { Pager } from '../../part/pager';
import { useTitles, type Titles } from '../../part/share';
import { Empty, Failed, View } from '../../part/state';
import { Table } from '../../part/table';
import { at } from '../../part/wrong';
import { Link } from '../../route/link';
import { to } from '../../route/paths';
import { go, usePlace } from '../../route/route';

export function AppState({ of: a }: { of: Pick<Application, 'state'> }) {
  const { t } = useWords();
  return <Tag tone={a.state === 'enabled' ? 'ok' : 'warn'}>{t.apps.states[a.state] ?? a.state}</Tag>;
}

export default function Apps() {
  const { t, f } = useWords();
  const w = t.apps;
  const titles = useTitles();
  const may = useMay();
  const [dialog, open] = useDialog();
  const q = asked(usePlace(), 'cursor');
  const list = useLoad(`apps ${q.cursor ?? ''}`, (s) => api.apps({ ...q, limit: 50 }, s));
  const button = <May do="app.write"><Button type="primary" onClick={() => open('add')}>{w.add}</Button></May>;
  return (
    <>
      <Head name={w.title} title={w.title} sub={w.sub} actions={<><Export list="apps" keep="apps" outs={{ t: 'title name', o: 'office', k: 'keys', g: '', c: 'created', s: 'state' }} />{button}</>} />
      <Card>
        <View from={list} wait={titles.busy} lines={8}>
          {(l) => (
            <>
              <Table
                keep="apps"
                label={w.title}
                rows={l.items}
                rowKey={(a) => a.name}
                empty={<Empty title={w.empty} hint={w.emptyHint}>{button}</Empty>}
                cols={[
                  { key: 't', title: w.cols.title, min: 140, cell: (a) => <><Link to={to.app(a.name)}>{a.title}</Link><span className="sub small muted">{a.name}</span></> },
                  { key: 'o', title: w.cols.office, min: 120, cell: (a) => titles.office(a.office) },
                  { key: 'k', title: w.cols.keys, right: true, cell: (a) => f.n(a.keys.filter((k) => k.state === 'enabled').length) },
                  { key: 'g', title: w.cols.grants, nowrap: true, cell: (a) => <Link to={to.grants({ grantee: `app:${a.name}` })}>{w.seeGrants}</Link> },
                  { key: 'c', title: w.cols.created, nowrap: true, cell: (a) => f.time(a.created_at) },
                  { key: 's', title: w.cols.state, nowrap: true, cell: (a) => <AppState of={a} /> },
                ]}
              />
              {l.items.length > 0 && <Pager next={l.next} shown={l.items.length} />}
            </>
          )}
        </View>
      </Card>
      {dialog === 'add' && may('app.write') && <Add titles={titles} close={() => open(null)} />}
    </>
  );
}

function Add({ titles, close }: { titles: Titles; close: () => void }) {
  const { t } = useWords();
  const w = t.apps;
  const draft = useDraft('app', { name: '', title: '', office: '' });
  const { value: a, set } = draft;
  const save = useAction(async () => {
    const made = await api.addApp({ ...a, name: a.name.trim(), title: a.title.trim() });
    draft.drop();
    go(to.app(made.name));
  });
  const placed = ['name', 'title', 'office'].some((x) => at(save.problem, x).length);
  return (
    <Modal open title={w.add} onCancel={close} onOk={() => void save.act()} okText={w.add} cancelText={t.cancel} okButtonProps={{ loading: save.busy }}>
      <div className="stack">
        <Restored of={draft} />
        <Field of="app.title" wrong={at(save.problem, 'title')}>{(id, d) => <Input id={id} aria-describedby={d} value={a.title} onChange={(e) => set({ ...a, title: e.target.value })} />}</Field>
        <Field of="app.name" wrong={at(save.problem, 'name')}>{(id, d) => <Input id={id} aria-describedby={d} value={a.name} onChange={(e) => set({ ...a, name: e.target.value })} />}</Field>
        <Field of="app.office" wrong={at(save.problem, 'office')}>{(id, d) => <Select id={id} aria-describedby={d} style={{ width: '100%' }} value={a.office || undefined} showSearch={{ optionFilterProp: 'label' }} onChange={(office) => set({ ...a, office })} options={optionsOf(titles.offices)} />}</Field>
        {save.problem && !placed && <Failed problem={save.problem} plain />}
      </div>
    </Modal>
  );
}
