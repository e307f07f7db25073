/** Each kind of change is one part of the commit's statement; a part that has nothing to change is not in it. */
import { PRIORITIES } from '@taskflow/core/contracts/task.ts';
import type { TaskRecord } from '@taskflow/core/domain/model.ts';
import { searchText } from '@taskflow/core/domain/search-text.ts';
import type { Changes } from '@taskflow/core/ports.ts';
import { shortWords } from './text-sql.ts';

type Columns = Readonly<Record<string, string>>;
export type ChangedRow = Readonly<Record<string, unknown>>;

export interface Part {
  rows(changes: Changes): readonly ChangedRow[];
  columns: Columns;
  /** `n` names the new rows as a FROM item, `$1` is the owner. */
  sql(n: string): string;
  /**
   * Looks up rows that are there already. `all`: each must be found as it was, or what the commit was computed from has
   * changed; `some`: others may have taken them already.
   */
  finds?: 'all' | 'some';
}

const TIMES: Columns = { created_at: 'timestamptz', updated_at: 'timestamptz' };
const VERSIONED: Columns = { id: 'uuid', version: 'int' };

const TASK: Columns = {
  ...{ id: 'uuid', project_id: 'uuid', parent_id: 'uuid', title: 'text', description: 'text', status: 'text' },
  ...{ priority: 'smallint', tags: 'text[]', tag_keys: 'text[]', due_date: 'text', due_at: 'timestamptz' },
  ...{ time_zone: 'text', recurrence_rule: 'text', repeat_from: 'text', missed_policy: 'text', series_id: 'uuid' },
  ...{ occurrence: 'text', reminders: 'json', position: 'text', version: 'int', completed_at: 'timestamptz' },
  ...{ title_key: 'text', search_text: 'text', words_short: 'text[]', ...TIMES },
};
const SERIES: Columns = {
  ...{ id: 'uuid', recurrence_rule: 'text', anchor: 'text', time_zone: 'text', exceptions: 'json' },
  ...{ repeat_from: 'text', missed_policy: 'text', paused: 'boolean', ended_at: 'timestamptz' },
  ...{ latest_occurrence: 'text', latest_task_id: 'uuid', next_occurrence: 'text', appears_at: 'timestamptz' },
  ...{ occurrence_count: 'int', template: 'json', version: 'int', ...TIMES },
};
const OCCURRENCE: Columns = {
  ...{ series_id: 'uuid', occurrence: 'text', outcome: 'text', task_id: 'uuid', at: 'timestamptz' },
};
const PROJECT: Columns = {
  ...{ id: 'uuid', name: 'text', name_key: 'text', color: 'text', is_inbox: 'boolean', position: 'text' },
  ...{ version: 'int', ...TIMES },
};
const TAG: Columns = { id: 'uuid', name: 'text', name_key: 'text', color: 'text', version: 'int', ...TIMES };

const FILTER: Columns = {
  ...{ id: 'uuid', name: 'text', name_key: 'text', filter: 'text', sort: 'text', version: 'int', ...TIMES },
};

const LEDGER: Columns = {
  ...{ id: 'uuid', kind: 'text', moment: 'timestamptz', task_id: 'uuid', reminder_id: 'uuid', series_id: 'uuid' },
  traceparent: 'text',
};
const EVENT: Columns = { id: 'uuid', type: 'text', subject: 'uuid', time: 'timestamptz', body: 'text' };
const NOTIFICATION: Columns = { id: 'uuid', read_at: 'timestamptz', snoozed_until: 'timestamptz' };
const SETTINGS: Columns = {
  ...{ time_zone: 'text', day_start: 'text', week_start: 'text', default_reminders: 'json', inbox_id: 'uuid' },
};
const ANSWER: Columns = {
  ...{ key: 'text', request_hash: 'text', status: 'int', headers: 'json', body: 'text', created_at: 'timestamptz' },
};

/** What a task is sorted and searched by, beside what it is. Title keys are cut so that an index entry always fits. */
const TITLE_KEY_LENGTH_MAX = 100;

const taskRow = (task: TaskRecord): ChangedRow => {
  const search_text = searchText(`${task.title}\n${task.description}\n${task.tags.join(' ')}`);
  return {
    ...task,
    priority: PRIORITIES.indexOf(task.priority),
    tag_keys: task.tags.map(searchText),
    title_key: cut(searchText(task.title)),
    search_text,
    words_short: shortWords(search_text),
  };
};

/** Never through a surrogate pair: half of one cannot be stored. */
const cut = (text: string): string =>
  text.length <= TITLE_KEY_LENGTH_MAX ? text : text.slice(0, TITLE_KEY_LENGTH_MAX).replace(/[\ud800-\udbff]$/, '');

const named = <T extends { name: string }>(row: T): ChangedRow => ({ ...row, name_key: searchText(row.name) });

const newTag = (now: string) => (tag: { id: string; name: string }) => ({
  ...named(tag),
  color: null,
  version: 1,
  created_at: now,
  updated_at: now,
});

/** Commits that make the same tags take them in the same order, and wait for each other instead of deadlocking. */
const byKey = (a: ChangedRow, b: ChangedRow): number => (String(a.name_key) < String(b.name_key) ? -1 : 1);

const list = (columns: Columns, prefix = ''): string =>
  Object.keys(columns)
    .map((column) => prefix + column)
    .join(', ');

const insert = (table: string, columns: Columns) => (n: string) =>
  `insert into ${table} (owner_id, ${list(columns)}) select $1, ${list(columns, 'n.')} from ${n}`;

const insertOccurrence = (n: string) =>
  `insert into series_occurrence (${list(OCCURRENCE)}) select ${list(OCCURRENCE, 'n.')} from ${n}`;

