/** What use cases load and change: every answer belongs to one owner, every change is one commit. */
import type { TaskRecord } from '@taskflow/core/domain/model.ts';
import { searchText } from '@taskflow/core/domain/search-text.ts';
import type { TaskStore } from '@taskflow/core/ports.ts';
import type pg from 'pg';
import { commit } from './commit.ts';
import { recordReader } from './record-reader.ts';
import { taskRecordSql } from './task-json.ts';

/** `log` is told when events have been committed, so that whoever waits for them need not poll. */
export function taskStore(pool: pg.Pool, log: { announce(): void }): TaskStore {
  const tasks = async (name: string, rest: string, values: unknown[]): Promise<TaskRecord[]> => {
    const { rows } = await pool.query<{ task: TaskRecord }>({
      name: `tasks.${name}`,
      text: `select ${taskRecordSql('t')} as task from task t ${rest}`,
      values,
    });
    return rows.map((row) => row.task);
  };
  return {
    ...recordReader(pool),
    async commit(changes) {
      await commit(pool, changes);
      if (changes.events.length > 0) log.announce();
    },
    tasks: (owner_id, ids) => tasks('by_id', 'where t.owner_id = $1 and t.id = any($2::uuid[])', [owner_id, ids]),
    descendants: (owner_id, ids) => tasks('below', BELOW, [owner_id, ids]),
    ancestors: (owner_id, id) => tasks('above', ABOVE, [owner_id, id]),
    pendingOccurrences: (owner_id, series_ids) =>
      tasks('pending_occurrences', PENDING_OF_SERIES, [owner_id, series_ids]),
    tasksOfProject: (owner_id, project_id) => tasks('of_project', OF_PROJECT, [owner_id, project_id]),
    tasksWithTag: (owner_id, name) => tasks('with_tag', WITH_TAG, [owner_id, searchText(name)]),
    pendingAllDayTasks: (owner_id) => tasks('all_day', ALL_DAY, [owner_id]),
  };
}

/** `union` drops what has been seen, so that even a circle would end. */
const BELOW = `where t.owner_id = $1 and t.id in (
  with recursive below as (
    select c.id from task c where c.parent_id = any($2::uuid[])
    union
    select c.id from task c join below b on c.parent_id = b.id
  ) select id from below where id <> all($2::uuid[])
) order by t.id`;

/** More levels than a task may have. */
const DEPTH_MAX = 50;

const ABOVE = `join (
  with recursive above as (
    select p.id, p.parent_id, 1 as level from task c join task p on p.id = c.parent_id where c.id = $2
    union
    select p.id, p.parent_id, a.level + 1 from above a join task p on p.id = a.parent_id where a.level < ${DEPTH_MAX}
  ) select id, level from above
) a on a.id = t.id where t.owner_id = $1 order by a.level`;

const PENDING_OF_SERIES = `where t.owner_id = $1 and t.series_id = any($2::uuid[]) and t.status = 'pending'
  order by t.series_id, t.occurrence`;

const OF_PROJECT = 'where t.owner_id = $1 and t.project_id = $2 order by t.position, t.id';

const WITH_TAG = `where t.owner_id = $1 and t.tag_keys @> array[$2::text] order by t.id`;

const ALL_DAY = `where t.owner_id = $1 and t.status = 'pending' and length(t.due_date) = 10 order by t.id`;
