/** Lists and pages: answers come out of the database as JSON text and go to the client as they are. */
import type { QueryStore } from '@taskflow/core/ports.ts';
import type pg from 'pg';
import { counts } from './counts.ts';
import { listRows, NOTIFICATIONS, PROJECTS, SAVED_FILTERS, TAGS, UNREAD_NOTIFICATIONS } from './list-rows.ts';
import { listTasks } from './list-tasks.ts';
import { taskJsonSql } from './task-json.ts';

export function queryStore(pool: pg.Pool): QueryStore {
  return {
    async taskJson(owner_id, id) {
      const { rows } = await pool.query<{ task: string }>({
        name: 'task_json',
        text: TASK_JSON,
        values: [owner_id, id],
      });
      return rows[0]?.task ?? null;
    },
    listTasks: (query) => listTasks(pool, query),
    counts: (owner_id, now, time_zone) => counts(pool, owner_id, now, time_zone),
    listProjects: (query) => listRows(pool, PROJECTS, query),
    listTags: (query) => listRows(pool, TAGS, query),
    listNotifications: ({ unread, ...query }) => listRows(pool, unread ? UNREAD_NOTIFICATIONS : NOTIFICATIONS, query),
    listSavedFilters: (query) => listRows(pool, SAVED_FILTERS, query),
  };
}

const TASK_JSON = `select ${taskJsonSql('t')} as task from task t where t.owner_id = $1 and t.id = $2`;
