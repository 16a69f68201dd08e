import type { Page } from '@playwright/test';
import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

interface Finding {
  id: string;
  nodes: { html: string; failureSummary?: string }[];
}

async function run(page: Page, options: object): Promise<string[]> {
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(axe);
  const found = await page.evaluate(async (o) => {
    const run = (window as unknown as { axe: { run: (o: object) => Promise<{ violations: Finding[] }> } }).axe.run;
    return (await run({ resultTypes: ['violations'], ...o })).violations;
  }, options);
  return found.flatMap((v) => v.nodes.map((n) => `${v.id}: ${n.html.slice(0, 160)} ${n.failureSummary?.replace(/\s+/g, ' ').slice(0, 220)}`));
}

/** What axe finds on a page. */
export const findings = (page: Page) => run(page, {});

/** What axe finds in the colours of a page: all that another theme changes. */
export const colours = (page: Page) => run(page, { runOnly: ['color-contrast', 'link-in-text-block'] });

// What must never happen on any page: errors in the console, uncaught exceptions, whatever
// the content security policy refuses, and requests to another host. Watch before the page
// is opened.
export function watch(page: Page, besides = /^$/): string[] {
  const wrong: string[] = [];
  // The pages of things that do not exist, and the check of a declaration just begun.
  const expected = (text: string, url: string) => besides.test(text) || (/status of 404/.test(text) && url.includes('no-such')) || (/status of 422/.test(text) && url.includes('check=true'));
  page.on('console', (m) => m.type() === 'error' && !expected(m.text(), m.location().url) && wrong.push(`console: ${m.text()} ${m.location().url}`));
  page.on('pageerror', (e) => wrong.push(`error: ${e.message}`));
  void page.addInitScript(() => document.addEventListener('securitypolicyviolation', (e) => console.error(`refused by ${e.effectiveDirective}: ${e.blockedURI} ${e.sample}`)));
  page.on('websocket', (w) => wrong.push(`socket: ${w.url()}`));
  page.on('request', (r) => {
    const u = new URL(r.url());
    const home = new URL(page.url() === 'about:blank' ? r.url() : page.url());
    if (!['data:', 'blob:'].includes(u.protocol) && u.host !== home.host) wrong.push(`request: ${r.url()}`);
  });
  return wrong;
}
