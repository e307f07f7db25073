/** Components that show time read it here: one clock, moved on at every full minute and when the page is looked at again. */
import { useSyncExternalStore } from 'react';

const MINUTE_MS = 60_000;
let now_ms = 0;
const listeners = new Set<() => void>();
let stop: (() => void) | null = null;

export function useNow(): number {
  return useSyncExternalStore(subscribe, read, () => 0);
}

function read(): number {
  if (now_ms === 0) now_ms = Date.now();
  return now_ms;
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  if (!stop) stop = start();
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    stop?.();
    stop = null;
  };
}

function start(): () => void {
  let timer: ReturnType<typeof setTimeout>;
  const tick = () => {
    clearTimeout(timer);
    now_ms = Date.now();
    for (const listener of listeners) listener();
    timer = setTimeout(tick, MINUTE_MS - (now_ms % MINUTE_MS) + 20);
  };
  now_ms = Date.now();
  timer = setTimeout(tick, MINUTE_MS - (now_ms % MINUTE_MS) + 20);
  document.addEventListener('visibilitychange', tick);
  return () => {
    clearTimeout(timer);
    document.removeEventListener('visibilitychange', tick);
  };
}
