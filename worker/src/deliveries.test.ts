/** What becomes of a reminder on each channel, when the channel, the scheduler, the memory or the backend fails. */

import { ReminderDue } from '@taskflow/core/contracts/events.ts';
import { type DeliveryJob, deliveryName, type Receipt } from '@taskflow/core/contracts/jobs.ts';
import { type Delivery, Undeliverable } from '@taskflow/core/ports.ts';
import { beforeEach, describe, expect, it } from 'vitest';
import { makeDeliveries } from './deliveries.ts';
import { clock, logger, NOW, reminderDue } from './worker.test-parts.ts';

const event = ReminderDue.parse(reminderDue());
const another = { ...event, id: '019ab000-0000-7000-8000-000000000002' };
const PATIENCE_MS = 50;

interface PutJob {
  name: string;
  at: string;
  data: unknown;
}
let memory: Map<string, unknown>;
let jobs: PutJob[];
let receipts: Receipt[];
let told: string[];
/** What does not work just now. */
let broken: Set<'webhook' | 'memory' | 'jobs' | 'backend'>;

beforeEach(() => {
  [memory, jobs, receipts, told, broken] = [new Map(), [], [], [], new Set()];
});

const works = (part: Parameters<typeof broken.has>[0]) => {
  if (broken.has(part)) throw new Error(`the ${part} is away`);
};
const channel = (name: string, deliver?: Delivery['deliver']): Delivery => ({
  name,
  async deliver(one, signal) {
    if (name === 'webhook') works('webhook');
    await deliver?.(one, signal);
    told.push(`${name} ${one.id}`);
  },
});
const make = (channels: readonly Delivery[] = [channel('webhook')]) =>
  makeDeliveries({
    channels,
    pauses_s: [10, 30],
    patience_ms: PATIENCE_MS,
    memory: {
      async get(key) {
        works('memory');
        return memory.has(key) ? { value: memory.get(key), etag: '1' } : null;
      },
      async create(key, value) {
        works('memory');
        if (memory.has(key)) return false;
        memory.set(key, value);
        return true;
      },
    },
    jobs: {
      async putJob(job) {
        works('jobs');
        jobs.push(job);
      },
    },
    backend: {
      async report(receipt) {
        works('backend');
        receipts.push(receipt);
      },
    },
    clock,
    logger,
  });
const inSeconds = (seconds: number) => NOW.add({ seconds }).toString();
const job = (attempt: number): DeliveryJob => ({ channel: 'webhook', attempt, event });
const delivered = (attempts: number) => ({
  notification_id: event.id,
  channel: 'webhook',
  status: 'delivered',
  attempts,
});

describe('an event', () => {
  it('is delivered once by each channel, however often it comes', async () => {
    const deliveries = make([channel('webhook'), channel('mail')]);
    expect(await deliveries.take([event, another])).toEqual([null, null]);
    expect(await deliveries.take([event])).toEqual([null]);
    expect(told.toSorted()).toEqual([
      `mail ${event.id}`,
      `mail ${another.id}`,
      `webhook ${event.id}`,
      `webhook ${another.id}`,
    ]);
    expect(jobs).toEqual([]);
    expect(receipts.filter(({ notification_id: id, channel: name }) => id === event.id && name === 'webhook')).toEqual([
      { ...delivered(1), reason: null, at: '2026-12-01T08:00:00.000Z' },
      // Whoever delivered it may have died before the report.
      { ...delivered(1), reason: null, at: '2026-12-01T08:00:00.000Z' },
    ]);
  });

  it('becomes a job for the channel that fails, and for no other', async () => {
    broken.add('webhook');
    expect(await make([channel('webhook'), channel('mail')]).take([event])).toEqual([null]);
    expect(told).toEqual([`mail ${event.id}`]);
    expect(jobs).toEqual([{ name: deliveryName(job(2)), at: inSeconds(10), data: job(2) }]);
    expect(receipts.map(({ channel: name }) => name)).toEqual(['mail']);
  });

  it('is offered again, with both reasons, when the scheduler is away as well', async () => {
    broken.add('webhook').add('jobs');
    expect(await make().take([event])).toEqual(['the webhook is away; the next try could not be put']);
    expect(receipts).toEqual([]);
  });

  it('is given up at once when the receiver wants no more', async () => {
    const refuse = async () => {
      throw new Undeliverable('410');
    };
    expect(await make([channel('mail', refuse)]).take([event])).toEqual([null]);
    expect(jobs).toEqual([]);
    expect(receipts).toMatchObject([{ channel: 'mail', status: 'failed', attempts: 1, reason: '410' }]);
  });

  it('is delivered although nobody remembers whether it has been', async () => {
    broken.add('memory');
    expect(await make().take([event])).toEqual([null]);
    expect(told).toHaveLength(1);
    expect(receipts).toMatchObject([delivered(1)]);
  });

  it('has its receipt put for later while the backend is away', async () => {
    broken.add('backend');
    expect(await make().take([event])).toEqual([null]);
    expect(jobs).toMatchObject([{ name: `receipt.${event.id}.webhook`, data: delivered(1) }]);
    broken.add('jobs');
    const [reason] = await make().take([event]);
    expect(reason).toBe('the jobs is away');
    expect(told).toHaveLength(1);
  });

  it('comes back with a reason that can be stored', async () => {
    const fail = async () => {
      throw new Undeliverable(`\0${'x'.repeat(498)}\u{1f600}`);
    };
    await make([channel('mail', fail)]).take([event]);
    expect(receipts[0]?.reason).toBe(`\u{fffd}${'x'.repeat(498)}\u{fffd}`);
  });
});

