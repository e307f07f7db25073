/** Which moments get an alarm, and which of them have one: so that a busy minute costs the scheduler one call. */
import { alarmName } from '@taskflow/core/contracts/jobs.ts';
import type { Clock, JobScheduler } from '@taskflow/core/ports.ts';

export interface Alarms {
  /** Alarms for those of the moments that are near and have none yet. */
  put(moments: readonly string[]): Promise<void>;
  /** Alarms for all of them, also where one was put before: the scheduler may have lost it. */
  putAgain(moments: readonly string[]): Promise<void>;
}

export const HORIZON_HOURS = 25;
/** The hourly round puts what lies beyond; the sweep has rung what is longer past than this. */
const PASSED_MS_MAX = 15_000;
/** A day of whole seconds, about 10 MB at worst; forgetting one costs one call too many. */
const REMEMBERED_MAX = 90_000;

export function makeAlarms(scheduler: JobScheduler, clock: Clock): Alarms {
  const remembered = new Set<string>();
  const put = async (moments: readonly string[]) => {
    if (moments.length === 0) return;
    await scheduler.put(moments.map((at) => ({ name: alarmName(at), at })));
    // Only what was put is remembered; the oldest goes first.
    for (const moment of moments) {
      remembered.delete(moment);
      remembered.add(moment);
    }
    for (const moment of remembered) {
      if (remembered.size <= REMEMBERED_MAX) break;
      remembered.delete(moment);
    }
  };
  return {
    async put(moments) {
      const now_ms = clock.now().epochMilliseconds;
      const wanted = moments.filter((moment) => {
        const ahead_ms = Date.parse(moment) - now_ms;
        if (ahead_ms > HORIZON_HOURS * 3_600_000) return false;
        // Its alarm may have rung before this change was there to be seen: ring once more, at once.
        if (ahead_ms <= 0) return ahead_ms > -PASSED_MS_MAX;
        return !remembered.has(moment);
      });
      await put([...new Set(wanted)]);
    },
    putAgain: put,
  };
}
