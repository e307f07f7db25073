/** Skipping an occurrence takes it out of the series for good and brings the next. */
import { conflict } from '../domain/failure.ts';
import type { SeriesRecord, TaskRecord } from '../domain/model.ts';
import type { Completed } from './complete-task.ts';
import { checkVersion, type Deps, inWorkspace, type RequestContext } from './context.ts';
import { bringNext, endSeries } from './repeat.ts';
import { repeatBelow, subtaskTemplates } from './repeat-subtasks.ts';
import type { Workspace } from './workspace.ts';

/** Exceptions older than this many newer ones no longer matter: the series has moved past them. */
const EXCEPTIONS_MAX = 1_000;

/** `task` is the skipped occurrence as it was; it is gone afterwards. */
export const skipTask = (deps: Deps, context: RequestContext, id: string): Promise<Completed> =>
  inWorkspace(deps, context, (workspace) => skipIn(workspace, id, context.if_match));

export async function skipIn(workspace: Workspace, id: string, if_match: number | null): Promise<Completed> {
  const task = await workspace.task(id);
  checkVersion(task, if_match);
  if (task.series_id === null) throw conflict('This task does not repeat, so there is no occurrence to skip.');
  if (task.status === 'completed') throw conflict('This occurrence is completed; reopen it before skipping it.');
  return { task, next: await skipOccurrence(workspace, task) };
}

/** Removes an occurrence with what is below it, leaving an exception; returns the one that follows, if it comes now. */
export async function skipOccurrence(workspace: Workspace, task: TaskRecord): Promise<TaskRecord | null> {
  const series = await workspace.seriesOf(task);
  if (series === null || task.occurrence === null) throw new Error(`occurrence without its series: ${task.id}`);
  const is_latest = series.latest_task_id === task.id;
  const subtasks = is_latest ? await subtaskTemplates(workspace, task) : series.template.subtasks;
  const family = await workspace.descendants(task.id);
  for (const gone of [task, ...family]) workspace.removeTask(gone.id);
  workspace.settle(series.id, task.occurrence, 'skipped', null);
  const exceptions = [...series.exceptions, task.occurrence].slice(-EXCEPTIONS_MAX);
  const skipped = workspace.putSeries({
    ...series,
    exceptions,
    latest_task_id: is_latest ? null : series.latest_task_id,
    template: { ...series.template, position: is_latest ? task.position : series.template.position, subtasks },
  });
  const next = is_latest ? await bringNext(workspace, skipped, true) : null;
  await skipBelow(workspace, family, skipped);
  return next;
}

/** A subtask that repeats by itself goes on below the occurrence that is there now, or ends with the last one. */
async function skipBelow(workspace: Workspace, family: readonly TaskRecord[], above: SeriesRecord): Promise<void> {
  const now_above = (await workspace.findSeries(above.id)) ?? above;
  for (const child of family) {
    if (child.series_id === null || child.occurrence === null || child.status !== 'pending') continue;
    workspace.settle(child.series_id, child.occurrence, 'skipped', null);
    const series = await workspace.findSeries(child.series_id);
    if (series === null || series.ended_at !== null) continue;
    if (now_above.ended_at !== null) endSeries(workspace, series);
    else if (series.latest_task_id === child.id) await continueBelow(workspace, series, now_above.latest_task_id);
  }
}

async function continueBelow(workspace: Workspace, series: SeriesRecord, parent_id: string | null): Promise<void> {
  const place = series.template.parent_id === null ? null : await workspace.findTask(series.template.parent_id);
  if (place === null && parent_id !== null) await repeatBelow(workspace, series.id, parent_id);
  const moved = (await workspace.findSeries(series.id)) ?? series;
  await bringNext(workspace, workspace.putSeries({ ...moved, latest_task_id: null }), true);
}
