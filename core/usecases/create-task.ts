/** Creating a task writes it, its reminders' moments, its series if it repeats, and `task.created`, in one transaction. */
import type { TaskCreate } from '../contracts/task.ts';
import { invalid } from '../domain/failure.ts';
import type { TaskRecord } from '../domain/model.ts';
import { newTask } from '../domain/task.ts';
import { type Deps, inWorkspace, type RequestContext } from './context.ts';
import { placeOfNew } from './place.ts';
import { startRepeating } from './repeat.ts';
import type { Workspace } from './workspace.ts';

export const createTask = (deps: Deps, context: RequestContext, input: TaskCreate): Promise<TaskRecord> =>
  inWorkspace(deps, context, (workspace) => createIn(workspace, input));

export async function createIn(workspace: Workspace, input: TaskCreate): Promise<TaskRecord> {
  const task = newTask(input, await placeOfNew(workspace, input), workspace.domain);
  if (input.reminders?.some((reminder) => 'offset' in reminder) && task.due_date === null) {
    throw invalid('reminders', 'with an offset need a due_date');
  }
  if (input.recurrence_rule == null) return workspace.putTask(task);
  return startRepeating(workspace, task, input.recurrence_rule);
}
