/** Reminders go out by every channel: at once where it takes them, otherwise as durable jobs after growing pauses; no channel waits for another. */

import { setTimeout as sleep } from 'node:timers/promises';
import type { ReminderDue } from '@taskflow/core/contracts/events.ts';
import { type DeliveryJob, deliveryName, type Receipt, receiptName } from '@taskflow/core/contracts/jobs.ts';
import type { Logger } from '@taskflow/core/logger.ts';
import {
  type BackendClient,
  type Clock,
  type Delivery,
  type DurableJobs,
  type StateStore,
  Undeliverable,
} from '@taskflow/core/ports.ts';
import { PAUSES_S, pauseAfter } from './delivery-pauses.ts';
import { makeSlots, type Slots } from './slots.ts';

/** What deliveries need of the world; without it there are no channels. */
export interface DeliveryParts {
  channels: readonly Delivery[];
  memory: Pick<StateStore, 'get' | 'create'>;
  jobs: DurableJobs;
  /** Instead of the usual ones. */
  pauses_s?: readonly number[];
}

export interface Deliveries {
  /** For each event null, or why it must be offered again. The bus is held up for two seconds at most, and by the putting of jobs. */
  take(events: readonly ReminderDue[]): Promise<(string | null)[]>;
  /** Rejects when the scheduler must repeat it. */
  run(job: DeliveryJob): Promise<void>;
  /** Resolves when nothing is on its way any more. */
  idle(): Promise<void>;
}

export interface DeliveriesOptions extends DeliveryParts {
  backend: Pick<BackendClient, 'report'>;
  clock: Clock;
  logger: Logger;
  patience_ms?: number;
}

const AT_ONCE = 8;
/** Of a batch of events for a turn, and of one that has begun for its end; then it goes on, secured by a job. */
const PATIENCE_MS = 1_000;
/** A job holds up nobody: it waits for its turn for as many times longer. */
const JOB_PATIENCES = 5;
/** A channel of which one try has used up its patience is not waited for. */
const SLOW_MS = 30_000;
/** Whatever a channel's own time-out is. */
const TRY_MS_MAX = 10_000;
/** Longer than a try with all that belongs to it: asking the memory and writing to it may take 5 s each. */
const SECURED_S = 25;
/** What could not begin at once. */
const BUSY_S = 5;
/** Longer than all tries take, and than an event is offered again. */
const REMEMBERED_S = 7 * 86_400;
const REASON_LENGTH_MAX = 500;

interface Channel {
  delivery: Delivery;
  slots: Slots;
  slow_until_ms: number;
}

interface Try {
  channel: Channel;
  event: ReminderDue;
  attempt: number;
}

export function makeDeliveries(options: DeliveriesOptions): Deliveries {
  const { clock, logger, patience_ms = PATIENCE_MS } = options;
  const channels = options.channels.map(
    (delivery): Channel => ({ delivery, slots: makeSlots(AT_ONCE), slow_until_ms: 0 }),
  );
  const { attempt, putTry, report } = tries(options);
  const under_way = new Set<Promise<void>>();

  const begin = (one: Try): Promise<void> => {
    const trying = attempt(one).finally(() => {
      one.channel.slots.giveBack();
      under_way.delete(trying);
    });
    under_way.add(trying);
    return trying;
  };
  /** The first try of an event: settles when it has ended, or when a job stands for it. */
  const first = async (one: Try, patience: AbortSignal): Promise<void> => {
    const { channel } = one;
    const slow = clock.now().epochMilliseconds < channel.slow_until_ms;
    if (slow || !(await channel.slots.take(patience))) return putTry(one, BUSY_S);
    const trying = begin(one);
    const ended = await Promise.race([trying.then(() => true), sleep(patience_ms, false, { ref: false })]);
    if (ended) return;
    channel.slow_until_ms = clock.now().epochMilliseconds + SLOW_MS;
    logger.warn({ channel: channel.delivery.name }, 'a channel is slow; its deliveries become jobs for a while');
    const secured = putTry({ ...one, attempt: one.attempt + 1 }, SECURED_S);
    // Without the job its own end is what counts, which may put one, too.
    await secured.catch(() => trying);
    trying.catch((error) => logger.warn({ err: error, event_id: one.event.id }, 'left to the job that stands for it'));
  };
  return {
    async take(events) {
      if (channels.length === 0) return events.map(() => null);
      const patience = AbortSignal.timeout(patience_ms);
      return Promise.all(
        events.map(async (event) => {
          const ends = await Promise.allSettled(
            channels.map((channel) => first({ channel, event, attempt: 1 }, patience)),
          );
          const reasons = ends.flatMap((end) => (end.status === 'rejected' ? [reasonOf(end.reason)] : []));
          return reasons.length === 0 ? null : reasons.join('; ');
        }),
      );
    },
    async run({ channel: name, event, attempt }) {
      const channel = channels.find(({ delivery }) => delivery.name === name);
      if (channel === undefined) {
        const reason = 'the channel is not set up any more';
        return report({ status: 'failed', attempts: attempt, reason }, event, name);
      }
      if (await channel.slots.take(AbortSignal.timeout(JOB_PATIENCES * patience_ms)))
        return begin({ channel, event, attempt });
      throw new Error(`the channel ${name} is busy`);
    },
    async idle() {
      await Promise.allSettled(under_way);
    },
  };
}

