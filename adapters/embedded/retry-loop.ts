/** Events that failed are tried again after growing pauses, and become dead letters when the tries are used up. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from '@taskflow/core/logger.ts';
import type { Clock } from '@taskflow/core/ports.ts';
import { type HttpClient, Unanswered, Unreachable } from '../http/http-client.ts';
import type { BusTables, WaitingEvent } from '../postgres/bus-tables.ts';
import { deliver, type Outcome } from './deliver.ts';

export interface RetryPolicy {
  pause_ms_min: number;
  pause_ms_max: number;
  /** The first delivery included. */
  attempts_max: number;
  poll_ms: number;
  /** While the subscriber is away. */
  away_ms: number;
}

export interface RetryLoopOptions {
  tables: BusTables;
  client: HttpClient;
  clock: Clock;
  logger: Logger;
  retry: RetryPolicy;
  delivery_ms_max: number;
  signal: AbortSignal;
}

const CLAIM_MAX = 50;

/** Doubles from the smallest pause to the greatest: ten tries take eight and a half minutes. */
export const pauseAfter = (attempts: number, { pause_ms_min, pause_ms_max }: RetryPolicy): number =>
  Math.min(pause_ms_min * 2 ** Math.max(0, attempts - 1), pause_ms_max);

/** Runs until `signal`; settles when the delivery in hand has been written down. */
export async function retryLoop(options: RetryLoopOptions): Promise<void> {
  const { logger, retry, signal } = options;
  let limit = CLAIM_MAX;
  while (!signal.aborted) {
    const turn = await redeliver(options, limit).catch((error: Error) => {
      logger.warn({ err: error }, 'events that wait could not be tried again');
      return 'later' as const;
    });
    // Several events at once left the subscriber without an answer: which of them is it?
    if (turn === 'unanswered') limit = 1;
    else if (turn === 'none') limit = CLAIM_MAX;
    if (turn !== 'some') await sleep(retry.poll_ms, undefined, { signal }).catch(() => undefined);
  }
}

async function redeliver(options: RetryLoopOptions, limit: number): Promise<'some' | 'none' | 'later' | 'unanswered'> {
  const { tables, client, clock, retry, delivery_ms_max } = options;
  const now = clock.now();
  // Whoever claims has twice the time a delivery may take; after that it has died, and the events are free again.
  const claimed = await tables.claim(now, now.add({ milliseconds: 2 * delivery_ms_max }), limit);
  if (claimed.length === 0) return 'none';
  const release = () =>
    tables.release(
      claimed.map((event) => event.id),
      clock.now().add({ milliseconds: retry.away_ms }),
    );
  try {
    const outcomes = await deliver(client, claimed);
    await settle(options, claimed, outcomes);
    return 'some';
  } catch (error) {
    if (error instanceof Unreachable) {
      await release();
      return 'later';
    }
    if (!(error instanceof Unanswered)) throw error;
    const [only] = claimed;
    if (only === undefined || claimed.length > 1) await release();
    else await settle(options, claimed, new Map([[only.id, NO_ANSWER]]));
    return 'unanswered';
  }
}

const NO_ANSWER: Outcome = { status: 'RETRY', reason: 'the subscriber gave no answer' };

async function settle(
  { tables, clock, logger, retry }: RetryLoopOptions,
  claimed: readonly WaitingEvent[],
  outcomes: ReadonlyMap<string, Outcome>,
): Promise<void> {
  const delivered = claimed.filter(({ id }) => outcomes.get(id)?.status === 'SUCCESS');
  if (delivered.length > 0) await tables.delivered(delivered.map(({ id }) => id));
  for (const { id, attempts } of claimed) {
    const outcome = outcomes.get(id);
    if (outcome === undefined || outcome.status === 'SUCCESS') continue;
    const { status, reason } = outcome;
    if (status === 'RETRY' && attempts < retry.attempts_max) {
      await tables.postpone(id, reason, clock.now().add({ milliseconds: pauseAfter(attempts, retry) }));
      continue;
    }
    const why = status === 'DROP' ? reason : `${reason} (after ${attempts} tries)`;
    await tables.giveUp(id, why, clock.now());
    logger.warn({ event_id: id, reason: why, attempts }, 'an event became a dead letter');
  }
}
