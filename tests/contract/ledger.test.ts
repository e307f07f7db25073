import { setTimeout as sleep } from 'node:timers/promises';
import { ReminderDue } from '@taskflow/core/contracts/events.ts';
import { Notification } from '@taskflow/core/contracts/model.ts';
import type { LedgerRow, TaskRecord } from '@taskflow/core/domain/model.ts';
import { afterAll, beforeEach, expect, it } from 'vitest';
import { withDatabases } from '../support/databases.ts';
import { type OpenStore, openStore } from '../support/store.ts';
import { type Account, anAccount, anEvent, aReminderRow, aSeries, aTask, noChanges } from '../support/store-records.ts';

/** The trace of the ring. */
const TRACE = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
const at = (text: string): Temporal.Instant => Temporal.Instant.from(text);

withDatabases('the ledger', (server) => {
  let store: OpenStore;
  let account: Account;
  beforeEach(async () => {
    await store?.close();
    store = await openStore(server);
    account = await anAccount(store.pool);
  });
  afterAll(() => store?.close());

  const put = (tasks: TaskRecord[], rows: LedgerRow[]): Promise<void> =>
    store.tasks.commit({ ...noChanges(account.owner_id), tasks_inserted: tasks, ledger_added: rows });
  const events = async () => (await store.log.read('0.0', 10_000)).map((event) => JSON.parse(event.body));

  it('turns what is due into a notification and an event, in the form of the contracts', async () => {
    const task = aTask(account, {
      title: 'Say "hi" \\ ü',
      due_date: '2026-12-01T09:00:00+01:00',
      due_at: '2026-12-01T08:00:00.000Z',
    });
    const row = aReminderRow(task, '2026-12-01T08:00:00Z');
    const later = aReminderRow(task, '2026-12-01T08:00:01Z');
    await put([task], [row, later]);
    expect(await store.ledger.ringReminders(at('2026-12-01T07:59:59.999Z'), 10, TRACE)).toBe(0);
    expect(await store.ledger.ringReminders(at('2026-12-01T08:00:00.042Z'), 10, TRACE)).toBe(1);
    expect(await store.ledger.ringReminders(at('2026-12-01T08:00:00.043Z'), 10, TRACE)).toBe(0);

    const [event] = await events();
    expect(event).toEqual({
      specversion: '1.0',
      id: row.id,
      source: '/backend-service',
      type: 'reminder.due',
      subject: task.id,
      time: '2026-12-01T08:00:00.042Z',
      datacontenttype: 'application/json',
      traceparent: TRACE,
      data: {
        task_id: task.id,
        owner_id: account.owner_id,
        reminder_id: row.reminder_id,
        due_date: task.due_date,
        scheduled_for: '2026-12-01T08:00:00Z',
        message: task.title,
        late_by: 42,
      },
    });
    expect(ReminderDue.parse(event)).toEqual(event);
    const [notification] = await store.tasks.notifications(account.owner_id, [row.id]);
    expect(Notification.parse(notification)).toEqual(notification);
    expect(notification).toMatchObject({
      late_by: 42,
      message: task.title,
      created_at: '2026-12-01T08:00:00.042Z',
      read_at: null,
    });
    expect(await store.tasks.ledgerRows(account.owner_id, [task.id])).toEqual([later]);
  });

  it('continues the trace of the request that asked for the reminder', async () => {
    const asked = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    const task = aTask(account, { due_date: '2026-12-01' });
    await put([task], [{ ...aReminderRow(task, '2026-12-01T08:00:00Z'), traceparent: asked }]);
    await store.ledger.ringReminders(at('2026-12-01T08:00:00Z'), 10, TRACE);
    expect((await events()).map(({ traceparent }) => traceparent)).toEqual([asked]);
  });

  it('tells nobody of a task that is done, and closes the row all the same', async () => {
    const done = aTask(account, { status: 'completed' });
    await put([done], [aReminderRow(done, '2026-12-01T08:00:00Z')]);
    expect(await store.ledger.ringReminders(at('2026-12-01T08:00:00Z'), 10, TRACE)).toBe(1);
    expect(await events()).toEqual([]);
    expect(await store.tasks.ledgerRows(account.owner_id, [done.id])).toEqual([]);
  });

  it('rings a row once, even when a restore has put it back, and a very late one too', async () => {
    const task = aTask(account);
    const row = aReminderRow(task, '2026-12-01T08:00:00Z');
    await put([task], [row]);
    await store.ledger.ringReminders(at('2027-12-01T08:00:00Z'), 10, TRACE);
    await put([], [row]);
    await store.ledger.ringReminders(at('2027-12-01T08:00:01Z'), 10, TRACE);
    const told = await events();
    expect(told).toHaveLength(1);
    expect(told[0].data.late_by).toBe(365 * 86_400_000);
  });

  it('shares the work between rings at the same time: everything once, oldest first', async () => {
    const tasks = Array.from({ length: 40 }, () => aTask(account));
    const rows = tasks.flatMap((task) =>
      Array.from({ length: 25 }, (_, n) => aReminderRow(task, `2026-12-01T08:00:${String(n).padStart(2, '0')}Z`)),
    );
    await put(tasks, rows);
    const ring = async (): Promise<number> => {
      for (let total = 0; ; ) {
        const rung = await store.ledger.ringReminders(at('2026-12-01T08:01:00Z'), 50, TRACE);
        if (rung === 0) return total;
        total += rung;
      }
    };
    const totals = await Promise.all([ring(), ring(), ring(), ring()]);
    expect(totals.reduce((sum, total) => sum + total)).toBe(rows.length);
    expect(totals.filter((total) => total > 0).length).toBeGreaterThan(1);
    const told = await events();
    expect(told.map((event) => event.id).sort()).toEqual(rows.map((row) => row.id).sort());
  });

  it('passes over a row that somebody is changing, and takes it afterwards', async () => {
    const task = aTask(account);
    const rows = [aReminderRow(task, '2026-12-01T08:00:00Z'), aReminderRow(task, '2026-12-01T08:00:00Z')];
    await put([task], rows);
    const client = await store.pool.connect();
    try {
      await client.query('begin');
      await client.query('delete from ledger where id = $1', [rows[0]!.id]);
      const ring = store.ledger.ringReminders(at('2026-12-01T08:00:00Z'), 10, TRACE);
      expect(await Promise.race([ring, sleep(2_000, 'waits')])).toBe(1);
    } finally {
      await client.query('rollback');
      client.release();
    }
    expect(await store.ledger.ringReminders(at('2026-12-01T08:00:00Z'), 10, TRACE)).toBe(1);
  });

  it('names the moments ahead once each, and the series that are due', async () => {
    const task = aTask(account);
    const series = aSeries(account);
    const occurrence: LedgerRow = {
      ...aReminderRow(task, '2026-12-01T22:00:00Z'),
      kind: 'occurrence',
      task_id: null,
      reminder_id: null,
      series_id: series.id,
    };
    await store.tasks.commit({ ...noChanges(account.owner_id), series_inserted: [series] });
    const reminders = ['08:00:00', '08:00:00', '09:00:00', '10:00:00'].map((time) =>
      aReminderRow(task, `2026-12-01T${time}Z`),
    );
    await put([task], [...reminders, occurrence]);
    const moments = (after: string, limit: number) =>
      store.ledger.moments(at(`2026-12-01T${after}Z`), at('2026-12-01T22:00:00Z'), limit);
    expect(await moments('07:00:00', 10)).toEqual({
      moments: ['2026-12-01T08:00:00Z', '2026-12-01T09:00:00Z', '2026-12-01T10:00:00Z', '2026-12-01T22:00:00Z'],
      next: null,
    });
    const page = await moments('08:00:00', 2);
    expect(page).toEqual({ moments: ['2026-12-01T09:00:00Z', '2026-12-01T10:00:00Z'], next: '2026-12-01T10:00:00Z' });
    expect((await moments('10:00:00', 2)).moments).toEqual(['2026-12-01T22:00:00Z']);
    expect(await store.ledger.dueSeries(at('2026-12-01T21:59:59Z'), 10)).toEqual([]);
    expect(await store.ledger.dueSeries(at('2026-12-01T22:00:00Z'), 10)).toEqual([
      { owner_id: account.owner_id, series_id: series.id, moment: '2026-12-01T22:00:00Z' },
    ]);
    expect(await store.ledger.ringReminders(at('2026-12-02T00:00:00Z'), 10, TRACE)).toBe(4);
  });

  it('pages through all dated tasks and live series', async () => {
    const tasks = Array.from({ length: 7 }, (_, n) =>
      aTask(account, n < 5 ? { due_date: '2026-12-01', due_at: '2026-12-01T08:00:00.000Z' } : {}),
    );
    await put(tasks, []);
    const series = [aSeries(account), aSeries(account, { ended_at: '2026-12-01T08:00:00.000Z' })];
    await store.tasks.commit({ ...noChanges(account.owner_id), series_inserted: series });
    const first = await store.ledger.datedTasks(null, 3);
    const rest = await store.ledger.datedTasks(first.at(-1)!.id, 10);
    expect([...first, ...rest].map((task) => task.id)).toEqual(
      tasks
        .slice(0, 5)
        .map((task) => task.id)
        .sort(),
    );
    expect(await store.ledger.liveSeries(null, 10)).toEqual([series[0]]);
    expect(await store.ledger.liveSeries(series[0]!.id, 10)).toEqual([]);
    expect(await store.ledger.installation('x')).toBeNull();
    await store.ledger.setInstallation('x', '1');
    await store.ledger.setInstallation('x', '2');
    expect(await store.ledger.installation('x')).toBe('2');
  });

  const append = (time: string) =>
    store.tasks.commit({ ...noChanges(account.owner_id), events: [anEvent(account, { time, body: time })] });
  const kept = async () => (await store.log.read('0.0', 100)).map((event) => event.body);
  const partitionOf = async (body: string) =>
    (await store.pool.query('select tableoid::regclass::text as name from event where body = $1', [body])).rows[0]
      ?.name;

  it('gives every week of events a partition, and drops it when it is old and published', async () => {
    await store.ledger.maintain(at('2026-06-17T12:00:00Z'), 30);
    await Promise.all([1, 2, 3].map(() => store.ledger.maintain(at('2026-06-17T12:00:00Z'), 30)));
    for (const day of ['2026-06-15', '2026-06-24', '2026-07-16']) await append(`${day}T00:00:00.000Z`);
    expect(await partitionOf('2026-06-15T00:00:00.000Z')).toBe('event_w20260615');
    expect(await partitionOf('2026-07-16T00:00:00.000Z')).toBe('event_w20260713');
    const [first] = await store.log.read('0.0', 1);
    // Old, but the relay has not been there.
    await store.ledger.maintain(at('2026-09-01T00:00:00Z'), 30);
    expect(await kept()).toHaveLength(3);
    await store.log.setRelayPlace(first!.place);
    await store.ledger.maintain(at('2026-07-21T23:00:00Z'), 30);
    expect(await kept()).toHaveLength(3);
    await store.ledger.maintain(at('2026-07-22T00:00:00Z'), 30);
    expect(await kept()).toEqual(['2026-06-24T00:00:00.000Z', '2026-07-16T00:00:00.000Z']);
    expect(await store.log.canResume(first!.place)).toBe(false);
    expect(await store.log.canResume('0.0')).toBe(false);
    await append('2026-07-23T00:00:00.000Z');
    expect(await kept()).toHaveLength(3);
  });

  it('trims what was written before there were partitions, in batches, and leaves the rest of that week there', async () => {
    await append('2026-06-16T00:00:00.000Z');
    await append('2026-06-18T00:00:00.000Z');
    await store.ledger.maintain(at('2026-06-17T12:00:00Z'), 30);
    await append('2026-06-19T00:00:00.000Z');
    expect(await partitionOf('2026-06-19T00:00:00.000Z')).toBe('event_default');
    await store.log.setRelayPlace(await store.log.end());
    await store.ledger.maintain(at('2026-07-17T12:00:00Z'), 30);
    expect(await kept()).toEqual(['2026-06-18T00:00:00.000Z', '2026-06-19T00:00:00.000Z']);
    expect(await store.log.canResume('0.0')).toBe(false);
  });

  it('forgets answers after a day and read notifications after three months', async () => {
    const task = aTask(account);
    const rows = [aReminderRow(task, '2026-01-01T08:00:00Z'), aReminderRow(task, '2026-01-01T08:00:00Z')];
    const answer = { key: 'k', request_hash: 'h', status: 201, headers: {}, body: '{}' };
    await put([task], rows);
    await store.ledger.ringReminders(at('2026-01-01T08:00:00Z'), 10, TRACE);
    const [read] = await store.tasks.notifications(account.owner_id, [rows[0]!.id]);
    await store.tasks.commit({
      ...noChanges(account.owner_id),
      now: '2026-06-15T10:00:00.000Z',
      answer,
      notifications_updated: [{ ...read!, read_at: '2026-01-02T00:00:00.000Z' }],
    });
    await store.ledger.maintain(at('2026-06-16T09:59:59Z'), 30);
    expect(await store.tasks.storedAnswer(account.owner_id, 'k')).toEqual(answer);
    expect(
      await store.tasks.notifications(
        account.owner_id,
        rows.map((row) => row.id),
      ),
    ).toMatchObject([{ id: rows[1]!.id }]);
    await store.ledger.maintain(at('2026-06-16T10:00:01Z'), 30);
    expect(await store.tasks.storedAnswer(account.owner_id, 'k')).toBeNull();
  });
});
