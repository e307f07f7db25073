/** What a subscriber does not take goes to the dead-letter topic with the reason and the tries, and holds up nobody. */
import { type BulkDeliveryAnswer, DEAD_LETTER_TOPIC } from '@taskflow/core/contracts/events.ts';
import type { Logger } from '@taskflow/core/logger.ts';
import type { Delivered, Settlement } from '@taskflow/core/ports.ts';
import type { HttpClient } from '../http/http-client.ts';
import { daprEventBus } from './event-bus.ts';

type Status = BulkDeliveryAnswer['statuses'][number];

export interface SettlementOptions {
  sidecar: HttpClient;
  logger: Logger;
  dead_letter_topic?: string;
  /** The first delivery included. Dapr repeats within a second each; meanwhile the partition waits. */
  attempts_max?: number;
}

const ATTEMPTS_MAX = 5;
/** Events that failed lately; forgetting one gives it more tries. */
const REMEMBERED_MAX = 10_000;

/**
 * Dapr passes no reason on, and counts tries in its own policy, which must outlast a restart of the worker. So the worker
 * itself gives an event up, and answers SUCCESS. It never answers DROP: after a partial retry daprd 1.18.2 looks dropped
 * entries up at their place in the original batch (pkg/runtime/subscription/postman/http), which is not theirs any more.
 */
export function settleDeliveries({
  sidecar,
  logger,
  dead_letter_topic = DEAD_LETTER_TOPIC,
  attempts_max = ATTEMPTS_MAX,
}: SettlementOptions): Settlement {
  const dead_letters = daprEventBus(sidecar, dead_letter_topic);
  const attempts = new Map<string, number>();
  const judge = (one: Delivered, status: Status): Verdict => {
    const id = idOf(one);
    if (status.status === 'SUCCESS') {
      attempts.delete(id);
      return { one, status, letter: null };
    }
    const tries = (attempts.get(id) ?? 0) + 1;
    remember(attempts, id, tries);
    if (status.status === 'RETRY' && tries < attempts_max) return { one, status, letter: null };
    const reason = status.reason ?? 'the subscriber gave no reason';
    return { one, status, letter: { id, reason, attempts: tries } };
  };
  return async (delivered, statuses) => {
    const given = new Map(statuses.map((status) => [status.entryId, status]));
    const verdicts = delivered.map((one) => judge(one, given.get(one.entryId) ?? unmentioned(one)));
    const given_up = verdicts.filter((verdict) => verdict.letter !== null);
    let buried = true;
    try {
      if (given_up.length > 0) await dead_letters.publish(given_up.map(toLetter));
      for (const { letter } of given_up) {
        attempts.delete(letter!.id);
        logger.warn({ event_id: letter!.id, reason: letter!.reason }, 'an event became a dead letter');
      }
    } catch (error) {
      logger.warn({ err: error }, 'dead letters could not be published; their events are asked for again');
      buried = false;
    }
    return verdicts.map(({ one, status, letter }): Status => {
      if (letter === null) return status;
      return { entryId: one.entryId, status: buried ? 'SUCCESS' : 'RETRY', reason: letter.reason };
    });
  };
}

interface Verdict {
  one: Delivered;
  status: Status;
  letter: { id: string; reason: string; attempts: number } | null;
}

const unmentioned = ({ entryId }: Delivered): Status => ({
  entryId,
  status: 'RETRY',
  reason: 'the subscriber gave it no status',
});

const idOf = ({ event, entryId }: Delivered): string => {
  const id = typeof event === 'object' && event !== null && 'id' in event ? event.id : null;
  return typeof id === 'string' ? id : entryId;
};

function remember(attempts: Map<string, number>, id: string, tries: number): void {
  attempts.delete(id);
  attempts.set(id, tries);
  for (const oldest of attempts.keys()) {
    if (attempts.size <= REMEMBERED_MAX) break;
    attempts.delete(oldest);
  }
}

/** The event with two attributes more (CloudEvents 1.0, 3.1: lower-case letters and digits). No key: their order says nothing. */
function toLetter({ one, letter }: Verdict): { id: string; key: string; body: string } {
  const { id, reason, attempts } = letter!;
  const body = { ...(one.event as object), deadletterreason: reason, deadletterattempts: attempts };
  return { id, key: '', body: JSON.stringify(body) };
}
