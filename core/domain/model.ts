/** The records the domain works on: what is kept, beyond what clients see. */
import type { Series, Settings } from '../contracts/model.ts';
import type { Priority, Reminder, Task } from '../contracts/task.ts';

/** `due_at`: the instant that `due_date` means, for an all-day task at the user's `day_start`. */
export interface TaskRecord extends Task {
  due_at: string | null;
}

/** A subtask of a repeating task, as it will be made again; its dates move with the occurrence. */
export interface SubtaskTemplate {
  title: string;
  description: string;
  priority: Priority;
  tags: string[];
  due_date: string | null;
  time_zone: string;
  reminders: Reminder[];
  position: string;
  /** Of one that repeats by itself: its series goes on below the new occurrence, and is not copied. */
  series_id?: string | null;
  subtasks: SubtaskTemplate[];
}

/** What the next occurrence of a series is made of. */
export interface Template {
  title: string;
  description: string;
  priority: Priority;
  tags: string[];
  project_id: string;
  parent_id: string | null;
  position: string;
  reminders: Reminder[];
  /** Kept here only while there is no occurrence to copy them from. */
  subtasks: SubtaskTemplate[];
}

export interface SeriesRecord extends Series {
  latest_task_id: string | null;
  /** Occurrences so far, for a COUNT that runs from completion. */
  occurrence_count: number;
  template: Template;
}

export type Outcome = 'open' | 'completed' | 'missed' | 'skipped';

export interface OccurrenceRecord {
  series_id: string;
  occurrence: string;
  outcome: Outcome;
  task_id: string | null;
  at: string;
}

/** One moment still ahead. `id` is derived from the rest. */
export interface LedgerRow {
  id: string;
  kind: 'reminder' | 'occurrence';
  moment: string;
  owner_id: string;
  task_id: string | null;
  reminder_id: string | null;
  series_id: string | null;
  /** The trace of the request that asked for it (W3C Trace Context); only needed to add the row. */
  traceparent?: string | null;
}

/** What the domain needs to know about a user. */
export type UserSettings = Settings & { owner_id: string };
