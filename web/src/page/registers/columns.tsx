import { useMemo } from 'react';
import type { RegisterPage, RegisterRecord } from '../../api/schema.gen';
import { useWords } from '../../i18n/use';
import { Tag } from '../../part/frame';
import { RecordValue } from '../../part/record/value';
import type { Col } from '../../part/column';
import { useAlter, usePlace } from '../../route/route';
import { numeric, sortable, type Column, type Own } from './query';

/** The columns of a register's list; the first opens a record and chooses it. */
export function useRecordColumns(pack: string, page: RegisterPage, cols: Column[], off: string[], chosen: Map<string, RegisterRecord>, choose: (m: Map<string, RegisterRecord>) => void): Col<RegisterRecord>[] {
  const { t, f } = useWords();
  const w = t.registers;
  const place = usePlace();
  const alter = useAlter();
  const sort = place.query.get('sort') ?? page.form.sort;
  return useMemo(() => {
    const pick = (r: RegisterRecord, on: boolean) => {
      const next = new Map(chosen);
      if (on) next.set(r.id, r);
      else next.delete(r.id);
      choose(next);
    };
    const own = (r: RegisterRecord, name: Own) => ({
      key: r.key, office: r.office_title, created_at: f.time(r.created_at), updated_at: f.time(r.updated_at), created_by: r.created_name, updated_by: r.updated_name,
    })[name];
    const cell = (r: RegisterRecord, c: Column) => (c.field ? <RecordValue of={c.field} in={{ ...r, pack }} short /> : own(r, c.name as Own) || t.none);
    const key = (r: RegisterRecord) => (
      <span className="pick">
        {page.may.write && <input type="checkbox" aria-label={w.choose(r.key)} checked={chosen.has(r.id)} disabled={!r.can_write} onChange={(e) => pick(r, e.target.checked)} />}
        <button type="button" className="link" onClick={() => alter({ record: r.id })}>{r.key}</button>
        {r.state && <Tag>{r.state}</Tag>}
      </span>
    );
    return cols.map((c): Col<RegisterRecord> => {
      const title = c.field?.title ?? w.own[c.name] ?? c.name;
      const name = c.field?.kind === 'money' ? t.record.inYuan(title) : title;
      const by = sort.replace(/^-/, '') === c.name ? (sort.startsWith('-') ? 'descending' : 'ascending') : undefined;
      const next = by === 'descending' ? c.name : `-${c.name}`;
      return {
        key: c.name, name, sort: by, off: off.includes(c.name), right: numeric(c.field), min: widths[c.field?.kind ?? ''] ?? 88,
        nowrap: !c.field || ['date', 'time', 'code', 'enum', 'bool'].includes(c.field.kind),
        title: sortable(c) ? <button type="button" className="sort" title={w.sortBy(name)} onClick={() => alter({ sort: next, cursor: null })}>{name}{by && <span aria-hidden="true"> {by === 'descending' ? '↓' : '↑'}</span>}</button> : name,
        cell: (r) => (c.name === 'key' ? key(r) : cell(r, c)),
      };
    });
  }, [pack, page, cols, off, chosen, choose, sort, alter, t, f, w]);
}

const widths: Record<string, number> = { text: 140, person: 160, area: 160, table: 110, files: 88 };
