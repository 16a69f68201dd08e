import { Button } from 'antd';
import { useRef, useState, type DragEvent } from 'react';
import { sendFile } from '../../api/client';
import { asProblem } from '../../api/use';
import type { Problem } from '../../api/schema.gen';
import { useWords } from '../../i18n/use';
import { Field } from '../../part/field';
import { Bar } from '../../part/frame';
import { Failed } from '../../part/state';
import { recent, remember } from './recent';

export interface From {
  upload?: string;
  path?: string;
  sheet?: string; // of a workbook, where another is to be read than the first that holds a table
}

/** What a chosen file is called on the screen. */
export function nameOf(from: From): string {
  return recent().find((r) => r.upload === from.upload)?.name ?? from.path?.split('/').at(-1) ?? from.upload?.slice(0, 12) ?? '';
}

export function FileChoice({ from, chosen }: { from: From; chosen: (f: From) => void }) {
  const { f } = useWords();
  const known = recent().find((r) => r.upload === from.upload);
  if (from.upload || from.path) {
    return <div><b className="wrap">{nameOf(from)}</b>{known && <span className="muted"> {f.bytes(known.bytes)} · {f.time(known.at)}</span>}</div>;
  }
  return (
    <div className="stack">
      <Drop chosen={chosen} />
      <Reuse chosen={chosen} />
    </div>
  );
}

function Drop({ chosen }: { chosen: (f: From) => void }) {
  const { t, f } = useWords();
  const [over, setOver] = useState(false);
  const [sent, setSent] = useState<{ name: string; share: number } | null>(null);
  const [problem, setProblem] = useState<Problem>();
  const stop = useRef<AbortController>(undefined);
  const send = async (file: File | undefined) => {
    if (!file) return;
    setProblem(undefined);
    stop.current = new AbortController();
    setSent({ name: file.name, share: 0 });
    try {
      const u = await sendFile(file, (share) => setSent({ name: file.name, share }), stop.current.signal);
      remember(u);
      chosen({ upload: u.upload });
    } catch (e) {
      if (!stop.current.signal.aborted) setProblem(asProblem(e));
    } finally {
      setSent(null);
    }
  };
  const drop = (e: DragEvent) => {
    e.preventDefault();
    setOver(false);
    void send(e.dataTransfer.files[0]);
  };
  if (sent) {
    return (
      <div>
        <span role="status">{t.load.sending(sent.name)} {f.whole(sent.share)}</span>
        <Bar share={sent.share} label={t.load.sending(sent.name)} />
        <p className="gap-top"><Button size="small" onClick={() => stop.current?.abort()}>{t.cancel}</Button></p>
      </div>
    );
  }
  return (
    <>
      <label className={over ? 'drop over' : 'drop'} onDragOver={(e) => { e.preventDefault(); setOver(true); }} onDragLeave={() => setOver(false)} onDrop={drop}>
        <input type="file" accept=".csv,.txt,.tsv,.xlsx,.json,.jsonl,.ndjson,.parquet" onChange={(e) => void send(e.target.files?.[0])} />
        <b>{t.load.drop}</b>
        <span className="small muted">{t.load.formats}</span>
      </label>
      {problem && <Failed problem={problem} plain />}
    </>
  );
}

/** Files sent before, and files that lie on the server already. */
function Reuse({ chosen }: { chosen: (f: From) => void }) {
  const { t, f } = useWords();
  const [path, setPath] = useState('');
  const before = recent();
  return (
    <>
      {before.length > 0 && (
        <div>
          <div className="label">{t.load.recent}</div>
          {before.slice(0, 4).map((r) => (
            <div key={r.upload}>
              <button type="button" className="link wrap" onClick={() => chosen({ upload: r.upload })}>{r.name}</button>{' '}
              <span className="small muted">{f.bytes(r.bytes)} · {f.time(r.at)}</span>
            </div>
          ))}
        </div>
      )}
      <form onSubmit={(e) => { e.preventDefault(); if (path.trim()) chosen({ path: path.trim() }); }}>
        <Field of="load.path" wide>{(id, by) => (
          <span className="row"><input id={id} aria-describedby={by} className="field fill" value={path} placeholder={t.load.serverHint} onChange={(e) => setPath(e.target.value)} /><Button htmlType="submit" disabled={!path.trim()}>{t.load.serverUse}</Button></span>
        )}</Field>
      </form>
    </>
  );
}