type Outcome = Pick<Receipt, 'status' | 'attempts' | 'reason'> & { at?: string };
/** What is remembered of a delivery. */
interface Remembered {
  delivered_at: string;
  attempts: number;
}

function tries({ memory, jobs, backend, clock, logger, pauses_s = PAUSES_S }: DeliveriesOptions) {
  const put = (job: Parameters<DurableJobs['putJob']>[0]) => jobs.putJob(job);
  const inSeconds = (seconds: number) => clock.now().add({ seconds }).toString({ smallestUnit: 'second' });

  const putTry = ({ channel, event, attempt }: Try, seconds: number): Promise<void> => {
    const data: DeliveryJob = { channel: channel.delivery.name, attempt, event };
    return put({ name: deliveryName(data), at: inSeconds(seconds), data });
  };
  /** Rejects when neither the backend nor the scheduler takes it. */
  const report = async (outcome: Outcome, event: ReminderDue, channel: string): Promise<void> => {
    const at = clock.now().toString({ fractionalSecondDigits: 3 });
    const receipt: Receipt = { at, ...outcome, notification_id: event.id, channel };
    try {
      await backend.report(receipt, event.traceparent ?? null);
    } catch (error) {
      logger.warn({ err: error, event_id: event.id, channel }, 'a receipt could not be reported; it is put for later');
      await put({ name: receiptName(receipt), at: inSeconds(BUSY_S), data: receipt });
    }
  };
  /** Null also when the store cannot be asked: told twice is better than not told. */
  const remembered = async (key: string): Promise<Remembered | null> => {
    try {
      return ((await memory.get(key))?.value as Remembered | undefined) ?? null;
    } catch (error) {
      logger.warn({ err: error, key }, 'the memory of deliveries cannot be asked; this may be delivered twice');
      return null;
    }
  };
  const failed = async (one: Try, error: unknown): Promise<void> => {
    const { channel, event, attempt } = one;
    const name = channel.delivery.name;
    const reason = reasonOf(error);
    const pause_s = error instanceof Undeliverable ? null : pauseAfter(attempt, pauses_s);
    logger.warn({ event_id: event.id, channel: name, attempt, reason, pause_s }, 'a delivery failed');
    if (pause_s === null) return report({ status: 'failed', attempts: attempt, reason }, event, name);
    await putTry({ ...one, attempt: attempt + 1 }, pause_s).catch((cause: unknown) => {
      throw new Error(`${reason}; the next try could not be put`, { cause });
    });
  };
  /** One try: delivered and reported, or the next one put, or given up and reported. Rejects when none of these. */
  const attempt = async (one: Try): Promise<void> => {
    const { channel, event, attempt: attempts } = one;
    const { name } = channel.delivery;
    const key = `delivery.${event.id}.${name}`;
    const before = await remembered(key);
    // Whoever delivered it may have died before the report.
    if (before !== null) {
      const known = { attempts: before.attempts, at: before.delivered_at };
      return report({ status: 'delivered', reason: null, ...known }, event, name);
    }
    try {
      await channel.delivery.deliver(event, AbortSignal.timeout(TRY_MS_MAX));
    } catch (error) {
      return failed(one, error);
    }
    channel.slow_until_ms = 0;
    const delivered_at = clock.now().toString({ fractionalSecondDigits: 3 });
    await memory.create(key, { delivered_at, attempts } satisfies Remembered, REMEMBERED_S).catch((error: unknown) => {
      logger.warn({ err: error, key }, 'a delivery could not be remembered; it may be repeated');
    });
    await report({ status: 'delivered', attempts, reason: null, at: delivered_at }, event, name);
  };
  return { attempt, putTry, report };
}

/** As text that can be stored. */
function reasonOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.slice(0, REASON_LENGTH_MAX).toWellFormed().replaceAll('\0', '\u{fffd}');
}
