/** Reminders whose moment has come leave the ledger as notifications and events: all three, or none. */
import type pg from 'pg';
import { momentSql } from './task-json.ts';

/** `closed` rows were in the ledger; of those, `told` belonged to tasks that are still to be done. */
export async function ringReminders(
  pool: pg.Pool,
  now: Temporal.Instant,
  limit: number,
  traceparent: string,
): Promise<{ closed: number; told: number }> {
  const { rows } = await pool.query<{ closed: number; told: number }>(RING, [
    now.toString({ fractionalSecondDigits: 3 }),
    limit,
    traceparent,
  ]);
  return rows[0]!;
}

/**
 * Rows that another ring has taken are skipped: both share the work. The ids of notification and event are the ledger
 * row's, so that even a row put back by a restore would tell nobody twice. Planned each time: with the limit known, the
 * tasks are looked up one by one; a plan for any limit would read all of them.
 */
const RING = `
with due as materialized (
  select id from ledger where kind = 'reminder' and moment <= $1::timestamptz
  order by moment, id limit $2::int for update skip locked
), closed as (
  delete from ledger l using due where l.id = due.id returning l.*
), rung as (
  insert into notification
    (id, owner_id, task_id, reminder_id, message, due_date, scheduled_for, late_by, created_at)
  select c.id, c.owner_id, c.task_id, c.reminder_id, t.title, t.due_date, c.moment,
    greatest(0, round(extract(epoch from $1::timestamptz - c.moment) * 1000)), $1::timestamptz
  from closed c join task t on t.id = c.task_id and t.status = 'pending'
  on conflict (id) do nothing
  returning *, (select coalesce(c.traceparent, $3) from closed c where c.id = notification.id) as traceparent
), told as (
  insert into event (id, type, subject, owner_id, time, body)
  select r.id, 'reminder.due', r.task_id, r.owner_id, r.created_at, (
    select row_to_json(e)::text from (
      select '1.0' as specversion, r.id, '/backend-service' as source, 'reminder.due' as type, r.task_id as subject,
        to_char(r.created_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as time,
        'application/json' as datacontenttype, r.traceparent,
        (select row_to_json(d) from (
          select r.task_id, r.owner_id, r.reminder_id, r.due_date, ${momentSql('r.scheduled_for')} as scheduled_for,
            r.message, r.late_by
        ) d) as data
    ) e)
  from rung r
  returning 1
)
select (select count(*) from closed)::int as closed, (select count(*) from told)::int as told`;
