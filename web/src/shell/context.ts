import { createContext, useContext } from 'react';
import type { District, Overview } from '../api/schema.gen';
import type { Loaded } from '../api/use';

interface Frame {
  district: District | undefined;
  overview: Loaded<Overview>;
}

export const ShellContext = createContext<Frame | null>(null);

/** What the frame already loaded: the district and the numbers of the loop. */
export function useFrame(): Frame {
  const c = useContext(ShellContext);
  if (!c) throw new Error('outside the shell');
  return c;
}
