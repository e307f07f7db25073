import { randomUUID } from 'node:crypto';
import { PRIORITIES, type Priority, Task, TaskCounts } from '@taskflow/core/contracts/task.ts';
import { dueAt } from '@taskflow/core/domain/due-date.ts';
import { parseFilter } from '@taskflow/core/domain/filter.ts';
import type { TaskRecord } from '@taskflow/core/domain/model.ts';
import { searchText } from '@taskflow/core/domain/search-text.ts';
import type { JsonPage, QueryNode, SortKey, TaskQuery } from '@taskflow/core/ports.ts';
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { withDatabases } from '../support/databases.ts';
import { type OpenStore, openStore } from '../support/store.ts';
import { type Account, anAccount, aProject, aReminderRow, aTask, NOW, noChanges } from '../support/store-records.ts';

const SORT_KEYS: readonly SortKey[] = ['due_date', 'priority', 'created_at', 'updated_at', 'title', 'position'];

withDatabases('lists', (server) => {
  let store: OpenStore;
  let account: Account;
  beforeAll(async () => {
    store = await openStore(server);
  });
  beforeEach(async () => {
    account = await anAccount(store.pool);
  });
  afterAll(() => store?.close());

  const insert = async (...tasks: TaskRecord[]): Promise<void> =>
    store.tasks.commit({ ...noChanges(account.owner_id), tasks_inserted: tasks });
  const query = (fields: Partial<TaskQuery> = {}): TaskQuery => ({
    owner_id: account.owner_id,
    filter: null,
    sort: [{ key: 'created_at', descending: false }],
    cursor: null,
    limit: 50,
    now: Temporal.Instant.from(NOW),
    time_zone: 'Europe/Berlin',
    ...fields,
  });
  const items = (page: JsonPage): Task[] => JSON.parse(page.items_json) as Task[];
  const everything = async (fields: Partial<TaskQuery>): Promise<Task[]> => {
    const all: Task[] = [];
    let cursor: string | null = null;
    do {
      const page: JsonPage = await store.queries.listTasks(query({ ...fields, cursor }));
      all.push(...items(page));
      cursor = page.next_cursor;
    } while (cursor !== null);
    return all;
  };
  const titles = async (filter: string | QueryNode, fields: Partial<TaskQuery> = {}): Promise<string[]> => {
    const node = typeof filter === 'string' ? parseFilter(filter, { today: '2026-06-15' }) : filter;
    return (await everything({ ...fields, filter: node })).map((task) => task.title).sort();
  };

  it('shows each task as it was written, and only the owner’s', async () => {
    const task = aTask(account, {
      tags: ['Zürich'],
      priority: 'urgent',
      reminders: [{ id: randomUUID(), at: '2026-12-01T07:00:00Z' }],
    });
    await insert(task);
    const { due_at: _, ...contract } = task;
    const page = await store.queries.listTasks(query());
    expect(page).toEqual({ items_json: JSON.stringify([contract]), next_cursor: null });
    expect(Task.parse(items(page)[0])).toEqual(contract);
    const stranger = await anAccount(store.pool);
    expect(await store.queries.listTasks(query({ owner_id: stranger.owner_id }))).toEqual({
      items_json: '[]',
      next_cursor: null,
    });
  });

  /** What the order means, said a second time. */
  const compare =
    (sort: TaskQuery['sort']) =>
    (a: TaskRecord, b: TaskRecord): number => {
      for (const { key, descending } of sort) {
        const [x, y] = [sortValue(a, key), sortValue(b, key)];
        if (x === y) continue;
        if (x === null) return 1;
        if (y === null) return -1;
        return x < y === descending ? 1 : -1;
      }
      return a.id < b.id === (sort.at(-1)?.descending ?? false) ? 1 : -1;
    };
  const sortValue = (task: TaskRecord, key: SortKey): string | number | null => {
    if (key === 'due_date') return task.due_at;
    if (key === 'priority') return PRIORITIES.indexOf(task.priority);
    return key === 'title' ? searchText(task.title) : task[key];
  };
  const aMixedTask = (n: number): TaskRecord =>
    aTask(account, {
      title: ['Äpfel', 'apfel', 'Zebra', 'b', 'B c'][n % 5]!,
      priority: PRIORITIES[n % 5] as Priority,
      position: ['a0', 'Zz', 'a1'][n % 3]!,
      created_at: `2026-01-0${1 + (n % 4)}T00:00:00.00${n % 10}Z`,
      updated_at: `2026-01-0${1 + (n % 3)}T00:00:00.000Z`,
      due_date: n % 3 === 0 ? null : `2026-02-0${1 + (n % 7)}`,
      due_at: n % 3 === 0 ? null : dueAt(`2026-02-0${1 + (n % 7)}`, 'Europe/Berlin', '09:00'),
      status: n % 4 === 0 ? 'completed' : 'pending',
    });

  it('sorts by every key in both directions, page after page', async () => {
    const tasks = Array.from({ length: 37 }, (_, n) => aMixedTask(n));
    await insert(...tasks);
    const sorts = SORT_KEYS.flatMap((key) => [[{ key, descending: false }], [{ key, descending: true }]]);
    sorts.push([
      { key: 'priority', descending: true },
      { key: 'due_date', descending: false },
    ]);
    sorts.push([
      { key: 'due_date', descending: true },
      { key: 'title', descending: false },
      { key: 'priority', descending: true },
    ]);
    for (const sort of sorts) {
      const expected = [...tasks].sort(compare(sort)).map((task) => task.id);
      for (const limit of [1, 10, 37, 200]) {
        expect(
          (await everything({ sort, limit })).map((task) => task.id),
          JSON.stringify(sort),
        ).toEqual(expected);
      }
      const words = await everything({ sort, limit: 5, filter: { kind: 'text', value: 'apfel', exact: false } });
      const found = [...tasks].sort(compare(sort)).filter((task) => searchText(task.title) === 'apfel');
      expect(words.map((task) => task.id)).toEqual(found.map((task) => task.id));
    }
  });

  it('shows no task twice and leaves none out while others are added', async () => {
    const sortOf = fc.uniqueArray(fc.record({ key: fc.constantFrom(...SORT_KEYS), descending: fc.boolean() }), {
      selector: (part) => part.key,
      minLength: 1,
      maxLength: 3,
    });
    await fc.assert(
      fc.asyncProperty(
        sortOf,
        fc.integer({ min: 1, max: 7 }),
        fc.infiniteStream(fc.nat(60)),
        async (sort, limit, numbers) => {
          account = await anAccount(store.pool);
          const some = (count: number) => [...numbers.take(count)].map(aMixedTask);
          const before = some(20);
          await insert(...before);
          const seen: string[] = [];
          for (let cursor: string | null = null, first = true; first || cursor !== null; first = false) {
            const page: JsonPage = await store.queries.listTasks(query({ sort, limit, cursor }));
            seen.push(...items(page).map((task) => task.id));
            cursor = page.next_cursor;
            if (seen.length < 20) await insert(...some(2));
          }
          expect(new Set(seen).size).toBe(seen.length);
          expect(seen).toEqual(expect.arrayContaining(before.map((task) => task.id)));
        },
      ),
      { numRuns: 25 },
    );
  });

  it('refuses a cursor of another order and everything that is no cursor', async () => {
    await insert(aMixedTask(1), aMixedTask(2));
    const { next_cursor } = await store.queries.listTasks(query({ limit: 1 }));
    const invalid = { name: 'Failure', code: 'invalid', errors: [{ field: 'cursor' }] };
    const other = store.queries.listTasks(query({ cursor: next_cursor, sort: [{ key: 'title', descending: false }] }));
    await expect(other).rejects.toMatchObject(invalid);
    const text = (parts: unknown) => Buffer.from(JSON.stringify(parts)).toString('base64url');
    const id = randomUUID();
    const wrong = ['', 'x', '%', "'", text(1), text([]), text(['created_at']), text(['created_at', 'yesterday', id])];
    wrong.push(text(['created_at', '2026-99-99 00:00:00+00', id]), text(['created_at', '2026-02-30 00:00:00+00', id]));
    wrong.push(
      text(['created_at', '2026-01-01 00:00:00+00', 'x']),
      text(['created_at', '2026-01-01 00:00:00+00', id, id]),
    );
    for (const cursor of wrong) {
      await expect(store.queries.listTasks(query({ cursor })), cursor).rejects.toMatchObject(invalid);
    }
    for (const sort of [[{ key: 'title', descending: false }], [{ key: 'priority', descending: true }]] as const) {
      for (const value of ['\0', '9', '-1', '1e1', '']) {
        const name = `${sort[0].descending ? '-' : ''}${sort[0].key}`;
        const answer = store.queries.listTasks(query({ sort, cursor: text([name, value, id]) }));
        if (sort[0].key === 'title' && !value.includes('\0')) await answer;
        else await expect(answer).rejects.toMatchObject(invalid);
      }
    }
  });

  it('finds words without regard to case and accents, parts from three letters on, short words as a whole', async () => {
    const found = {
      'Crème BRÛLÉE': ['creme', 'Brûlée', 'rul', 'CRÈME brulee', '"creme brulee"', '"eme bru"', '-kaffee creme'],
      'Go to Łódź': ['go', 'GO lodz', 'to', 'łod', '"go to"'],
      'Gone fishing': ['gone', 'ish', 'fishing gone'],
      '50% off_sale \\o/': ['50%', '"50% off"', 'off_', '"\\o/"', '\\o/'],
      'Привет, он тут': ['привет', 'РИВ', 'он', 'тут'],
      会议记录: ['会议', '议记录'],
      'C3 PO, x-y': ['c3', 'po', 'x', 'y', '"x-y"'],
    };
    await insert(...Object.keys(found).map((title) => aTask(account, { title })));
    for (const [title, words] of Object.entries(found))
      for (const word of words) expect(await titles(word), `${word} in ${title}`).toContain(title);
    expect(await titles('go')).toEqual(['Go to Łódź']);
    expect(await titles('"go"')).toEqual(['Go to Łódź', 'Gone fishing']);
    for (const nothing of ['ne', '%', '_', '50_', 'o%f', 'телефон', 'п', 'g%', '"off sale"', 'crème kaffee'])
      expect(await titles(nothing === '%' || nothing === '_' ? `"${nothing}${nothing}"` : nothing), nothing).toEqual(
        [],
      );
  });

  it('searches description and tags too, beside other conditions, and in what they do not apply to', async () => {
    await insert(
      aTask(account, { title: 'one', description: 'Needs a ladder' }),
      aTask(account, { title: 'two', tags: ['Ladder-work'] }),
      aTask(account, { title: 'three ladder', status: 'completed' }),
      aTask(account, { title: 'four' }),
    );
    expect(await titles('ladder')).toEqual(['one', 'three ladder', 'two']);
    expect(await titles('ladder status:pending')).toEqual(['one', 'two']);
    expect(await titles('-ladder')).toEqual(['four']);
    expect(await titles('ladder needs OR four')).toEqual(['four', 'one']);
    expect(await titles('ladder', { sort: [{ key: 'title', descending: true }] })).toHaveLength(3);
  });

  it('knows hostile text for what it is', async () => {
    const hostile = [`'; drop table task; --`, '$1', '%%%', '\\\\\\', '"quo"te"', '{a,b}', '[x]'];
    await insert(...hostile.map((title) => aTask(account, { title, tags: [title] })));
    for (const value of hostile) {
      expect(await titles({ kind: 'text', value, exact: true }), value).toEqual([value]);
      expect(await titles({ kind: 'tag', value }), value).toEqual([value]);
      expect(await titles({ kind: 'project', value }), value).toEqual([]);
    }
  });

  it('knows the user’s days: timed tasks by the hour, all-day tasks by their date', async () => {
    const due = (title: string, due_date: string, time_zone = 'Europe/Berlin') =>
      aTask(account, { title, due_date, time_zone, due_at: dueAt(due_date, time_zone, '09:00') });
    await insert(
      due('midnight', '2026-06-15T00:00:00+02:00'),
      due('before midnight', '2026-06-14T23:59:59+02:00'),
      due('next midnight', '2026-06-16T00:00:00+02:00'),
      due('in New York, late', '2026-06-15T17:59:59-04:00', 'America/New_York'),
      due('in New York, tomorrow here', '2026-06-15T18:00:00-04:00', 'America/New_York'),
      due('all day', '2026-06-15'),
      due('all day on Kiritimati', '2026-06-15', 'Pacific/Kiritimati'),
      due('all day on Midway', '2026-06-15', 'Pacific/Midway'),
      due('all day before', '2026-06-14', 'Pacific/Midway'),
      due('all day after', '2026-06-16', 'Pacific/Kiritimati'),
      aTask(account, { title: 'some day' }),
    );
    const today = ['all day', 'all day on Kiritimati', 'all day on Midway', 'in New York, late', 'midnight'];
    expect(await titles('due:today')).toEqual(today);
    expect(await titles('due:2026-06-15')).toEqual(today);
    expect(await titles('due:<2026-06-15')).toEqual(['all day before', 'before midnight']);
    expect(await titles('due:>2026-06-15')).toEqual(['all day after', 'in New York, tomorrow here', 'next midnight']);
    expect(await titles('-due:today')).toHaveLength(6);
    expect(await titles('no:due')).toEqual(['some day']);
    expect(await titles('is:overdue')).toEqual(['all day before', 'before midnight', 'midnight']);
    expect(await titles('is:overdue', { now: Temporal.Instant.from('2026-06-15T22:00:00Z') })).toEqual(
      [...today, 'all day before', 'before midnight'].sort(),
    );
    expect(await titles('due:today', { time_zone: 'Asia/Tokyo' })).not.toContain('in New York, late');
    const instant = (from: string | null, to: string | null) => titles({ kind: 'due_instant', from, to });
    expect(await instant('2026-06-15T22:00:00Z', '2026-06-15T22:00:01Z')).toEqual([
      'in New York, tomorrow here',
      'next midnight',
    ]);
    expect(await instant(null, '2026-06-14T20:00:00Z')).toEqual(['all day on Kiritimati']);
    expect(await instant('2026-01-01T00:00:00Z', null)).toHaveLength(10);
  });

  it('answers every other term', async () => {
    const project = aProject(account, { name: 'Haus & Höf' });
    await store.tasks.commit({ ...noChanges(account.owner_id), projects_inserted: [project] });
    const parent = aTask(account, { title: 'parent', project_id: project.id, tags: ['Home'] });
    const child = aTask(account, { title: 'child', parent_id: parent.id, description: 'x', priority: 'low' });
    const urgent = aTask(account, {
      title: 'urgent',
      priority: 'urgent',
      status: 'completed',
      completed_at: '2026-06-15T21:59:59.999Z',
      created_at: '2026-06-14T22:00:00.000Z',
      updated_at: '2026-06-13T22:00:00.000Z',
      recurrence_rule: 'FREQ=DAILY',
      reminders: [{ id: randomUUID(), offset: 'PT0S' }],
    });
    await insert(parent, child, urgent);
    const cases: [string | QueryNode, string[]][] = [
      ['status:completed', ['urgent']],
      ['-status:completed', ['child', 'parent']],
      ['priority:low', ['child']],
      ['priority:>=low', ['child', 'urgent']],
      ['priority:>low', ['urgent']],
      ['priority:<low', ['parent']],
      ['priority:<=low', ['child', 'parent']],
      ['tag:HOME', ['parent']],
      ['-tag:home', ['child', 'urgent']],
      ['tag:hom', []],
      ['project:"haus & hof"', ['parent']],
      ['project:inbox', ['child', 'urgent']],
      ['project:nowhere', []],
      ['-project:nowhere', ['child', 'parent', 'urgent']],
      [{ kind: 'project', value: project.id }, ['parent']],
      [{ kind: 'project', value: randomUUID() }, []],
      [{ kind: 'parent', id: null }, ['parent', 'urgent']],
      [{ kind: 'parent', id: parent.id }, ['child']],
      [{ kind: 'parent', id: 'no id' }, []],
      ['is:subtask', ['child']],
      ['is:recurring', ['urgent']],
      ['has:reminder', ['urgent']],
      ['has:description', ['child']],
      ['has:subtasks', ['parent']],
      ['no:subtasks', ['child', 'urgent']],
      ['created:2026-06-15', ['child', 'parent', 'urgent']],
      ['created:<2026-06-15', []],
      ['updated:2026-06-14', ['urgent']],
      ['completed:today', ['urgent']],
      ['-completed:today', ['child', 'parent']],
      ['completed:<2026-06-15', []],
      ['(tag:home OR priority:low) -is:subtask', ['parent']],
      ['-(tag:home OR priority:low)', ['urgent']],
      ['-(-tag:home)', ['parent']],
    ];
    for (const [filter, expected] of cases) expect(await titles(filter), JSON.stringify(filter)).toEqual(expected);
  });

  it('counts what the lists of the same names hold', async () => {
    const project = aProject(account);
    const due = (due_date: string) => ({ due_date, due_at: dueAt(due_date, 'Europe/Berlin', '09:00') });
    await store.tasks.commit({
      ...noChanges(account.owner_id),
      projects_inserted: [project],
      tag_names: ['Home', 'Unused'].map((name) => ({ id: randomUUID(), name })),
    });
    await insert(
      aTask(account, { title: 'a', ...due('2026-06-14'), tags: ['HOME'] }),
      aTask(account, { title: 'b', ...due('2026-06-15T08:00:00+02:00'), project_id: project.id }),
      aTask(account, { title: 'c', ...due('2026-06-15'), tags: ['home'] }),
      aTask(account, { title: 'd', ...due('2026-07-15T09:00:00+02:00'), project_id: project.id }),
      aTask(account, { title: 'e' }),
      aTask(account, { title: 'f', ...due('2026-06-14'), status: 'completed', tags: ['home'] }),
    );
    const counts = await store.queries.counts(account.owner_id, Temporal.Instant.from(NOW), 'Europe/Berlin');
    expect(TaskCounts.parse(counts)).toEqual({
      inbox: 3,
      today: 2,
      overdue: 2,
      upcoming: 1,
      no_date: 1,
      projects: [
        { id: account.inbox_id, pending: 3 },
        { id: project.id, pending: 2 },
      ],
      tags: [
        { name: 'Home', pending: 2 },
        { name: 'Unused', pending: 0 },
      ],
    });
    expect(counts.today).toBe((await titles('due:today status:pending')).length);
    expect(counts.overdue).toBe((await titles('is:overdue')).length);
    expect(counts.upcoming).toBe((await titles('due:>2026-06-15 status:pending')).length);
    const empty = await anAccount(store.pool);
    const none = await store.queries.counts(empty.owner_id, Temporal.Instant.from(NOW), 'Europe/Berlin');
    expect(TaskCounts.parse(none)).toMatchObject({ inbox: 0, no_date: 0, tags: [] });
  });

  it('pages through projects, tags, notifications and saved filters', async () => {
    const { owner_id } = account;
    const projects = ['Zz', 'a1', 'a0', 'a1'].map((position, n) => aProject(account, { name: `p${n}`, position }));
    const tags = ['b', 'Ä', 'c'].map((name) => ({ id: randomUUID(), name }));
    const task = aTask(account);
    const rows = Array.from({ length: 5 }, (_, n) => aReminderRow(task, `2026-06-15T0${n}:00:00Z`));
    await store.tasks.commit({
      ...noChanges(owner_id),
      projects_inserted: projects,
      tag_names: tags,
      tasks_inserted: [task],
      ledger_added: rows,
    });
    for (let hour = 0; hour < 5; hour += 1)
      await store.ledger.ringReminders(Temporal.Instant.from(`2026-06-15T0${hour}:00:00Z`), 10, 'trace');
    const [read] = await store.tasks.notifications(owner_id, [rows[2]!.id]);
    await store.tasks.commit({
      ...noChanges(owner_id),
      notifications_updated: [{ ...read!, read_at: NOW, snoozed_until: NOW }],
    });
    const filters = ['Zuletzt', 'äpfel', 'Mitte'].map((name) => ({
      id: randomUUID(),
      owner_id,
      name,
      filter: 'is:overdue',
      sort: 'due_date',
      version: 1,
      created_at: NOW,
      updated_at: NOW,
    }));
    await store.tasks.commit({ ...noChanges(owner_id), saved_filters_inserted: filters });

    const all = async (list: (cursor: string | null) => Promise<JsonPage>): Promise<Record<string, unknown>[]> => {
      const found: Record<string, unknown>[] = [];
      for (let cursor: string | null = null, first = true; first || cursor !== null; first = false) {
        const page: JsonPage = await list(cursor);
        found.push(...JSON.parse(page.items_json));
        cursor = page.next_cursor;
      }
      return found;
    };
    const page = (cursor: string | null) => ({ owner_id, cursor, limit: 2 });
    const listed = await all((cursor) => store.queries.listProjects(page(cursor)));
    expect(listed).toEqual(await store.tasks.projects(owner_id));
    expect(listed.map((p) => p.position)).toEqual(['a0', 'Zz', 'a0', 'a1', 'a1']);
    expect((await all((cursor) => store.queries.listTags(page(cursor)))).map((tag) => tag.name)).toEqual([
      'Ä',
      'b',
      'c',
    ]);
    const notifications = await all((cursor) => store.queries.listNotifications({ ...page(cursor), unread: false }));
    expect(notifications.map((n) => n.id)).toEqual(rows.map((row) => row.id).reverse());
    expect(notifications[2]).toEqual({ ...read, read_at: NOW, snoozed_until: NOW });
    expect(await all((cursor) => store.queries.listNotifications({ ...page(cursor), unread: true }))).toHaveLength(4);
    expect((await all((cursor) => store.queries.listSavedFilters(page(cursor)))).map((f) => f.name)).toEqual([
      'äpfel',
      'Mitte',
      'Zuletzt',
    ]);
    const foreign = (await store.queries.listTags({ owner_id, cursor: null, limit: 1 })).next_cursor;
    await expect(store.queries.listProjects({ owner_id, cursor: foreign, limit: 1 })).rejects.toMatchObject({
      code: 'invalid',
    });
  });

  it('keeps saved filters and tags under one name each, changed only from the version that was read', async () => {
    const filter = {
      id: randomUUID(),
      owner_id: account.owner_id,
      name: 'Büro',
      filter: 'tag:x',
      sort: '-priority',
      version: 1,
      created_at: NOW,
      updated_at: NOW,
    };
    const { owner_id } = account;
    const { commit, savedFilter } = store.tasks;
    const none = noChanges(owner_id);
    await commit({ ...none, saved_filters_inserted: [filter] });
    expect(await savedFilter(owner_id, filter.id)).toEqual(filter);
    const taken = { code: 'conflict', errors: [{ field: 'name' }] };
    const twin = { ...filter, id: randomUUID(), name: 'BURO' };
    await expect(commit({ ...none, saved_filters_inserted: [twin] })).rejects.toMatchObject(taken);
    const changed = { ...filter, name: 'Büro 2', version: 2 };
    await commit({ ...none, saved_filters_updated: [changed] });
    await expect(commit({ ...none, saved_filters_updated: [changed] })).rejects.toMatchObject({ name: 'StaleWrite' });
    expect(await savedFilter(randomUUID(), filter.id)).toBeNull();
    const deletion = { saved_filters_deleted: [{ id: filter.id, version: 2 }] };
    await expect(commit({ ...noChanges(randomUUID()), ...deletion })).rejects.toMatchObject({ name: 'StaleWrite' });
    await commit({ ...none, ...deletion });
    expect(await savedFilter(owner_id, filter.id)).toBeNull();
    const tag = {
      id: randomUUID(),
      owner_id: account.owner_id,
      name: 'Zoé',
      color: '#112233',
      version: 1,
      created_at: NOW,
      updated_at: NOW,
    };
    await commit({ ...none, tags_inserted: [tag] });
    const other = { ...tag, id: randomUUID(), name: 'ZOE' };
    await expect(commit({ ...none, tags_inserted: [other] })).rejects.toMatchObject(taken);
    expect(await store.tasks.tags(account.owner_id)).toEqual([tag]);
  });
});
