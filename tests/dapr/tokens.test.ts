/** Nobody gets in by a side door: every port wants its token, every sidecar lets each caller do only what it needs, and the network sees none of them. */
import { readFileSync } from 'node:fs';
import http from 'node:http';
import http2 from 'node:http2';
import path from 'node:path';

import type { AppId } from '@taskflow/engine/src/start-taskflow.ts';
import { expect, test } from 'vitest';
import { withTaskFlowOnEngine } from '../support/engine.ts';
import { openPortsOf } from '../support/open-ports.ts';

const app = withTaskFlowOnEngine();
const APPS: AppId[] = ['backend-service', 'worker', 'frontend'];
const MOMENT = '2026-12-01T08:00:00Z';
/** Of a notification that nobody has. */
const RECEIPT = {
  ...{ notification_id: '01900000-0000-7000-8000-000000000000', channel: 'sse', status: 'delivered' },
  ...{ attempts: 1, reason: null, at: MOMENT },
};

const serviceOf = (app_id: AppId) => app.taskflow.services[app_id][0]!;

async function ask(url: string, method: string, token: string | null, body?: object): Promise<number> {
  const response = await fetch(url, {
    method,
    headers: {
      ...(token === null ? {} : { 'dapr-api-token': token }),
      ...(method === 'GET' ? {} : { 'content-type': 'application/json' }),
    },
    ...(method === 'GET' ? {} : { body: JSON.stringify(body ?? {}) }),
  });
  await response.body?.cancel();
  return response.status;
}

/** Past the sidecar, at the port of the application itself. */
const askApp = (app_id: AppId, method: string, path: string, token: string | null, body?: object) =>
  ask(serviceOf(app_id).url + path, method, token, body);

/** As the application beside the sidecar does. */
const askSidecar = (app_id: AppId, method: string, path: string, body?: object) =>
  ask(`${serviceOf(app_id).sidecar.url}/v1.0/${path}`, method, app.taskflow.tokens.dapr_api_token, body);

test.each([
  ['worker', 'POST', '/subscribe', { entries: [] }],
  ['worker', 'POST', '/job/alarm.20261201T080000Z', { moment: MOMENT }],
  ['backend-service', 'POST', '/internal/ring', {}],
  ['backend-service', 'GET', `/internal/moments?to=${MOMENT}`, undefined],
  ['backend-service', 'POST', '/internal/dead-letters', { data_base64: '' }],
  ['backend-service', 'POST', '/internal/receipts', RECEIPT],
] as const)('the %s takes %s %s from nobody but its sidecar', async (app_id, method, path, body) => {
  const { app_api_token, dapr_api_token } = app.taskflow.tokens;
  // The other direction's token is a wrong one.
  for (const token of [null, '', 'wrong', dapr_api_token, `${app_api_token} `.repeat(2)])
    expect([token, await askApp(app_id, method, path, token, body)]).toEqual([token, 401]);
  expect([200, 204]).toContain(await askApp(app_id, method, path, app_api_token, body));
});

test.each(APPS)('the sidecar of %s takes nothing from who does not show its token', async (app_id) => {
  const { sidecar } = serviceOf(app_id);
  const { app_api_token } = app.taskflow.tokens;
  for (const path of [
    'invoke/backend-service/method/api/tasks',
    'publish/taskflow-pubsub/tasks',
    'jobs/mine',
    'metadata',
  ])
    for (const token of [null, 'wrong', app_api_token])
      expect([path, await ask(`${sidecar.url}/v1.0/${path}`, 'POST', token)]).toEqual([path, 401]);
});