describe('a slow channel', () => {
  it('holds nobody up: a job stands for what is under way, and finds it delivered', async () => {
    const { promise: answered, resolve: answer } = Promise.withResolvers<void>();
    const deliveries = make([channel('slow', () => answered), channel('mail')]);
    const since = performance.now();
    expect(await deliveries.take([event])).toEqual([null]);
    expect(performance.now() - since).toBeLessThan(1_000);
    expect(told).toEqual([`mail ${event.id}`]);
    const guard = { channel: 'slow', attempt: 2, event };
    expect(jobs).toEqual([{ name: deliveryName(guard), at: inSeconds(25), data: guard }]);
    answer();
    await deliveries.idle();
    await deliveries.run(guard);
    expect(told).toEqual([`mail ${event.id}`, `slow ${event.id}`]);
  });

  it('is not waited for again for a while', async () => {
    const { promise: never } = Promise.withResolvers<void>();
    const deliveries = make([channel('slow', () => never)]);
    await deliveries.take([event]);
    jobs = [];
    expect(await deliveries.take([another])).toEqual([null]);
    const data = { channel: 'slow', attempt: 1, event: another };
    expect(jobs).toEqual([{ name: deliveryName(data), at: inSeconds(5), data }]);
  });

  it('counts by its own end where no job can stand for it', async () => {
    broken.add('jobs');
    const slowly = () => new Promise<void>((resolve) => setTimeout(resolve, 3 * PATIENCE_MS));
    expect(await make([channel('slow', slowly)]).take([event])).toEqual([null]);
    expect(told).toEqual([`slow ${event.id}`]);
  });

  it('gets eight at once; what waits too long becomes a job, and a job is repeated', async () => {
    let at_once = 0;
    const { promise: answered, resolve: answer } = Promise.withResolvers<void>();
    const deliveries = make([
      channel('webhook', () => {
        at_once += 1;
        return answered;
      }),
    ]);
    const events = Array.from({ length: 20 }, (_, index) => ({ ...event, id: event.id.slice(0, -2) + (10 + index) }));
    expect(await deliveries.take(events)).toEqual(events.map(() => null));
    expect(at_once).toBe(8);
    expect(jobs.map(({ data }) => (data as DeliveryJob).attempt).toSorted()).toEqual([
      ...Array<number>(12).fill(1),
      ...Array<number>(8).fill(2),
    ]);
    await expect(deliveries.run(job(1))).rejects.toThrow('busy');
    answer();
    await deliveries.idle();
    await deliveries.run(job(1));
    expect(told).toHaveLength(9);
  });
});

describe('a job', () => {
  it('puts the next one after a longer pause', async () => {
    broken.add('webhook');
    await make().run(job(2));
    expect(jobs).toEqual([{ name: deliveryName(job(3)), at: inSeconds(30), data: job(3) }]);
    expect(receipts).toEqual([]);
  });

  it('that was the last try is reported with the reason', async () => {
    broken.add('webhook');
    await make().run(job(3));
    expect(jobs).toEqual([]);
    expect(receipts).toMatchObject([{ status: 'failed', attempts: 3, reason: 'the webhook is away' }]);
  });

  it('is repeated when it could neither deliver nor put its next try', async () => {
    broken.add('webhook').add('jobs');
    await expect(make().run(job(1))).rejects.toThrow('the webhook is away');
  });

  it('delivers nothing twice', async () => {
    const deliveries = make();
    await deliveries.run(job(2));
    await deliveries.run(job(2));
    expect(told).toHaveLength(1);
    expect(receipts).toMatchObject([delivered(2), delivered(2)]);
  });

  it('for a channel that is not set up any more is given up', async () => {
    await make([]).run(job(2));
    expect(receipts).toMatchObject([{ status: 'failed', reason: 'the channel is not set up any more' }]);
  });
});
