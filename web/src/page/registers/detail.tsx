import { Button } from 'antd';
import { useState, type ReactNode } from 'react';
import { api } from '../../api/client';
import type { Field, RegisterForm, RegisterPage, RegisterRecord } from '../../api/schema.gen';
import { useLoad } from '../../api/use';
import { useWords } from '../../i18n/use';
import { useDialog } from '../../part/dialog';
import { Facts, Tag } from '../../part/frame';
import { PlaceMap } from '../../part/record/map';
import { FilesOf, type Kept } from '../../part/record/files';
import { RecordValue } from '../../part/record/value';
import { ReasonDialog } from '../../part/reason';
import { placeIn } from '../../part/record/values';
import { View } from '../../part/state';
import { Link } from '../../route/link';
import { altered, useAlter, usePlace } from '../../route/route';
import { Edit } from './edit';
import { Past } from './past';

/** One record: what it holds, what became of it, and what the reader may do with it. */
export function Detail({ pack, page, id, changed }: { pack: string; page: RegisterPage; id: string; changed: () => void }) {
  const { t } = useWords();
  const w = t.registers;
  const place = usePlace();
  const register = page.form.name;
  const record = useLoad(`record ${pack}/${register}/${id}`, (s) => api.record(pack, register, id, s));
  const tab = place.query.get('tab') === 'past' ? 'past' : '';
  return (
    <View from={record} lines={10}>
      {(r) => (
        <>
          <nav className="tabbar" aria-label={w.parts}>
            <Link to={altered(place, { tab: null })} className={tab ? undefined : 'on'} aria-current={tab ? undefined : 'page'}>{w.record}</Link>
            <Link to={altered(place, { tab: 'past' })} className={tab ? 'on' : undefined} aria-current={tab ? 'page' : undefined}>{w.past}</Link>
          </nav>
          {tab ? <Past key={r.version} pack={pack} register={register} id={id} /> : <Now pack={pack} page={page} of={r} put={(next) => { record.put(next); changed(); }} />}
        </>
      )}
    </View>
  );
}

function Now({ pack, page, of: masked, put }: { pack: string; page: RegisterPage; of: RegisterRecord; put: (r: RegisterRecord) => void }) {
  const { t, f } = useWords();
  const w = t.registers;
  const alter = useAlter();
  const [dialog, ask] = useDialog();
  const [plain, show] = useState<RegisterRecord>(); // kept by no address: whoever comes anew asks anew
  const r = plain?.version === masked.version ? plain : masked;
  const form = page.form;
  const edited = (next: string) => void api.record(pack, form.name, next).then(put);
  return (
    <div className="stack">
      <div className="row">
        {r.state && <Tag tone="accent">{r.state}</Tag>}
        {r.can_write && <Button type="primary" onClick={() => ask('edit')}>{w.edit}</Button>}
        {r.case && <Link to={`/cases/${r.case}`} className="btn">{w.toCase}</Link>}
        {r.can_plain && masked.hidden.length > 0 && (r === plain ? <Button onClick={() => show(undefined)}>{t.plain.hide}</Button> : <Button onClick={() => ask('plain')}>{w.plain}</Button>)}
      </div>
      {masked.hidden.length > 0 && r !== plain && !r.can_plain && <p className="small muted">{w.maskedNote}</p>}
      <Parts pack={pack} page={page} of={r} />
      <Facts className="small" of={[
        [w.own.office ?? '', r.office_title || t.none],
        [w.own.created_at ?? '', w.byAt(r.created_name, f.full(r.created_at))],
        [w.own.updated_at ?? '', w.byAt(r.updated_name, f.full(r.updated_at))],
        [w.version, f.n(r.version)],
      ]} />
      {dialog === 'edit' && r.can_write && <Edit pack={pack} page={page} of={r} close={() => ask(null)} saved={(next) => { edited(next); alter({ dialog: null }, true); }} />}
      {dialog === 'plain' && r.can_plain && (
        <ReasonDialog title={w.plain} text={w.plainText(masked.key)} button={w.plain} hint={w.plainHint} most={200} close={() => ask(null)} run={async (why) => show(await api.plainRecord(pack, form.name, masked.id, why))} />
      )}
    </div>
  );
}

/** What a record holds, in the groups of its form; what is computed stands at the end. */
function Parts({ pack, page, of: r }: { pack: string; page: RegisterPage; of: RegisterRecord }) {
  const form = page.form;
  const held = (f: Field) => r.values[f.name] !== null && r.values[f.name] !== undefined;
  const grouped = form.groups.flatMap((g) => g.fields);
  const rest = form.fields.filter((f) => !grouped.includes(f.name) && (held(f) || !f.asked));
  const parts = [...form.groups.map((g) => ({ title: g.title, fields: g.fields.flatMap((n) => form.fields.filter((f) => f.name === n && (held(f) || !f.asked))) })), { title: '', fields: rest }];
  return <>{parts.filter((p) => p.fields.length > 0).map((p, i) => (
    <section className="record-part" key={i}>
      {p.title && <h2>{p.title}</h2>}
      <Facts of={p.fields.filter((f) => f.kind !== 'table').map((f): [string, ReactNode] => [f.title, <Shown key={f.name} pack={pack} form={form} of={f} in={r} />])} />
      {p.fields.filter((f) => f.kind === 'table').map((f) => <div key={f.name} className="record-rows"><span className="label">{f.title}</span><Shown pack={pack} form={form} of={f} in={r} /></div>)}
    </section>
  ))}</>;
}

function Shown({ pack, form, of: f, in: r }: { pack: string; form: RegisterForm; of: Field; in: RegisterRecord }) {
  const { t } = useWords();
  const v = r.values[f.name];
  if (v === null || v === undefined) return r.hidden.includes(f.name) ? <span className="muted">{t.registers.masked}</span> : <span className="muted">{t.none}</span>;
  if (f.kind === 'files') return <FilesOf of={(v as Kept[]).map((file) => ({ field: f.title, file }))} at={placeIn(form, r.values)} src={(id, small) => api.recordFile(pack, form.name, r.id, id, small)} />;
  if (f.kind === 'point') {
    const at = v as [number, number];
    return <>{r.words[f.name]}<PlaceMap at={at} label={f.title} /></>;
  }
  return <RecordValue of={f} in={{ ...r, pack }} />;
}
