import { App, Button, Select } from 'antd';
import { useEffect, useState } from 'react';
import { api } from '../api/client';
import type { Batch, Directory, Guess } from '../api/schema.gen';
import { useAction, useLoad, type Loaded } from '../api/use';
import { useWords } from '../i18n/use';
import { running } from '../part/batch';
import { Field } from '../part/field';
import { Card, Head } from '../part/frame';
import { Empty, Failed, View } from '../part/state';
import { Link } from '../route/link';
import { to } from '../route/paths';
import { go, useAlter, usePlace } from '../route/route';
import { FileChoice, nameOf, type From } from './load/file';
import { GuessView } from './load/guess';
import { TrialView } from './load/trial';

/** Choose a file, see what the system makes of it, try, load. The address holds the choice. */
export default function LoadPage() {
  const { t } = useWords();
  const { query } = usePlace();
  const alter = useAlter();
  const from: From = { upload: query.get('upload') ?? undefined, path: query.get('path') ?? undefined, sheet: query.get('sheet') ?? undefined };
  const directory = query.get('directory') ?? undefined;
  const chosen = Boolean(from.upload || from.path);
  const own = useLoad(directory ? `own ${directory}` : null, (s) => api.directory(directory ?? '', s));
  const guess = useLoad(chosen ? `guess ${from.upload} ${from.path} ${from.sheet} ${directory}` : null, () => api.guess({ ...from, directory }));
  return (
    <>
      <Head name={t.load.title} title={t.load.title} sub={t.load.sub} />
      <div className="two">
        <Card title={t.load.file} note={chosen && <button type="button" className="link" onClick={() => alter({ upload: null, path: null, sheet: null, trial: null })}>{t.load.another}</button>} pad>
          <FileChoice from={from} chosen={(f) => alter({ upload: f.upload, path: f.path, sheet: null, trial: null })} />
          {chosen && <Sheet key={`${from.upload} ${from.path}`} from={from} guess={guess} change={(s) => alter({ sheet: s, trial: null })} />}
        </Card>
        <Card title={t.load.directory} pad>
          <Target directory={directory} own={own} from={from} chosen={chosen} />
        </Card>
      </div>
      {!chosen && <Card><Empty title={t.load.pick} hint={t.load.pickHint} /></Card>}
      {chosen && (
        <div className="stack">
          <View from={guess} lines={10}>
            {(g) => (
              <>
                {directory && <Run directory={directory} from={from} guess={g} />}
                <GuessView guess={g} into={directory ? own.data?.declaration : undefined} matched={Boolean(directory)} />
              </>
            )}
          </View>
        </div>
      )}
    </>
  );
}

/** Which worksheet of a workbook is read. What it has is remembered while one that cannot be read is chosen. */
function Sheet({ from, guess, change }: { from: From; guess: Loaded<Guess>; change: (sheet: string | null) => void }) {
  const { t } = useWords();
  const [known, keep] = useState<string[]>([]);
  const sheets = guess.data?.sheets ?? known;
  useEffect(() => {
    if (guess.data) keep(guess.data.sheets);
  }, [guess.data]);
  const now = guess.data?.sheet || from.sheet;
  if (sheets.length > 1) {
    const options = [...new Set([...sheets, ...(now ? [now] : [])])].map((s) => ({ value: s, label: s }));
    return (
      <div className="gap-top">
        <Field of="load.sheet" wide>{(id, by) => <Select id={id} aria-describedby={by} value={now} options={options} onChange={change} showSearch={{ optionFilterProp: 'label' }} />}</Field>
      </div>
    );
  }
  // None is known where none could be read: the fault names them.
  if (!from.sheet && !/\.xls[xm]\b/i.test(guess.problem?.where ?? '')) return null;
  return (
    <form className="gap-top" key={from.sheet} onSubmit={(e) => { e.preventDefault(); change(String(new FormData(e.currentTarget).get('sheet')).trim() || null); }}>
      <Field of="load.sheet" wide>{(id, by) => <span className="row"><input id={id} aria-describedby={by} name="sheet" className="field fill" defaultValue={from.sheet} /><Button htmlType="submit">{t.load.serverUse}</Button></span>}</Field>
    </form>
  );
}

function Target({ directory, own, from, chosen }: { directory: string | undefined; own: Loaded<Directory>; from: From; chosen: boolean }) {
  const { t } = useWords();
  const alter = useAlter();
  const [q, find] = useState('');
  const list = useLoad(`pick ${q}`, (s) => api.directories({ q, limit: 50 }, s));
  const options = (list.data?.items ?? []).map((d) => ({ value: d.name, label: `${d.title} · ${d.office_title}` }));
  if (own.data && !options.some((o) => o.value === directory)) options.unshift({ value: own.data.name, label: `${own.data.title} · ${own.data.office_title}` });
  return (
    <div className="stack">
      <Field of="load.directory">{(id, by) => <Select
        id={id}
        aria-describedby={by}
        placeholder={t.load.directoryHint}
        value={directory}
        options={options}
        loading={list.busy}
        allowClear
        showSearch={{ filterOption: false, onSearch: find }}
        onChange={(v) => alter({ directory: v ?? null, trial: null })}
        style={{ width: '100%' }}
      />}</Field>
      {chosen && !directory && (
        <div>
          <span className="muted">{t.load.noDirectory} </span>
          <Link to={to.declare(undefined, from)}>{t.load.declare}</Link>
        </div>
      )}
      {directory && own.data && <div className="muted">{own.data.declaration.abstract}</div>}
      {own.problem && <Failed problem={own.problem} plain />}
    </div>
  );
}

function Run({ directory, from, guess }: { directory: string; from: From; guess: Guess }) {
  const { t, f } = useWords();
  const { message } = App.useApp();
  const { query } = usePlace();
  const alter = useAlter();
  const [old, setOld] = useState<Batch>();
  const load = useAction(async (again: boolean) => {
    const b = await api.load({ directory, ...from, again: again || undefined });
    if (!again && !running(b.state)) {
      setOld(b); // the same file under the same rules: the batch that is there already
      return;
    }
    void message.success(`${t.load.run} ${nameOf(from)}`);
    go(to.batch(b.id));
  });
  const tried = query.has('trial');
  return (
    <>
      <div className="row">
        <Button disabled={tried} onClick={() => alter({ trial: 1 })}>{t.load.trial}</Button>
        <Button type="primary" loading={load.busy} onClick={() => void load.act(false)}>{guess.rows_estimate > 0 ? t.load.runAll(f.short(guess.rows_estimate)) : t.load.run}</Button>
      </div>
      {load.problem && <Failed problem={load.problem} />}
      {old && (
        <div className="note warn" role="status">
          <p>{t.load.againHint} <Link to={to.batch(old.id)}>{t.batch.title(old.label)}</Link></p>
          <Button onClick={() => void load.act(true)}>{t.load.again}</Button>
        </div>
      )}
      {tried && <TrialView directory={directory} from={from} />}
    </>
  );
}
