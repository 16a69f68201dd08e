import type { Problem } from '../../api/schema.gen';
import { partsOf } from '../../part/wrong';

export interface Mark {
  line: number; // from 1; 0 where the problem has no place
  text: string;
  remedy?: string;
}

/** Problems with their lines, out of places such as "people.yaml:12" or "people.yaml:12:3". */
export function lined(problem: Problem): Mark[] {
  return partsOf(problem).map((p) => ({
    line: Number(/:(\d+)(?::\d+)?$/.exec(p.where ?? '')?.[1] ?? /(?:line |:)(\d+)/.exec(p.where ?? '')?.[1] ?? 0),
    text: p.detail || p.title,
    remedy: p.remedy,
  }));
}
