/** What can happen to a task: pure transitions from a record and a command to a record. */
import type { Status, Task, TaskCreate, TaskPatch } from '../contracts/task.ts';
import { dueAt, instantText, isAllDay, localPart, readDueDate, readTimeZone, rezoneDueDate } from './due-date.ts';
import { invalid } from './failure.ts';
import type { TaskRecord, UserSettings } from './model.ts';
import { readReminders } from './reminders.ts';
import { searchText } from './search-text.ts';

export const SUBTASK_DEPTH_MAX = 5;

/** What the pure rules need of the world: who, when, and new ids. */
export interface DomainContext {
  settings: UserSettings;
  now: Temporal.Instant;
  newId: () => string;
}

export type StatusCommand = 'complete' | 'reopen' | 'miss';

/** Every state, every command. A command that leads to the state it starts from changes nothing. */
const NEXT_STATUS: Record<Status, Record<StatusCommand, Status | 'rejected'>> = {
  pending: { complete: 'completed', reopen: 'pending', miss: 'missed' },
  completed: { complete: 'completed', reopen: 'pending', miss: 'rejected' },
  missed: { complete: 'completed', reopen: 'pending', miss: 'missed' },
};

export function changeStatus(task: TaskRecord, command: StatusCommand, now: Temporal.Instant): TaskRecord {
  const status = NEXT_STATUS[task.status][command];
  if (status === 'rejected' || status === task.status) return task;
  return { ...task, status, completed_at: status === 'completed' ? instantText(now) : null };
}

/** A new task from a request. Where it goes (`project_id`, `parent_id`, `position`) has been looked up by the caller. */
export function newTask(
  input: TaskCreate,
  place: Pick<Task, 'project_id' | 'parent_id' | 'position'>,
  context: DomainContext,
): TaskRecord {
  const { settings, now, newId } = context;
  const time_zone = input.time_zone === undefined ? settings.time_zone : readTimeZone(input.time_zone);
  const due_date =
    input.due_date === undefined || input.due_date === null ? null : readDueDate(input.due_date, time_zone);
  const reminders = input.reminders ?? (due_date === null ? [] : settings.default_reminders);
  const created_at = instantText(now);
  return {
    id: newId(),
    owner_id: settings.owner_id,
    ...place,
    title: input.title,
    description: input.description ?? '',
    status: 'pending',
    priority: input.priority ?? 'none',
    tags: readTags(input.tags ?? []),
    due_date,
    due_at: dueAt(due_date, time_zone, settings.day_start),
    time_zone,
    recurrence_rule: null,
    repeat_from: input.repeat_from ?? 'due',
    missed_policy: input.missed_policy ?? 'keep',
    series_id: null,
    occurrence: null,
    reminders: readReminders(reminders, [], newId),
    version: 1,
    created_at,
    updated_at: created_at,
    completed_at: null,
  };
}

/**
 * The fields of a patch that belong to one task alone. Rule, status and place are the callers' affair: they concern
 * more than this record.
 */
export function patchTask(task: TaskRecord, patch: TaskPatch, context: DomainContext): TaskRecord {
  const { settings } = context;
  const next = { ...task };
  if (patch.title !== undefined) next.title = patch.title;
  if (patch.description !== undefined) next.description = patch.description ?? '';
  if (patch.priority !== undefined) next.priority = patch.priority ?? 'none';
  if (patch.tags !== undefined) next.tags = readTags(patch.tags ?? []);
  if (patch.repeat_from !== undefined) next.repeat_from = patch.repeat_from;
  if (patch.missed_policy !== undefined) next.missed_policy = patch.missed_policy;
  if (patch.time_zone !== undefined) {
    next.time_zone = patch.time_zone === null ? settings.time_zone : readTimeZone(patch.time_zone);
    if (next.due_date !== null && next.time_zone !== task.time_zone)
      next.due_date = rezoneDueDate(next.due_date, next.time_zone, false);
  }
  if (patch.due_date !== undefined)
    next.due_date = patch.due_date === null ? null : readDueDate(patch.due_date, next.time_zone);
  next.due_at = dueAt(next.due_date, next.time_zone, settings.day_start);
  if (patch.reminders !== undefined) {
    next.reminders = readReminders(patch.reminders ?? [], task.reminders, context.newId);
  } else if (task.due_date === null && next.due_date !== null && task.reminders.length === 0) {
    // A task that gets its first due date is reminded as a new one would be (spec section 4).
    next.reminders = readReminders(settings.default_reminders, [], context.newId);
  }
  return next;
}

/** Tags keep their case and accents and are compared without them; the same tag twice is an error that names it. */
export function readTags(names: readonly string[]): string[] {
  const seen = new Set<string>();
  names.forEach((name, index) => {
    const key = searchText(name);
    if (seen.has(key)) throw invalid(`tags.${index}`, `is there twice: ${name}`);
    seen.add(key);
  });
  return [...names];
}

/** The fields by which two states of a task differ, for `changed` in task.updated. */
export function changedFields(before: TaskRecord, after: TaskRecord): string[] {
  const ignored = new Set(['version', 'updated_at']);
  const fields = (Object.keys(after) as (keyof TaskRecord)[]).filter(
    (key) => !ignored.has(key) && JSON.stringify(before[key]) !== JSON.stringify(after[key]),
  );
  // The instant moves alone when the user's day_start or the rules of the zone do: to a client its due date has changed.
  return [...new Set(fields.map((key) => (key === 'due_at' ? 'due_date' : key)))];
}

/** The wall-clock identity a due date gives to the first occurrence of a series. */
export const anchorOf = (due_date: string): string => (isAllDay(due_date) ? due_date : localPart(due_date));
