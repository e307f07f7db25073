/** Which moments get an alarm, and which of them have one: nobody waits for the scheduler, and it hears of each moment once. */
import { setTimeout as sleep } from 'node:timers/promises';
import { alarmName } from '@taskflow/core/contracts/jobs.ts';
import type { Logger } from '@taskflow/core/logger.ts';
import type { Clock, JobScheduler } from '@taskflow/core/ports.ts';

export interface Wanted {
  moment: string;
  /** Of the event that names the moment (W3C Trace Context). */
  traceparent: string | null;
}

export interface Alarms {
  /** Alarms for those of the moments that are near and have none yet. Never fails: what cannot be put now is put later. */
  put(wanted: readonly Wanted[]): void;
  /** Alarms for all of them, also where one was put before: the scheduler may have lost it. */
  putAgain(moments: readonly string[]): void;
  /** What still waits for the scheduler to take it. */
  waiting(): number;
  stop(): void;
}

export const HORIZON_HOURS = 25;
/** The hourly round puts what lies beyond; the sweep has rung what is longer past than this. */
const PASSED_MS_MAX = 15_000;
/** A day of whole seconds, about 10 MB at worst; forgetting one costs one call too many. */
const REMEMBERED_MAX = 90_000;
const BATCH_MAX = 50;
/** While the scheduler is away (Dapr's, after a kill: 23 s); until then the sweep rings. */
const AWAY_PAUSES_MS = [500, 1_000, 2_000, 5_000];

/**
 * An event is never held back for its alarm: it would hold up those behind it, and the alarm is only what makes a reminder
 * punctual. A worker that dies with alarms still to be put finds their moments in the ledger at its next start; until then
 * the sweep of any replica rings, 10 s late at most.
 */
export function makeAlarms(scheduler: JobScheduler, clock: Clock, logger: Logger): Alarms {
  const remembered = new Set<string>();
  /** What events ask for goes before what the hourly round repeats: it may be near. */
  const [asked, known] = [new Map<string, string | null>(), new Map<string, string | null>()];
  const stopping = new AbortController();
  let draining = false;

  const age_ms = (moment: string) => clock.now().epochMilliseconds - Date.parse(moment);
  const drain = async () => {
    if (draining) return;
    draining = true;
    for (let failures = 0; asked.size + known.size > 0 && !stopping.signal.aborted; ) {
      const queue = asked.size > 0 ? asked : known;
      const batch = take(queue, BATCH_MAX);
      try {
        await scheduler.put(batch.map(([at, traceparent]) => ({ name: alarmName(at), at, traceparent })));
        failures = 0;
      } catch (error) {
        if (failures === 0) logger.warn({ err: error }, 'alarms could not be put; they are put later');
        for (const [moment, traceparent] of batch) if (age_ms(moment) <= PASSED_MS_MAX) queue.set(moment, traceparent);
        const pause_ms = AWAY_PAUSES_MS[Math.min(failures, AWAY_PAUSES_MS.length - 1)]!;
        failures += 1;
        await sleep(pause_ms, undefined, { signal: stopping.signal }).catch(() => undefined);
      }
    }
    draining = false;
  };
  const enqueue = (queue: Map<string, string | null>, wanted: readonly Wanted[]) => {
    for (const { moment, traceparent } of wanted) {
      queue.set(moment, traceparent);
      // The oldest is forgotten first.
      remembered.delete(moment);
      remembered.add(moment);
    }
    for (const moment of remembered) {
      if (remembered.size <= REMEMBERED_MAX) break;
      remembered.delete(moment);
    }
    void drain();
  };
  return {
    put(wanted) {
      const near = wanted.filter(({ moment }) => {
        const ahead_ms = -age_ms(moment);
        if (ahead_ms > HORIZON_HOURS * 3_600_000) return false;
        // Its alarm may have rung before this change was there to be seen: ring once more, at once.
        if (ahead_ms <= 0) return ahead_ms > -PASSED_MS_MAX;
        return !remembered.has(moment);
      });
      enqueue(asked, near);
    },
    putAgain: (moments) =>
      enqueue(
        known,
        moments.map((moment) => ({ moment, traceparent: null })),
      ),
    waiting: () => asked.size + known.size,
    stop: () => stopping.abort(),
  };
}

/** The first so many, which are no longer in the queue then. */
function take(queue: Map<string, string | null>, limit: number): [string, string | null][] {
  const batch = [...queue.entries().take(limit)];
  for (const [moment] of batch) queue.delete(moment);
  return batch;
}
