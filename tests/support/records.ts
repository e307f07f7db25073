/** Small builders: a record with everything in order, but for what the test is about. */

import { dueAt } from '@taskflow/core/domain/due-date.ts';
import type { SeriesRecord, TaskRecord, UserSettings } from '@taskflow/core/domain/model.ts';
import { withNext } from '@taskflow/core/domain/series.ts';

export const OWNER = '019ab000-0000-7000-8000-000000000001';
export const INBOX = '019ab000-0000-7000-8000-000000000002';

export const instant = (text: string): Temporal.Instant => Temporal.Instant.from(text);

let count = 0;
/** Ids that differ and sort by when they were made. */
export const anId = (): string => {
  count += 1;
  return `019ab000-0000-7000-9000-${count.toString(16).padStart(12, '0')}`;
};

export const someSettings = (given: Partial<UserSettings> = {}): UserSettings => ({
  owner_id: OWNER,
  time_zone: 'Europe/Berlin',
  day_start: '09:00',
  week_start: 'MO',
  default_reminders: [{ offset: 'PT0S' }],
  inbox_id: INBOX,
  ...given,
});

export function aTask(given: Partial<TaskRecord> = {}): TaskRecord {
  const task: TaskRecord = {
    id: anId(),
    owner_id: OWNER,
    project_id: INBOX,
    parent_id: null,
    title: 'Pay rent',
    description: '',
    status: 'pending',
    priority: 'none',
    tags: [],
    due_date: null,
    due_at: null,
    time_zone: 'Europe/Berlin',
    recurrence_rule: null,
    repeat_from: 'due',
    missed_policy: 'keep',
    series_id: null,
    occurrence: null,
    reminders: [],
    position: 'a0',
    version: 1,
    created_at: '2026-11-01T08:00:00.000Z',
    updated_at: '2026-11-01T08:00:00.000Z',
    completed_at: null,
    ...given,
  };
  return { ...task, due_at: given.due_at ?? dueAt(task.due_date, task.time_zone, '09:00') };
}

export function aSeries(
  given: Partial<SeriesRecord> = {},
  now = instant('2026-11-01T08:00:00Z'),
  settings = someSettings(),
): SeriesRecord {
  const anchor = given.anchor ?? '2026-12-01T09:00:00';
  return withNext(
    {
      id: anId(),
      owner_id: OWNER,
      recurrence_rule: 'FREQ=MONTHLY;BYMONTHDAY=1',
      anchor,
      time_zone: 'Europe/Berlin',
      exceptions: [],
      repeat_from: 'due',
      missed_policy: 'keep',
      paused: false,
      ended_at: null,
      latest_occurrence: anchor,
      latest_task_id: null,
      next_occurrence: null,
      appears_at: null,
      occurrence_count: 1,
      version: 1,
      created_at: '2026-11-01T08:00:00.000Z',
      updated_at: '2026-11-01T08:00:00.000Z',
      ...given,
      template: {
        title: 'Pay rent',
        description: '',
        priority: 'none',
        tags: [],
        project_id: INBOX,
        parent_id: null,
        position: 'a0',
        reminders: [],
        subtasks: [],
        ...given.template,
      },
    },
    settings,
    now,
  );
}
