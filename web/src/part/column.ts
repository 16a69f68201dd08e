import type { ReactNode } from 'react';

/** A column of a table. */
export interface Col<R> {
  key: string;
  title: ReactNode;
  name?: string; // in words, where the title is no word
  sort?: 'ascending' | 'descending'; // the rows stand in its order
  off?: boolean; // until a reader chooses it
  cell: (row: R, index: number) => ReactNode;
  right?: boolean;
  width?: number | string;
  min?: number; // pixels it keeps on a narrow window
  nowrap?: boolean;
  roomy?: boolean; // not drawn on a phone, where another column says it
  className?: (row: R) => string | undefined;
}
