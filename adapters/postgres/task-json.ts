/** A task is rendered as its contract's JSON by the database: the same keys in the same order, whoever asks. */

/** How an instant is written everywhere. */
export const instantSql = (column: string): string =>
  `to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;

/** Moments are whole seconds. */
export const momentSql = (column: string): string =>
  `to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')`;

const PRIORITIES_SQL = `'{none,low,medium,high,urgent}'::text[]`;

const columns = (t: string): string => `
  ${t}.id, ${t}.owner_id, ${t}.project_id, ${t}.parent_id, ${t}.title, ${t}.description, ${t}.status,
  (${PRIORITIES_SQL})[${t}.priority + 1] as priority, ${t}.tags, ${t}.due_date, ${t}.time_zone, ${t}.recurrence_rule,
  ${t}.repeat_from, ${t}.missed_policy, ${t}.series_id, ${t}.occurrence, ${t}.reminders, ${t}.position, ${t}.version,
  ${instantSql(`${t}.created_at`)} as created_at, ${instantSql(`${t}.updated_at`)} as updated_at,
  ${instantSql(`${t}.completed_at`)} as completed_at`;

/** The JSON text of the task in the row `t`. */
export const taskJsonSql = (t: string): string =>
  `(select row_to_json(task_json)::text from (select ${columns(t)}) as task_json)`;

/** With what the domain keeps beside it. */
export const taskRecordSql = (t: string): string =>
  `(select row_to_json(task_json) from (select ${columns(t)}, ${instantSql(`${t}.due_at`)} as due_at) as task_json)`;
