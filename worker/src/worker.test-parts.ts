/** Small builders for the worker's tests. */
import type { TaskFlowEvent } from '@taskflow/core/contracts/events.ts';
import type { Task } from '@taskflow/core/contracts/task.ts';

export const NOW = Temporal.Instant.from('2026-12-01T08:00:00Z');
export const clock = { now: () => NOW };
const nothing = () => undefined;
export const logger = { debug: nothing, info: nothing, warn: nothing, error: nothing };

const ID = '019ab000-0000-7000-8000-000000000001';

export const aTask = (given: Partial<Task> = {}): Task => ({
  id: ID,
  owner_id: ID,
  project_id: ID,
  parent_id: null,
  title: 'Pay rent',
  description: '',
  status: 'pending',
  priority: 'none',
  tags: [],
  due_date: '2026-12-01T10:00:00+01:00',
  time_zone: 'Europe/Berlin',
  recurrence_rule: null,
  repeat_from: 'due',
  missed_policy: 'keep',
  series_id: null,
  occurrence: null,
  reminders: [{ id: ID, offset: '-PT15M' }],
  position: 'a0',
  version: 1,
  created_at: '2026-12-01T07:00:00.000Z',
  updated_at: '2026-12-01T07:00:00.000Z',
  completed_at: null,
  ...given,
});

const envelope = {
  specversion: '1.0' as const,
  id: ID,
  source: '/backend-service' as const,
  subject: ID,
  time: '2026-12-01T08:00:00.000Z',
  datacontenttype: 'application/json' as const,
};

export const created = (moments: string[]): TaskFlowEvent => ({
  ...envelope,
  type: 'task.created',
  data: { task: aTask(), actor_id: ID, moments },
});
export const updated = (moments: string[]): TaskFlowEvent => ({
  ...envelope,
  type: 'task.updated',
  data: { task: aTask(), changed: ['due_date'], actor_id: ID, moments },
});
export const deleted = (): TaskFlowEvent => ({
  ...envelope,
  type: 'task.deleted',
  data: { task: aTask(), actor_id: ID },
});
export const reminderDue = (): TaskFlowEvent => ({
  ...envelope,
  type: 'reminder.due',
  data: {
    task_id: ID,
    owner_id: ID,
    reminder_id: ID,
    due_date: null,
    scheduled_for: '2026-12-01T08:00:00Z',
    message: 'Pay rent',
    late_by: 3,
  },
});
