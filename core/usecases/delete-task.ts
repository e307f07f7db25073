/** Deleting removes a task and what is below it; of a repeating task one occurrence (a skip) or the whole series. */
import type { Scope } from '../contracts/task.ts';
import type { TaskRecord } from '../domain/model.ts';
import { checkVersion, type Deps, inWorkspace, type RequestContext } from './context.ts';
import { endSeries } from './repeat.ts';
import { skipOccurrence } from './skip-task.ts';
import type { Workspace } from './workspace.ts';

/** What is older than so many newer occurrences is not shown in the history. */
const HISTORY_MAX = 1_000;

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
    endSeries(workspace, series);
    for (const pending of await workspace.pendingOccurrences(series.id)) await removeWithFamily(workspace, pending);
    return null;
  }
  if (series !== null && task.status === 'pending' && series.ended_at === null)
    return await skipOccurrence(workspace, task);
  await removeWithFamily(workspace, task);
  return null;
}

export async function removeWithFamily(workspace: Workspace, task: TaskRecord): Promise<void> {
  const family = await workspace.descendants(task.id);
  await workspace.loadSeries(family.flatMap((child) => child.series_id ?? []));
  for (const child of family) {
    const series = await workspace.seriesOf(child);
    if (series !== null && child.status === 'pending') endSeries(workspace, series);
  }
  for (const gone of [task, ...family]) {
    await forgetOccurrence(workspace, gone);
    workspace.removeTask(gone.id);
  }
}

/** The history keeps what became of an occurrence, but names no task that is not there any more. */
async function forgetOccurrence(workspace: Workspace, task: TaskRecord): Promise<void> {
  if (task.series_id === null || task.occurrence === null) return;
  if (task.status === 'pending') return workspace.settle(task.series_id, task.occurrence, 'skipped', null);
  const history = await workspace.store.occurrences(workspace.owner_id, task.series_id, HISTORY_MAX);
  const past = history.find(({ occurrence }) => occurrence === task.occurrence);
  if (past !== undefined) workspace.settle(task.series_id, task.occurrence, past.outcome, null, past.at);
}
