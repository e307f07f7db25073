/** A reminder comes once, at its moment, whatever happens around it. */
import { completeTask } from '@taskflow/core/usecases/complete-task.ts';
import type { RequestContext } from '@taskflow/core/usecases/context.ts';
import { createTask } from '@taskflow/core/usecases/create-task.ts';
import { deleteTask } from '@taskflow/core/usecases/delete-task.ts';
import { reopenTask } from '@taskflow/core/usecases/reopen-task.ts';
import { rezone } from '@taskflow/core/usecases/rezone.ts';
import { snoozeNotification } from '@taskflow/core/usecases/snooze-notification.ts';
import { updateSettings } from '@taskflow/core/usecases/update-settings.ts';
import { updateTask } from '@taskflow/core/usecases/update-task.ts';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type Application, openApplication } from '../support/application.ts';
import { withDatabases } from '../support/databases.ts';

withDatabases('a reminder', (server) => {
  let app: Application;
  let me: RequestContext;

  beforeEach(async () => {
    app = await openApplication(server, '2026-11-20T08:00:00Z');
    me = await app.aUser();
  });
  afterEach(() => app.close());

  const reminded = (given: object = {}) =>
    createTask(app.deps, me, { title: 'Call the dentist', due_date: '2026-11-20T10:00:00', ...given });
  const due = async () => (await app.events()).flatMap((event) => (event.type === 'reminder.due' ? [event] : []));

  it('comes once, at its due time unless told otherwise, and not before', async () => {
    const task = await reminded();
    app.goTo('2026-11-20T08:59:59.999Z');
    await app.ring();
    expect(await due()).toEqual([]);
    app.goTo('2026-11-20T09:00:00.015Z');
    await Promise.all([app.ring(), app.ring(), app.ring()]);
    await app.ring();
    expect(await due()).toMatchObject([
      {
        source: '/backend-service',
        subject: task.id,
        data: { task_id: task.id, scheduled_for: '2026-11-20T09:00:00Z', message: 'Call the dentist', late_by: 15 },
      },
    ]);
  });

  it('comes late after an outage, and says by how much', async () => {
    await reminded();
    app.goTo('2026-11-20T10:30:00Z');
    await app.ring();
    expect((await due()).map((event) => event.data.late_by)).toEqual([90 * 60_000]);
  });

  it('comes for an occurrence that should have appeared during the outage', async () => {
    const task = await reminded({ recurrence_rule: 'daily', reminders: [{ offset: '-PT1H' }] });
    app.goTo('2026-11-20T09:30:00Z');
    await app.ring();
    await completeTask(app.deps, me, task.id, { children: false });
    await app.events();
    app.goTo('2026-11-21T08:30:00Z');
    await app.ring();
    expect((await due()).map((event) => event.data.scheduled_for)).toEqual(['2026-11-21T08:00:00Z']);
  });

  it('comes a day ahead of an occurrence although the one before was never done', async () => {
    await reminded({ due_date: '2026-12-01T09:00:00', recurrence_rule: 'monthly', reminders: [{ offset: '-P1D' }] });
    app.goTo('2026-12-31T08:00:00Z');
    await app.ring();
    expect((await due()).map((event) => event.data.due_date)).toEqual([
      '2026-12-01T09:00:00+01:00',
      '2027-01-01T09:00:00+01:00',
    ]);
  });

  it('never comes for a task that is done, deleted, or moved away', async () => {
    const [done, gone, moved] = [await reminded(), await reminded(), await reminded()];
    await completeTask(app.deps, me, done.id, { children: false });
    await deleteTask(app.deps, me, gone.id, 'occurrence');
    await updateTask(app.deps, me, moved.id, { due_date: '2026-11-21T10:00:00' }, 'occurrence');
    app.goTo('2026-11-20T12:00:00Z');
    await app.ring();
    expect(await due()).toEqual([]);
    app.goTo('2026-11-21T12:00:00Z');
    await app.ring();
    expect((await due()).map((event) => event.subject)).toEqual([moved.id]);
  });

  it('comes back with a reopened task only if it is still ahead', async () => {
    const task = await reminded({ reminders: [{ offset: 'PT0S' }, { offset: '-PT90M' }] });
    await completeTask(app.deps, me, task.id, { children: false });
    await reopenTask(app.deps, me, task.id);
    app.goTo('2026-11-20T12:00:00Z');
    await app.ring();
    expect((await due()).map((event) => event.data.scheduled_for)).toEqual(['2026-11-20T09:00:00Z']);
  });

  it('survives an edit in the instant between its moment and its ring', async () => {
    const task = await reminded();
    app.goTo('2026-11-20T09:00:01Z');
    await updateTask(app.deps, me, task.id, { title: 'Call the other dentist' }, 'occurrence');
    await app.ring();
    expect((await due()).map((event) => event.data.message)).toEqual(['Call the other dentist']);
  });

  it('is not made of a moment in the past, and not wanted when the list is empty', async () => {
    await reminded({ due_date: '2026-11-19T10:00:00' });
    await reminded({ reminders: [] });
    app.goTo('2026-11-21T12:00:00Z');
    await app.ring();
    expect(await due()).toEqual([]);
  });

  it('of an all-day task comes when the user’s day starts, and moves with it', async () => {
    await reminded({ due_date: '2026-11-21' });
    await updateSettings(app.deps, me, { day_start: '07:30' });
    app.goTo('2026-11-21T06:30:00Z');
    await app.ring();
    expect((await due()).map((event) => event.data.scheduled_for)).toEqual(['2026-11-21T06:30:00Z']);
  });

  it('comes again after a snooze', async () => {
    const task = await reminded();
    app.goTo('2026-11-20T09:00:00.200Z');
    await app.ring();
    const [first] = await due();
    const snoozed = await snoozeNotification(app.deps, me, first!.id, { for: 'PT10M' });
    expect(snoozed.notification).toMatchObject({ id: first!.id, snoozed_until: '2026-11-20T09:10:01.000Z' });
    app.goTo('2026-11-20T09:10:01Z');
    await app.ring();
    expect((await due()).map((event) => [event.subject, event.data.late_by])).toEqual([[task.id, 0]]);
  });

  it('stays at its wall-clock time when the rules of the zone change', async () => {
    const task = await reminded({ due_date: '2026-12-01T09:00:00' });
    // As if it had been stored under rules by which Berlin was three hours ahead then.
    await app.pool.query(
      `update task set due_date = '2026-12-01T09:00:00+03:00', due_at = '2026-12-01T06:00:00Z' where id = $1`,
      [task.id],
    );
    await app.pool.query(
      `update ledger set id = gen_random_uuid(), moment = '2026-12-01T06:00:00Z' where task_id = $1`,
      [task.id],
    );
    expect(await rezone(app.deps, '2027a')).toBe(1);
    expect(await rezone(app.deps, '2027a')).toBe(0);
    app.goTo('2026-12-01T07:00:00Z');
    await app.ring();
    expect(await due()).toEqual([]);
    app.goTo('2026-12-01T08:00:00Z');
    await app.ring();
    expect((await due()).map((event) => event.data.due_date)).toEqual(['2026-12-01T09:00:00+01:00']);
  });

  it('comes for two thousand at once, each exactly once, when rings compete', async () => {
    for (let index = 0; index < 4; index += 1) {
      const operations = Array.from({ length: 500 }, (_, nth) => ({
        op: 'create' as const,
        task: { title: `T${index}-${nth}`, due_date: '2026-11-20T10:00:00' },
      }));
      const { bulkTasks } = await import('@taskflow/core/usecases/bulk-tasks.ts');
      await bulkTasks(app.deps, me, operations);
    }
    await app.events();
    app.goTo('2026-11-20T09:00:00.050Z');
    const rung = await Promise.all(Array.from({ length: 4 }, () => app.ring()));
    expect(rung.reduce((sum, { reminders }) => sum + reminders, 0)).toBe(2_000);
    const events = await due();
    expect(new Set(events.map((event) => event.id)).size).toBe(2_000);
    expect(events).toHaveLength(2_000);
  });
});
