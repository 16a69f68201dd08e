import { useEffect, useRef } from 'react';
import { address } from './client';
import { useMay } from './session';
import type { Batch } from './schema.gen';

// One stream for the whole window, opened with the first listener and closed with the last.

type Listener = (b: Batch) => void;
const listeners = new Set<Listener>();
let stream: EventSource | null = null;

function listen(l: Listener): () => void {
  listeners.add(l);
  if (!stream) {
    stream = new EventSource(address('/events'));
    stream.addEventListener('batch', (e) => {
      const b = JSON.parse((e as MessageEvent<string>).data) as Batch;
      for (const each of listeners) each(b);
    });
  }
  return () => {
    listeners.delete(l);
    if (listeners.size === 0) {
      stream?.close();
      stream = null;
    }
  };
}

/** Calls back for every batch whose state or progress changed. */
export function useBatchEvents(then: Listener) {
  const latest = useRef(then);
  latest.current = then;
  const may = useMay()('batch.read');
  useEffect(() => (may ? listen((b) => latest.current(b)) : undefined), [may]);
}
