import type { ReactNode } from 'react';
import { useMay } from '../api/session';

/** What only those see who may do it, to what is an office's where one is given. */
export function May({ do: action, office, children }: { do: string; office?: string; children: ReactNode }) {
  return useMay()(action, office) ? children : null;
}