test.each([
  // The frontend reaches the API, which asks who is there.
  ['frontend', 'GET', 'backend-service', 'api/tasks', 401],
  ['frontend', 'GET', 'backend-service', 'api/auth/get-session', 200],
  // …and nothing beside it, however its path is spelt.
  ['frontend', 'POST', 'backend-service', 'internal/ring', 403],
  ['frontend', 'POST', 'backend-service', 'Internal/Ring', 403],
  ['frontend', 'POST', 'backend-service', 'api/..%2Finternal/ring', 403],
  ['frontend', 'POST', 'backend-service', 'api%2F..%2Finternal%2Fring', 403],
  ['frontend', 'POST', 'backend-service', '%69nternal/ring', 403],
  ['frontend', 'GET', 'backend-service', `internal/moments?to=${MOMENT}`, 403],
  ['frontend', 'POST', 'backend-service', 'internal/receipts', 403],
  ['frontend', 'POST', 'backend-service', 'internal/dead-letters', 403],
  ['frontend', 'GET', 'backend-service', 'metrics', 403],
  ['frontend', 'GET', 'backend-service', 'healthz', 403],
  ['frontend', 'POST', 'worker', 'subscribe', 403],
  ['frontend', 'POST', 'worker', 'job/alarm.20261201T080000Z', 403],
  ['frontend', 'GET', 'worker', 'healthz', 403],
  // The worker rings, and sees no one's tasks.
  ['worker', 'POST', 'backend-service', 'internal/ring', 200],
  ['worker', 'GET', 'backend-service', `internal/moments?to=${MOMENT}`, 200],
  ['worker', 'POST', 'backend-service', 'internal/receipts', 422],
  ['worker', 'GET', 'backend-service', 'internal/ring', 403],
  ['worker', 'POST', 'backend-service', 'internal/moments', 403],
  ['worker', 'POST', 'backend-service', 'internal/dead-letters', 403],
  ['worker', 'GET', 'backend-service', 'api/tasks', 403],
  ['worker', 'GET', 'backend-service', 'metrics', 403],
  ['worker', 'GET', 'frontend', 'healthz', 403],
] as const)('%s may or may not: %s %s/%s is %i', async (caller, method, target, path, status) => {
  expect(await askSidecar(caller, method, `invoke/${target}/method/${path}`)).toBe(status);
});

test.each([
  ['frontend', 'POST', 'publish/taskflow-pubsub/tasks'],
  ['frontend', 'POST', 'publish/bulk/taskflow-pubsub/tasks'],
  ['frontend', 'POST', 'jobs/alarm.mine'],
  ['frontend', 'GET', 'secrets/taskflow-secretstore/taskflow'],
  ['frontend', 'GET', 'state/taskflow-statestore/mine'],
  ['backend-service', 'GET', 'state/taskflow-statestore/mine'],
  ['backend-service', 'POST', 'jobs/alarm.mine'],
  ['backend-service', 'GET', 'invoke/frontend/method/healthz'],
  ...APPS.flatMap((app_id) => [
    [app_id, 'GET', 'metadata'] as const,
    [app_id, 'PUT', 'metadata/mine'] as const,
    [app_id, 'POST', 'shutdown'] as const,
    [app_id, 'GET', 'configuration/taskflow-statestore'] as const,
    [app_id, 'POST', 'bindings/mine'] as const,
    [app_id, 'GET', 'actors/Mine/1/state/mine'] as const,
  ]),
] as const)('the sidecar of %s has no %s /v1.0/%s', async (app_id, method, path) => {
  expect(await askSidecar(app_id, method, path)).toBe(404);
});

test('what a sidecar has is there, so that nothing is refused above for another reason', async () => {
  expect(await askSidecar('worker', 'GET', 'state/taskflow-statestore/mine')).toBe(204);
  expect(await askSidecar('worker', 'GET', 'secrets/taskflow-secretstore/taskflow')).toBe(200);
  expect(await askSidecar('backend-service', 'POST', 'publish/bulk/taskflow-pubsub/tasks', [])).toBe(204);
});

test.each([
  ['the worker publishes no event', 'worker', 'POST', 'publish/taskflow-pubsub/tasks'],
  ['the backend publishes no dead letter', 'backend-service', 'POST', 'publish/taskflow-pubsub/tasks-dead-letter'],
  ['the backend publishes to no other topic', 'backend-service', 'POST', 'publish/taskflow-pubsub/mine'],
  ['the worker reads no secret but its own', 'worker', 'GET', 'secrets/taskflow-secretstore/other'],
] as const)('%s', async (_what, app_id, method, path) => {
  expect(await askSidecar(app_id, method, path)).toBe(403);
});