const assign = (columns: Columns): string =>
  Object.keys(columns)
    .filter((column) => column !== 'id' && column !== 'created_at')
    .map((column) => `${column} = n.${column}`)
    .join(', ');

/** The rows as they were when the change was computed, and only those. */
const update = (table: string, columns: Columns) => (n: string) =>
  `update ${table} t set ${assign(columns)} from ${n}
    where t.id = n.id and t.owner_id = $1 and t.version = n.version - 1 returning 1`;

const remove = (table: string) => (n: string) =>
  `delete from ${table} t using ${n} where t.id = n.id and t.owner_id = $1 and t.version = n.version returning 1`;

export const PARTS: readonly Part[] = [
  {
    rows: (changes) => changes.expected,
    columns: VERSIONED,
    // Shared: subtasks may be added below one parent at the same time, but nobody can change the parent meanwhile.
    sql: (n) =>
      `select t.id from task t, ${n} where t.id = n.id and t.owner_id = $1 and t.version = n.version for share of t`,
    finds: 'all',
  },
  { rows: (changes) => changes.projects_inserted.map(named), columns: PROJECT, sql: insert('project', PROJECT) },
  {
    rows: (changes) => changes.projects_updated.map(named),
    columns: PROJECT,
    sql: update('project', PROJECT),
    finds: 'all',
  },
  {
    rows: (changes) => changes.projects_deleted,
    columns: VERSIONED,
    sql: remove('project'),
    finds: 'all',
  },
  { rows: (changes) => changes.series_inserted.map(asRow), columns: SERIES, sql: insert('series', SERIES) },
  {
    rows: (changes) => changes.series_updated.map(asRow),
    columns: SERIES,
    sql: update('series', SERIES),
    finds: 'all',
  },
  { rows: (changes) => changes.tasks_inserted.map(taskRow), columns: TASK, sql: insert('task', TASK) },
  {
    rows: (changes) => changes.tasks_updated.map(taskRow),
    columns: TASK,
    sql: update('task', TASK),
    finds: 'all',
  },
  { rows: (changes) => changes.tasks_deleted, columns: VERSIONED, sql: remove('task'), finds: 'all' },
  { rows: (changes) => changes.occurrences_claimed.map(asRow), columns: OCCURRENCE, sql: insertOccurrence },
  {
    rows: (changes) => changes.occurrences_settled.map(asRow),
    columns: OCCURRENCE,
    sql: (n) => `${insertOccurrence(n)} on conflict (series_id, occurrence)
      do update set outcome = excluded.outcome, task_id = excluded.task_id, at = excluded.at`,
  },
  {
    rows: (changes) => changes.occurrences_released,
    columns: { series_id: 'uuid', occurrence: 'text' },
    sql: (n) =>
      `delete from series_occurrence o using ${n} where o.series_id = n.series_id and o.occurrence = n.occurrence`,
    finds: 'some',
  },
  {
    rows: ledgerRemoved,
    columns: { id: 'uuid' },
    sql: (n) => `delete from ledger l using ${n} where l.id = n.id and l.owner_id = $1`,
    finds: 'some',
  },
  {
    rows: (changes) => changes.ledger_added.map(asRow),
    columns: LEDGER,
    sql: (n) => `${insert('ledger', LEDGER)(n)} on conflict (id) do update set moment = excluded.moment`,
  },
  { rows: (changes) => changes.events.map(asRow), columns: EVENT, sql: insert('event', EVENT) },
  {
    rows: (changes) => changes.tag_names.map(newTag(changes.now)).sort(byKey),
    columns: TAG,
    sql: (n) => `${insert('tag', TAG)(n)} on conflict (owner_id, name_key) do nothing`,
  },
  { rows: (changes) => changes.tags_inserted.map(named), columns: TAG, sql: insert('tag', TAG) },
  {
    rows: (changes) => changes.tags_updated.map(named),
    columns: TAG,
    sql: update('tag', TAG),
    finds: 'all',
  },
  { rows: (changes) => changes.tags_deleted, columns: VERSIONED, sql: remove('tag'), finds: 'all' },
  {
    rows: (changes) => changes.saved_filters_inserted.map(named),
    columns: FILTER,
    sql: insert('saved_filter', FILTER),
  },
  {
    rows: (changes) => changes.saved_filters_updated.map(named),
    columns: FILTER,
    sql: update('saved_filter', FILTER),
    finds: 'all',
  },
  { rows: (changes) => changes.saved_filters_deleted, columns: VERSIONED, sql: remove('saved_filter'), finds: 'all' },
  {
    rows: (changes) => changes.notifications_updated,
    columns: NOTIFICATION,
    sql: (n) => `update notification t set read_at = n.read_at, snoozed_until = n.snoozed_until
      from ${n} where t.id = n.id and t.owner_id = $1 returning 1`,
    finds: 'all',
  },
  {
    rows: (changes) => (changes.settings === null ? [] : [changes.settings]),
    columns: SETTINGS,
    sql: (n) => `update user_settings t set ${assign(SETTINGS)} from ${n} where t.owner_id = $1 returning 1`,
    finds: 'all',
  },
  {
    rows: (changes) => (changes.answer === null ? [] : [{ ...changes.answer, created_at: changes.now }]),
    columns: ANSWER,
    sql: insert('idempotency_key', ANSWER),
  },
];

const asRow = (row: object): ChangedRow => row as ChangedRow;

/** A row that is removed and added again stays. */
function ledgerRemoved(changes: Changes): ChangedRow[] {
  const added = new Set(changes.ledger_added.map((row) => row.id));
  return changes.ledger_removed.filter((id) => !added.has(id)).map((id) => ({ id }));
}
