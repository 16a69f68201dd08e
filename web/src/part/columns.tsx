import { Button, Checkbox, Popover } from 'antd';
import { useState } from 'react';
import type { Column } from '../api/schema.gen';
import { useWords } from '../i18n/use';
import { optionsOf } from './choice';

export interface Chosen {
  all: Column[];
  shown: string[];
  set: (names: string[]) => void;
}

/**
 * Which columns of a table a reader looks at, kept per table in this browser. Until they
 * choose, it is those that must be seen and the first ones, five in all.
 */
export function useColumns(table: string, all: Column[], must: string[]): Chosen {
  const key = `chengshu.columns.${table}`;
  const [own, setOwn] = useState<string[] | null>(() => read(key));
  const set = (names: string[]) => {
    setOwn(names);
    try {
      localStorage.setItem(key, JSON.stringify(names));
    } catch {
      // the choice lasts until the window closes
    }
  };
  const kept = own?.filter((n) => all.some((c) => c.name === n));
  return { all, shown: kept?.length ? [...kept, ...must] : first(all, must), set };
}

/** The columns one looks at, for a file: of each the same. */
export function outsOf(c: Chosen, ...more: string[]): Record<string, string> {
  return Object.fromEntries([...c.all.map((x) => x.name).filter((n) => c.shown.includes(n)), ...more].map((n) => [n, n]));
}

function read(key: string): string[] | null {
  try {
    return JSON.parse(localStorage.getItem(key) ?? 'null') as string[] | null;
  } catch {
    return null;
  }
}

function first(all: Column[], must: string[]): string[] {
  const rest = all.map((c) => c.name).filter((n) => !must.includes(n));
  return [...must, ...rest.slice(0, Math.max(0, 5 - must.length))];
}

export function Columns({ of: c }: { of: Chosen }) {
  const { t } = useWords();
  const box = (
    <Checkbox.Group
      className="column-choice"
      value={c.shown}
      onChange={(v) => c.set(v)}
      options={optionsOf(c.all)}
    />
  );
  return (
    <Popover content={box} trigger="click" placement="bottomRight">
      <Button size="small">{t.batch.samples.columns}</Button>
    </Popover>
  );
}
