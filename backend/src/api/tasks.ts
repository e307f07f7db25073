/** /api/tasks: a person's tasks. */
import { BulkRequest, BulkResponse } from '@taskflow/core/contracts/bulk.ts';
import { DueDateInput, Id, line, text } from '@taskflow/core/contracts/common.ts';
import { Occurrences } from '@taskflow/core/contracts/model.ts';
import { QuickAddRequest, QuickAddResponse } from '@taskflow/core/contracts/quick-add.ts';
import {
  Priority,
  Scope,
  Status,
  Task,
  TaskCounts,
  TaskCreate,
  TaskPage,
  TaskPatch,
} from '@taskflow/core/contracts/task.ts';
import { notFound } from '@taskflow/core/domain/failure.ts';
import { bulkTasks } from '@taskflow/core/usecases/bulk-tasks.ts';
import { createTask } from '@taskflow/core/usecases/create-task.ts';
import { deleteTask } from '@taskflow/core/usecases/delete-task.ts';
import { listOccurrences } from '@taskflow/core/usecases/list-occurrences.ts';
import { listTasks } from '@taskflow/core/usecases/list-tasks.ts';
import { toTask } from '@taskflow/core/usecases/present.ts';
import { quickAdd } from '@taskflow/core/usecases/quick-add-task.ts';
import { updateTask } from '@taskflow/core/usecases/update-task.ts';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { change, created, gone, principalOf, sendJson, settingsOf, versioned } from '../change.ts';
import { etagOf, isKnown, versionOfJson } from '../etag.ts';
import { operation } from '../openapi.ts';
import type { Api, Backend } from '../parts.ts';
import { validateOperations } from './bulk-body.ts';
import { ById, cursor, flag, limit } from './queries.ts';
import { taskStateRoutes } from './task-state.ts';

const tag = 'Tasks';
const etag = ['ETag'] as const;
const MERGE_PATCH = ['application/merge-patch+json', 'application/json'] as const;

const TaskListParameters = z.strictObject({
  filter: text(1_000)
    .optional()
    .meta({ description: 'A line of the filter language: `priority:>=high due:<7d rent`.' }),
  sort: text(200)
    .optional()
    .meta({ description: 'Keys with commas, `-` for descending.', examples: ['-priority,due_date'] }),
  cursor,
  limit,
  status: Status.optional(),
  priority: Priority.optional(),
  tag: line(50).optional(),
  project_id: Id.optional(),
  parent_id: z
    .union([Id, z.literal('null')])
    .optional()
    .meta({ description: "`null` for tasks that are nobody's child." }),
  due_before: DueDateInput.optional(),
  due_after: DueDateInput.optional(),
  q: text(500).optional().meta({ description: 'Words in title, description and tags.' }),
});

const ScopeParameters = z.strictObject({
  scope: Scope.optional().meta({ description: 'This occurrence alone (default), or its series from here on.' }),
});
const DryRun = z.strictObject({ dry_run: flag });
const Window = z.strictObject({ from: DueDateInput.optional(), to: DueDateInput.optional() });

export function taskRoutes(app: Api, backend: Backend): void {
  collection(app, backend);
  single(app, backend);
  taskStateRoutes(app, backend);
  many(app, backend);
}

function collection(app: Api, backend: Backend): void {
  const { deps } = backend;
  app.get(
    '/api/tasks',
    operation({
      id: 'listTasks',
      tag,
      summary: 'List tasks',
      query: TaskListParameters,
      answers: { 200: { description: 'A page of tasks.', schema: TaskPage } },
    }),
    async (request, reply) => {
      const page = await listTasks(deps, readContext(request), request.query);
      return sendJson(reply, `{"items":${page.items_json},"next_cursor":${JSON.stringify(page.next_cursor)}}`);
    },
  );
  app.post(
    '/api/tasks',
    operation({
      id: 'createTask',
      tag,
      summary: 'Create a task',
      body: TaskCreate,
      headers: ['Idempotency-Key'],
      answers: {
        201: { description: 'The task.', schema: Task, headers: ['Location', 'ETag', 'Idempotent-Replayed'] },
      },
      failures: [409],
    }),
    (request, reply) =>
      change(
        backend,
        request,
        reply,
        (context) => createTask(deps, context, request.body),
        (task) => created('/api/tasks', toTask(task)),
      ),
  );
  app.get(
    '/api/tasks/counts',
    operation({
      id: 'countTasks',
      tag,
      summary: 'Numbers of pending tasks',
      answers: { 200: { description: 'Inbox, today, overdue, upcoming, projects and tags.', schema: TaskCounts } },
    }),
    (request) => {
      const { owner_id, time_zone } = settingsOf(request);
      return deps.store.counts(owner_id, deps.clock.now(), time_zone);
    },
  );
}

