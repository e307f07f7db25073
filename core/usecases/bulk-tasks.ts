/** Up to 1,000 operations in one transaction: all of them, or none and the number of the one that failed. */
import type { BulkOperation } from '../contracts/bulk.ts';
import { Failure } from '../domain/failure.ts';
import type { TaskRecord } from '../domain/model.ts';
import { completeIn } from './complete-task.ts';
import { type Deps, inWorkspace, type RequestContext } from './context.ts';
import { createIn } from './create-task.ts';
import { deleteIn } from './delete-task.ts';
import { moveIn } from './move-task.ts';
import { reopenIn } from './reopen-task.ts';
import { skipIn } from './skip-task.ts';
import { updateIn } from './update-task.ts';
import type { Workspace } from './workspace.ts';

export interface BulkResult {
  task: TaskRecord | null;
  next: TaskRecord | null;
}

export const bulkTasks = (
  deps: Deps,
  context: RequestContext,
  operations: readonly BulkOperation[],
): Promise<BulkResult[]> =>
  inWorkspace(deps, context, async (workspace) => {
    await preload(workspace, operations);
    const results: BulkResult[] = [];
    for (const [index, operation] of operations.entries()) results.push(await runOne(workspace, operation, index));
    // A task that a later operation changed again is shown as it is in the end.
    return await Promise.all(
      results.map(async ({ task, next }) => ({
        task: await final(workspace, task),
        next: await final(workspace, next),
      })),
    );
  });

const final = async (workspace: Workspace, task: TaskRecord | null) =>
  task === null ? null : await workspace.findTask(task.id);

/** A handful of queries for all operations, instead of some for each. */
async function preload(workspace: Workspace, operations: readonly BulkOperation[]): Promise<void> {
  const ids = operations.flatMap((operation) => (operation.op === 'create' ? [] : [operation.id]));
  await workspace.loadTasks(ids);
  const structural = operations.flatMap((operation) =>
    operation.op === 'create' || operation.op === 'update' ? [] : [operation.id],
  );
  await workspace.loadFamilies(structural);
  const tasks = (await Promise.all(ids.map((id) => workspace.findTask(id)))).filter((task) => task !== null);
  const series_ids = tasks.flatMap((task) => task.series_id ?? []);
  await workspace.loadSeries(series_ids);
  await workspace.loadPendingOccurrences(series_ids);
}

async function runOne(workspace: Workspace, operation: BulkOperation, index: number): Promise<BulkResult> {
  try {
    return await apply(workspace, operation);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    const prefix = `operations.${index}`;
    const errors = error.errors.map(({ field, message }) => ({
      field: `${prefix}.${inputPath(operation)}${field}`,
      message,
    }));
    throw new Failure(
      error.code,
      `${prefix}: ${error.message}`,
      errors.length > 0 ? errors : [{ field: prefix, message: error.message }],
    );
  }
}

const inputPath = (operation: BulkOperation): string =>
  operation.op === 'create' ? 'task.' : operation.op === 'update' ? 'patch.' : operation.op === 'move' ? 'to.' : '';

async function apply(workspace: Workspace, operation: BulkOperation): Promise<BulkResult> {
  const if_match = operation.op === 'create' ? null : (operation.version ?? null);
  switch (operation.op) {
    case 'create':
      return { task: await createIn(workspace, operation.task), next: null };
    case 'update':
      return {
        task: await updateIn(workspace, operation.id, operation.patch, operation.scope ?? 'occurrence', if_match),
        next: null,
      };
    case 'complete':
      return await completeIn(workspace, operation.id, { children: operation.children === 'complete', if_match });
    case 'reopen':
      return { task: await reopenIn(workspace, operation.id, if_match), next: null };
    case 'skip':
      return await skipIn(workspace, operation.id, if_match);
    case 'move':
      return { task: await moveIn(workspace, operation.id, operation.to, if_match), next: null };
    case 'delete':
      return { task: null, next: await deleteIn(workspace, operation.id, operation.scope ?? 'occurrence', if_match) };
  }
}
