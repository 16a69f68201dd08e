import type { Problem } from '../api/schema.gen';

/** The parts of a problem; one that is alone has none and is its own. */
export const partsOf = (p: Problem | null | undefined): Problem[] => (p ? (p.parts?.length ? p.parts : [p]) : []);

/** The parts of a problem at a place of a small form. */
export const at = (p: Problem | undefined, where: string) => partsOf(p).filter((x) => x.where === where);
