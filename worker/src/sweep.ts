/** What a scheduler, a bus or a crash has lost is made good: every 10 s a ring without an alarm, every hour all alarms of the next day. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from '@taskflow/core/logger.ts';
import type { BackendClient, Clock } from '@taskflow/core/ports.ts';
import { type Alarms, HORIZON_HOURS } from './alarms.ts';
import type { Ringer } from './ringer.ts';

export interface SweepOptions {
  backend: Pick<BackendClient, 'moments'>;
  ringer: Ringer;
  alarms: Alarms;
  clock: Clock;
  logger: Logger;
}

export interface Sweep {
  /** The backend could be reached last time. */
  ready(): boolean;
  stop(): Promise<void>;
}

const SWEEP_MS = 10_000;
const REFRESH_MS = 3_600_000;
/** While the backend is away: soon again, because what is due waits. */
const AWAY_PAUSES_MS = [1_000, 2_000, 5_000, SWEEP_MS];
/** 90,000 moments fit into 25 hours; a page that leads nowhere ends as well. */
const PAGES_MAX = 1_000;

export function startSweep(options: SweepOptions): Sweep {
  const stopping = new AbortController();
  let ready = false;
  const loop = async () => {
    let failures = 0;
    let refreshed_ms = Number.NEGATIVE_INFINITY;
    while (!stopping.signal.aborted) {
      try {
        const now_ms = options.clock.now().epochMilliseconds;
        // At start, hourly, and when the backend comes back: events may have been lost with it.
        if (!ready || Math.abs(now_ms - refreshed_ms) >= REFRESH_MS) {
          await putKnownAlarms(options);
          refreshed_ms = now_ms;
        }
        await options.ringer.ring(null);
        [ready, failures] = [true, 0];
      } catch (error) {
        if (failures === 0) options.logger.warn({ err: error }, 'the backend cannot be reached; sweeping goes on');
        [ready, failures] = [false, failures + 1];
      }
      const pause_ms = ready ? SWEEP_MS : AWAY_PAUSES_MS[Math.min(failures, AWAY_PAUSES_MS.length) - 1]!;
      await sleep(pause_ms, undefined, { signal: stopping.signal }).catch(() => undefined);
    }
  };
  const done = loop();
  return {
    ready: () => ready,
    async stop() {
      stopping.abort();
      await done;
    },
  };
}

async function putKnownAlarms({ backend, alarms, clock }: SweepOptions): Promise<void> {
  const now = clock.now();
  const seconds = { smallestUnit: 'second', roundingMode: 'floor' } as const;
  const to = now.add({ hours: HORIZON_HOURS }).toString(seconds);
  // What is due by now is rung right after.
  let after: string | null = now.toString(seconds);
  for (let page = 0; after !== null && page < PAGES_MAX; page += 1) {
    const { moments, next } = await backend.moments(after, to);
    alarms.putAgain(moments);
    after = next;
  }
}
