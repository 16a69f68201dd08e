import { App, Modal, Select, TreeSelect } from 'antd';
import { api } from '../../api/client';
import type { Office } from '../../api/schema.gen';
import { useAction } from '../../api/use';
import { useWords } from '../../i18n/use';
import { optionsOf } from '../../part/choice';
import { Restored, useDraft } from '../../part/draft';
import { Field, type Wrong } from '../../part/field';
import { Failed } from '../../part/state';
import { useRegionTree } from '../../part/record/tree';
import { partsOf } from '../../part/wrong';

/** An office entered or corrected. */
export function OfficeForm({ old, all, close, done }: { old?: Office; all: Office[]; close: () => void; done: () => void }) {
  const { t } = useWords();
  const w = t.finding;
  const { message } = App.useApp();
  const draft = useDraft(old ? `office ${old.name}` : 'office', { name: old?.name ?? '', title: old?.title ?? '', region: old?.region ?? '', credit: old?.credit ?? '', parent: old?.parent ?? '' });
  const o = draft.value;
  const put = (p: Partial<typeof o>) => draft.set({ ...o, ...p });
  const regions = useRegionTree(old && { code: old.region, name: old.region_title });
  const save = useAction(async () => {
    await api.putOffice({ ...o, name: o.name.trim(), title: o.title.trim(), credit: o.credit.trim() || undefined, parent: o.parent || undefined });
    draft.drop();
    void message.success(w.saved);
    done();
    close();
  });
  const parts = partsOf(save.problem);
  const wrong: Wrong = (...at) => parts.filter((p) => at.includes(p.where ?? ''));
  const placed = ['name', 'title', 'region', 'credit', 'parent'].some((x) => wrong(x).length);
  const title = old ? w.editOfficeOf(old.title) : w.addOffice;
  return (
    <Modal open title={title} onCancel={close} onOk={() => void save.act()} okText={t.users.save} cancelText={t.cancel} okButtonProps={{ loading: save.busy }}>
      <div className="stack">
        <Restored of={draft} />
        <Field of="office.title" wrong={wrong('title')}>{(id, by) => <input className="field" id={id} aria-describedby={by} maxLength={100} value={o.title} onChange={(e) => put({ title: e.target.value })} />}</Field>
        <Field of="office.name" wrong={wrong('name')}>{(id, by) => <input className="field" id={id} aria-describedby={by} disabled={Boolean(old)} maxLength={63} value={o.name} onChange={(e) => put({ name: e.target.value })} />}</Field>
        <Field of="office.region" wrong={wrong('region')}>{(id, by) => <TreeSelect id={id} aria-describedby={by} style={{ width: '100%' }} value={o.region || undefined} treeData={regions.tree} loadData={regions.load} onChange={(v: string) => put({ region: v })} />}</Field>
        <Field of="office.parent" wrong={wrong('parent')}>{(id, by) => (
          <Select id={id} aria-describedby={by} style={{ width: '100%' }} value={o.parent} onChange={(parent) => put({ parent })} showSearch={{ optionFilterProp: 'label' }}
            options={[{ value: '', label: w.noParent }, ...optionsOf(all.filter((x) => x.name !== old?.name))]} />
        )}</Field>
        <Field of="office.credit" wrong={wrong('credit')}>{(id, by) => <input className="field" id={id} aria-describedby={by} maxLength={18} value={o.credit} onChange={(e) => put({ credit: e.target.value.toUpperCase() })} />}</Field>
        {save.problem && !placed && <Failed problem={save.problem} plain />}
      </div>
    </Modal>
  );
}
