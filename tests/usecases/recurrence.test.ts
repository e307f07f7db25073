/** A series over its whole life, on a real database with a clock that the test turns. */
import { bulkTasks } from '@taskflow/core/usecases/bulk-tasks.ts';
import { completeTask } from '@taskflow/core/usecases/complete-task.ts';
import type { RequestContext } from '@taskflow/core/usecases/context.ts';
import { createTask } from '@taskflow/core/usecases/create-task.ts';
import { deleteTask } from '@taskflow/core/usecases/delete-task.ts';
import { listOccurrences } from '@taskflow/core/usecases/list-occurrences.ts';
import { reopenTask } from '@taskflow/core/usecases/reopen-task.ts';
import { skipTask } from '@taskflow/core/usecases/skip-task.ts';
import { updateSeries } from '@taskflow/core/usecases/update-series.ts';
import { updateTask } from '@taskflow/core/usecases/update-task.ts';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type Application, openApplication } from '../support/application.ts';
import { withDatabases } from '../support/databases.ts';

withDatabases('a series', (server) => {
  let app: Application;
  let me: RequestContext;

  beforeEach(async () => {
    app = await openApplication(server, '2026-11-20T08:00:00Z');
    me = await app.aUser();
  });
  afterEach(() => app.close());

  const rent = (given: object = {}) =>
    createTask(app.deps, me, {
      title: 'Pay rent',
      due_date: '2026-12-01T09:00:00',
      recurrence_rule: 'FREQ=MONTHLY;BYMONTHDAY=1',
      ...given,
    });
  const daily = (given: object = {}) =>
    createTask(app.deps, me, { title: 'Stretch', due_date: '2026-11-20T09:00:00', recurrence_rule: 'daily', ...given });
  const pending = async (series_id: string | null) =>
    (await app.store.pendingOccurrences(me.settings.owner_id, [series_id!])).sort((a, b) =>
      a.occurrence! < b.occurrence! ? -1 : 1,
    );
  const complete = (id: string) => completeTask(app.deps, me, id, { children: false });

  it('brings the next occurrence as soon as the latest is completed, with all that it carries', async () => {
    const task = await rent({
      tags: ['home'],
      priority: 'high',
      description: 'By transfer',
      reminders: [{ offset: '-P1D' }],
    });
    await createTask(app.deps, me, { title: 'Check the account', parent_id: task.id, due_date: '2026-11-30' });
    const { next } = await complete(task.id);
    expect(next).toMatchObject({
      title: 'Pay rent',
      description: 'By transfer',
      tags: ['home'],
      priority: 'high',
      status: 'pending',
      series_id: task.series_id,
      occurrence: '2027-01-01T09:00:00',
      due_date: '2027-01-01T09:00:00+01:00',
    });
    expect(next?.reminders.map((reminder) => 'offset' in reminder && reminder.offset)).toEqual(['-P1D']);
    const [child] = await app.store.descendants(me.settings.owner_id, [next!.id]);
    expect(child).toMatchObject({ title: 'Check the account', status: 'pending', due_date: '2026-12-31' });
  });

  it('lets a subtask that repeats by itself go on below the next occurrence, and copies none of its own', async () => {
    const week = await createTask(app.deps, me, { title: 'Week', due_date: '2026-11-20', recurrence_rule: 'weekly' });
    const plain = await createTask(app.deps, me, { title: 'Plants', parent_id: week.id });
    let water = await createTask(app.deps, me, {
      title: 'Water',
      parent_id: plain.id,
      due_date: '2026-11-20',
      recurrence_rule: 'daily',
    });
    for (let day = 0; day < 3; day += 1) water = (await complete(water.id)).next!;
    const { next } = await complete(week.id);
    const below = () => app.store.descendants(me.settings.owner_id, [next!.id]);
    expect((await below()).map(({ title }) => title)).toEqual(['Plants']);
    const [copy] = await below();
    const { next: following } = await complete(water.id);
    expect(following).toMatchObject({ title: 'Water', parent_id: copy!.id, series_id: water.series_id });
    expect(await pending(water.series_id)).toHaveLength(1);
  });

  it('leaves such a subtask where it was when the completion is taken back', async () => {
    const week = await createTask(app.deps, me, { title: 'Week', due_date: '2026-11-27', recurrence_rule: 'weekly' });
    const water = await createTask(app.deps, me, {
      title: 'Water',
      parent_id: week.id,
      due_date: '2026-11-21',
      recurrence_rule: 'daily',
    });
    await complete(week.id);
    await reopenTask(app.deps, me, week.id);
    expect(await pending(week.series_id)).toHaveLength(1);
    expect((await complete(water.id)).next).toMatchObject({ parent_id: week.id });
  });

  it('takes such a subtask along when an occurrence is skipped, whatever it counts from', async () => {
    const week = await createTask(app.deps, me, { title: 'Week', due_date: '2026-11-20', recurrence_rule: 'weekly' });
    const water = await createTask(app.deps, me, {
      title: 'Water',
      parent_id: week.id,
      due_date: '2026-11-20',
      recurrence_rule: 'daily',
      repeat_from: 'completion',
    });
    const { next } = await skipTask(app.deps, me, week.id);
    expect(await pending(water.series_id)).toMatchObject([{ parent_id: next!.id, occurrence: '2026-11-21' }]);
  });

  it('previews a rule that counts from completion from where completion has moved it to', async () => {
    const task = await createTask(app.deps, me, {
      title: 'Change the filter',
      due_date: '2026-11-12T08:00:00',
      recurrence_rule: 'FREQ=DAILY;INTERVAL=10;COUNT=4',
      repeat_from: 'completion',
    });
    const { next } = await complete(task.id);
    const { upcoming } = await listOccurrences(app.deps, me, next!.id, {});
    expect(upcoming.map(({ occurrence }) => occurrence)).toEqual([
      '2026-11-30T08:00:00',
      '2026-12-10T08:00:00',
      '2026-12-20T08:00:00',
    ]);
  });

  it('remembers what became of a deleted occurrence, but names no task that has gone', async () => {
    const task = await daily();
    app.goTo('2026-11-20T10:00:00Z');
    const { next } = await complete(task.id);
    app.goTo('2026-11-20T11:00:00Z');
    await deleteTask(app.deps, me, task.id, 'occurrence');
    const { history, streak } = await listOccurrences(app.deps, me, next!.id, {});
    expect(history).toMatchObject([
      { outcome: 'open', task_id: next!.id },
      { outcome: 'completed', task_id: null, at: '2026-11-20T10:00:00.000Z' },
    ]);
    expect(streak).toBe(1);
    const kept = (await complete(next!.id)).task;
    await deleteTask(app.deps, me, kept.id, 'series');
    const after = await listOccurrences(app.deps, me, kept.id, {});
    expect(after.history.map(({ outcome, task_id }) => [outcome, task_id])).toEqual([
      ['skipped', null],
      ['completed', kept.id],
      ['completed', null],
    ]);
  });

  it('ends with the last date there is, and a subtask that would come after it has none', async () => {
    const millennia = await createTask(app.deps, me, {
      title: 'Millennium',
      due_date: '2000-01-01',
      recurrence_rule: 'FREQ=YEARLY;INTERVAL=1000',
      reminders: [{ offset: 'P3660D' }],
    });
    await createTask(app.deps, me, { title: 'Tidy up', parent_id: millennia.id, due_date: '9998-12-31T23:00:00' });
    app.goTo('8999-12-31T00:00:00Z');
    const { next } = await complete(millennia.id);
    expect(await app.store.descendants(me.settings.owner_id, [next!.id])).toMatchObject([{ due_date: null }]);
    const last = await createTask(app.deps, me, {
      title: 'The end',
      due_date: '9998-12-31T23:59:59',
      time_zone: 'America/Los_Angeles',
      recurrence_rule: 'yearly',
      reminders: [{ offset: 'P3660D' }],
    });
    expect((await complete(last.id)).next).toBeNull();
  });

  it('brings it when its local day begins, if the latest is not done', async () => {
    const task = await rent();
    app.goTo('2026-12-31T22:59:59Z');
    await app.ring();
    expect(await pending(task.series_id)).toHaveLength(1);
    app.goTo('2026-12-31T23:00:00Z');
    expect(await app.ring()).toMatchObject({ occurrences: 1 });
    expect((await pending(task.series_id)).map((each) => each.occurrence)).toEqual([
      '2026-12-01T09:00:00',
      '2027-01-01T09:00:00',
    ]);
  });

  it('makes exactly one task of an occurrence, however many rings come at once', async () => {
    const task = await daily();
    app.goTo('2026-11-21T09:00:00Z');
    await Promise.all(Array.from({ length: 8 }, () => app.ring()));
    await app.ring();
    expect((await pending(task.series_id)).map((each) => each.occurrence)).toEqual([
      '2026-11-20T09:00:00',
      '2026-11-21T09:00:00',
    ]);
    const created = (await app.events()).filter((event) => event.type === 'task.created');
    expect(created).toHaveLength(2);
  });

  it('makes exactly one next occurrence, however often it is completed at once', async () => {
    const task = await daily();
    const answers = await Promise.all(Array.from({ length: 6 }, () => complete(task.id)));
    expect(answers.filter(({ next }) => next !== null)).toHaveLength(1);
    expect(await pending(task.series_id)).toHaveLength(1);
  });

  it('records what was passed over without service as missed, and makes only the newest', async () => {
    const task = await daily();
    app.goTo('2026-11-25T12:00:00Z');
    await app.ring();
    expect((await pending(task.series_id)).map((each) => each.occurrence)).toEqual([
      '2026-11-20T09:00:00',
      '2026-11-25T09:00:00',
    ]);
    const { history } = await listOccurrences(app.deps, me, task.id, {});
    expect(
      history
        .filter((past) => past.outcome === 'missed')
        .map((past) => past.occurrence)
        .sort(),
    ).toEqual(['2026-11-21T09:00:00', '2026-11-22T09:00:00', '2026-11-23T09:00:00', '2026-11-24T09:00:00']);
  });

  it('with roll, what was not done becomes missed when the next one appears', async () => {
    const task = await daily({ missed_policy: 'roll' });
    app.goTo('2026-11-21T00:00:00+01:00');
    await app.ring();
    expect((await pending(task.series_id)).map((each) => each.occurrence)).toEqual(['2026-11-21T09:00:00']);
    expect(await app.store.tasks(me.settings.owner_id, [task.id])).toMatchObject([{ status: 'missed' }]);
  });

  it('keeps 09:00 at 09:00 over both changes of the clocks', async () => {
    const task = await daily({ due_date: '2027-03-27T09:00:00' });
    const { next } = await complete(task.id);
    expect([task.due_date, next?.due_date]).toEqual(['2027-03-27T09:00:00+01:00', '2027-03-28T09:00:00+02:00']);
  });

  it('counts from completion when asked to, whatever day that is', async () => {
    const task = await createTask(app.deps, me, {
      title: 'Water',
      due_date: '2026-11-20T18:00',
      recurrence_rule: 'FREQ=DAILY;INTERVAL=3',
      repeat_from: 'completion',
    });
    app.goTo('2026-11-25T10:00:00Z');
    await app.ring();
    expect(await pending(task.series_id)).toHaveLength(1);
    const { next } = await complete(task.id);
    expect(next?.occurrence).toBe('2026-11-28T18:00:00');
    app.goTo('2026-11-26T10:00:00Z');
    expect((await complete(next!.id)).next?.occurrence).toBe('2026-11-29T18:00:00');
  });

  it('from completion, early again and again, never makes one occurrence twice', async () => {
    let task = await createTask(app.deps, me, {
      title: 'Rent',
      due_date: '2026-12-01T09:00',
      recurrence_rule: 'FREQ=MONTHLY;BYMONTHDAY=1',
      repeat_from: 'completion',
    });
    const seen = [task.occurrence];
    for (let round = 0; round < 3; round += 1) {
      const { next } = await complete(task.id);
      task = next!;
      seen.push(task.occurrence);
    }
    expect(seen).toEqual(['2026-12-01T09:00:00', '2027-01-01T09:00:00', '2027-02-01T09:00:00', '2027-03-01T09:00:00']);
  });

  it('undoes a completion wholly: the task is open again and the next one is gone', async () => {
    const task = await rent();
    const { next } = await complete(task.id);
    await reopenTask(app.deps, me, task.id);
    expect((await pending(task.series_id)).map((each) => each.id)).toEqual([task.id]);
    expect(await app.store.tasks(me.settings.owner_id, [next!.id])).toEqual([]);
    expect((await complete(task.id)).next?.occurrence).toBe('2027-01-01T09:00:00');
  });

  it('keeps a next occurrence that somebody has worked on when the completion is undone', async () => {
    const task = await rent();
    const { next } = await complete(task.id);
    await updateTask(app.deps, me, next!.id, { title: 'Pay more rent' }, 'occurrence');
    await reopenTask(app.deps, me, task.id);
    expect(await pending(task.series_id)).toHaveLength(2);
  });

  it('skips an occurrence for good and brings the next', async () => {
    const task = await daily();
    await createTask(app.deps, me, { title: 'Left leg', parent_id: task.id });
    const { next } = await skipTask(app.deps, me, task.id);
    expect(next?.occurrence).toBe('2026-11-21T09:00:00');
    expect(await app.store.descendants(me.settings.owner_id, [next!.id])).toMatchObject([{ title: 'Left leg' }]);
    const { history, upcoming } = await listOccurrences(app.deps, me, next!.id, {
      from: '2026-11-19',
      to: '2026-11-23',
    });
    expect(history.find((past) => past.occurrence === '2026-11-20T09:00:00')?.outcome).toBe('skipped');
    expect(upcoming.map((each) => each.occurrence)).toEqual(['2026-11-21T09:00:00', '2026-11-22T09:00:00']);
  });

  it('takes deleting one occurrence as a skip, and deleting the series as its end', async () => {
    const task = await daily();
    await deleteTask(app.deps, me, task.id, 'occurrence');
    const [next] = await pending(task.series_id);
    expect(next?.occurrence).toBe('2026-11-21T09:00:00');
    const done = await complete(next!.id);
    await deleteTask(app.deps, me, done.next!.id, 'series');
    expect(await pending(task.series_id)).toEqual([]);
    expect(await app.store.tasks(me.settings.owner_id, [next!.id])).toMatchObject([{ status: 'completed' }]);
    app.goTo('2027-11-20T08:00:00Z');
    expect(await app.ring()).toMatchObject({ occurrences: 0 });
  });

  it('changes one occurrence, or the series from it on, and never those that are done', async () => {
    const first = await daily();
    const second = (await complete(first.id)).next!;
    await updateTask(app.deps, me, second.id, { title: 'Only today' }, 'occurrence');
    const third = (await complete(second.id)).next!;
    expect(third.title).toBe('Stretch');
    await updateTask(app.deps, me, third.id, { title: 'Yoga', due_date: '2026-11-22T18:30:00' }, 'series');
    const fourth = (await complete(third.id)).next!;
    expect(fourth).toMatchObject({ title: 'Yoga', due_date: '2026-11-23T18:30:00+01:00' });
    expect(await app.store.tasks(me.settings.owner_id, [first.id])).toMatchObject([
      { title: 'Stretch', occurrence: '2026-11-20T09:00:00' },
    ]);
  });

  it('takes a new rule as a change of the series', async () => {
    const task = await daily();
    const weekly = await updateTask(app.deps, me, task.id, { recurrence_rule: 'FREQ=WEEKLY;BYDAY=FR' }, 'occurrence');
    expect(weekly.recurrence_rule).toBe('FREQ=WEEKLY;BYDAY=FR');
    expect((await complete(task.id)).next?.occurrence).toBe('2026-11-27T09:00:00');
  });

  it('refuses a day without a time for a rule that needs one, and changes nothing', async () => {
    const task = await daily({ recurrence_rule: 'FREQ=DAILY;BYHOUR=9,18' });
    const change = updateTask(app.deps, me, task.id, { due_date: '2026-11-21' }, 'series');
    await expect(change).rejects.toThrow(/^recurrence_rule: /);
    expect(await pending(task.series_id)).toEqual([task]);
  });

  it('stops repeating when the rule is taken away, and the task stays', async () => {
    const task = await daily();
    const plain = await updateTask(app.deps, me, task.id, { recurrence_rule: null }, 'occurrence');
    expect(plain).toMatchObject({ series_id: null, occurrence: null, recurrence_rule: null, status: 'pending' });
    app.goTo('2026-12-20T08:00:00Z');
    expect(await app.ring()).toMatchObject({ occurrences: 0 });
  });

  it('makes nothing appear while paused, and goes on with what is not over', async () => {
    const task = await daily();
    await updateSeries(app.deps, me, task.series_id!, { paused: true });
    app.goTo('2026-11-25T12:00:00Z');
    await app.ring();
    expect(await pending(task.series_id)).toHaveLength(1);
    await updateSeries(app.deps, me, task.series_id!, { paused: false });
    await app.ring();
    expect(await pending(task.series_id)).toHaveLength(1);
    app.goTo('2026-11-26T06:00:00Z');
    await app.ring();
    expect((await pending(task.series_id)).map((each) => each.occurrence)).toEqual([
      '2026-11-20T09:00:00',
      '2026-11-26T09:00:00',
    ]);
  });

  it('brings what was completed during a pause when it is resumed', async () => {
    const task = await daily();
    await updateSeries(app.deps, me, task.series_id!, { paused: true });
    expect((await complete(task.id)).next).toBeNull();
    app.goTo('2026-11-22T06:00:00Z');
    await updateSeries(app.deps, me, task.series_id!, { paused: false });
    expect((await pending(task.series_id)).map((each) => each.occurrence)).toEqual(['2026-11-22T09:00:00']);
  });

  it('ends when COUNT is reached', async () => {
    let task = await daily({ recurrence_rule: 'FREQ=DAILY;COUNT=3' });
    task = (await complete(task.id)).next!;
    task = (await complete(task.id)).next!;
    expect((await complete(task.id)).next).toBeNull();
    expect(await pending(task.series_id)).toEqual([]);
  });

  it('counts the streak of those done in a row', async () => {
    let task = await daily();
    for (const day of ['20', '21', '22']) {
      app.goTo(`2026-11-${day}T10:00:00Z`);
      task = (await complete(task.id)).next!;
    }
    expect((await listOccurrences(app.deps, me, task.id, {})).streak).toBe(3);
    app.goTo('2026-11-25T10:00:00Z');
    await app.ring();
    expect((await listOccurrences(app.deps, me, task.id, {})).streak).toBe(0);
  });

  it('completes a hundred at once in one transaction, each with its next', async () => {
    const { deps } = app;
    const operations = Array.from({ length: 100 }, (_, index) => ({
      op: 'create' as const,
      task: { title: `Task ${index}`, due_date: '2026-11-20', recurrence_rule: 'weekly' },
    }));
    const made = await bulkTasks(deps, me, operations);
    const done = await bulkTasks(
      deps,
      me,
      made.map(({ task }) => ({ op: 'complete' as const, id: task!.id })),
    );
    expect(new Set(done.map(({ next }) => next?.occurrence))).toEqual(new Set(['2026-11-27']));
  });
});
