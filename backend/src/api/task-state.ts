/** /api/tasks/{id}/complete, reopen, skip and move: what becomes of a task, and the occurrence that follows it. */
import { Task, TaskAndNext, TaskMove } from '@taskflow/core/contracts/task.ts';
import type { TaskRecord } from '@taskflow/core/domain/model.ts';
import { completeTask } from '@taskflow/core/usecases/complete-task.ts';
import { moveTask } from '@taskflow/core/usecases/move-task.ts';
import { toTask } from '@taskflow/core/usecases/present.ts';
import { reopenTask } from '@taskflow/core/usecases/reopen-task.ts';
import { skipTask } from '@taskflow/core/usecases/skip-task.ts';
import { z } from 'zod';
import { change, versioned } from '../change.ts';
import { etagOf } from '../etag.ts';
import { operation } from '../openapi.ts';
import type { Api, Backend } from '../parts.ts';
import { ById } from './queries.ts';

const tag = 'Tasks';
const CompleteParameters = z.strictObject({ children: z.literal('complete').optional() });

export function taskStateRoutes(app: Api, backend: Backend): void {
  const { deps } = backend;
  const common = { tag, params: ById, headers: ['If-Match', 'Idempotency-Key'] as const, failures: [409] as const };
  const task = { 200: { description: 'The task.', schema: Task, headers: ['ETag', 'Idempotent-Replayed'] as const } };
  const and_next = {
    200: {
      description: 'The task, and the occurrence that follows it, if there is one.',
      schema: TaskAndNext,
      headers: ['ETag', 'Idempotent-Replayed'] as const,
    },
  };
  app.post(
    '/api/tasks/:id/complete',
    operation({ ...common, id: 'completeTask', summary: 'Complete', query: CompleteParameters, answers: and_next }),
    (request, reply) =>
      change(
        backend,
        request,
        reply,
        (context) =>
          completeTask(deps, context, request.params.id, { children: request.query.children === 'complete' }),
        withNext,
      ),
  );
  app.post(
    '/api/tasks/:id/reopen',
    operation({ ...common, id: 'reopenTask', summary: 'Reopen', answers: task }),
    (request, reply) =>
      change(
        backend,
        request,
        reply,
        (context) => reopenTask(deps, context, request.params.id),
        (record) => versioned(toTask(record)),
      ),
  );
  app.post(
    '/api/tasks/:id/skip',
    operation({ ...common, id: 'skipTask', summary: 'Skip this occurrence', answers: and_next }),
    (request, reply) =>
      change(backend, request, reply, (context) => skipTask(deps, context, request.params.id), withNext),
  );
  app.post(
    '/api/tasks/:id/move',
    operation({ ...common, id: 'moveTask', summary: 'Move', body: TaskMove, answers: task }),
    (request, reply) =>
      change(
        backend,
        request,
        reply,
        (context) => moveTask(deps, context, request.params.id, request.body),
        (record) => versioned(toTask(record)),
      ),
  );
}

const withNext = ({ task, next }: { task: TaskRecord; next: TaskRecord | null }) => ({
  headers: { etag: etagOf(task.version) },
  body: { task: toTask(task), next: next === null ? null : toTask(next) },
});
