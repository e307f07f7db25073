/** A task as the editor's fields, and back: only what was changed becomes part of the patch. */
import type {
  MissedPolicy,
  Priority,
  Reminder,
  ReminderInput,
  RepeatFrom,
  Task,
  TaskPatch,
} from '@taskflow/core/contracts/task.ts';
import { dueIn, instantOf, wallClock } from '../../lib/dates.ts';

/** `key` tells rows apart on the page; `id` is the server's, absent for a new one. `at` is wall-clock in the task's zone. */
export type ReminderRow = { key: string; id?: string } & (
  | { kind: 'offset'; offset: string }
  | { kind: 'at'; date: string; time: string; instant?: string }
);

export interface Form {
  title: string;
  description: string;
  date: string;
  time: string;
  time_zone: string;
  recurrence_rule: string;
  repeat_from: RepeatFrom;
  missed_policy: MissedPolicy;
  reminders: ReminderRow[];
  priority: Priority;
  tags: string;
  project_id: string;
}

export function formOf(task: Task): Form {
  const due = task.due_date === null ? null : dueIn(task.time_zone, task.due_date);
  return {
    title: task.title,
    description: task.description,
    date: due?.date ?? '',
    time: due?.time ?? '',
    time_zone: task.time_zone,
    recurrence_rule: task.recurrence_rule ?? '',
    repeat_from: task.repeat_from,
    missed_policy: task.missed_policy,
    reminders: task.reminders.map((one) => rowOf(one, task.time_zone)),
    priority: task.priority,
    tags: task.tags.join(', '),
    project_id: task.project_id,
  };
}

/** What the form changes of the task; an empty object when nothing. */
export function patchOf(form: Form, task: Task): TaskPatch {
  const before = formOf(task);
  const patch: TaskPatch = {};
  if (form.title.trim() !== before.title) patch.title = form.title.trim();
  if (form.description !== before.description) patch.description = form.description;
  if (form.priority !== before.priority) patch.priority = form.priority;
  if (form.project_id !== before.project_id) patch.project_id = form.project_id;
  if (!same(tagsOf(form.tags), task.tags)) patch.tags = tagsOf(form.tags);
  if (form.date !== before.date || form.time !== before.time) patch.due_date = dueInput(form);
  if (rule(form) !== task.recurrence_rule) patch.recurrence_rule = rule(form);
  if (form.repeat_from !== before.repeat_from) patch.repeat_from = form.repeat_from;
  if (form.missed_policy !== before.missed_policy) patch.missed_policy = form.missed_policy;
  const reminders = form.reminders.map((row) => reminderOf(row, form.time_zone));
  if (!same(reminders, task.reminders.map(plain))) patch.reminders = reminders;
  return patch;
}

/** The form on a newer version of its task: what was changed here stays, everything else becomes what it is now. */
export function rebase(form: Form, before: Task, now: Task): Form {
  const was = formOf(before);
  const touched = Object.entries(form).filter(([name, value]) => !same(value, was[name as keyof Form]));
  return { ...formOf(now), ...Object.fromEntries(touched) };
}

/** Only these fields belong to the series alone: a change of one of them can't be for one occurrence. */
export const concernsSeries = (patch: TaskPatch): boolean =>
  'recurrence_rule' in patch || 'repeat_from' in patch || 'missed_policy' in patch;

export function tagsOf(text: string): string[] {
  const tags = new Map<string, string>();
  for (const part of text.split(',')) {
    const tag = part.trim().replace(/^@/, '');
    if (tag !== '' && !tags.has(tag.toLowerCase())) tags.set(tag.toLowerCase(), tag);
  }
  return [...tags.values()];
}

/** With no offset: the wall-clock time in the task's zone is what is meant. */
function dueInput({ date, time }: Form): string | null {
  if (date === '') return null;
  return time === '' ? date : `${date}T${time}:00`;
}

/** A rule needs a date to start from. */
const rule = (form: Form): string | null => (form.date === '' ? null : form.recurrence_rule.trim() || null);

function rowOf(reminder: Reminder, zone: string): ReminderRow {
  const { id } = reminder;
  if ('offset' in reminder) return { key: id, id, kind: 'offset', offset: reminder.offset };
  return { key: id, id, kind: 'at', ...wallClock(Date.parse(reminder.at), zone), instant: reminder.at };
}

function reminderOf(row: ReminderRow, zone: string): ReminderInput {
  const id = row.id === undefined ? {} : { id: row.id };
  if (row.kind === 'offset') return { ...id, offset: row.offset };
  // What was not touched keeps its seconds.
  const at = row.instant ?? new Date(instantOf({ date: row.date, time: row.time }, zone)).toISOString();
  return { ...id, at };
}

const plain = (one: Reminder): ReminderInput =>
  'offset' in one ? { id: one.id, offset: one.offset } : { id: one.id, at: one.at };

const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);
