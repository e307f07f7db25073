/** Records as the store keeps them: a test names what matters to it, the rest is ordinary. */
import { randomUUID } from 'node:crypto';
import type { Project } from '@taskflow/core/contracts/model.ts';
import { NOTHING } from '@taskflow/core/domain/change-set.ts';
import type { LedgerRow, SeriesRecord, TaskRecord, UserSettings } from '@taskflow/core/domain/model.ts';
import type { Changes, EventRecord } from '@taskflow/core/ports.ts';
import type pg from 'pg';

export const NOW = '2026-06-15T10:00:00.000Z';

export interface Account {
  owner_id: string;
  inbox_id: string;
}

/** A user with an Inbox. */
export async function anAccount(pool: pg.Pool): Promise<Account> {
  const owner_id = randomUUID();
  const inbox_id = randomUUID();
  await pool.query(`insert into auth."user" (id, name, email) values ($1, 'Ada', $2)`, [
    owner_id,
    `${owner_id}@example.org`,
  ]);
  await pool.query(
    `insert into project (id, owner_id, name, name_key, is_inbox, position, version, created_at, updated_at)
     values ($1, $2, 'Inbox', 'inbox', true, 'a0', 1, $3, $3)`,
    [inbox_id, owner_id, NOW],
  );
  return { owner_id, inbox_id };
}

export const noChanges = (owner_id: string): Changes => ({
  owner_id,
  now: NOW,
  expected: [],
  tasks_inserted: [],
  tasks_updated: [],
  tasks_deleted: [],
  series_inserted: [],
  series_updated: [],
  occurrences_claimed: [],
  occurrences_settled: [],
  occurrences_released: [],
  ledger_added: [],
  ledger_removed: [],
  events: [],
  tag_names: [],
  ...NOTHING,
  settings: null,
  answer: null,
});

export const aTask = (account: Account, fields: Partial<TaskRecord> = {}): TaskRecord => ({
  id: randomUUID(),
  owner_id: account.owner_id,
  project_id: account.inbox_id,
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
  created_at: NOW,
  updated_at: NOW,
  completed_at: null,
  due_at: null,
  ...fields,
});

export const aSeries = (account: Account, fields: Partial<SeriesRecord> = {}): SeriesRecord => ({
  id: randomUUID(),
  owner_id: account.owner_id,
  recurrence_rule: 'FREQ=DAILY',
  anchor: '2026-06-15T09:00:00',
  time_zone: 'Europe/Berlin',
  exceptions: [],
  repeat_from: 'due',
  missed_policy: 'keep',
  paused: false,
  ended_at: null,
  latest_occurrence: '2026-06-15T09:00:00',
  next_occurrence: '2026-06-16T09:00:00',
  appears_at: '2026-06-15T22:00:00.000Z',
  version: 1,
  created_at: NOW,
  updated_at: NOW,
  latest_task_id: null,
  occurrence_count: 1,
  template: {
    title: 'Water plants',
    description: '',
    priority: 'none',
    tags: [],
    project_id: account.inbox_id,
    parent_id: null,
    position: 'a0',
    reminders: [],
    subtasks: [],
  },
  ...fields,
});

export const aProject = (account: Account, fields: Partial<Project> = {}): Project => ({
  id: randomUUID(),
  owner_id: account.owner_id,
  name: 'Home',
  color: null,
  is_inbox: false,
  position: 'a1',
  version: 1,
  created_at: NOW,
  updated_at: NOW,
  ...fields,
});

export const anEvent = (account: Account, fields: Partial<EventRecord> = {}): EventRecord => ({
  id: randomUUID(),
  type: 'task.created',
  subject: randomUUID(),
  owner_id: account.owner_id,
  time: NOW,
  body: '{}',
  ...fields,
});

export const aReminderRow = (task: TaskRecord, moment: string, fields: Partial<LedgerRow> = {}): LedgerRow => ({
  id: randomUUID(),
  kind: 'reminder',
  moment,
  owner_id: task.owner_id,
  task_id: task.id,
  reminder_id: randomUUID(),
  series_id: null,
  ...fields,
});

export const someSettings = (account: Account): UserSettings => ({
  owner_id: account.owner_id,
  time_zone: 'Europe/Berlin',
  day_start: '09:00',
  week_start: 'MO',
  default_reminders: [{ offset: 'PT0S' }],
  inbox_id: account.inbox_id,
});
