import type { Finding } from '../../api/schema.gen';

/** Broken rules first, the blocking ones before them, then by rows. */
export function ordered(findings: Finding[]): Finding[] {
  const rank = { blocked: 0, broken: 1, passed: 2 };
  return [...findings].sort((a, b) => rank[a.verdict] - rank[b.verdict] || b.rows - a.rows);
}
