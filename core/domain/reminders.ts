/** Each reminder of a pending task has one row in the ledger, with its moment; whatever else happens to it is a moved row. */
import type { Reminder, ReminderInput } from '../contracts/task.ts';
import { derivedId } from './derived-id.ts';
import { checkRange, dueTime } from './due-date.ts';
import { Failure, invalid } from './failure.ts';
import type { LedgerRow, TaskRecord } from './model.ts';

/** No text of a later instant has four digits for its year: a reminder that far after its due date never comes. */
const LAST_MOMENT = Temporal.Instant.from('9999-12-31T23:59:59Z');

/** Moments are whole seconds, in UTC; a fraction is rounded up, so that nothing is ever early. */
export const momentText = (instant: Temporal.Instant): string =>
  instant.round({ smallestUnit: 'second', roundingMode: 'ceil' }).toString({ smallestUnit: 'second' });

/**
 * When a reminder is to come, or null when it hangs on a due date that is not there or comes after the end of time. Days and weeks of an offset are
 * counted on the wall clock of the task's zone, hours and less as time that passes.
 */
export function reminderMoment(
  reminder: Reminder,
  task: Pick<TaskRecord, 'due_date' | 'time_zone'>,
  day_start: string,
): string | null {
  if ('at' in reminder) return momentText(Temporal.Instant.from(reminder.at));
  if (task.due_date === null) return null;
  const moment = dueTime(task.due_date, task.time_zone, day_start).add(reminder.offset).toInstant();
  return Temporal.Instant.compare(moment, LAST_MOMENT) > 0 ? null : momentText(moment);
}

/** The ledger rows a task asks for, past moments included: what is still ahead is decided when they are added. */
export function reminderRows(task: TaskRecord, day_start: string): LedgerRow[] {
  if (task.status !== 'pending') return [];
  return task.reminders.flatMap((reminder) => {
    const moment = reminderMoment(reminder, task, day_start);
    if (moment === null) return [];
    const id = derivedId('reminder', task.id, reminder.id, moment);
    return [
      {
        id,
        kind: 'reminder' as const,
        moment,
        owner_id: task.owner_id,
        task_id: task.id,
        reminder_id: reminder.id,
        series_id: null,
      },
    ];
  });
}

/**
 * Reminders from a request: those that the task has keep their id, the others get one. Two at one moment are an error.
 * `path` is where in the request they stand.
 */
export function readReminders(
  input: readonly ReminderInput[],
  known: readonly Reminder[],
  newId: () => string,
  path = 'reminders',
): Reminder[] {
  const ids = new Set(known.map((reminder) => reminder.id));
  const seen = new Map<string, number>();
  return input.map((reminder, index) => {
    const field = `${path}.${index}`;
    if (reminder.id !== undefined && !ids.delete(reminder.id))
      throw invalid(`${field}.id`, 'is not a reminder of this task');
    const when =
      'at' in reminder ? checkedMoment(reminder.at, `${field}.at`) : checkedOffset(reminder.offset, `${field}.offset`);
    const twin = seen.get(when);
    if (twin !== undefined) throw invalid(field, `is the same as ${path}.${twin}`);
    seen.set(when, index);
    const id = reminder.id ?? newId();
    return 'at' in reminder ? { id, at: when } : { id, offset: reminder.offset };
  });
}

function checkedMoment(at: string, field: string): string {
  const moment = momentText(Temporal.Instant.from(at));
  checkRange(moment, field);
  return moment;
}

/** Ten years each way: enough for people, and no date overflows. Returns a form in which equal offsets are equal. */
function checkedOffset(offset: string, field: string): string {
  const duration = Temporal.Duration.from(offset);
  const days = duration.total({ unit: 'day', relativeTo: Temporal.PlainDate.from('2026-01-01') });
  if (Math.abs(days) > 3_660) throw invalid(field, 'is more than ten years');
  return `${duration.weeks * 7 + duration.days}d${duration.total({ unit: 'second', relativeTo: Temporal.PlainDate.from('2026-01-01') })}`;
}

/** How far ahead of its due time the earliest reminder of a task comes; null when none comes before it. */
export function earliestReminder(reminders: readonly Reminder[], due: Temporal.ZonedDateTime): Temporal.Instant | null {
  let earliest: Temporal.Instant | null = null;
  for (const reminder of reminders) {
    if ('at' in reminder) continue;
    const moment = due.add(reminder.offset).toInstant();
    if (earliest === null || Temporal.Instant.compare(moment, earliest) < 0) earliest = moment;
  }
  return earliest;
}

/** When a snooze ends: at an instant, or after a duration, in any case ahead and within a year. */
export function snoozeUntil(snooze: { until: string } | { for: string }, now: Temporal.Instant): string {
  const field = 'until' in snooze ? 'until' : 'for';
  const until =
    'until' in snooze
      ? Temporal.Instant.from(snooze.until)
      : now.toZonedDateTimeISO('UTC').add(readDuration(snooze.for)).toInstant();
  if (Temporal.Instant.compare(until, now) <= 0) throw invalid(field, 'lies in the past');
  if (Temporal.Instant.compare(until, now.add({ hours: 24 * 366 })) > 0)
    throw invalid(field, 'is more than a year away');
  return momentText(until);
}

function readDuration(text: string): Temporal.Duration {
  const duration = Temporal.Duration.from(text);
  if (duration.sign <= 0)
    throw new Failure('invalid', 'for: is not a time ahead', [{ field: 'for', message: 'is not a time ahead' }]);
  return duration;
}
