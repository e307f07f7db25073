/** However many alarms ring at once, one ring at a time goes to the backend: it takes all that is due. */
import type { BackendClient } from '@taskflow/core/ports.ts';

export interface Ringer {
  /** Settles when a ring that began after this call has ended; `moment` is null for a sweep. */
  ring(moment: string | null): Promise<void>;
}

/**
 * Calls during a ring share the next one: the ring under way may have looked before their moment came. A minute at which
 * a thousand machines woke up costs two calls.
 */
export function makeRinger(backend: Pick<BackendClient, 'ring'>): Ringer {
  let current: Promise<void> | null = null;
  let next: Promise<void> | null = null;
  let next_moment: string | null = null;

  const begin = (moment: string | null): Promise<void> => {
    const ringing = backend.ring(moment).then(() => undefined);
    current = ringing;
    const ended = () => {
      if (current === ringing) current = null;
    };
    ringing.then(ended, ended);
    return ringing;
  };
  return {
    ring(moment) {
      if (current === null) return begin(moment);
      next_moment ??= moment;
      next ??= current
        .catch(() => undefined)
        .then(() => {
          const shared = next_moment;
          [next, next_moment] = [null, null];
          return begin(shared);
        });
      return next;
    },
  };
}
