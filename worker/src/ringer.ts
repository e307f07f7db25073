/** However many alarms ring at once, one ring at a time goes to the backend: it takes all that is due. */
import type { BackendClient } from '@taskflow/core/ports.ts';

export interface Ringer {
  /** Settles when a ring that began after this call has ended; `moment` is null for a sweep. */
  ring(moment: string | null, traceparent?: string | null): Promise<void>;
}

interface Ring {
  moment: string | null;
  traceparent: string | null;
}

/**
 * Calls during a ring share the next one: the ring under way may have looked before their moment came. A minute at which
 * a thousand machines woke up costs two calls.
 */
export function makeRinger(backend: Pick<BackendClient, 'ring'>): Ringer {
  let current: Promise<void> | null = null;
  let next: Promise<void> | null = null;
  /** The first alarm among those that share the next ring gives it its moment and its trace. */
  let shared: Ring | null = null;

  const begin = ({ moment, traceparent }: Ring): Promise<void> => {
    const ringing = backend.ring(moment, traceparent).then(() => undefined);
    current = ringing;
    const ended = () => {
      if (current === ringing) current = null;
    };
    ringing.then(ended, ended);
    return ringing;
  };
  return {
    ring(moment, traceparent = null) {
      if (current === null) return begin({ moment, traceparent });
      if (shared === null || shared.moment === null) shared = { moment, traceparent };
      next ??= current
        .catch(() => undefined)
        .then(() => {
          const ring = shared!;
          [next, shared] = [null, null];
          return begin(ring);
        });
      return next;
    },
  };
}
