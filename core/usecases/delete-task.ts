/** Deleting removes a task and what is below it; of a repeating task one occurrence (a skip) or the whole series. */
import type { Scope } from '../contracts/task.ts';
import { instantText } from '../domain/due-date.ts';
import type { SeriesRecord, TaskRecord } from '../domain/model.ts';
import { checkVersion, type Deps, inWorkspace, type RequestContext } from './context.ts';
import { skipOccurrence } from './skip-task.ts';
import type { Workspace } from './workspace.ts';

export const deleteTask = (deps: Deps, context: RequestContext, id: string, scope: Scope): Promise<void> =>
  inWorkspace(deps, context, async (workspace) => {
    await deleteIn(workspace, id, scope, context.if_match);
  });

/** Returns the occurrence that takes its place, if it was one and another comes. */
export async function deleteIn(
  workspace: Workspace,
  id: string,
  scope: Scope,
  if_match: number | null,
): Promise<TaskRecord | null> {
  const task = await workspace.task(id);
  checkVersion(task, if_match);
  const series = await workspace.seriesOf(task);
  if (series !== null && scope === 'series') {
    await endSeries(workspace, series);
    for (const pending of await workspace.pendingOccurrences(series.id)) await removeWithFamily(workspace, pending);
    return null;
  }
  if (series !== null && task.status === 'pending' && series.ended_at === null)
    return await skipOccurrence(workspace, task);
  await removeWithFamily(workspace, task);
  return null;
}

/** Nothing more appears; what has been stays in the history. */
export async function endSeries(workspace: Workspace, series: SeriesRecord): Promise<void> {
  workspace.putSeries({
    ...series,
    ended_at: series.ended_at ?? instantText(workspace.now),
    appears_at: null,
    next_occurrence: null,
  });
}

export async function removeWithFamily(workspace: Workspace, task: TaskRecord): Promise<void> {
  const family = await workspace.descendants(task.id);
  await workspace.loadSeries(family.flatMap((child) => child.series_id ?? []));
  for (const child of family) {
    const series = await workspace.seriesOf(child);
    if (series !== null && child.status === 'pending') await endSeries(workspace, series);
  }
  for (const gone of [task, ...family]) workspace.removeTask(gone.id);
}