function single(app: Api, backend: Backend): void {
  const { deps } = backend;
  app.get(
    '/api/tasks/:id',
    operation({
      id: 'getTask',
      tag,
      summary: 'One task',
      params: ById,
      headers: ['If-None-Match'],
      answers: {
        200: { description: 'The task.', schema: Task, headers: etag },
        304: { description: 'It is still the version that is known.', headers: etag },
      },
    }),
    async (request, reply) => {
      const json = await deps.store.taskJson(principalOf(request).user_id, request.params.id);
      if (json === null) throw notFound('task');
      const tag = etagOf(versionOfJson(json));
      reply.header('etag', tag);
      return isKnown(request.headers['if-none-match'], tag) ? reply.code(304).send() : sendJson(reply, json);
    },
  );
  app.patch(
    '/api/tasks/:id',
    operation({
      id: 'updateTask',
      tag,
      summary: 'Change a task',
      description: 'A JSON merge patch (RFC 7396): what is absent stays, null clears.',
      params: ById,
      query: ScopeParameters,
      body: TaskPatch,
      body_types: MERGE_PATCH,
      headers: ['If-Match'],
      answers: { 200: { description: 'The task.', schema: Task, headers: etag } },
      failures: [409],
    }),
    (request, reply) =>
      change(
        backend,
        request,
        reply,
        (context) => updateTask(deps, context, request.params.id, request.body, request.query.scope ?? 'occurrence'),
        (task) => versioned(toTask(task)),
      ),
  );
  app.delete(
    '/api/tasks/:id',
    operation({
      id: 'deleteTask',
      tag,
      summary: 'Delete a task',
      description: 'Deleting an occurrence skips it; with `scope=series` the series ends and its pending tasks go.',
      params: ById,
      query: ScopeParameters,
      headers: ['If-Match'],
      answers: { 204: { description: 'It is gone.' } },
      failures: [409],
    }),
    (request, reply) =>
      change(
        backend,
        request,
        reply,
        (context) => deleteTask(deps, context, request.params.id, request.query.scope ?? 'occurrence'),
        gone,
      ),
  );
}

function many(app: Api, backend: Backend): void {
  const { deps } = backend;
  const headers = ['Idempotency-Key'] as const;
  app.post(
    '/api/tasks/bulk',
    {
      ...operation({
        id: 'bulkTasks',
        tag,
        summary: 'Up to 1,000 operations, all or nothing',
        body: BulkRequest,
        headers,
        answers: {
          200: { description: 'In the order of the request.', schema: BulkResponse, headers: ['Idempotent-Replayed'] },
        },
        failures: [404, 409, 412],
      }),
      validatorCompiler: validateOperations,
    },
    (request, reply) =>
      change(
        backend,
        request,
        reply,
        (context) => bulkTasks(deps, context, request.body.operations),
        (results) => ({
          body: {
            results: results.map(({ task, next }) => ({
              task: task === null ? null : toTask(task),
              next: next === null ? null : toTask(next),
            })),
          },
        }),
      ),
  );
  app.post(
    '/api/tasks/quick-add',
    operation({
      id: 'quickAddTask',
      tag,
      summary: 'A line of text becomes a task',
      query: DryRun,
      body: QuickAddRequest,
      headers,
      answers: {
        200: { description: 'What was understood (dry run).', schema: QuickAddResponse },
        201: {
          description: 'What was understood, and the task.',
          schema: QuickAddResponse,
          headers: ['Location', 'ETag', 'Idempotent-Replayed'],
        },
      },
      failures: [409],
    }),
    (request, reply) =>
      change(
        backend,
        request,
        reply,
        (context) => quickAdd(deps, context, request.body, { dry_run: request.query.dry_run }),
        ({ parsed, task }) =>
          task === null
            ? { body: { parsed, task } }
            : { ...created('/api/tasks', task), body: { parsed, task: toTask(task) } },
      ),
  );
  app.get(
    '/api/tasks/:id/occurrences',
    operation({
      id: 'listOccurrences',
      tag: 'Series',
      summary: 'What the rule brings, and the history with its streak',
      params: ById,
      query: Window,
      answers: { 200: { description: 'At most 1,000 instances ahead.', schema: Occurrences } },
    }),
    (request) => listOccurrences(deps, readContext(request), request.params.id, request.query),
  );
}

/** Reading has no terms. */
const readContext = (request: FastifyRequest) => ({
  settings: settingsOf(request),
  traceparent: null,
  if_match: null,
  answer: null,
});
