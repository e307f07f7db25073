/** The facts on the topic `tasks`, as CloudEvents 1.0 (spec section 6). */
import { z } from 'zod';
import { Id, Instant } from './common.ts';
import { Task } from './task.ts';

export const TOPIC = 'tasks';
export const DEAD_LETTER_TOPIC = 'tasks-dead-letter';
export const PUBSUB = 'taskflow-pubsub';

/** Moments are whole seconds, in UTC: `2026-12-01T08:00:00Z`. */
export const Moment = z
  .string()
  .regex(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$/, 'is not a moment such as 2026-12-01T08:00:00Z');

/**
 * `moments` are those that this change wrote into the ledger (reminders, and the one at which the series' next
 * occurrence appears), so that the worker can put alarms without knowing any rule.
 */
const moments = z.array(Moment);
const actor_id = Id;

export const TaskCreatedData = z.strictObject({ task: Task, actor_id, moments }).meta({ id: 'TaskCreatedData' });
export const TaskUpdatedData = z
  .strictObject({ task: Task, changed: z.array(z.string()), actor_id, moments })
  .meta({ id: 'TaskUpdatedData' });
export const TaskDeletedData = z.strictObject({ task: Task, actor_id }).meta({ id: 'TaskDeletedData' });
export const ReminderDueData = z
  .strictObject({
    task_id: Id,
    owner_id: Id,
    reminder_id: Id,
    due_date: z.string().nullable(),
    scheduled_for: Moment,
    message: z.string(),
    late_by: z.int().min(0).meta({ description: 'Milliseconds between the moment and the ring.' }),
  })
  .meta({ id: 'ReminderDueData' });

const envelope = {
  specversion: z.literal('1.0'),
  id: Id,
  source: z.enum(['/backend-service', '/worker']),
  subject: Id.meta({ description: 'The task id; also the partition key.' }),
  time: Instant,
  datacontenttype: z.literal('application/json'),
  traceparent: z.string().optional().meta({ description: "W3C Trace Context: continues the request's trace." }),
};

export const TaskCreated = z
  .looseObject({ ...envelope, type: z.literal('task.created'), data: TaskCreatedData })
  .meta({ id: 'TaskCreated' });
export const TaskUpdated = z
  .looseObject({ ...envelope, type: z.literal('task.updated'), data: TaskUpdatedData })
  .meta({ id: 'TaskUpdated' });
export const TaskDeleted = z
  .looseObject({ ...envelope, type: z.literal('task.deleted'), data: TaskDeletedData })
  .meta({ id: 'TaskDeleted' });
export const ReminderDue = z
  .looseObject({ ...envelope, type: z.literal('reminder.due'), data: ReminderDueData })
  .meta({ id: 'ReminderDue' });
export type ReminderDue = z.infer<typeof ReminderDue>;

/** Every event there is, told apart by `type`. */
export const TaskFlowEvent = z
  .discriminatedUnion('type', [TaskCreated, TaskUpdated, TaskDeleted, ReminderDue])
  .meta({ id: 'TaskFlowEvent' });
export type TaskFlowEvent = z.infer<typeof TaskFlowEvent>;
export const EVENT_TYPES = ['task.created', 'task.updated', 'task.deleted', 'reminder.due'] as const;
export type EventType = (typeof EVENT_TYPES)[number];

/** A bulk delivery, in the form of Dapr's bulk subscribe (Dapr docs, "Publish and subscribe to bulk messages"). */
export const BulkDelivery = z.object({
  id: z.string().optional(),
  topic: z.string().optional(),
  entries: z.array(z.object({ entryId: z.string(), event: z.unknown() })).max(1_000),
});
export const DELIVERY_STATUSES = ['SUCCESS', 'RETRY', 'DROP'] as const;
export const BulkDeliveryAnswer = z.object({
  statuses: z.array(
    z.object({ entryId: z.string(), status: z.enum(DELIVERY_STATUSES), reason: z.string().optional() }),
  ),
});
export type BulkDeliveryAnswer = z.infer<typeof BulkDeliveryAnswer>;
