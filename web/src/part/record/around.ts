import { createContext } from 'react';
import type { LonLat } from './geo';

/** What controls of a form know of the record around them. */
export interface Around {
  src?: (file: string) => string; // a small picture of a file it has already
  place?: LonLat; // where it is, by its first place
}

export const AroundRecord = createContext<Around>({});
