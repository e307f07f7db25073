/** So many at once, the others in the order they came; who does not want to wait any longer goes without. */
export interface Slots {
  /** False when `patience` ended first. Whoever gets true gives it back. */
  take(patience: AbortSignal): Promise<boolean>;
  giveBack(): void;
}

export function makeSlots(at_once: number): Slots {
  const waiting = new Set<() => void>();
  let free = at_once;
  return {
    take(patience) {
      if (free > 0) {
        free -= 1;
        return Promise.resolve(true);
      }
      if (patience.aborted) return Promise.resolve(false);
      return new Promise((resolve) => {
        const give = () => {
          patience.removeEventListener('abort', leave);
          resolve(true);
        };
        const leave = () => {
          waiting.delete(give);
          resolve(false);
        };
        waiting.add(give);
        patience.addEventListener('abort', leave, { once: true });
      });
    },
    giveBack() {
      const [next] = waiting;
      if (next === undefined) {
        free += 1;
        return;
      }
      waiting.delete(next);
      next();
    },
  };
}
