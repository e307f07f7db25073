/** Completing a repeating task makes its next occurrence, once; completing twice is completing once. */
import type { TaskRecord } from '../domain/model.ts';
import { changeStatus } from '../domain/task.ts';
import { checkVersion, type Deps, inWorkspace, type RequestContext } from './context.ts';
import { bringNext } from './repeat.ts';
import type { Workspace } from './workspace.ts';

export interface Completed {
  task: TaskRecord;
  next: TaskRecord | null;
}

export const completeTask = (
  deps: Deps,
  context: RequestContext,
  id: string,
  options: { children: boolean },
): Promise<Completed> =>
  inWorkspace(deps, context, (workspace) => completeIn(workspace, id, { ...options, if_match: context.if_match }));

export async function completeIn(
  workspace: Workspace,
  id: string,
  options: { children: boolean; if_match: number | null },
): Promise<Completed> {
  const task = await workspace.task(id);
  checkVersion(task, options.if_match);
  // The next occurrence copies the subtasks, so it is made while they are as they were.
  const result = await completeOne(workspace, task);
  if (options.children) {
    for (const child of await workspace.descendants(id)) await completeOne(workspace, child);
  }
  return result;
}

async function completeOne(workspace: Workspace, task: TaskRecord): Promise<Completed> {
  const done = changeStatus(task, 'complete', workspace.now);
  if (done === task) return { task, next: null };
  const completed = workspace.putTask(done);
  const series = await workspace.seriesOf(completed);
  if (series === null || completed.occurrence === null) return { task: completed, next: null };
  workspace.settle(series.id, completed.occurrence, 'completed', completed.id);
  const next = series.latest_task_id === completed.id ? await bringNext(workspace, series, true) : null;
  return { task: completed, next };
}
