import { useEffect, useState } from 'react';
import { useBatchEvents } from '../api/events';
import type { Batch } from '../api/schema.gen';
import { running } from './batch';

/** Keeps the batches of a list as the events tell; calls done when one of them ended. */
export function useLive(items: Batch[], done: () => void): Batch[] {
  const [told, set] = useState<Record<string, Batch>>({});
  useEffect(() => set({}), [items]);
  useBatchEvents((b) => {
    if (!items.some((x) => x.id === b.id)) return;
    set((all) => ({ ...all, [b.id]: b }));
    if (!running(b.state)) done();
  });
  return items.map((x) => told[x.id] ?? x);
}
