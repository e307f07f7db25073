/** Which event asks for which alarms, and what becomes of one that cannot be read. */
import { afterEach, describe, expect, it } from 'vitest';
import { type Alarms, makeAlarms } from './alarms.ts';
import { handleEvents } from './subscribe.ts';
import { clock, created, deleted, logger, reminderDue, updated } from './worker.test-parts.ts';

const SOON = '2026-12-01T08:15:00Z';
const LATER = '2026-12-01T09:00:00Z';

let alarms: Alarms;
let untaken: string | null = null;
afterEach(() => {
  untaken = null;
  alarms.stop();
});

function setUp(fails: () => boolean = () => false) {
  const calls: string[][] = [];
  const scheduler = {
    async put(alarms: readonly { name: string }[]) {
      if (fails()) throw new Error('the scheduler is away');
      calls.push(alarms.map((alarm) => alarm.name));
    },
  };
  alarms = makeAlarms(scheduler, clock, logger);
  const handle = (...events: unknown[]) =>
    handleEvents(
      events.map((event, index) => ({ entryId: String(index), event })),
      { alarms, deliveries: { take: async (reminders) => reminders.map(() => untaken) }, logger },
    );
  return { calls, handle };
}

describe('an event', () => {
  it.each([
    ['task.created', created([SOON, LATER]), ['alarm.20261201T081500Z', 'alarm.20261201T090000Z']],
    ['task.updated', updated([SOON]), ['alarm.20261201T081500Z']],
    ['task.created without a moment', created([]), []],
    ['task.deleted', deleted(), []],
    ['reminder.due', reminderDue(), []],
    ['a moment 25 hours ahead', created(['2026-12-02T09:00:00Z']), ['alarm.20261202T090000Z']],
    ['a moment further ahead', created(['2026-12-02T09:00:01Z']), []],
    ['a moment that has just passed', created(['2026-12-01T07:59:50Z']), ['alarm.20261201T075950Z']],
    ['a moment long past', created(['2026-12-01T07:59:00Z']), []],
    ['an extension attribute', { ...created([SOON]), pubsubname: 'taskflow-pubsub' }, ['alarm.20261201T081500Z']],
  ])('%s puts the alarms it should', async (_, event, wanted) => {
    const { calls, handle } = setUp();
    expect(await handle(event)).toEqual([{ entryId: '0', status: 'SUCCESS' }]);
    expect(calls).toEqual(wanted.length === 0 ? [] : [wanted]);
  });

  it.each([
    ['a number', 7, 'event: '],
    ['null', null, 'event: '],
    ['an unknown type', { ...created([]), type: 'task.eaten' }, 'type: '],
    ['no id', { ...created([]), id: undefined }, 'id: '],
    ['a moment that is none', created(['2026-12-01T08:15:00.5Z']), 'data.moments.0: '],
    ['a task with a wrong status', withTask({ status: 'sleeping' }), 'data.task.status: '],
    ['a task without a title', withTask({ title: undefined }), 'data.task.title: '],
  ])('that is %s is dropped with a reason that names the field', async (_, event, field) => {
    const { calls, handle } = setUp();
    const [status] = await handle(event);
    expect(status).toMatchObject({ entryId: '0', status: 'DROP' });
    expect(status?.reason).toContain(field);
    expect(calls).toEqual([]);
  });

  it('that cannot be read does not keep the others of its batch from their alarms', async () => {
    const { calls, handle } = setUp();
    const statuses = await handle(created([SOON]), { nonsense: true }, updated([LATER]));
    expect(statuses.map(({ status }) => status)).toEqual(['SUCCESS', 'DROP', 'SUCCESS']);
    expect(calls).toEqual([['alarm.20261201T081500Z', 'alarm.20261201T090000Z']]);
  });

  it('is offered again when it could neither be delivered nor put for later, and no other with it', async () => {
    const { calls, handle } = setUp();
    untaken = 'nobody takes it';
    expect(await handle(created([SOON]), reminderDue(), null)).toMatchObject([
      { status: 'SUCCESS' },
      { status: 'RETRY', reason: 'nobody takes it' },
      { status: 'DROP' },
    ]);
    expect(calls).toEqual([['alarm.20261201T081500Z']]);
  });

  it('is not held back for its alarms: what the scheduler does not take is put when it does', async () => {
    let away = true;
    const { calls, handle } = setUp(() => away);
    const statuses = await handle(created([SOON]), deleted(), null);
    expect(statuses.map(({ status }) => status)).toEqual(['SUCCESS', 'SUCCESS', 'DROP']);
    expect(alarms.waiting()).toBe(1);
    away = false;
    await expect.poll(() => calls, { timeout: 5_000 }).toEqual([['alarm.20261201T081500Z']]);
    expect(alarms.waiting()).toBe(0);
  });
});

describe('alarms', () => {
  it('are put once for any number of events that name the moment', async () => {
    const { calls, handle } = setUp();
    await handle(...Array.from({ length: 100 }, () => created([SOON])));
    await handle(updated([SOON]));
    expect(calls).toEqual([['alarm.20261201T081500Z']]);
  });

  it('are rung again for a change that became visible after its moment', async () => {
    const { calls, handle } = setUp();
    const moment = '2026-12-01T07:59:59Z';
    await handle(created([moment]));
    await handle(created([moment]));
    expect(calls).toHaveLength(2);
  });

  it('that an event asks for go before those of the hourly round', async () => {
    const { calls, handle } = setUp();
    const known = Array.from(
      { length: 200 },
      (_, index) => `2026-12-01T${10 + Math.floor(index / 60)}:${String(index % 60).padStart(2, '0')}:00Z`,
    );
    alarms.putAgain(known);
    await handle(created([SOON]));
    await expect.poll(() => calls.flat()).toHaveLength(201);
    expect(calls.flat().indexOf('alarm.20261201T081500Z')).toBe(50);
  });

  it('are put again by the hourly round, whatever is remembered', async () => {
    const { calls, handle } = setUp();
    await handle(created([SOON]));
    alarms.putAgain([SOON]);
    await expect.poll(() => calls).toHaveLength(2);
  });
});

function withTask(change: object): unknown {
  const event = created([]);
  if (event.type !== 'task.created') throw new Error('not reached');
  return { ...event, data: { ...event.data, task: { ...event.data.task, ...change } } };
}
