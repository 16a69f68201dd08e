interface Named { name: string; title: string }

/** What has a name and a title, as one chooses among it. */
export const optionsOf = (of: readonly Named[] | undefined) => (of ?? []).map((x) => ({ value: x.name, label: x.title }));

/** The same with what an address names, which may be gone or not come yet. */
export const known = (of: readonly Named[] | undefined, value: string | null | undefined) =>
  [...optionsOf(of), ...(value && !of?.some((x) => x.name === value) ? [{ value, label: value }] : [])];
