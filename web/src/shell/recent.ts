// What somebody opened lately by the search, kept in their browser under their login: on a
// machine that several use, each sees their own.

export interface Thing {
  kind: 'page' | 'case' | 'record' | 'directory' | 'service' | 'app' | 'office' | 'user';
  id: string;
  title: string;
  of: string;
}

const most = 8;
const key = (login: string) => `chengshu.recent.${login}`;

export function recent(login: string): Thing[] {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(key(login)) ?? '[]');
    return Array.isArray(kept) ? (kept as Thing[]) : [];
  } catch {
    return [];
  }
}

function keep(login: string, things: Thing[]) {
  try {
    localStorage.setItem(key(login), JSON.stringify(things));
  } catch {
    // without storage nothing is remembered
  }
}

export function note(login: string, x: Thing) {
  keep(login, [x, ...recent(login).filter((y) => y.kind !== x.kind || y.id !== x.id)].slice(0, most));
}

export function forgetAll(login: string) {
  keep(login, []);
}
