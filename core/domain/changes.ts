/** What a use case did becomes one set of changes: no change without its ledger rows and its event, none of those without it. */
import type { EventType } from '../contracts/events.ts';
import type { Task } from '../contracts/task.ts';
import type { Changes, EventRecord } from './change-set.ts';
import { derivedId } from './derived-id.ts';
import { instantText } from './due-date.ts';
import type { LedgerRow, OccurrenceRecord, SeriesRecord, TaskRecord } from './model.ts';
import { momentText, reminderRows } from './reminders.ts';
import { searchText } from './search-text.ts';
import { changedFields } from './task.ts';

/** A record before and after; null is "not there". */
export interface Edit<T> {
  before: T | null;
  after: T | null;
}

export interface Draft {
  owner_id: string;
  now: Temporal.Instant;
  traceparent: string | null;
  tasks: ReadonlyMap<string, Edit<TaskRecord>>;
  series: ReadonlyMap<string, Edit<SeriesRecord>>;
  occurrences: ReadonlyMap<string, Edit<OccurrenceRecord>>;
  /** Of a task whose reminders count from an earlier moment than now (it should have appeared then). */
  since: ReadonlyMap<string, Temporal.Instant>;
  day_start_before: string;
  day_start: string;
  newId: () => string;
  /** The rows that are really there, where they cannot be derived from the state before (zone rules have changed). */
  ledger_before?: readonly LedgerRow[] | undefined;
}

type TaskChanges = Pick<
  Changes,
  | 'owner_id'
  | 'now'
  | 'tasks_inserted'
  | 'tasks_updated'
  | 'tasks_deleted'
  | 'series_inserted'
  | 'series_updated'
  | 'occurrences_claimed'
  | 'occurrences_settled'
  | 'occurrences_released'
  | 'ledger_added'
  | 'ledger_removed'
  | 'events'
  | 'tag_names'
>;

export function planChanges(draft: Draft): TaskChanges {
  const tasks = [...draft.tasks.values()];
  const series = [...draft.series.values()];
  const occurrences = [...draft.occurrences.values()];
  const ledger = planLedger(draft);
  const inserted = tasks.filter((edit) => edit.before === null).flatMap(present);
  const updated = tasks.filter(isUpdate).flatMap(present);
  return {
    owner_id: draft.owner_id,
    now: instantText(draft.now),
    tasks_inserted: inserted,
    tasks_updated: updated,
    tasks_deleted: tasks
      .filter((edit) => edit.after === null)
      .flatMap(absent)
      .map(({ id, version }) => ({ id, version })),
    series_inserted: series.filter((edit) => edit.before === null).flatMap(present),
    series_updated: series.filter((edit) => edit.before !== null && edit.before !== edit.after).flatMap(present),
    occurrences_claimed: occurrences.filter((edit) => edit.before === null).flatMap(present),
    occurrences_settled: occurrences
      .filter((edit) => edit.before !== null && edit.before !== edit.after)
      .flatMap(present),
    occurrences_released: occurrences.filter((edit) => edit.after === null).flatMap(absent),
    ledger_added: ledger.added,
    ledger_removed: ledger.removed,
    events: tasks.flatMap((edit) => eventOf(edit, ledger.added, draft)),
    tag_names: tagNames([...inserted, ...updated], draft.newId),
  };
}

const present = <T>(edit: Edit<T>): T[] => (edit.after === null ? [] : [edit.after]);
const absent = <T>(edit: Edit<T>): T[] => (edit.before === null ? [] : [edit.before]);
const isUpdate = (edit: Edit<TaskRecord>): boolean =>
  edit.before !== null && edit.after !== null && edit.before.version !== edit.after.version;

/** Rows that are no longer asked for go, rows newly asked for come if they lie ahead; all others are left alone. */
function planLedger(draft: Draft): { added: LedgerRow[]; removed: string[] } {
  const added: LedgerRow[] = [];
  const removed: string[] = [];
  const diff = (before: readonly LedgerRow[], after: readonly LedgerRow[], since: Temporal.Instant | null) => {
    const [had, has] = [new Set(before.map((row) => row.id)), new Set(after.map((row) => row.id))];
    removed.push(...before.filter((row) => !has.has(row.id)).map((row) => row.id));
    const isAhead = (row: LedgerRow) =>
      since === null || Temporal.Instant.compare(Temporal.Instant.from(row.moment), since) >= 0;
    added.push(...after.filter((row) => !had.has(row.id) && isAhead(row)));
  };
  const known = (id: string) => draft.ledger_before?.filter((row) => row.task_id === id || row.series_id === id);
  for (const [id, edit] of draft.tasks) {
    const before = known(id) ?? (edit.before === null ? [] : reminderRows(edit.before, draft.day_start_before));
    const after = edit.after === null ? [] : reminderRows(edit.after, draft.day_start);
    diff(before, after, draft.since.get(id) ?? draft.now);
  }
  for (const [id, edit] of draft.series) diff(known(id) ?? appearanceRow(edit.before), appearanceRow(edit.after), null);
  return { added: added.map((row) => ({ ...row, traceparent: draft.traceparent })), removed };
}

/** The moment at which a series' next occurrence appears. One that has passed is rung at once, not dropped. */
function appearanceRow(series: SeriesRecord | null): LedgerRow[] {
  if (series === null || series.appears_at === null) return [];
  const moment = momentText(Temporal.Instant.from(series.appears_at));
  const id = derivedId('occurrence', series.id, moment);
  return [
    {
      id,
      kind: 'occurrence',
      moment,
      owner_id: series.owner_id,
      task_id: null,
      reminder_id: null,
      series_id: series.id,
    },
  ];
}

function eventOf(edit: Edit<TaskRecord>, ledger: readonly LedgerRow[], draft: Draft): EventRecord[] {
  const task = edit.after ?? edit.before;
  if (task === null || (edit.before !== null && edit.after !== null && !isUpdate(edit))) return [];
  const base = { task: toTask(task), actor_id: draft.owner_id };
  if (edit.after === null) return [eventRecord('task.deleted', task, base, draft)];
  const moments = ledger.filter(
    (row) => row.task_id === task.id || (row.series_id !== null && row.series_id === task.series_id),
  );
  const data = { ...base, moments: [...new Set(moments.map((row) => row.moment))].sort() };
  if (edit.before === null) return [eventRecord('task.created', task, data, draft)];
  return [eventRecord('task.updated', task, { ...data, changed: changedFields(edit.before, edit.after) }, draft)];
}

function eventRecord(type: EventType, task: TaskRecord, data: unknown, draft: Draft): EventRecord {
  const [id, time] = [draft.newId(), instantText(draft.now)];
  const envelope = {
    specversion: '1.0',
    id,
    source: '/backend-service',
    type,
    subject: task.id,
    time,
    datacontenttype: 'application/json',
  };
  const trace = draft.traceparent === null ? {} : { traceparent: draft.traceparent };
  return {
    id,
    type,
    subject: task.id,
    owner_id: task.owner_id,
    time,
    body: JSON.stringify({ ...envelope, ...trace, data }),
  };
}

/** A task as clients and subscribers see it. */
export function toTask(record: TaskRecord): Task {
  const { due_at: _, ...task } = record;
  return task;
}

function tagNames(tasks: readonly TaskRecord[], newId: () => string): { id: string; name: string }[] {
  const names = new Map<string, string>();
  for (const task of tasks) for (const name of task.tags) names.set(searchText(name), name);
  return [...names.values()].map((name) => ({ id: newId(), name }));
}
