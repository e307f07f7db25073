/** A job is an alarm: when it rings, the backend is told, and nothing else is decided here. */
import { momentOfAlarm } from '@taskflow/core/contracts/jobs.ts';
import type { Logger } from '@taskflow/core/logger.ts';
import type { Ringer } from './ringer.ts';

/**
 * Rings the alarm's moment; rejects when the backend could not be told, so that the scheduler repeats it. A name that is
 * no alarm's is not repeated: schedulers (Dapr's too) call again for ever after any failure, and nothing would change.
 */
export async function runJob(
  name: string,
  { ringer, logger }: { ringer: Ringer; logger: Logger },
): Promise<'rung' | 'ignored'> {
  const moment = momentOfAlarm(name);
  if (moment === null) {
    logger.warn({ job: name.slice(0, 100) }, 'a job that is no alarm was ignored');
    return 'ignored';
  }
  await ringer.ring(moment);
  return 'rung';
}
