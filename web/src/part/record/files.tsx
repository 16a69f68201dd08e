import { Button, Modal } from 'antd';
import { useState, type KeyboardEvent } from 'react';
import { useSession } from '../../api/session';
import { useWords, type Words } from '../../i18n/use';
import { metresBetween, type LonLat } from './geo';

/** A file as a record's field holds it; where and when a picture was taken the server has read from it. */
export interface Kept { id: string; name: string; type: string; size?: number; place?: LonLat | null; time?: string | null }

/** A file and what it is of. */
export interface Held { field: string; file: Kept }

export const isPicture = (f: Kept) => f.type.startsWith('image/');

interface Props {
  of: Held[];
  src: (id: string, small: boolean) => string;
  at?: LonLat; // where the matter is: how far from it a picture was taken is told
  named?: boolean; // each says what field it is of
}

/** Files: pictures small, with when and where they were taken; a click shows one large, and whoever looks at it stands over it. Papers by name. */
export function FilesOf({ of: all, src, at, named }: Props) {
  const words = useWords();
  const { t, f } = words;
  const [shown, show] = useState<number>();
  const pictures = all.filter((x) => isPicture(x.file));
  if (all.length === 0) return null;
  return (
    <>
      <ul className="photos">
        {all.map((x) => {
          const { file } = x;
          const told = [file.time && f.time(file.time), away(words, file, at)].filter(Boolean);
          return (
            <li key={`${x.field} ${file.id}`}>
              {isPicture(file)
                ? <button type="button" className="photo" onClick={() => show(pictures.indexOf(x))} aria-label={t.record.look(file.name)}><img src={src(file.id, true)} alt="" width={120} height={90} loading="lazy" /></button>
                : <a href={src(file.id, false)} className="photo paper">{file.name}</a>}
              {named && <span className="small">{x.field}</span>}
              <span className="small muted">{told.length ? told.map((s, i) => <span key={i}>{s}</span>) : file.size ? f.bytes(file.size) : isPicture(file) && file.name}</span>
            </li>
          );
        })}
      </ul>
      {shown !== undefined && <Large of={pictures} at={at} src={src} shown={shown} show={show} />}
    </>
  );
}

const away = ({ t, f }: Words, file: Kept, at?: LonLat) => (file.place && at ? t.record.away(f.n(Math.round(metresBetween(file.place, at)))) : undefined);

function Large({ of: all, src, at, shown, show }: { of: Held[]; src: Props['src']; at?: LonLat; shown: number; show: (n: number | undefined) => void }) {
  const words = useWords();
  const { t, f } = words;
  const who = useSession();
  const [now] = useState(() => new Date().toISOString());
  const x = all[shown];
  if (!x) return null;
  const { file } = x;
  const mark = t.record.watermark(who?.name ?? '', f.time(now));
  const turn = (by: number) => show((shown + by + all.length) % all.length);
  const key = (e: KeyboardEvent) => {
    if (e.key === 'ArrowLeft') turn(-1);
    if (e.key === 'ArrowRight') turn(1);
  };
  const facts = [file.time && t.record.takenAt(f.time(file.time)), file.place && t.record.takenWhere(file.place[0].toFixed(5), file.place[1].toFixed(5)), away(words, file, at), file.size && f.bytes(file.size)].filter(Boolean);
  return (
    <Modal open title={`${x.field} · ${file.name}`} onCancel={() => show(undefined)} footer={null} width="min(1100px, 96vw)" centered>
      <div className="photo-large" onKeyDown={key}>
        <img src={src(file.id, false)} alt={`${x.field} ${file.name}`} />
        <div className="photo-mark" aria-hidden="true">{Array.from({ length: 24 }, (_, i) => <span key={i}>{mark}</span>)}</div>
      </div>
      <div className="photo-foot" onKeyDown={key}>
        <p className="small muted">{facts.join(' · ')}{!file.time && !file.place && <> · {t.record.untold}</>}</p>
        {all.length > 1 && <span className="row"><Button size="small" onClick={() => turn(-1)}>{t.record.before}</Button><span className="small muted">{t.record.nth(f.n(shown + 1), f.n(all.length))}</span><Button size="small" onClick={() => turn(1)}>{t.record.after}</Button></span>}
      </div>
    </Modal>
  );
}
