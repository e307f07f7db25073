/** Moving changes where a task stands: project, parent, and its place among its siblings. */
import type { TaskMove } from '../contracts/task.ts';
import type { TaskRecord } from '../domain/model.ts';
import { checkVersion, type Deps, inWorkspace, type RequestContext } from './context.ts';
import { moveWithin } from './place.ts';
import type { Workspace } from './workspace.ts';

export const moveTask = (deps: Deps, context: RequestContext, id: string, to: TaskMove): Promise<TaskRecord> =>
  inWorkspace(deps, context, (workspace) => moveIn(workspace, id, to, context.if_match));

export async function moveIn(
  workspace: Workspace,
  id: string,
  to: TaskMove,
  if_match: number | null,
): Promise<TaskRecord> {
  const task = await workspace.task(id);
  checkVersion(task, if_match);
  return await moveWithin(workspace, task, to);
}
