import type { Problem } from '../api/schema.gen';

/** The parts of a problem at a place of a small form. */
export const at = (p: Problem | undefined, where: string) => (p ? (p.parts?.length ? p.parts : [p]).filter((x) => x.where === where) : []);
