/** A change to an occurrence changes that one; with scope `series`, the series from this occurrence on. */
import type { Scope, TaskPatch } from '../contracts/task.ts';
import { conflict, invalid } from '../domain/failure.ts';
import type { SeriesRecord, TaskRecord } from '../domain/model.ts';
import { parseRule } from '../domain/recurrence.ts';
import { rescheduled, withNext } from '../domain/series.ts';
import { patchTask } from '../domain/task.ts';
import { completeIn } from './complete-task.ts';
import { checkVersion, type Deps, inWorkspace, type RequestContext } from './context.ts';
import { removeWithFamily } from './delete-task.ts';
import { moveWithin } from './place.ts';
import { reopenIn } from './reopen-task.ts';
import { endSeries, readAnchor, startRepeating, templateOf } from './repeat.ts';
import type { Workspace } from './workspace.ts';

export const updateTask = (
  deps: Deps,
  context: RequestContext,
  id: string,
  patch: TaskPatch,
  scope: Scope,
): Promise<TaskRecord> =>
  inWorkspace(deps, context, (workspace) => updateIn(workspace, id, patch, scope, context.if_match));

export async function updateIn(
  workspace: Workspace,
  id: string,
  patch: TaskPatch,
  scope: Scope,
  if_match: number | null,
): Promise<TaskRecord> {
  const before = await workspace.task(id);
  checkVersion(before, if_match);
  const moved = await moveIfAsked(workspace, before, patch);
  const task = workspace.putTask(patchTask(moved, patch, workspace.domain));
  checkReminders(task, patch);
  const series = await workspace.seriesOf(task);
  if (series !== null) await updateRepeating(workspace, { before, task, series, patch, scope });
  else if (patch.recurrence_rule != null) startRepeating(workspace, requirePending(task), patch.recurrence_rule);
  if (patch.status === 'completed') await completeIn(workspace, id, { children: false, if_match: null });
  if (patch.status === 'pending') await reopenIn(workspace, id, null);
  return await workspace.task(id);
}

async function moveIfAsked(workspace: Workspace, task: TaskRecord, patch: TaskPatch): Promise<TaskRecord> {
  if (patch.project_id === undefined && patch.parent_id === undefined) return task;
  const project_id = patch.project_id === null ? workspace.settings.inbox_id : patch.project_id;
  return await moveWithin(workspace, task, {
    ...(project_id === undefined ? {} : { project_id }),
    ...(patch.parent_id === undefined ? {} : { parent_id: patch.parent_id }),
  });
}

function checkReminders(task: TaskRecord, patch: TaskPatch): void {
  if (task.due_date !== null || !task.reminders.some((reminder) => 'offset' in reminder)) return;
  if (patch.reminders) throw invalid('reminders', 'with an offset need a due_date');
}

function requirePending(task: TaskRecord): TaskRecord {
  if (task.status !== 'pending') throw conflict('A task that is done cannot begin to repeat; reopen it first.');
  return task;
}

interface RepeatingUpdate {
  before: TaskRecord;
  task: TaskRecord;
  series: SeriesRecord;
  patch: TaskPatch;
  scope: Scope;
}

