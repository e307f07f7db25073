/** Parents come before their children, every parent exists, no one is their own ancestor, and nothing is deeper than a task may be. */
import { SUBTASK_DEPTH_MAX } from '../task.ts';
import type { ImportedTask, IssueLog } from './plan.ts';

export function arrangeTasks(tasks: readonly ImportedTask[], log: IssueLog): ImportedTask[] {
  const byRef = new Map(tasks.map((task) => [task.ref, task]));
  const placed = new Map<string, Place>();
  const order: ImportedTask[] = [];
  for (const task of tasks) {
    for (const next of unplacedLine(task, byRef, placed, log)) {
      const place = placeOf(next, placed, log);
      placed.set(place.task.ref, place);
      order.push(place.task);
    }
  }
  return order;
}

interface Place {
  task: ImportedTask;
  depth: number;
}

/** The task and its ancestors that have no place yet, the oldest first; a parent that can't be one is dropped. */
function unplacedLine(
  task: ImportedTask,
  byRef: ReadonlyMap<string, ImportedTask>,
  placed: ReadonlyMap<string, Place>,
  log: IssueLog,
): ImportedTask[] {
  const line: ImportedTask[] = [];
  const seen = new Set<string>();
  let next: ImportedTask | undefined = task;
  while (next && !placed.has(next.ref)) {
    seen.add(next.ref);
    const parent: ImportedTask | undefined = next.parent_ref === null ? undefined : byRef.get(next.parent_ref);
    const usable: boolean = parent !== undefined && !seen.has(parent.ref);
    if (!usable && next.parent_ref !== null) {
      const why = parent ? 'its parent is below itself' : 'its parent was not taken or is not in the file';
      log.changed(next.line, next.title, 'parent_id', `${why}; it has none now`);
    }
    line.push(usable ? next : { ...next, parent_ref: null });
    next = usable ? parent : undefined;
  }
  return line.reverse();
}

function placeOf(task: ImportedTask, placed: ReadonlyMap<string, Place>, log: IssueLog): Place {
  const parent = task.parent_ref === null ? undefined : placed.get(task.parent_ref);
  if (!parent) return { task, depth: 0 };
  if (parent.depth < SUBTASK_DEPTH_MAX) return { task, depth: parent.depth + 1 };
  log.changed(
    task.line,
    task.title,
    'parent_id',
    `subtasks go ${SUBTASK_DEPTH_MAX} levels deep; it moved up to the last one`,
  );
  return { task: { ...task, parent_ref: parent.task.parent_ref }, depth: SUBTASK_DEPTH_MAX };
}
