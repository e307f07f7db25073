/** Reopening takes a completion back: reminders still ahead return, and an untouched next occurrence goes again. */
import type { SeriesRecord, TaskRecord } from '../domain/model.ts';
import { beginsAt, withNext } from '../domain/series.ts';
import { changeStatus } from '../domain/task.ts';
import { checkVersion, type Deps, inWorkspace, type RequestContext } from './context.ts';
import { repeatBelow } from './repeat-subtasks.ts';
import type { Workspace } from './workspace.ts';

export const reopenTask = (deps: Deps, context: RequestContext, id: string): Promise<TaskRecord> =>
  inWorkspace(deps, context, (workspace) => reopenIn(workspace, id, context.if_match));

export async function reopenIn(workspace: Workspace, id: string, if_match: number | null): Promise<TaskRecord> {
  const task = await workspace.task(id);
  checkVersion(task, if_match);
  const open = changeStatus(task, 'reopen', workspace.now);
  if (open === task) return task;
  const reopened = workspace.putTask(open);
  const series = await workspace.seriesOf(reopened);
  if (series !== null && reopened.occurrence !== null) {
    workspace.settle(series.id, reopened.occurrence, 'open', reopened.id);
    await takeBackNext(workspace, series, reopened);
  }
  return reopened;
}

/**
 * The occurrence that the completion brought goes, as if the completion had not been: only if nobody has touched it, its
 * own time has not begun, and nothing lies between the two.
 */
async function takeBackNext(workspace: Workspace, series: SeriesRecord, task: TaskRecord): Promise<void> {
  const next = series.latest_task_id === null ? null : await workspace.findTask(series.latest_task_id);
  if (next === null || next.id === task.id || next.status !== 'pending' || next.version > 1 || next.occurrence === null)
    return;
  if (Temporal.Instant.compare(beginsAt(series, next.occurrence), workspace.now) <= 0) return;
  const family = await workspace.descendants(next.id);
  if (family.some((child) => child.version > 1 || child.series_id !== null)) return;
  const [low, high] = [task.occurrence!, next.occurrence].sort() as [string, string];
  const history = await workspace.store.occurrences(workspace.owner_id, series.id, 1_000);
  if (history.some((past) => past.occurrence > low && past.occurrence < high)) return;
  for (const gone of [next, ...family]) workspace.removeTask(gone.id);
  for (const child of await workspace.descendants(task.id)) {
    if (child.series_id !== null && child.parent_id !== null)
      await repeatBelow(workspace, child.series_id, child.parent_id);
  }
  workspace.release(series.id, next.occurrence);
  const count = Math.max(1, series.occurrence_count - 1);
  const back = {
    ...series,
    latest_occurrence: task.occurrence!,
    latest_task_id: task.id,
    occurrence_count: count,
    ended_at: null,
  };
  workspace.putSeries(withNext(back, workspace.settings, workspace.now));
}
