/** What goes to the sidecar and what comes back, seen from both ends of real sockets. */
import http, { type IncomingHttpHeaders, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Forwarder, openForwarder } from './forward.ts';
import { createFrontendServer } from './serve.ts';

const api_token = 'what the sidecar wants to see';
let answer: RequestListener;
let seen: { url: string; method: string; headers: IncomingHttpHeaders }[];
let sidecar: http.Server;
let frontend: http.Server;
let forwarder: Forwarder;
let url: string;

beforeEach(async () => {
  seen = [];
  sidecar = http.createServer((request, response) => {
    seen.push({ url: request.url!, method: request.method!, headers: request.headers });
    answer(request, response);
  });
  forwarder = openForwarder({ http_port: await listen(sidecar), api_token });
  const pages = Promise.resolve(async (_: unknown, response: http.ServerResponse) => void response.end('a page'));
  frontend = createFrontendServer({ forwarder, pages, onFault: () => undefined });
  url = `http://127.0.0.1:${await listen(frontend)}`;
});
afterEach(async () => {
  forwarder.close();
  for (const server of [sidecar, frontend]) {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});

const listen = (server: http.Server): Promise<number> =>
  new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port)));

describe('a request to the API', () => {
  it('goes to the backend by service invocation, with the token of the sidecar and no other Dapr header', async () => {
    answer = (_, response) => void response.writeHead(201, { etag: '"1"' }).end('{}');
    const response = await fetch(`${url}/api/tasks?q=a%20b`, {
      method: 'PATCH',
      headers: { 'dapr-app-id': 'worker', 'dapr-api-token': 'mine', 'if-match': '"3"', connection: 'keep-alive' },
      body: '{"title":"x"}',
    });
    expect([response.status, response.headers.get('etag')]).toEqual([201, '"1"']);
    expect(seen).toMatchObject([
      {
        url: '/v1.0/invoke/backend-service/method/api/tasks?q=a%20b',
        method: 'PATCH',
        headers: { 'dapr-api-token': api_token, 'if-match': '"3"', 'x-forwarded-for': '127.0.0.1' },
      },
    ]);
    expect(seen[0]!.headers).not.toHaveProperty('dapr-app-id');
  });

  it('that creates something has a key, so that a repetition by the sidecar is the same request', async () => {
    answer = (_, response) => void response.writeHead(201).end('{}');
    await fetch(`${url}/api/tasks`, { method: 'POST', body: '{}' });
    await fetch(`${url}/api/tasks`, { method: 'POST', body: '{}', headers: { 'idempotency-key': 'mine' } });
    await fetch(`${url}/api/tasks`);
    const keys = seen.map(({ headers }) => headers['idempotency-key']);
    expect(keys).toEqual([expect.stringMatching(/^[0-9a-f-]{36}$/), 'mine', undefined]);
  });

  it('gets its stream piece by piece', async () => {
    let end = () => {};
    answer = (_, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write('data: 1\n\n');
      end = () => response.end('data: 2\n\n');
    };
    const response = await fetch(`${url}/api/events`, { headers: { accept: 'text/event-stream' } });
    const reader = response.body!.getReader();
    expect(Buffer.from((await reader.read()).value!).toString()).toBe('data: 1\n\n');
    end();
    expect(Buffer.from((await reader.read()).value!).toString()).toBe('data: 2\n\n');
    expect(seen[0]!.headers.accept).toBe('text/event-stream, application/problem+json');
  });

  it('is told to come back while the backend cannot be reached', async () => {
    const body = '{"errorCode":"ERR_DIRECT_INVOKE","message":"failed to invoke, id: backend-service"}';
    answer = (_, response) => void response.writeHead(500, { 'content-type': 'application/json' }).end(body);
    const refused = await fetch(`${url}/api/tasks`);
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '2']);
    expect(await refused.json()).toMatchObject({ status: 503, title: 'Service Unavailable' });
    sidecar.closeAllConnections();
    await new Promise((resolve) => sidecar.close(resolve));
    expect((await fetch(`${url}/api/tasks`)).status).toBe(503);
  });

  it('is not told what the sidecar adds to an answer, nor a length that is not that of GET', async () => {
    const own = { traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01', tracestate: 'a=b' };
    answer = (_, response) => void response.writeHead(200, { ...own, 'content-length': '0', etag: '"1"' }).end();
    const { headers } = await fetch(`${url}/api/tasks`, { method: 'HEAD' });
    const names = ['etag', 'traceparent', 'tracestate', 'content-length'];
    expect(names.map((name) => headers.get(name))).toEqual(['"1"', null, null, null]);
  });

  it('that is answered before it was read leaves a connection on which the next one is answered', async () => {
    answer = (request, response) => {
      if (request.method === 'GET') return void response.writeHead(200).end('{}');
      response.writeHead(413, { 'content-type': 'application/problem+json' }).end('{"status":413}');
    };
    const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
    const send = (method: string, body: string) =>
      new Promise<number>((resolve, reject) => {
        const { port } = new URL(url);
        const request = http.request({ agent, port, method, path: '/api/tasks' }, (response) => {
          response.resume().once('end', () => resolve(response.statusCode!));
        });
        request.once('error', reject).end(body);
      });
    for (let round = 0; round < 5; round += 1) {
      expect(await send('POST', 'x'.repeat(8_000_000))).toBe(413);
      expect(await send('GET', '')).toBe(200);
    }
    agent.destroy();
  });

  it('gets a problem of the backend as it is', async () => {
    const problem = '{"status":503,"title":"Service Unavailable","detail":"the database is away"}';
    answer = (_, response) =>
      void response.writeHead(503, { 'content-type': 'application/problem+json', 'retry-after': '5' }).end(problem);
    const response = await fetch(`${url}/api/tasks`);
    expect([response.status, response.headers.get('retry-after'), await response.text()]).toEqual([503, '5', problem]);
  });
});

describe('a path that a sidecar would read otherwise', () => {
  it.each([
    ['/api/..%2finternal/ring', 404],
    ['/api/tasks/%2e%2e/%2e%2e/internal/ring', 404],
    ['/api/tasks/%5c..', 404],
    ['/api/series/%00', 404],
    ['/api/tasks/%zz', 400],
  ])('is not handed to it: %s', async (path, status) => {
    const response = await new Promise<http.IncomingMessage>((resolve) =>
      http.get({ port: new URL(url).port, path }, resolve),
    );
    response.resume();
    expect([response.statusCode, response.headers['content-type']]).toEqual([status, 'application/problem+json']);
    expect(seen).toEqual([]);
  });
});

describe('everything else', () => {
  it('is a page or a probe, and never goes to the sidecar', async () => {
    for (const path of ['/dashboard', '/internal/ring', '/v1.0/invoke/backend-service/method/internal/ring', '/apis'])
      expect(await (await fetch(url + path)).text()).toBe('a page');
    expect(await (await fetch(`${url}/healthz`)).json()).toEqual({ status: 'ok' });
    expect((await fetch(`${url}/readyz`)).status).toBe(200);
    expect(seen).toEqual([]);
  });
});