const GRPC_METHODS = [
  ...[
    'InvokeService',
    'PublishEvent',
    'BulkPublishEventAlpha1',
    'GetSecret',
    'GetState',
    'SaveState',
    'ScheduleJobAlpha1',
  ],
  ...['SubscribeTopicEventsAlpha1', 'InvokeBinding', 'GetMetadata', 'SetMetadata', 'Shutdown'],
];
const [UNIMPLEMENTED, UNAUTHENTICATED] = ['12', '16'];

test.each(APPS)('the sidecar of %s has nothing in gRPC of what it guards in HTTP', async (app_id) => {
  const port = portOf(`sidecar.${app_id}.grpc`);
  const { dapr_api_token } = app.taskflow.tokens;
  const call = (method: string, token: string | null) =>
    grpcStatus(port, `/dapr.proto.runtime.v1.Dapr/${method}`, token);
  for (const method of GRPC_METHODS)
    expect([method, await call(method, dapr_api_token)]).toEqual([method, UNIMPLEMENTED]);
  // The one that is left in gRPC so that the rest is closed: it is there, and has nothing to work on.
  expect(await call('UnlockAlpha1', null)).toBe(UNAUTHENTICATED);
  expect([UNIMPLEMENTED, UNAUTHENTICATED, '0']).not.toContain(await call('UnlockAlpha1', dapr_api_token));
});

/** As the engine has noted it: asked for, it would give one that is free. */
const portOf = (name: string): number =>
  JSON.parse(readFileSync(path.join(app.taskflow.engine.folder, 'ports.json'), 'utf8'))[name];

/** Of a call with an empty message, as HTTP/2 carries it (grpc/grpc, PROTOCOL-HTTP2.md). */
function grpcStatus(port: number, method: string, token: string | null): Promise<unknown> {
  const session = http2.connect(`http://127.0.0.1:${port}`);
  return new Promise((resolve, reject) => {
    session.on('error', reject);
    const call = session.request({
      ...{ ':method': 'POST', ':path': method, 'content-type': 'application/grpc', te: 'trailers' },
      ...(token === null ? {} : { 'dapr-api-token': token }),
    });
    for (const kind of ['response', 'trailers'] as const)
      call.on(kind, (headers: http2.IncomingHttpHeaders) => {
        if (headers['grpc-status'] !== undefined) resolve(headers['grpc-status']);
      });
    call
      .on('error', reject)
      .on('close', () => reject(new Error('no status')))
      .resume();
    call.end(Buffer.alloc(5));
  }).finally(() => session.close());
}

test.each([
  '/internal/ring',
  '/metrics',
  '/api/../internal/ring',
  '/api/%2e%2e/internal/ring',
  '/api/%252e%252e/internal/ring',
  '/api/..%2finternal%2fring',
  '/api/..%252finternal%252fring',
  '/api//../../internal/ring',
  '/api/..;/internal/ring',
  '/v1.0/invoke/backend-service/method/internal/ring',
  '/api/tasks/../../../../../../v1.0/invoke/backend-service/method/internal/ring',
])('a browser gets nowhere but to the API and the pages: %s', async (path) => {
  const { port } = new URL(app.taskflow.url);
  const status = await new Promise((resolve, reject) => {
    const request = http.request({ host: '127.0.0.1', port, path, method: 'POST' }, (response) => {
      response.resume();
      resolve(response.statusCode);
    });
    request.on('error', reject).end('{}');
  });
  expect([401, 403, 404]).toContain(status);
});

test('no sidecar and no application can be reached from the network, gRPC included', () => {
  const parts = Object.values(app.taskflow.services).flatMap((all) =>
    all.flatMap(({ app, sidecar }) => [app, sidecar]),
  );
  expect(parts.map(({ name }) => name).sort()).toEqual([
    'backend-service',
    'frontend',
    'sidecar-backend-service',
    'sidecar-frontend',
    'sidecar-worker',
    'worker',
  ]);
  expect(parts.flatMap(({ name, pid }) => openPortsOf(pid!).map((port) => `${name}:${port}`))).toEqual([]);
});
