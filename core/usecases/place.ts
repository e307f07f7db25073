/** Where a task may go: a project of the user, below a parent that is neither too deep nor itself below the task. */
import type { TaskMove } from '../contracts/task.ts';
import { Failure, invalid } from '../domain/failure.ts';
import type { TaskRecord } from '../domain/model.ts';
import { positionBetween } from '../domain/position.ts';
import { SUBTASK_DEPTH_MAX } from '../domain/task.ts';
import type { Workspace } from './workspace.ts';

export interface Place {
  project_id: string;
  parent_id: string | null;
  position: string;
}

/** The place of a new task: where the request says, else the parent's project, else the Inbox; at the end. */
export async function placeOfNew(
  workspace: Workspace,
  input: { project_id?: string | undefined; parent_id?: string | null | undefined },
): Promise<Place> {
  const parent = input.parent_id == null ? null : await readParent(workspace, input.parent_id);
  if (parent !== null) await checkDepth(workspace, parent, null);
  const project_id = await readProject(workspace, input.project_id, parent);
  return { project_id, parent_id: parent?.id ?? null, position: workspace.nextPosition() };
}

/** Moves a task and everything below it. Without a neighbour it goes to the end. */
export async function moveWithin(workspace: Workspace, task: TaskRecord, to: TaskMove): Promise<TaskRecord> {
  const parent_id =
    to.parent_id === undefined
      ? to.project_id === undefined || to.project_id === task.project_id
        ? task.parent_id
        : null
      : to.parent_id;
  const parent = parent_id === null ? null : await readParent(workspace, parent_id);
  if (parent !== null && parent_id !== task.parent_id) await checkDepth(workspace, parent, task);
  const project_id = await readProject(workspace, to.project_id ?? parent?.project_id ?? task.project_id, parent);
  const place = { project_id, parent_id };
  const is_named = to.before_id !== undefined || to.after_id !== undefined;
  const is_asked = to.project_id !== undefined || to.parent_id !== undefined;
  const stays = is_asked && project_id === task.project_id && parent_id === task.parent_id;
  const position = is_named
    ? await positionNextTo(workspace, task, place, to)
    : stays
      ? task.position
      : workspace.nextPosition();
  if (project_id !== task.project_id) {
    for (const child of await workspace.descendants(task.id)) workspace.putTask({ ...child, project_id });
  }
  return workspace.putTask({ ...task, ...place, position });
}

async function readParent(workspace: Workspace, parent_id: string): Promise<TaskRecord> {
  const parent = await workspace.findTask(parent_id);
  if (parent === null) throw invalid('parent_id', 'is not a task of yours');
  return parent;
}

async function readProject(
  workspace: Workspace,
  project_id: string | undefined,
  parent: TaskRecord | null,
): Promise<string> {
  if (parent !== null) {
    if (project_id !== undefined && project_id !== parent.project_id)
      throw invalid('project_id', "is not the parent task's project");
    return parent.project_id;
  }
  if (project_id === undefined || project_id === workspace.settings.inbox_id) return workspace.settings.inbox_id;
  const found = (await workspace.projects()).some((project) => project.id === project_id);
  if (!found) throw invalid('project_id', 'is not a project of yours');
  return project_id;
}

/** Depth and cycles; whoever is above must stay as it is until the commit, or two moves could close a circle. */
async function checkDepth(workspace: Workspace, parent: TaskRecord, task: TaskRecord | null): Promise<void> {
  const below = task === null ? [] : await workspace.descendants(task.id);
  const above = await workspace.lineage(parent);
  if (task !== null && above.some((ancestor) => ancestor.id === task.id))
    throw invalid('parent_id', 'is the task itself or lies below it');
  const height = task === null ? 0 : heightOf(task.id, below);
  if (above.length + height > SUBTASK_DEPTH_MAX)
    throw invalid('parent_id', `would nest subtasks deeper than ${SUBTASK_DEPTH_MAX}`);
  for (const ancestor of above) workspace.expectUnchanged(ancestor);
}

function heightOf(id: string, below: readonly TaskRecord[]): number {
  const children = below.filter((task) => task.parent_id === id);
  return children.length === 0 ? 0 : 1 + Math.max(...children.map((child) => heightOf(child.id, below)));
}

async function positionNextTo(
  workspace: Workspace,
  task: TaskRecord,
  place: Omit<Place, 'position'>,
  to: TaskMove,
): Promise<string> {
  const siblings = (await workspace.siblings(place)).filter((sibling) => sibling.id !== task.id);
  const indexOf = (id: string, field: string) => {
    const index = siblings.findIndex((sibling) => sibling.id === id);
    if (index < 0) throw invalid(field, 'is not in that project and below that parent');
    return index;
  };
  const after = to.after_id === undefined ? indexOf(to.before_id!, 'before_id') - 1 : indexOf(to.after_id, 'after_id');
  if (to.before_id !== undefined && to.after_id !== undefined && indexOf(to.before_id, 'before_id') !== after + 1) {
    throw new Failure('conflict', 'The two neighbours are no longer next to each other.');
  }
  const low = siblings[after]?.position ?? null;
  const high = siblings.slice(after + 1).find((sibling) => low === null || sibling.position > low)?.position ?? null;
  return positionBetween(low, high);
}
