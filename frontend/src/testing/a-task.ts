/** A task for tests: only what matters to the test is named. */
import type { Task } from '@taskflow/core/contracts/task.ts';

export const aTask = (change: Partial<Task> = {}): Task => ({
  id: 'task-1',
  owner_id: 'owner',
  project_id: 'inbox',
  parent_id: null,
  title: 'Pay rent',
  description: '',
  status: 'pending',
  priority: 'none',
  tags: [],
  due_date: null,
  time_zone: 'Europe/Berlin',
  recurrence_rule: null,
  repeat_from: 'due',
  missed_policy: 'keep',
  series_id: null,
  occurrence: null,
  reminders: [],
  position: 'a0',
  version: 1,
  created_at: '2026-11-01T10:00:00Z',
  updated_at: '2026-11-01T10:00:00Z',
  completed_at: null,
  ...change,
});
