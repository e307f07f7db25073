/** What can be taken back: offered in a message while it is fresh, and by one key, the newest first. */
import type { Toasts } from './toasts.ts';

export const UNDO_MS = 8_000;
const UNDO_MAX = 20;

export function createUndo(toasts: Toasts) {
  const entries: { run: () => void }[] = [];

  return {
    /** Returns what withdraws the offer, because the thing did not happen or is final. */
    offer(message: string, run: () => void): () => void {
      const withdraw = () => {
        const at = entries.indexOf(entry);
        if (at >= 0) entries.splice(at, 1);
        toasts.close(toast_id);
      };
      const entry = {
        run: () => {
          withdraw();
          run();
        },
      };
      entries.push(entry);
      if (entries.length > UNDO_MAX) entries.shift();
      const toast_id = toasts.show(message, { action: { label: 'Undo', run: entry.run }, duration_ms: UNDO_MS });
      return withdraw;
    },
    last() {
      const entry = entries.at(-1);
      if (entry) entry.run();
      else toasts.show('There is nothing to undo');
    },
  };
}
