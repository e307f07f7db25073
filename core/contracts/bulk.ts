/** Up to 1,000 operations in one transaction, all or nothing; the answer is in the order of the request. */
import { z } from 'zod';
import { Id, Version } from './common.ts';
import { Scope, Task, TaskCreate, TaskMove, TaskPatch } from './task.ts';

const target = {
  id: Id,
  version: Version.optional().meta({ description: 'Refused with 412 when the task has another.' }),
};

export const BulkOperation = z
  .discriminatedUnion('op', [
    z.strictObject({ op: z.literal('create'), task: TaskCreate }),
    z.strictObject({ op: z.literal('update'), ...target, patch: TaskPatch, scope: Scope.optional() }),
    z.strictObject({ op: z.literal('complete'), ...target, children: z.literal('complete').optional() }),
    z.strictObject({ op: z.literal('reopen'), ...target }),
    z.strictObject({ op: z.literal('skip'), ...target }),
    z.strictObject({ op: z.literal('move'), ...target, to: TaskMove }),
    z.strictObject({ op: z.literal('delete'), ...target, scope: Scope.optional() }),
  ])
  .meta({ id: 'BulkOperation' });
export type BulkOperation = z.infer<typeof BulkOperation>;

export const BulkRequest = z
  .strictObject({ operations: z.array(BulkOperation).min(1).max(1_000, 'holds more than 1,000 operations') })
  .meta({ id: 'BulkRequest' });
export type BulkRequest = z.infer<typeof BulkRequest>;

/** One per operation: the task as it is afterwards (null when deleted), and the occurrence that came to be. */
export const BulkResponse = z
  .strictObject({ results: z.array(z.strictObject({ task: Task.nullable(), next: Task.nullable() })) })
  .meta({ id: 'BulkResponse' });
export type BulkResponse = z.infer<typeof BulkResponse>;
