/** One event of each type, as it is on the wire: for the documentation, checked against the schemas. */
import type { TaskFlowEvent } from './events.ts';
import type { Task } from './task.ts';

const OWNER = '019ab4c2-7d10-7a31-9c55-0d6f1e2a3b4c';

const task: Task = {
  id: '019ab4c3-11f2-7b42-8d66-1e7f2a3b4c5d',
  owner_id: OWNER,
  project_id: '019ab4c2-7d11-7c53-9e77-2f8a3b4c5d6e',
  parent_id: null,
  title: 'Pay rent',
  description: '',
  status: 'pending',
  priority: 'high',
  tags: ['bills'],
  due_date: '2026-12-01T09:00:00+01:00',
  time_zone: 'Europe/Berlin',
  recurrence_rule: 'FREQ=MONTHLY;BYMONTHDAY=1',
  repeat_from: 'due',
  missed_policy: 'keep',
  series_id: '019ab4c3-11f3-7d64-8f88-3a9b4c5d6e7f',
  occurrence: '2026-12-01T09:00:00',
  reminders: [{ id: '019ab4c3-11f4-7e75-9a99-4bac5d6e7f80', offset: '-PT15M' }],
  position: 'a0',
  version: 1,
  created_at: '2026-11-24T10:00:00.000Z',
  updated_at: '2026-11-24T10:00:00.000Z',
  completed_at: null,
};

const envelope = {
  specversion: '1.0' as const,
  source: '/backend-service' as const,
  subject: task.id,
  datacontenttype: 'application/json' as const,
  traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01',
};

const done: Task = {
  ...task,
  status: 'completed',
  version: 2,
  updated_at: '2026-11-30T18:30:00.000Z',
  completed_at: '2026-11-30T18:30:00.000Z',
};

export const EVENT_EXAMPLES: readonly TaskFlowEvent[] = [
  {
    ...envelope,
    id: '019ab4c3-11f5-7f86-8baa-5cbd6e7f8091',
    type: 'task.created',
    time: '2026-11-24T10:00:00.000Z',
    data: { task, actor_id: OWNER, moments: ['2026-12-01T07:45:00Z', '2026-12-31T23:00:00Z'] },
  },
  {
    ...envelope,
    id: '019ad5a7-22a6-7097-9cbb-6dce7f8091a2',
    type: 'task.updated',
    time: '2026-11-30T18:30:00.000Z',
    data: { task: done, changed: ['status', 'completed_at'], actor_id: OWNER, moments: [] },
  },
  {
    ...envelope,
    id: '019ad5b0-33b7-71a8-8dcc-7edf8091a2b3',
    type: 'task.deleted',
    time: '2026-11-30T18:40:00.000Z',
    data: { task: done, actor_id: OWNER },
  },
  {
    ...envelope,
    id: 'e7d3c1a0-4f5b-8c6d-9e7f-8091a2b3c4d5',
    type: 'reminder.due',
    time: '2026-12-01T07:45:00.012Z',
    data: {
      task_id: task.id,
      owner_id: OWNER,
      reminder_id: '019ab4c3-11f4-7e75-9a99-4bac5d6e7f80',
      due_date: '2026-12-01T09:00:00+01:00',
      scheduled_for: '2026-12-01T07:45:00Z',
      message: 'Pay rent',
      late_by: 12,
    },
  },
];
