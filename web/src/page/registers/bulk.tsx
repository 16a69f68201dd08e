import { Button, Modal, Select } from 'antd';
import { useState } from 'react';
import { api } from '../../api/client';
import type { ChangedRecord, RegisterPage, RegisterRecord } from '../../api/schema.gen';
import { useAction } from '../../api/use';
import { useWords } from '../../i18n/use';
import { optionsOf } from '../../part/choice';
import { Field, Labelled } from '../../part/field';
import { RecordField } from '../../part/record/form';
import { asked, valueOf, type Typed } from '../../part/record/values';
import { Failed } from '../../part/state';
import { partsOf } from '../../part/wrong';

interface Props {
  pack: string;
  page: RegisterPage;
  of: RegisterRecord[];
  close: () => void;
  changed: () => void;
  left: (m: Map<string, RegisterRecord>) => void; // those that were refused stay chosen
}

/** Changes fields of several records alike, each record for itself, with one reason. */
export function Bulk({ pack, page, of, close, changed, left }: Props) {
  const { t, f } = useWords();
  const w = t.registers;
  const fields = asked(page.form).filter((x) => x.kind !== 'files' && x.kind !== 'table' && x.kind !== 'point' && x.kind !== 'area');
  const [all] = useState(of);
  const [names, choose] = useState<string[]>([]);
  const [typed, put] = useState<Typed>({});
  const [reason, say] = useState('');
  const [results, tell] = useState<ChangedRecord[]>();
  const chosen = fields.filter((x) => names.includes(x.name));
  const { act, busy, problem } = useAction(async () => {
    const values = Object.fromEntries(chosen.map((x) => [x.name, valueOf(x, typed[x.name])]));
    const out: ChangedRecord[] = [];
    for (let i = 0; i < all.length; i += 200) {
      const records = all.slice(i, i + 200).map((r) => ({ id: r.id, version: r.version }));
      out.push(...(await api.changeRecords(pack, page.form.name, { records, values, reason: reason.trim() })).items);
    }
    tell(out);
    changed();
  });
  const over = () => {
    if (results) left(new Map(all.filter((r) => results.some((x) => x.id === r.id && x.error)).map((r) => [r.id, r])));
    close();
  };
  const title = w.bulkTitle(f.n(all.length));
  if (results) {
    const bad = results.filter((x) => x.error);
    return (
      <Modal open title={title} onCancel={over} width={640} footer={<Button type="primary" onClick={over}>{w.close}</Button>}>
        <p role="status"><b>{w.bulkDone(f.n(results.filter((x) => x.changed).length), f.n(results.filter((x) => !x.changed && !x.error).length), f.n(bad.length))}</b></p>
        <ul className="results" tabIndex={0} aria-label={title}>
          {[...bad, ...results.filter((x) => !x.error)].map((x) => (
            <li key={x.id}><span>{x.key}</span>
              {x.error ? <span className="danger">{partsOf(x.error).map((p) => [p.detail, p.remedy].filter(Boolean).join(t.semi)).join(' ')}</span> : <span className="muted">{x.changed ? w.nowVersion(f.n(x.version)) : w.unchanged}</span>}
            </li>
          ))}
        </ul>
      </Modal>
    );
  }
  return (
    <Modal open title={title} width={640} onCancel={close} onOk={() => void act()} okText={w.bulkRun(f.n(all.length))} cancelText={t.cancel} okButtonProps={{ loading: busy, disabled: chosen.length === 0 || !reason.trim() }}>
      <div className="stack">
        <p className="muted">{w.bulkText}</p>
        <Labelled label={w.bulkFields} help={null} told={w.bulkText} needed wide>{(id, by) => (
          <Select id={id} aria-describedby={by} mode="multiple" value={names} onChange={choose} showSearch={{ optionFilterProp: 'label' }} options={optionsOf(fields)} />
        )}</Labelled>
        {chosen.map((x) => <RecordField key={x.name} of={x} pack={pack} value={typed[x.name]} change={(v) => put({ ...typed, [x.name]: v })} problem={problem} hint={<span className="small muted">{x.required ? '' : w.bulkEmpty}</span>} />)}
        <Field of="reason.reason" wide>{(id, by) => <input id={id} aria-describedby={by} className="field" maxLength={500} value={reason} placeholder={w.bulkWhy} onChange={(e) => say(e.target.value)} />}</Field>
        {problem && <Failed problem={problem} plain />}
      </div>
    </Modal>
  );
}
