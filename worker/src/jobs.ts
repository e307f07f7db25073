/** A job is an alarm: when it rings, the backend is told, and nothing else is decided here. */
import { AlarmData, momentOfAlarm } from '@taskflow/core/contracts/jobs.ts';
import type { Logger } from '@taskflow/core/logger.ts';
import type { Ringer } from './ringer.ts';

/**
 * Rings the alarm's moment; rejects when the backend could not be told, so that the scheduler repeats it. A name that is
 * no alarm's is not repeated: schedulers (Dapr's too) call again for ever after any failure, and nothing would change.
 * `data` is what the alarm was put with; without any that can be read it rings all the same.
 */
export async function runJob(
  name: string,
  data: unknown,
  { ringer, logger }: { ringer: Ringer; logger: Logger },
): Promise<'rung' | 'ignored'> {
  const moment = momentOfAlarm(name);
  if (moment === null) {
    logger.warn({ job: name.slice(0, 100) }, 'a job that is no alarm was ignored');
    return 'ignored';
  }
  const traceparent = AlarmData.safeParse(data).data?.traceparent ?? null;
  logger.debug({ job: name, traceparent }, 'an alarm rings');
  await ringer.ring(moment, traceparent);
  return 'rung';
}
