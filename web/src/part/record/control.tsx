import { Button, Radio, Select, TreeSelect } from 'antd';
import { useContext, useEffect, useRef, useState } from 'react';
import { api, ProblemError, sendRecordFile } from '../../api/client';
import type { Field, Problem } from '../../api/schema.gen';
import { asProblem, useLoad } from '../../api/use';
import { useWords } from '../../i18n/use';
import { optionsOf } from '../choice';
import { Wrongs } from '../field';
import { useRested } from '../rested';
import { AroundRecord } from './around';
import { cornersIn, extentOf } from './geo';
import { PlaceMap } from './map';
import { useRegionName, useRegionTree } from './tree';
import type { Typed } from './values';

interface Props {
  id: string;
  by?: string;
  of: Field;
  pack: string;
  value: unknown;
  change: (v: unknown) => void;
}

const text = (v: unknown) => (v === undefined || v === null ? '' : String(v));

/** The control of a field by its kind. */
export function Control(p: Props) {
  switch (p.of.kind) {
    case 'bool':
      return <YesNo {...p} />;
    case 'enum':
    case 'code':
      return <Choice {...p} />;
    case 'rating':
      return <Rating {...p} />;
    case 'office':
      return <OfficeOf {...p} />;
    case 'region':
      return <RegionOf {...p} />;
    case 'reference':
      return <ReferenceOf {...p} />;
    case 'person':
      return <PersonOf {...p} />;
    case 'point':
      return <PointOf {...p} />;
    case 'area':
      return <AreaOf {...p} />;
    case 'table':
      return <Rows {...p} />;
    case 'files':
      return <SendFiles {...p} />;
  }
  return <Line {...p} />;
}

function Line({ id, by, of: f, value, change }: Props) {
  const { t } = useWords();
  const common = { id, 'aria-describedby': by, value: text(value), className: 'field' };
  if (f.kind === 'text' && f.length > 120) return <textarea {...common} className="field long" rows={3} onChange={(e) => change(e.target.value)} />;
  const type = f.kind === 'date' ? 'date' : f.kind === 'time' ? 'datetime-local' : 'text';
  const number = f.kind === 'integer' || f.kind === 'number' || f.kind === 'money';
  const input = <input {...common} type={type} inputMode={number ? 'decimal' : undefined} autoComplete="off" onChange={(e) => change(e.target.value)} />;
  return f.kind === 'money' ? <span className="with-unit">{input}<span className="muted" aria-hidden="true">{t.record.yuan}</span></span> : input;
}

function YesNo({ id, by, of: f, value, change }: Props) {
  const { t } = useWords();
  return (
    <Radio.Group id={id} aria-describedby={by} aria-label={f.title} value={value} onChange={(e) => change(e.target.value)}
      options={[{ value: true, label: t.yes }, { value: false, label: t.no }]} />
  );
}

function Choice({ id, by, of: f, value, change }: Props) {
  return (
    <Select id={id} aria-describedby={by} value={value ?? undefined} allowClear={!f.required} onChange={(v) => change(v ?? null)}
      showSearch={(f.choices ?? []).length > 8 ? { optionFilterProp: 'label' } : false} options={(f.choices ?? []).map((c) => ({ value: c.value, label: c.title }))} />
  );
}

function Rating({ id, by, of: f, value, change }: Props) {
  const { t } = useWords();
  const most = f.max ?? 5;
  const ends: Record<number, (n: string) => string> = { 1: t.record.worst, [most]: t.record.best };
  return (
    <Radio.Group id={id} aria-describedby={by} aria-label={f.title} value={value === undefined ? undefined : Number(value)} onChange={(e) => change(e.target.value)}
      options={Array.from({ length: most }, (_, i) => ({ value: i + 1, label: ends[i + 1]?.(String(i + 1)) ?? String(i + 1) }))} />
  );
}

function OfficeOf({ id, by, value, change, of: f }: Props) {
  const offices = useLoad('offices', api.offices);
  return (
    <Select id={id} aria-describedby={by} value={value ?? undefined} allowClear={!f.required} onChange={(v) => change(v ?? null)} loading={offices.busy}
      showSearch={{ optionFilterProp: 'label' }} options={optionsOf(offices.data?.items)} />
  );
}

function RegionOf({ id, by, value, change, of: f }: Props) {
  const [first] = useState(text(value)); // what is chosen from the tree has its name there
  const name = useRegionName(first || undefined);
  const { tree, load } = useRegionTree(name ? { code: first, name } : undefined);
  return (
    <TreeSelect id={id} aria-describedby={by} value={text(value) || undefined} allowClear={!f.required} treeData={tree} loadData={load} popupMatchSelectWidth={false}
      onChange={(v: string | undefined) => change(v ?? null)} />
  );
}

