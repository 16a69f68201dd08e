/** A number, as it is written, with what there is so many of. */
export const plural = (n: string, one: string, many = `${one}s`) => `${n} ${n === '1' ? one : many}`;
