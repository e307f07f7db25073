/** Events of the topic `tasks`: the moments they name get alarms; what cannot be read is dropped with the reason, and never delays another. */
import { type BulkDeliveryAnswer, TaskFlowEvent } from '@taskflow/core/contracts/events.ts';
import type { Logger } from '@taskflow/core/logger.ts';
import type { Alarms } from './alarms.ts';

export interface Delivery {
  entryId: string;
  event: unknown;
}

type Status = BulkDeliveryAnswer['statuses'][number];

/** One status for each delivery, in their order. */
export async function handleEvents(
  deliveries: readonly Delivery[],
  { alarms, logger }: { alarms: Pick<Alarms, 'put'>; logger: Logger },
): Promise<Status[]> {
  const read = deliveries.map(({ entryId, event }) => ({ entryId, ...readEvent(event) }));
  let put: 'SUCCESS' | 'RETRY' = 'SUCCESS';
  try {
    await alarms.put(read.flatMap((one) => one.moments));
  } catch (error) {
    logger.warn({ err: error }, 'alarms could not be put; their events are asked for again');
    put = 'RETRY';
  }
  return read.map(({ entryId, moments, reason }): Status => {
    if (reason !== null) return { entryId, status: 'DROP', reason };
    if (moments.length === 0 || put === 'SUCCESS') return { entryId, status: 'SUCCESS' };
    return { entryId, status: put, reason: 'the scheduler took no alarms' };
  });
}

/** The moments an event asks alarms for, or why it is not an event. */
export function readEvent(event: unknown): { moments: readonly string[]; reason: string | null } {
  const parsed = TaskFlowEvent.safeParse(event);
  if (!parsed.success) return { moments: [], reason: describe(parsed.error.issues) };
  return { moments: 'moments' in parsed.data.data ? parsed.data.data.moments : [], reason: null };
}

const ISSUES_MAX = 5;

/** `data.task.id: is not an id; time: …`. The value is not repeated: it is somebody's task. */
function describe(issues: readonly { path: PropertyKey[]; message: string }[]): string {
  const named = issues.slice(0, ISSUES_MAX).map(({ path, message }) => `${path.join('.') || 'event'}: ${message}`);
  const more = issues.length > ISSUES_MAX ? `; and ${issues.length - ISSUES_MAX} more` : '';
  return `${named.join('; ')}${more}`;
}
