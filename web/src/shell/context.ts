import { createContext, useContext } from 'react';
import type { Desks, District, Overview } from '../api/schema.gen';
import type { Loaded } from '../api/use';

interface Frame {
  district: District | undefined;
  overview: Loaded<Overview>;
  desks: Loaded<Desks>;
}

export const ShellContext = createContext<Frame | null>(null);

/** What the frame already loaded: the district, the numbers of the loop and of the reader's desks. */
export function useFrame(): Frame {
  const c = useContext(ShellContext);
  if (!c) throw new Error('outside the shell');
  return c;
}
