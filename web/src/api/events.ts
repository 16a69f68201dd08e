import { useEffect, useRef, useSyncExternalStore } from 'react';
import { address } from './client';
import { useMay } from './session';
import type { Batch, Unread } from './schema.gen';

// One stream for the whole window, opened with the first listener and closed with the last.

type Listener = (b: Batch) => void;
const listeners = new Set<Listener>();
const counters = new Set<() => void>();
let unread: number | undefined;
let stream: EventSource | null = null;

function open() {
  if (stream) return;
  stream = new EventSource(address('/events'));
  stream.addEventListener('batch', (e) => {
    const b = JSON.parse((e as MessageEvent<string>).data) as Batch;
    for (const each of listeners) each(b);
  });
  stream.addEventListener('unread', (e) => setUnread((JSON.parse((e as MessageEvent<string>).data) as Unread).unread));
}

function shut() {
  if (listeners.size + counters.size > 0) return;
  stream?.close();
  stream = null;
  unread = undefined;
}

function listen(l: Listener): () => void {
  listeners.add(l);
  open();
  return () => {
    listeners.delete(l);
    shut();
  };
}

/** How many notices are not read, as an answer or the stream says. */
export function setUnread(n: number) {
  if (n === unread) return;
  unread = n;
  for (const each of counters) each();
}

function count(then: () => void): () => void {
  counters.add(then);
  open();
  return () => {
    counters.delete(then);
    shut();
  };
}

/** How many notices are not read, as it changes; nothing until it is known. */
export const useUnread = () => useSyncExternalStore(count, () => unread);

/** Calls back for every batch whose state or progress changed. */
export function useBatchEvents(then: Listener) {
  const latest = useRef(then);
  latest.current = then;
  const may = useMay()('batch.read');
  useEffect(() => (may ? listen((b) => latest.current(b)) : undefined), [may]);
}
