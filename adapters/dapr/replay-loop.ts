/** Dead letters that somebody has put back are published again; one is forgotten when the bus has it. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from '@taskflow/core/logger.ts';
import type { Clock, EventBus } from '@taskflow/core/ports.ts';
import type { BusTables, WaitingEvent } from '../postgres/bus-tables.ts';

export interface ReplayLoop {
  stop(): Promise<void>;
}

export interface ReplayOptions {
  tables: Pick<BusTables, 'claim' | 'delivered'>;
  bus: EventBus;
  clock: Clock;
  logger: Logger;
  poll_ms?: number;
}

const POLL_MS = 1_000;
const CLAIM_MAX = 100;
/** Whoever claims and dies leaves its events to others after this; the bus gives up sooner. */
const CLAIMED_S = 60;

export function startReplayLoop({ tables, bus, clock, logger, poll_ms = POLL_MS }: ReplayOptions): ReplayLoop {
  const stopping = new AbortController();
  const loop = async () => {
    while (!stopping.signal.aborted) {
      try {
        const now = clock.now();
        const claimed = await tables.claim(now, now.add({ seconds: CLAIMED_S }), CLAIM_MAX);
        if (claimed.length > 0) {
          await bus.publish(claimed.map(toOutgoing));
          await tables.delivered(claimed.map(({ id }) => id));
          continue;
        }
      } catch (error) {
        logger.warn({ err: error }, 'dead letters that were put back could not be published; again soon');
      }
      await sleep(poll_ms, undefined, { signal: stopping.signal }).catch(() => undefined);
    }
  };
  const done = loop();
  return {
    async stop() {
      stopping.abort();
      await done;
    },
  };
}

function toOutgoing({ id, body }: WaitingEvent): { id: string; key: string; body: string } {
  try {
    const { subject } = JSON.parse(body) as { subject?: unknown };
    return { id, key: typeof subject === 'string' ? subject : '', body };
  } catch {
    return { id, key: '', body };
  }
}
