/** Events of the topic `tasks`: the moments they name get alarms; what cannot be read is dropped with the reason, and never delays another. */
import { type BulkDeliveryAnswer, TaskFlowEvent } from '@taskflow/core/contracts/events.ts';
import type { Logger } from '@taskflow/core/logger.ts';
import type { Delivered } from '@taskflow/core/ports.ts';
import type { Alarms, Wanted } from './alarms.ts';

type Status = BulkDeliveryAnswer['statuses'][number];

/** One status for each delivery, in their order. */
export function handleEvents(
  deliveries: readonly Delivered[],
  { alarms, logger }: { alarms: Pick<Alarms, 'put'>; logger: Logger },
): Status[] {
  const read = deliveries.map(({ entryId, event }) => ({ entryId, ...readEvent(event, logger) }));
  alarms.put(read.flatMap((one) => one.wanted));
  return read.map(
    ({ entryId, reason }): Status =>
      reason === null ? { entryId, status: 'SUCCESS' } : { entryId, status: 'DROP', reason },
  );
}

/** The alarms an event asks for, or why it is not an event. */
function readEvent(event: unknown, logger: Logger): { wanted: readonly Wanted[]; reason: string | null } {
  const parsed = TaskFlowEvent.safeParse(event);
  if (!parsed.success) return { wanted: [], reason: describe(parsed.error.issues) };
  const { id, type, traceparent = null, data } = parsed.data;
  logger.debug({ event_id: id, type, traceparent }, 'an event is handled');
  const moments = 'moments' in data ? data.moments : [];
  return { wanted: moments.map((moment) => ({ moment, traceparent })), reason: null };
}

const ISSUES_MAX = 5;

/** `data.task.id: is not an id; time: …`. The value is not repeated: it is somebody's task. */
function describe(issues: readonly { path: PropertyKey[]; message: string }[]): string {
  const named = issues.slice(0, ISSUES_MAX).map(({ path, message }) => `${path.join('.') || 'event'}: ${message}`);
  const more = issues.length > ISSUES_MAX ? `; and ${issues.length - ISSUES_MAX} more` : '';
  return `${named.join('; ')}${more}`;
}
