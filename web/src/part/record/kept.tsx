import { useWords } from '../../i18n/use';

/** Says of a field whose value is masked that it is kept unless something else is written. */
export function Kept({ word, typed, needed, put, rows }: { word?: string; typed: unknown; needed: boolean; put: (v: unknown) => void; rows?: boolean }) {
  const w = useWords().t.registers;
  if (typed === null) return <span className="small danger">{w.willEmpty} <button type="button" className="link" onClick={() => put(undefined)}>{w.undo}</button></span>;
  if (typed !== undefined && typed !== '') return <span className="small muted">{w.willReplace}</span>;
  return <span className="small muted">{w.kept(word || w.masked)} {rows && w.keptRows} {!needed && <button type="button" className="link" onClick={() => put(null)}>{w.emptyIt}</button>}</span>;
}
