import type { ReactNode } from 'react';

/** A column of a table. */
export interface Col<R> {
  key: string;
  title: ReactNode;
  cell: (row: R, index: number) => ReactNode;
  right?: boolean;
  width?: number | string;
  min?: number; // pixels it keeps on a narrow window
  nowrap?: boolean;
  className?: (row: R) => string | undefined;
}
