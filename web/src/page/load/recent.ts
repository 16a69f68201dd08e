import type { Upload } from '../../api/schema.gen';

export interface Recent extends Upload {
  at: string;
}

const key = 'chengshu.uploads';

/** Files this browser sent lately, newest first: their names and sizes, nothing of their content. */
export function recent(): Recent[] {
  try {
    return JSON.parse(localStorage.getItem(key) ?? '[]') as Recent[];
  } catch {
    return [];
  }
}

export function remember(u: Upload) {
  const all = [{ ...u, at: new Date().toISOString() }, ...recent().filter((r) => r.upload !== u.upload)];
  try {
    localStorage.setItem(key, JSON.stringify(all.slice(0, 10)));
  } catch {
    // then it is not remembered
  }
}
