import { randomUUID } from 'node:crypto';
import type { SeriesRecord, TaskRecord } from '@taskflow/core/domain/model.ts';
import { type Changes, StaleWrite } from '@taskflow/core/ports.ts';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { withDatabases } from '../support/databases.ts';
import { type OpenStore, openStore } from '../support/store.ts';
import {
  type Account,
  anAccount,
  anEvent,
  aProject,
  aReminderRow,
  aSeries,
  aTask,
  NOW,
  noChanges,
  someSettings,
} from '../support/store-records.ts';

withDatabases('a commit', (server) => {
  let store: OpenStore;
  let account: Account;
  beforeAll(async () => {
    store = await openStore(server);
  });
  beforeEach(async () => {
    account = await anAccount(store.pool);
  });
  afterAll(() => store?.close());

  const commit = (changes: Partial<Changes>) => store.tasks.commit({ ...noChanges(account.owner_id), ...changes });
  const load = async (task: { id: string }): Promise<TaskRecord | undefined> =>
    (await store.tasks.tasks(account.owner_id, [task.id]))[0];
  const next = <T extends { version: number }>(record: T, fields: Partial<T> = {}): T => ({
    ...record,
    ...fields,
    version: record.version + 1,
  });
  const eventIds = async (): Promise<string[]> => {
    const { rows } = await store.pool.query('select id from event where owner_id = $1 order by xid, seq', [
      account.owner_id,
    ]);
    return rows.map((row) => row.id);
  };

  it('keeps every field of a task, whatever is in it', async () => {
    const task = aTask(account, {
      title: `%_\\ "quotes" 'n' $1; drop table task; -- ✓ 𝔘 \u0001`,
      description: 'line\nline\t{"json": [1]} \\u0000 {a,b}',
      tags: ['a,b', '{x}', 'say "hi"', 'back\\slash', 'NULL', ''],
      priority: 'high',
      due_date: '2026-12-01T09:00:00+01:00',
      due_at: '2026-12-01T08:00:00.000Z',
      recurrence_rule: null,
      reminders: [
        { id: randomUUID(), offset: '-PT15M' },
        { id: randomUUID(), at: '2026-12-01T07:00:00Z' },
      ],
      completed_at: '2026-12-01T08:00:00.007Z',
    });
    await commit({ tasks_inserted: [task] });
    expect(await load(task)).toEqual(task);
    const many = [aTask(account, { ...task, id: randomUUID() }), aTask(account, { ...task, id: randomUUID() })];
    await commit({ tasks_inserted: many });
    expect(await store.tasks.tasks(account.owner_id, [many[0]!.id])).toEqual([many[0]]);
    const changed = next(task, { title: 'Other', tags: [], due_date: null, due_at: null, completed_at: null });
    await commit({ tasks_updated: [changed] });
    expect(await load(task)).toEqual(changed);
  });

  it('answers with a task exactly as JSON.stringify would', async () => {
    const task = aTask(account, {
      title: 'tab\t"quote" \\ / é 𝔘 \u2028 \u0001',
      tags: ['a"b'],
      reminders: [{ id: randomUUID(), at: '2026-12-01T07:00:00Z' }],
      due_date: '2026-12-01',
      due_at: '2026-12-01T08:00:00.000Z',
    });
    await commit({ tasks_inserted: [task] });
    const { due_at: _, ...contract } = task;
    expect(await store.queries.taskJson(account.owner_id, task.id)).toBe(JSON.stringify(contract));
    expect(await store.queries.taskJson(randomUUID(), task.id)).toBeNull();
  });

  it('happens as a whole or not at all', async () => {
    const task = aTask(account);
    await commit({ tasks_inserted: [task] });
    const other = aTask(account);
    const event = anEvent(account);
    const stale = commit({
      tasks_inserted: [other],
      tasks_updated: [next(next(task))],
      events: [event],
      ledger_added: [aReminderRow(other, '2026-12-01T08:00:00Z')],
      answer: { key: 'k', request_hash: 'h', status: 201, headers: {}, body: '{}' },
    });
    await expect(stale).rejects.toBeInstanceOf(StaleWrite);
    expect(await load(other)).toBeUndefined();
    expect(await load(task)).toEqual(task);
    expect(await eventIds()).toEqual([]);
    expect(await store.tasks.storedAnswer(account.owner_id, 'k')).toBeNull();
  });

  it('of many changes of one version lets exactly one win', async () => {
    const task = aTask(account);
    await commit({ tasks_inserted: [task] });
    const results = await Promise.allSettled(
      Array.from({ length: 20 }, (_, n) =>
        commit({ tasks_updated: [next(task, { title: `by ${n}` })], events: [anEvent(account)] }),
      ),
    );
    const lost = results.filter((result) => result.status === 'rejected');
    expect(lost).toHaveLength(19);
    for (const { reason } of lost) expect(reason).toBeInstanceOf(StaleWrite);
    expect(await load(task)).toMatchObject({
      version: 2,
      title: `by ${results.findIndex((r) => r.status === 'fulfilled')}`,
    });
    expect(await eventIds()).toHaveLength(1);
  });

  it('of many changes that touch several tasks in different orders lets a consistent one through', async () => {
    const tasks = Array.from({ length: 5 }, () => aTask(account));
    await commit({ tasks_inserted: tasks });
    const results = await Promise.allSettled(
      Array.from({ length: 10 }, (_, n) => {
        const changed = tasks.map((task) => next(task, { title: `by ${n}` }));
        return commit({ tasks_updated: n % 2 ? changed : changed.reverse() });
      }),
    );
    for (const result of results) if (result.status === 'rejected') expect(result.reason).toBeInstanceOf(StaleWrite);
    expect(results.filter((result) => result.status === 'fulfilled')).toHaveLength(1);
    const titles = (
      await store.tasks.tasks(
        account.owner_id,
        tasks.map((task) => task.id),
      )
    ).map((task) => task.title);
    expect(new Set(titles).size).toBe(1);
  });

  it('refuses what was computed beside a task that has changed, is gone or is someone else’s', async () => {
    const parent = aTask(account);
    const stranger = await anAccount(store.pool);
    await commit({ tasks_inserted: [parent] });
    const child = (version: number, id = parent.id) =>
      commit({ expected: [{ id, version }], tasks_inserted: [aTask(account, { parent_id: parent.id })] });
    await child(1);
    await Promise.all([child(1), child(1)]);
    await commit({ tasks_updated: [next(parent)] });
    await expect(child(1)).rejects.toBeInstanceOf(StaleWrite);
    await expect(child(2, randomUUID())).rejects.toBeInstanceOf(StaleWrite);
    const foreign = store.tasks.commit({ ...noChanges(stranger.owner_id), tasks_updated: [next(next(parent))] });
    await expect(foreign).rejects.toBeInstanceOf(StaleWrite);
    expect(await load(parent)).toMatchObject({ version: 2 });
  });

  it('waits for a change under way of a task that it expects unchanged, and then sees it', async () => {
    const parent = aTask(account);
    await commit({ tasks_inserted: [parent] });
    const client = await store.pool.connect();
    await client.query('begin');
    await client.query('update task set version = 2 where id = $1', [parent.id]);
    const late = commit({ expected: [{ id: parent.id, version: 1 }], events: [anEvent(account)] });
    const outcome = expect(late).rejects.toBeInstanceOf(StaleWrite);
    await client.query('commit');
    client.release();
    await outcome;
    expect(await eventIds()).toEqual([]);
  });

  const aClaim = (series: SeriesRecord, occurrence: string, task_id: string | null) => ({
    series_id: series.id,
    occurrence,
    outcome: 'open' as const,
    task_id,
    at: NOW,
  });

  it('gives one occurrence of a series to one of many claims', async () => {
    const series = aSeries(account);
    await commit({ series_inserted: [series] });
    const claim = () => {
      const task = aTask(account, { series_id: series.id, occurrence: '2026-06-16T09:00:00' });
      return commit({
        tasks_inserted: [task],
        occurrences_claimed: [aClaim(series, task.occurrence!, task.id)],
        events: [anEvent(account)],
      });
    };
    const results = await Promise.allSettled(Array.from({ length: 10 }, claim));
    expect(results.filter((result) => result.status === 'fulfilled')).toHaveLength(1);
    for (const result of results) if (result.status === 'rejected') expect(result.reason).toBeInstanceOf(StaleWrite);
    expect(await store.tasks.pendingOccurrences(account.owner_id, [series.id])).toHaveLength(1);
    expect(await eventIds()).toHaveLength(1);
  });

  it('keeps a series and its history', async () => {
    const series = aSeries(account, { exceptions: ['2026-06-20T09:00:00'], ended_at: null });
    await commit({
      series_inserted: [series],
      occurrences_claimed: [aClaim(series, '2026-06-15T09:00:00', null), aClaim(series, '2026-06-16T09:00:00', null)],
    });
    expect(await store.tasks.series(account.owner_id, [series.id])).toEqual([series]);
    const paused = next(series, { paused: true, next_occurrence: null, appears_at: null });
    await commit({
      series_updated: [paused],
      occurrences_settled: [
        { ...aClaim(series, '2026-06-15T09:00:00', null), outcome: 'completed' },
        { ...aClaim(series, '2026-06-14T09:00:00', null), outcome: 'missed' },
      ],
      occurrences_released: [{ series_id: series.id, occurrence: '2026-06-16T09:00:00' }],
    });
    expect(await store.tasks.series(account.owner_id, [series.id])).toEqual([paused]);
    expect(
      (await store.tasks.occurrences(account.owner_id, series.id, 10)).map((o) => [o.occurrence, o.outcome]),
    ).toEqual([
      ['2026-06-15T09:00:00', 'completed'],
      ['2026-06-14T09:00:00', 'missed'],
    ]);
    await expect(commit({ series_updated: [paused] })).rejects.toBeInstanceOf(StaleWrite);
  });

  it('moves rows of the ledger, and one that stays where it was stays', async () => {
    const task = aTask(account);
    const [stays, goes, comes] = ['2026-12-01T08:00:00Z', '2026-12-02T08:00:00Z', '2026-12-03T08:00:00Z'].map(
      (moment) => aReminderRow(task, moment),
    );
    await commit({ tasks_inserted: [task], ledger_added: [stays!, goes!] });
    await commit({ ledger_removed: [stays!.id, goes!.id], ledger_added: [stays!, comes!] });
    expect(await store.tasks.ledgerRows(account.owner_id, [task.id])).toEqual([stays, comes]);
    await commit({ ledger_removed: [stays!.id, randomUUID()], tasks_deleted: [{ id: task.id, version: 1 }] });
    expect(await store.tasks.ledgerRows(account.owner_id, [task.id])).toEqual([]);
  });

  it('deletes a subtree in any order, but nothing that got a child meanwhile', async () => {
    const root = aTask(account);
    const child = aTask(account, { parent_id: root.id });
    const leaf = aTask(account, { parent_id: child.id });
    await commit({ tasks_inserted: [leaf, root, child] });
    expect((await store.tasks.descendants(account.owner_id, [root.id])).map((task) => task.id).sort()).toEqual(
      [child.id, leaf.id].sort(),
    );
    expect((await store.tasks.ancestors(account.owner_id, leaf.id)).map((task) => task.id)).toEqual([
      child.id,
      root.id,
    ]);
    const gone = ({ id }: TaskRecord) => ({ id, version: 1 });
    await expect(commit({ tasks_deleted: [gone(root), gone(child)] })).rejects.toBeInstanceOf(StaleWrite);
    await commit({ tasks_deleted: [gone(root), gone(leaf), gone(child)] });
    expect(await load(leaf)).toBeUndefined();
  });

  it('names the field when a project’s or a tag’s name is taken, whatever its case and accents', async () => {
    await commit({ projects_inserted: [aProject(account, { name: 'Café' })] });
    const again = commit({ projects_inserted: [aProject(account, { name: 'CAFE' })] });
    await expect(again).rejects.toMatchObject({ name: 'Failure', code: 'conflict', errors: [{ field: 'name' }] });
    await commit({
      tag_names: [
        { id: randomUUID(), name: 'Home' },
        { id: randomUUID(), name: 'work' },
      ],
    });
    await commit({
      tag_names: [
        { id: randomUUID(), name: 'HOME' },
        { id: randomUUID(), name: 'new' },
      ],
    });
    const tags = await store.tasks.tags(account.owner_id);
    expect(tags.map((tag) => tag.name)).toEqual(['Home', 'new', 'work']);
    const renamed = commit({ tags_updated: [next(tags[1]!, { name: 'home' })] });
    await expect(renamed).rejects.toMatchObject({ code: 'conflict', errors: [{ field: 'name' }] });
  });

  it('changes and deletes projects, tags, settings and notifications', async () => {
    const project = aProject(account, { color: '#112233' });
    await commit({ projects_inserted: [project], tag_names: [{ id: randomUUID(), name: 'x' }] });
    const inside = aTask(account, { project_id: project.id });
    await commit({ projects_updated: [next(project, { name: 'Garden' })], tasks_inserted: [inside] });
    expect((await store.tasks.projects(account.owner_id)).map((p) => p.name)).toEqual(['Inbox', 'Garden']);
    await expect(commit({ projects_deleted: [{ id: project.id, version: 2 }] })).rejects.toBeInstanceOf(StaleWrite);
    await commit({
      projects_deleted: [{ id: project.id, version: 2 }],
      tasks_updated: [next(inside, { project_id: account.inbox_id })],
    });
    const [tag] = await store.tasks.tags(account.owner_id);
    await commit({ tags_deleted: [{ id: tag!.id, version: 1 }] });
    expect(await store.tasks.tags(account.owner_id)).toEqual([]);
    await expect(commit({ settings: someSettings(account) })).rejects.toBeInstanceOf(StaleWrite);
  });

  it('makes settings and Inbox once, however many first requests there are', async () => {
    const owner_id = randomUUID();
    await store.pool.query(`insert into auth."user" (id, name, email) values ($1, 'New', $2)`, [
      owner_id,
      `${owner_id}@example.org`,
    ]);
    const made = await Promise.all(
      Array.from({ length: 8 }, () => {
        const inbox = aProject({ owner_id, inbox_id: '' }, { is_inbox: true, name: 'Inbox' });
        return store.tasks.ensureSettings(someSettings({ owner_id, inbox_id: inbox.id }), inbox);
      }),
    );
    expect(new Set(made.map((settings) => settings.inbox_id)).size).toBe(1);
    expect(await store.tasks.projects(owner_id)).toMatchObject([{ id: made[0]!.inbox_id, is_inbox: true }]);
    const later = { ...made[0]!, time_zone: 'Asia/Tokyo', default_reminders: [] };
    await store.tasks.commit({ ...noChanges(owner_id), settings: later });
    expect(await store.tasks.settings(owner_id)).toEqual(later);
  });

  it('keeps one answer per key', async () => {
    const answer = { key: 'k', request_hash: 'h', status: 201, headers: { etag: '"1"' }, body: '{"a":1}' };
    const results = await Promise.allSettled([1, 2, 3].map(() => commit({ tasks_inserted: [aTask(account)], answer })));
    expect(results.filter((result) => result.status === 'fulfilled')).toHaveLength(1);
    expect(await store.tasks.storedAnswer(account.owner_id, 'k')).toEqual(answer);
    expect(await store.tasks.tasksOfProject(account.owner_id, account.inbox_id)).toHaveLength(1);
  });

  it('finds siblings, tagged and all-day tasks', async () => {
    const [a, b] = [
      aTask(account, { position: 'a1', tags: ['Büro'] }),
      aTask(account, { position: 'Zz', due_date: '2026-12-01', due_at: NOW }),
    ];
    const child = aTask(account, { parent_id: a.id, tags: ['other'] });
    await commit({ tasks_inserted: [a, b, child] });
    const place = { project_id: account.inbox_id, parent_id: null };
    expect((await store.tasks.siblingPositions(account.owner_id, place)).map((s) => s.id)).toEqual([b.id, a.id]);
    expect(await store.tasks.siblingPositions(account.owner_id, { ...place, parent_id: a.id })).toHaveLength(1);
    expect((await store.tasks.tasksWithTag(account.owner_id, 'BURO')).map((task) => task.id)).toEqual([a.id]);
    expect((await store.tasks.pendingAllDayTasks(account.owner_id)).map((task) => task.id)).toEqual([b.id]);
  });

  it('lets go of an account with everything that is its own', async () => {
    const series = aSeries(account);
    const task = aTask(account, { series_id: series.id, occurrence: '2026-06-15T09:00:00' });
    await commit({
      series_inserted: [series],
      tasks_inserted: [task, aTask(account, { parent_id: task.id })],
      ledger_added: [aReminderRow(task, '2026-12-01T08:00:00Z')],
      tag_names: [{ id: randomUUID(), name: 'x' }],
    });
    await store.pool.query('delete from auth."user" where id = $1', [account.owner_id]);
    expect(await load(task)).toBeUndefined();
  });
});