/** The rule and how it is followed are the series' own, so a change of those concerns it whatever the scope. */
async function updateRepeating(workspace: Workspace, update: RepeatingUpdate): Promise<void> {
  const { before, task, series, patch, scope } = update;
  const touchesRule =
    patch.recurrence_rule !== undefined || patch.repeat_from !== undefined || patch.missed_policy !== undefined;
  if (scope === 'occurrence' && !touchesRule) {
    if (task.due_date === null)
      throw invalid('due_date', 'of a repeating task cannot be removed; set recurrence_rule to null as well');
    return;
  }
  requirePendingOccurrence(task);
  if (patch.recurrence_rule === null) return await stopRepeating(workspace, task, series);
  if (task.due_date === null)
    throw invalid('due_date', 'of a repeating task cannot be removed; set recurrence_rule to null as well');
  const later = (await workspace.pendingOccurrences(series.id)).filter((other) => other.occurrence! > task.occurrence!);
  const withTemplate =
    scope === 'series' ? { ...series, template: { ...templateOf(task), subtasks: series.template.subtasks } } : series;
  const rule =
    patch.recurrence_rule === undefined
      ? series.recurrence_rule
      : parseRule(patch.recurrence_rule, readAnchor(task.due_date), task.time_zone);
  const isRescheduled =
    rule !== series.recurrence_rule ||
    task.repeat_from !== series.repeat_from ||
    (scope === 'series' && (task.due_date !== before.due_date || task.time_zone !== series.time_zone));
  if (isRescheduled) {
    for (const other of later) await dropOccurrence(workspace, other);
    await reschedule(workspace, task, { ...withTemplate, missed_policy: task.missed_policy }, rule);
    return;
  }
  if (scope === 'series') for (const other of later) followTemplate(workspace, other, patch);
  workspace.putSeries(
    withNext({ ...withTemplate, missed_policy: task.missed_policy }, workspace.settings, workspace.now),
  );
}

function requirePendingOccurrence(task: TaskRecord): void {
  if (task.status !== 'pending') throw conflict('This occurrence is done; change the series from its pending one.');
}

async function stopRepeating(workspace: Workspace, task: TaskRecord, series: SeriesRecord): Promise<void> {
  endSeries(workspace, series);
  for (const other of await workspace.pendingOccurrences(series.id)) {
    if (other.id !== task.id && other.occurrence! > task.occurrence!) await dropOccurrence(workspace, other);
  }
  workspace.settle(series.id, task.occurrence!, 'open', null);
  workspace.putTask({ ...task, series_id: null, occurrence: null, recurrence_rule: null });
}

/** As if it had not come yet: the new schedule decides whether it ever does. */
async function dropOccurrence(workspace: Workspace, task: TaskRecord): Promise<void> {
  await removeWithFamily(workspace, task);
  workspace.release(task.series_id!, task.occurrence!);
}

/** The series goes on from this occurrence as its new anchor. */
async function reschedule(workspace: Workspace, task: TaskRecord, series: SeriesRecord, rule: string): Promise<void> {
  const { settings, now } = workspace;
  const anchor = readAnchor(task.due_date);
  // A rule that was right for a time of day may not be for a whole day, or may end before the new anchor.
  const fitting = parseRule(rule, anchor, task.time_zone);
  const history = await workspace.store.occurrences(workspace.owner_id, series.id, 1_000);
  if (anchor !== task.occurrence) {
    if (history.some((past) => past.occurrence === anchor))
      throw invalid('due_date', 'is one that this series has had already');
    workspace.release(series.id, task.occurrence!);
    workspace.claim(series.id, anchor, 'open', task.id);
  }
  const followed = rescheduled(
    series,
    { anchor, rule: fitting, time_zone: task.time_zone, repeat_from: task.repeat_from },
    task.occurrence!,
  );
  workspace.putSeries(withNext({ ...followed, latest_task_id: task.id, ended_at: null }, settings, now));
  workspace.putTask({ ...task, occurrence: anchor, recurrence_rule: followed.recurrence_rule });
}

/** A later occurrence that is there already takes on what the patch says of the series, but keeps its own date. */
function followTemplate(workspace: Workspace, task: TaskRecord, patch: TaskPatch): void {
  const { title, description, priority, tags, missed_policy } = patch;
  const shared = Object.fromEntries(
    Object.entries({ title, description, priority, tags, missed_policy }).filter(([, value]) => value !== undefined),
  );
  const reminders = patch.reminders?.map(({ id: _, ...reminder }) => reminder);
  const next = reminders === undefined ? shared : { ...shared, reminders };
  workspace.putTask(patchTask(task, next as TaskPatch, workspace.domain));
}
