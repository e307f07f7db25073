/** Projects, series, settings and what else use cases load beside tasks. */
import type { Notification, Project, SavedFilter, Tag } from '@taskflow/core/contracts/model.ts';
import type { LedgerRow, OccurrenceRecord, SeriesRecord, UserSettings } from '@taskflow/core/domain/model.ts';
import { searchText } from '@taskflow/core/domain/search-text.ts';
import type { StoredAnswer, TaskStore } from '@taskflow/core/ports.ts';
import type pg from 'pg';
import { deliveriesSql } from './deliveries.ts';
import { momentSql } from './task-json.ts';

type RecordReader = Pick<
  TaskStore,
  | 'siblingPositions'
  | 'series'
  | 'occurrences'
  | 'ledgerRows'
  | 'projects'
  | 'tags'
  | 'savedFilter'
  | 'settings'
  | 'ensureSettings'
  | 'notifications'
  | 'storedAnswer'
>;

export const PROJECT_COLUMNS = 'id, owner_id, name, color, is_inbox, position, version, created_at, updated_at';
export const TAG_COLUMNS = 'id, owner_id, name, color, version, created_at, updated_at';
export const SERIES_COLUMNS = `id, owner_id, recurrence_rule, anchor, time_zone, exceptions, repeat_from, missed_policy, paused, ended_at,
  latest_occurrence, next_occurrence, appears_at, version, created_at, updated_at, latest_task_id, occurrence_count, template`;
export const NOTIFICATION_COLUMNS =
  'id, owner_id, task_id, reminder_id, message, due_date, scheduled_for, late_by, created_at, read_at, snoozed_until';
const SETTINGS_COLUMNS = 'owner_id, time_zone, day_start, week_start, default_reminders, inbox_id';

export function recordReader(pool: pg.Pool): RecordReader {
  const query = async <T extends pg.QueryResultRow>(name: string, text: string, values: unknown[]): Promise<T[]> =>
    (await pool.query<T>({ name, text, values })).rows;
  const settings = async (owner_id: string): Promise<UserSettings | null> =>
    (await query<UserSettings>('settings', SETTINGS, [owner_id]))[0] ?? null;
  return {
    siblingPositions: (owner_id, place) =>
      query('sibling_positions', SIBLINGS, [owner_id, place.project_id, place.parent_id]),
    series: (owner_id, ids) => query<SeriesRecord>('series', SERIES, [owner_id, ids]),
    occurrences: (owner_id, series_id, limit) =>
      query<OccurrenceRecord>('occurrences', OCCURRENCES, [owner_id, series_id, limit]),
    ledgerRows: (owner_id, ids) => query<LedgerRow>('ledger_rows', LEDGER_ROWS, [owner_id, ids]),
    projects: (owner_id) => query<Project>('projects', PROJECTS, [owner_id]),
    tags: (owner_id) => query<Tag>('tags', TAGS, [owner_id]),
    savedFilter: async (owner_id, id) =>
      (await query<SavedFilter>('saved_filter', SAVED_FILTER, [owner_id, id]))[0] ?? null,
    settings,
    async ensureSettings(wanted, inbox) {
      const there = await settings(wanted.owner_id);
      if (there !== null) return there;
      await pool.query(ENSURE_SETTINGS, [
        JSON.stringify({ ...inbox, name_key: searchText(inbox.name) }),
        JSON.stringify(wanted),
      ]);
      const made = await settings(wanted.owner_id);
      if (made === null) throw new Error(`The settings of ${wanted.owner_id} could not be made.`);
      return made;
    },
    notifications: (owner_id, ids) => query<Notification>('notifications', NOTIFICATIONS, [owner_id, ids]),
    storedAnswer: async (owner_id, key) =>
      (await query<StoredAnswer>('stored_answer', STORED_ANSWER, [owner_id, key]))[0] ?? null,
  };
}

const SIBLINGS = `select id, position from task
  where owner_id = $1 and project_id = $2 and parent_id is not distinct from $3::uuid order by position, id`;
const SERIES = `select ${SERIES_COLUMNS} from series where owner_id = $1 and id = any($2::uuid[])`;
const OCCURRENCES = `select o.series_id, o.occurrence, o.outcome, o.task_id, o.at
  from series_occurrence o join series s on s.id = o.series_id
  where s.owner_id = $1 and o.series_id = $2 order by o.occurrence desc limit $3`;
const LEDGER_ROWS = `select id, kind, ${momentSql('moment')} as moment, owner_id, task_id, reminder_id, series_id
  from ledger where owner_id = $1 and (task_id = any($2::uuid[]) or series_id = any($2::uuid[])) order by moment, id`;
const PROJECTS = `select ${PROJECT_COLUMNS} from project where owner_id = $1 order by is_inbox desc, position, id`;
const SAVED_FILTER = `select id, owner_id, name, filter, sort, version, created_at, updated_at
  from saved_filter where owner_id = $1 and id = $2`;

const TAGS = `select ${TAG_COLUMNS} from tag where owner_id = $1 order by name_key`;
const SETTINGS = `select ${SETTINGS_COLUMNS} from user_settings where owner_id = $1`;
const NOTIFICATIONS = `select ${NOTIFICATION_COLUMNS}, ${deliveriesSql('n')} from notification n
  where owner_id = $1 and id = any($2::uuid[])`;
const STORED_ANSWER = `select key, request_hash, status, headers, body from idempotency_key where owner_id = $1 and key = $2`;

/** Of two first requests at the same time one makes both rows; the other waits for its Inbox, and makes nothing. */
const ENSURE_SETTINGS = `
with inbox as (
  insert into project (${PROJECT_COLUMNS}, name_key)
  select ${PROJECT_COLUMNS}, name_key from json_populate_record(null::project, $1::json)
  on conflict do nothing returning id
)
insert into user_settings (${SETTINGS_COLUMNS})
select s.owner_id, s.time_zone, s.day_start, s.week_start, s.default_reminders, inbox.id
from json_populate_record(null::user_settings, $2::json) s, inbox
on conflict do nothing`;
