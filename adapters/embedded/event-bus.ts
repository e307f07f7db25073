/** The embedded event bus: batches go to the worker in order; what it cannot take waits aside or becomes a dead letter, and holds up nothing behind it. */
import { TOPIC } from '@taskflow/core/contracts/events.ts';
import type { Logger } from '@taskflow/core/logger.ts';
import type { Clock, EventBus } from '@taskflow/core/ports.ts';
import type { Pool } from 'pg';
import { batches } from '../batches.ts';
import { type HttpClient, type HttpTarget, openHttpClient, Unanswered } from '../http/http-client.ts';
import { type BusTables, busTables, type FailedEvent } from '../postgres/bus-tables.ts';
import { deliver, type Outgoing } from './deliver.ts';
import { type RetryPolicy, retryLoop } from './retry-loop.ts';

export interface EmbeddedEventBus extends EventBus {
  /** Ends redelivery; what waits is found again by the next start. */
  close(): Promise<void>;
}

export interface EventBusOptions {
  pool: Pick<Pool, 'query'>;
  subscriber: HttpTarget;
  /** Arrives at the subscriber as `dapr-api-token`. */
  token: string;
  clock: Clock;
  logger: Logger;
  retry?: Partial<RetryPolicy>;
  delivery_ms_max?: number;
}

const DEFAULT_RETRY: RetryPolicy = {
  pause_ms_min: 1_000,
  pause_ms_max: 300_000,
  attempts_max: 10,
  poll_ms: 1_000,
  away_ms: 2_000,
};
/** A subscriber that has died so often under one batch is fed one event at a time, to find the one it dies of. */
const DEATHS_MAX = 3;
/** The largest event is under 400 kB, and a subscriber takes many times this. */
const BATCH = { events_max: 200, characters_max: 1_000_000 };

export function openEventBus(options: EventBusOptions): EmbeddedEventBus {
  const { clock, logger, delivery_ms_max = 30_000 } = options;
  const retry = { ...DEFAULT_RETRY, ...options.retry };
  const tables = busTables(options.pool, TOPIC);
  const headers = { 'dapr-api-token': options.token };
  const client = openHttpClient({ target: options.subscriber, headers, timeout_ms: delivery_ms_max });
  const stopping = new AbortController();
  const redelivery = retryLoop({ tables, client, clock, logger, retry, delivery_ms_max, signal: stopping.signal });
  const courier: Courier = { client, tables, clock, logger, retry };
  let deaths = 0;
  return {
    async publish(events) {
      try {
        if (deaths < DEATHS_MAX) for (const batch of batches(events, BATCH)) await hand(courier, batch);
        else await handOneByOne(courier, events);
        deaths = 0;
      } catch (error) {
        if (error instanceof Unanswered) deaths += 1;
        throw error;
      }
    },
    async close() {
      stopping.abort();
      await redelivery;
      client.close();
    },
  };
}

interface Courier {
  client: HttpClient;
  tables: BusTables;
  clock: Clock;
  logger: Logger;
  retry: RetryPolicy;
}

/** Delivers, and has written down what was not taken before anything is said to be published. */
async function hand({ client, tables, clock, logger, retry }: Courier, batch: readonly Outgoing[]): Promise<void> {
  const outcomes = await deliver(client, batch);
  const failed = (status: 'RETRY' | 'DROP'): FailedEvent[] =>
    batch.flatMap(({ id, body }) => {
      const outcome = outcomes.get(id)!;
      return outcome.status === status ? [{ id, body, reason: outcome.reason }] : [];
    });
  const [later, never] = [failed('RETRY'), failed('DROP')];
  if (later.length > 0) await tables.park(later, clock.now().add({ milliseconds: retry.pause_ms_min }));
  if (never.length > 0) await tables.bury(never, clock.now());
  for (const { id, reason } of never) logger.warn({ event_id: id, reason }, 'an event became a dead letter');
}

async function handOneByOne(courier: Courier, events: readonly Outgoing[]): Promise<void> {
  const known = await courier.tables.known(events.map((event) => event.id));
  for (const event of events) {
    if (known.has(event.id)) continue;
    try {
      await hand(courier, [event]);
    } catch (error) {
      if (error instanceof Unanswered) {
        const failed = { id: event.id, body: event.body, reason: 'the subscriber gave no answer' };
        await courier.tables.park([failed], courier.clock.now().add({ milliseconds: courier.retry.pause_ms_min }));
        courier.logger.warn({ event_id: event.id }, 'the subscriber died of an event; it is tried again later');
      }
      throw error;
    }
  }
}
