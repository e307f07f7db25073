/** A job is an alarm, a delivery to be tried again, or a receipt still to be reported; its name says which. */
import { AlarmData, DeliveryJob, kindOfJob, momentOfAlarm, Receipt } from '@taskflow/core/contracts/jobs.ts';
import type { Logger } from '@taskflow/core/logger.ts';
import type { BackendClient } from '@taskflow/core/ports.ts';
import type { Deliveries } from './deliveries.ts';
import type { Ringer } from './ringer.ts';

export interface JobParts {
  ringer: Ringer;
  deliveries: Pick<Deliveries, 'run'>;
  backend: Pick<BackendClient, 'report'>;
  logger: Logger;
}

/**
 * Rejects when it could not be done, so that the scheduler repeats it. What is none of ours, or cannot be read, is not
 * repeated: schedulers (Dapr's too) call again for ever after any failure, and nothing would change. An alarm rings
 * whatever it was put with.
 */
export async function runJob(name: string, data: unknown, parts: JobParts): Promise<'done' | 'ignored'> {
  const { logger, ringer, deliveries, backend } = parts;
  const kind = kindOfJob(name);
  if (kind === 'alarm') {
    const traceparent = AlarmData.safeParse(data).data?.traceparent ?? null;
    logger.debug({ job: name, traceparent }, 'an alarm rings');
    await ringer.ring(momentOfAlarm(name), traceparent);
    return 'done';
  }
  if (kind === 'delivery') {
    const job = DeliveryJob.safeParse(data).data;
    if (job !== undefined) await deliveries.run(job);
    if (job !== undefined) return 'done';
  }
  if (kind === 'receipt') {
    const receipt = Receipt.safeParse(data).data;
    if (receipt !== undefined) await backend.report(receipt, null);
    if (receipt !== undefined) return 'done';
  }
  logger.warn({ job: name.slice(0, 100) }, 'a job that is none of ours, or cannot be read, was ignored');
  return 'ignored';
}
