/** Events of the topic `tasks`: the moments they name get alarms, reminders go out; what cannot be read is dropped with the reason, and never delays another. */
import { type BulkDeliveryAnswer, type ReminderDue, TaskFlowEvent } from '@taskflow/core/contracts/events.ts';
import type { Logger } from '@taskflow/core/logger.ts';
import type { Delivered } from '@taskflow/core/ports.ts';
import type { Alarms, Wanted } from './alarms.ts';
import type { Deliveries } from './deliveries.ts';

type Status = BulkDeliveryAnswer['statuses'][number];

export interface SubscribeParts {
  alarms: Pick<Alarms, 'put'>;
  deliveries: Pick<Deliveries, 'take'>;
  logger: Logger;
}

/** One status for each event, in their order. Alarms are put before anything is waited for. */
export async function handleEvents(
  delivered: readonly Delivered[],
  { alarms, deliveries, logger }: SubscribeParts,
): Promise<Status[]> {
  const read = delivered.map(({ entryId, event }) => ({ entryId, ...readEvent(event, logger) }));
  alarms.put(read.flatMap((one) => one.wanted));
  const reminders = read.flatMap((one) => (one.reminder === null ? [] : [one.reminder]));
  const untaken = reminders.length === 0 ? [] : await deliveries.take(reminders);
  const reasons = new Map(reminders.map((reminder, index) => [reminder, untaken[index] ?? null]));
  return read.map(({ entryId, fault, reminder }): Status => {
    if (fault !== null) return { entryId, status: 'DROP', reason: fault };
    const reason = reminder === null ? null : (reasons.get(reminder) ?? null);
    return reason === null ? { entryId, status: 'SUCCESS' } : { entryId, status: 'RETRY', reason };
  });
}

interface ReadEvent {
  wanted: readonly Wanted[];
  reminder: ReminderDue | null;
  /** Why it is not an event. */
  fault: string | null;
}

function readEvent(event: unknown, logger: Logger): ReadEvent {
  const parsed = TaskFlowEvent.safeParse(event);
  if (!parsed.success) return { wanted: [], reminder: null, fault: describe(parsed.error.issues) };
  const { id, type, traceparent = null, data } = parsed.data;
  logger.debug({ event_id: id, type, traceparent }, 'an event is handled');
  const moments = 'moments' in data ? data.moments : [];
  return {
    wanted: moments.map((moment) => ({ moment, traceparent })),
    reminder: parsed.data.type === 'reminder.due' ? parsed.data : null,
    fault: null,
  };
}

const ISSUES_MAX = 5;

/** `data.task.id: is not an id; time: …`. The value is not repeated: it is somebody's task. */
function describe(issues: readonly { path: PropertyKey[]; message: string }[]): string {
  const named = issues.slice(0, ISSUES_MAX).map(({ path, message }) => `${path.join('.') || 'event'}: ${message}`);
  const more = issues.length > ISSUES_MAX ? `; and ${issues.length - ISSUES_MAX} more` : '';
  return `${named.join('; ')}${more}`;
}