// Records of another register of the pack, found by their number or what stands for them. One
// that was chosen before is read by itself: it need not be among those that are found.
function ReferenceOf({ id, by, of: f, pack, value, change }: Props) {
  const { t } = useWords();
  const [text, setText] = useState('');
  const q = useRested(text);
  const found = useLoad(`${pack} ${f.of} ${q}`, (s) => api.records(pack, f.of, { q, limit: 20 }, s));
  const [chosen, choose] = useState<{ value: string; label: string }>();
  const title = (r: { key: string; words: Record<string, string> }) => [r.key, ...(found.data?.form.show ?? []).map((n) => r.words[n])].filter(Boolean).join(' · ');
  const options = (found.data?.items ?? []).map((r) => ({ value: r.id, label: title(r) }));
  const known = options.find((o) => o.value === value) ?? (chosen?.value === value ? chosen : undefined);
  const one = useLoad(value && found.data && !known ? `record ${pack}/${f.of}/${String(value)}` : null, (s) => api.record(pack, f.of, String(value), s));
  const now = known ?? (value && one.data ? { value: String(value), label: title(one.data) } : undefined);
  return (
    <Select id={id} aria-describedby={by} value={now?.value} placeholder={value ? t.state.busy : undefined} allowClear={!f.required} loading={found.busy || one.busy} onChange={(v?: string) => { choose(options.find((o) => o.value === v)); change(v ?? null); }}
      showSearch={{ filterOption: false, onSearch: setText }} options={now && !options.includes(now) ? [now, ...options] : options} />
  );
}

function PersonOf({ id, by, of: f, value, change }: Props) {
  const { t } = useWords();
  const p = (value ?? {}) as Record<string, string>;
  const put = (k: string, v: string) => change({ ...p, [k]: v });
  return (
    <div className="record-parts" role="group" aria-label={f.title}>
      {(['name', 'phone', 'id', 'address'] as const).map((k, i) => (
        <label key={k} className="stack"><span className="label">{t.record.person[k]}</span>
          <input className="field" id={i === 0 ? id : undefined} aria-describedby={by} autoComplete="off" value={text(p[k])} onChange={(e) => put(k, e.target.value)} /></label>
      ))}
    </div>
  );
}

function PointOf({ id, by, of: f, value, change }: Props) {
  const { t } = useWords();
  const [lon, lat] = (value ?? ['', '']) as [string, string];
  const at = lon && lat && Number.isFinite(Number(lon)) && Number.isFinite(Number(lat)) ? ([Number(lon), Number(lat)] as const) : undefined;
  return (
    <div className="record-place" role="group" aria-label={f.title}>
      <div className="record-parts">
        <label className="stack"><span className="label">{t.record.lon}</span><input className="field" id={id} aria-describedby={by} inputMode="decimal" autoComplete="off" placeholder="114.3050" value={lon} onChange={(e) => change([e.target.value, lat])} /></label>
        <label className="stack"><span className="label">{t.record.lat}</span><input className="field" aria-describedby={by} inputMode="decimal" autoComplete="off" placeholder="30.6200" value={lat} onChange={(e) => change([lon, e.target.value])} /></label>
      </div>
      <PlaceMap at={at} pick={(p) => change([p[0].toFixed(5), p[1].toFixed(5)])} label={f.title} />
      <p className="small muted">{t.record.pointHint}</p>
    </div>
  );
}

/** An area is drawn corner by corner on the map, or its corners are written. */
function AreaOf({ id, by, of: f, value, change }: Props) {
  const words = useWords();
  const { t } = words;
  const { place } = useContext(AroundRecord);
  const lines = text(value).split('\n').filter((l) => l.trim());
  const corners = cornersIn(text(value)) ?? [];
  return (
    <div className="record-place" role="group" aria-label={f.title}>
      <PlaceMap area={corners} near={place && [place]} pick={(p) => change([...lines, `${p[0].toFixed(5)}, ${p[1].toFixed(5)}`].join('\n'))} label={f.title} />
      <div className="row">
        <Button size="small" disabled={lines.length === 0} onClick={() => change(lines.slice(0, -1).join('\n'))}>{t.record.undoCorner}</Button>
        <Button size="small" disabled={lines.length === 0} onClick={() => change('')}>{t.record.noCorners}</Button>
        <span className="small muted" role="status">{corners.length < 3 ? t.record.areaHint : extentOf(words, corners)}</span>
      </div>
      <label className="stack"><span className="label">{t.record.corners}</span>
        <textarea id={id} aria-describedby={by} className="field long" rows={3} value={text(value)} placeholder={'114.3050, 30.6200'} onChange={(e) => change(e.target.value)} /></label>
    </div>
  );
}

