import { readFileSync } from 'node:fs';
import { expect } from '@playwright/test';

/**
 * A page of the documents whose steps a test does. What a reader presses or fills in stands
 * there in bold, in the words of the screen: the test takes its words from the catalogue
 * through says, so that neither text nor test can leave the other behind.
 */
export function guide(file: string) {
  const text = readFileSync(new URL(`../../docs/tutorial/${file}`, import.meta.url), 'utf8');
  const sections = text.split(/^## /m).slice(1).map((s) => new Set([...s.matchAll(/\*\*([^*]+)\*\*/g)].map((m) => (m[1] ?? '').replace(/\s+/g, ' '))));
  let at = -1;
  let left = new Set<string>();
  const done = () => expect([...left], `said in step ${at + 1} of ${file} and never done`).toEqual([]);
  return {
    /** Begins the next step; all that the one before says must have been done. */
    step() {
      done();
      left = new Set(sections[++at]);
      expect(left.size, `step ${at + 1} of ${file}`).toBeGreaterThan(0);
    },
    /** A label as the screen has it, which this step of the document must say. */
    says(label: string): string {
      expect([...sections[at] ?? []], `step ${at + 1} of ${file}`).toContain(label);
      left.delete(label);
      return label;
    },
    end() {
      done();
      expect(at + 1, `steps of ${file}`).toBe(sections.length);
    },
  };
}
