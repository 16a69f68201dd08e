import { Button, Select } from 'antd';
import { useEffect, useRef, useState, type ReactNode } from 'react';
import { useWords } from '../i18n/use';

/** One filter: empty is "all". */
export function Facet({ label, value, options, change, width = 150 }: {
  label: string;
  value: string | null;
  options: { value: string; label: string }[];
  change: (v: string | null) => void;
  width?: number;
}) {
  const { t } = useWords();
  return (
    <Select
      aria-label={label}
      value={value ?? ''}
      onChange={(v) => change(v || null)}
      options={[{ value: '', label: `${label}${t.colon}${t.all}` }, ...options]}
      showSearch={options.length > 8 ? { optionFilterProp: 'label' } : false}
      style={{ minWidth: width, maxWidth: Math.max(width, 260) }}
      popupMatchSelectWidth={false}
    />
  );
}

/** Filters that are used less: they come when asked for, and stay while one of them is set. */
export function More({ set, children }: { set: boolean; children: ReactNode }) {
  const { t } = useWords();
  const [open, show] = useState(false);
  return (
    <>
      {(open || set) && children}
      {!set && <Button type="text" aria-expanded={open} onClick={() => show(!open)}>{open ? t.filters.fewer : t.filters.more}</Button>}
    </>
  );
}

/** What is typed into a field, which changes the address when typing rests. */
export function useTyping(value: string, change: (v: string) => void): [string, (v: string) => void] {
  const [text, setText] = useState(value);
  const timer = useRef<number>(undefined);
  useEffect(() => setText(value), [value]);
  useEffect(() => () => window.clearTimeout(timer.current), []);
  const type = (v: string) => {
    setText(v);
    window.clearTimeout(timer.current);
    timer.current = window.setTimeout(() => change(v.trim()), 300);
  };
  return [text, type];
}

/** A search field that changes the address. */
export function Search({ label, value, change }: { label: string; value: string; change: (v: string) => void }) {
  const [text, type] = useTyping(value, change);
  return <input type="search" aria-label={label} placeholder={label} value={text} onChange={(e) => type(e.target.value)} />;
}
