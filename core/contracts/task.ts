/** A task as clients send and receive it (spec section 2). */
import { z } from 'zod';
import { DueDateInput, Id, Instant, line, Offset, page, TimeZone, text, Version } from './common.ts';

export const STATUSES = ['pending', 'completed', 'missed'] as const;
export const PRIORITIES = ['none', 'low', 'medium', 'high', 'urgent'] as const;

export const Status = z.enum(STATUSES);
export const Priority = z.enum(PRIORITIES);
export const RepeatFrom = z.enum(['due', 'completion']);
export const MissedPolicy = z.enum(['keep', 'roll']);
export type Status = z.infer<typeof Status>;
export type Priority = z.infer<typeof Priority>;
export type RepeatFrom = z.infer<typeof RepeatFrom>;
export type MissedPolicy = z.infer<typeof MissedPolicy>;

/** Either `offset` from the due time or `at`, an instant. */
export const Reminder = z
  .union([z.strictObject({ id: Id, offset: Offset }), z.strictObject({ id: Id, at: Instant })])
  .meta({ id: 'Reminder' });
export type Reminder = z.infer<typeof Reminder>;

/** A reminder in a request: an `id` that the task already has keeps that reminder; without one it is new. */
export const ReminderInput = z
  .union([z.strictObject({ id: Id.optional(), offset: Offset }), z.strictObject({ id: Id.optional(), at: Instant })])
  .meta({ id: 'ReminderInput' });
export type ReminderInput = z.infer<typeof ReminderInput>;

export const Tags = z.array(line(50)).max(50, 'holds more than 50 tags');
const Title = line(500);
const Description = text(50_000);
/** Longer rules are refused by the domain with a message of their own; this bounds what is even looked at. */
const RuleInput = text(1_000)
  .min(1)
  .meta({ examples: ['FREQ=MONTHLY;BYMONTHDAY=1', 'weekdays'] });
const Reminders = z.array(ReminderInput).max(20, 'holds more than 20 reminders');

export const Task = z
  .strictObject({
    id: Id,
    owner_id: Id,
    project_id: Id,
    parent_id: Id.nullable(),
    title: z.string(),
    description: z.string(),
    status: Status,
    priority: Priority,
    tags: z.array(z.string()),
    due_date: z
      .string()
      .nullable()
      .meta({ description: 'A date (all day), or a date-time with the offset of `time_zone`.' }),
    time_zone: z.string(),
    recurrence_rule: z.string().nullable(),
    repeat_from: RepeatFrom,
    missed_policy: MissedPolicy,
    series_id: Id.nullable(),
    occurrence: z
      .string()
      .nullable()
      .meta({ description: 'The rule instance this task stands for, in wall-clock time.' }),
    reminders: z.array(Reminder),
    position: z.string(),
    version: Version,
    created_at: Instant,
    updated_at: Instant,
    completed_at: Instant.nullable(),
  })
  .meta({ id: 'Task' });
export type Task = z.infer<typeof Task>;

export const TaskCreate = z
  .strictObject({
    title: Title,
    description: Description.optional(),
    project_id: Id.optional(),
    parent_id: Id.nullable().optional(),
    priority: Priority.optional(),
    tags: Tags.optional(),
    due_date: DueDateInput.nullable().optional(),
    time_zone: TimeZone.optional(),
    recurrence_rule: RuleInput.nullable().optional(),
    repeat_from: RepeatFrom.optional(),
    missed_policy: MissedPolicy.optional(),
    reminders: Reminders.optional(),
  })
  .meta({ id: 'TaskCreate' });
export type TaskCreate = z.infer<typeof TaskCreate>;

/** A JSON merge patch (RFC 7396): what is absent stays, null clears what can be cleared. */
export const TaskPatch = z
  .strictObject({
    title: Title.optional(),
    description: Description.nullable().optional(),
    project_id: Id.nullable().optional().meta({ description: 'null is the Inbox.' }),
    parent_id: Id.nullable().optional(),
    status: z.enum(['pending', 'completed']).optional(),
    priority: Priority.nullable().optional(),
    tags: Tags.nullable().optional(),
    due_date: DueDateInput.nullable().optional(),
    time_zone: TimeZone.nullable().optional().meta({ description: "null is the user's." }),
    recurrence_rule: RuleInput.nullable().optional(),
    repeat_from: RepeatFrom.optional(),
    missed_policy: MissedPolicy.optional(),
    reminders: Reminders.nullable().optional(),
  })
  .meta({ id: 'TaskPatch' });
export type TaskPatch = z.infer<typeof TaskPatch>;

/** Where a task goes: into a project, below a parent, before or after a sibling (at the end when neither is named). */
export const TaskMove = z
  .strictObject({
    project_id: Id.optional(),
    parent_id: Id.nullable().optional(),
    before_id: Id.optional(),
    after_id: Id.optional(),
  })
  .meta({ id: 'TaskMove' });
export type TaskMove = z.infer<typeof TaskMove>;

export const TaskPage = page(Task, 'TaskPage');

/** A completed or skipped task, and the occurrence that follows it, if there is one. `task` is null when it is gone. */
export const TaskAndNext = z.strictObject({ task: Task, next: Task.nullable() }).meta({ id: 'TaskAndNext' });
export type TaskAndNext = z.infer<typeof TaskAndNext>;

export const Scope = z.enum(['occurrence', 'series']);
export type Scope = z.infer<typeof Scope>;

export const TaskCounts = z
  .strictObject({
    inbox: z.int(),
    today: z.int(),
    overdue: z.int(),
    upcoming: z.int(),
    no_date: z.int(),
    projects: z.array(z.strictObject({ id: Id, pending: z.int() })),
    tags: z.array(z.strictObject({ name: z.string(), pending: z.int() })),
  })
  .meta({ id: 'TaskCounts' });
export type TaskCounts = z.infer<typeof TaskCounts>;