function Rows({ id, by, of: f, pack, value, change }: Props) {
  const { t, f: w } = useWords();
  const rows = (value ?? []) as Typed[];
  const put = (i: number, name: string, v: unknown) => change(rows.map((r, n) => (n === i ? { ...r, [name]: v } : r)));
  return (
    <div className="stack" id={id} role="group" aria-label={f.title} aria-describedby={by}>
      {rows.length > 0 && (
        <div className="scroll" role="region" aria-label={t.record.rowsOf(f.title)} tabIndex={0}>
          <table className="record-table">
            <thead><tr>{(f.columns ?? []).map((c) => <th key={c.name} scope="col">{c.title}{c.required && <b className="danger" aria-hidden="true"> *</b>}</th>)}<th scope="col"><span className="unseen">{t.record.remove}</span></th></tr></thead>
            <tbody>
              {rows.map((r, i) => (
                <tr key={i}>
                  {(f.columns ?? []).map((c) => <td key={c.name}><label className="unseen" htmlFor={`${id}-${i}-${c.name}`}>{`${c.title} ${w.n(i + 1)}`}</label><Control id={`${id}-${i}-${c.name}`} of={c} pack={pack} value={r[c.name]} change={(v) => put(i, c.name, v)} /></td>)}
                  <td><Button size="small" onClick={() => change(rows.filter((_, n) => n !== i))} aria-label={t.record.removeRow(w.n(i + 1))}>{t.record.remove}</Button></td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      <div><Button size="small" onClick={() => change([...rows, {}])}>{t.record.addRow}</Button></div>
    </div>
  );
}

interface Sent { id: string; name: string; type: string; size?: number }

const mediaOf: Record<string, string> = { image: 'image/jpeg,image/png,image/webp,image/gif', pdf: 'application/pdf', document: '.doc,.docx,.xls,.xlsx,.pptx,.txt', audio: 'audio/*', video: 'video/mp4' };

/** Small pictures of what was sent just now; they are this page's alone. */
function usePreviews() {
  const urls = useRef(new Map<string, string>());
  useEffect(() => {
    const all = urls.current;
    return () => all.forEach((u) => URL.revokeObjectURL(u));
  }, []);
  return urls.current;
}

/** Files are sent as they are chosen; the record keeps them once it is saved. */
function SendFiles({ id, by, of: f, value, change }: Props) {
  const { t, f: w } = useWords();
  const [share, tell] = useState<number>();
  const [problems, fail] = useState<Problem[]>([]);
  const previews = usePreviews();
  const { src } = useContext(AroundRecord);
  const shown = (x: Sent) => previews.get(x.id) ?? (x.type.startsWith('image/') ? src?.(x.id) : undefined);
  const all = (value ?? []) as Sent[];
  const latest = useRef(all);
  latest.current = all;
  const mb = w.n(f.size);
  const send = async (files: File[]) => {
    fail([]);
    for (const [i, file] of files.entries()) {
      try {
        if (f.size > 0 && file.size > f.size * 1024 * 1024) throw new ProblemError({ type: 'about:blank', status: 422, code: 'file.size', title: '', detail: t.record.tooLarge(mb), remedy: t.record.tooLargeFix });
        const sent = await sendRecordFile(file, (s) => tell((i + s) / files.length), new AbortController().signal);
        if (sent.type.startsWith('image/')) previews.set(sent.id, URL.createObjectURL(file));
        latest.current = [...latest.current.filter((x) => x.id !== sent.id), { id: sent.id, name: sent.name, type: sent.type, size: sent.size }];
        change(latest.current);
      } catch (e) {
        const p = asProblem(e);
        fail((was) => [...was, { ...p, detail: t.record.ofFile(file.name, p.detail) }]);
      }
    }
    tell(undefined);
  };
  return (
    <div className="stack" role="group" aria-label={f.title}>
      {all.length > 0 && <ul className="files">{all.map((x) => (
        <li key={x.id}>{shown(x) && <img src={shown(x)} alt="" width={128} height={96} />}<span className="small">{x.name}</span><Button size="small" onClick={() => change(all.filter((y) => y.id !== x.id))} aria-label={t.record.removeFile(x.name)}>{t.record.remove}</Button></li>
      ))}</ul>}
      <label className="drop slim">
        <input id={id} aria-describedby={by} type="file" multiple accept={(f.accept ?? []).map((a) => mediaOf[a]).join(',') || undefined} disabled={share !== undefined} onChange={(e) => { void send([...(e.target.files ?? [])]); e.target.value = ''; }} />
        <b>{share === undefined ? t.record.send : t.record.sending(w.percent(Math.round(share * 100)))}</b><span className="small muted">{f.size > 0 ? t.record.sendMost(mb) : t.record.sendHint}</span>
      </label>
      <Wrongs of={problems} />
    </div>
  );
}
