import type { Declaration } from '../../api/schema.gen';
import type { Wrongs } from './field';

/** What a part of the form is given. */
export interface Parts {
  of: Declaration;
  set: (change: Partial<Declaration>) => void;
  wrongs: Wrongs;
}
