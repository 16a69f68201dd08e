import type { Page } from '@playwright/test';

interface Shift {
  value: number;
  what: string;
}

/** Watches what moves by itself on pages that are opened from now on. */
export async function watchShifts(page: Page) {
  await page.addInitScript(() => {
    const seen: Shift[] = [];
    Object.assign(window, { shifts: seen });
    new PerformanceObserver((list) => {
      for (const e of list.getEntries() as (PerformanceEntry & { value: number; hadRecentInput: boolean; sources: { node?: Node; previousRect: DOMRect; currentRect: DOMRect }[] })[]) {
        if (e.hadRecentInput) continue;
        const one = (n?: Node) => (n instanceof Element ? `${n.tagName.toLowerCase()}.${String(n.className).slice(0, 40)}` : n?.parentElement ? `text in ${n.parentElement.tagName.toLowerCase()}.${n.parentElement.className}` : 'something gone');
        seen.push({ value: e.value, what: e.sources.slice(0, 3).map((s) => `${one(s.node)} from ${s.previousRect.x},${s.previousRect.y} to ${s.currentRect.x},${s.currentRect.y}`).join('; ') });
      }
    }).observe({ type: 'layout-shift', buffered: true });
  });
}

/** How much of the open page moved by itself since it was opened (Cumulative Layout Shift, in one sum), and what did. */
export async function shifted(page: Page): Promise<{ sum: number; what: string[] }> {
  const seen = await page.evaluate(() => (window as unknown as { shifts: Shift[] }).shifts);
  return { sum: seen.reduce((n, s) => n + s.value, 0), what: seen.filter((s) => s.value > 0.001).map((s) => `${s.value.toFixed(3)} ${s.what}`) };
}
