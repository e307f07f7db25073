import { describe, expect, it } from 'vitest';
import { type Json, send, signUp } from '../support/person.ts';
import { withTaskFlow } from '../support/taskflow.ts';

const taskflow = withTaskFlow();
const METHODS = ['get', 'post', 'put', 'patch', 'delete'];
const load = async (): Promise<Json> => (await send(taskflow.url, 'GET', '/api/openapi.json')).body;

describe('the OpenAPI document', () => {
  it('is 3.1, complete, and refers only to what is in it', async () => {
    const document = await load();
    expect(document.openapi).toBe('3.1.0');
    const text = JSON.stringify(document);
    const names = Object.keys(document.components.schemas);
    for (const [, name] of text.matchAll(/"#\/components\/schemas\/([^"]+)"/g)) expect(names).toContain(name);
    expect(text).not.toContain('#/$defs');
    expect(text).not.toContain('x-spec');
    expect(names.filter((name) => /Input$/.test(name))).toEqual(['ReminderInput']);
    expect(Object.keys(document.paths)).toEqual(
      expect.arrayContaining(['/api/tasks', '/api/tasks/{id}', '/api/events', '/api/import']),
    );
    expect(Object.keys(document.paths).filter((path) => /internal|metrics/.test(path))).toEqual([]);
  });

  it('describes every operation: an id of its own, its refusals as problems, and who may call it', async () => {
    const document = await load();
    const ids: string[] = [];
    for (const [path, item] of Object.entries<Json>(document.paths)) {
      for (const [method, operation] of Object.entries<Json>(item).filter(([name]) => METHODS.includes(name))) {
        const name = `${method} ${path}`;
        ids.push(operation.operationId);
        expect(operation.summary, name).toBeTruthy();
        expect(operation.tags, name).toHaveLength(1);
        expect(operation.security, name).toBeDefined();
        if (operation.security.length > 0) expect(operation.responses, name).toHaveProperty('401');
        for (const [status, response] of Object.entries<Json>(operation.responses)) {
          if (Number(status) < 400 || path === '/readyz') continue;
          expect(Object.keys(response.content), `${name} ${status}`).toEqual(['application/problem+json']);
        }
        for (const parameter of path.matchAll(/\{(\w+)\}/g)) {
          expect(
            operation.parameters.map((one: Json) => one.name),
            name,
          ).toContain(parameter[1]);
        }
      }
    }
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('has the headers that guard changes', async () => {
    const { paths } = await load();
    const headers = (operation: Json) =>
      operation.parameters.filter((one: Json) => one.in === 'header').map((one: Json) => one.name);
    expect(headers(paths['/api/tasks'].post)).toContain('Idempotency-Key');
    expect(headers(paths['/api/tasks/{id}'].patch)).toContain('If-Match');
    expect(headers(paths['/api/tasks/{id}'].get)).toContain('If-None-Match');
    expect(Object.keys(paths['/api/tasks'].post.responses[201].headers)).toEqual(
      expect.arrayContaining(['ETag', 'Location']),
    );
  });

  it('has no GET that does not answer HEAD in the same way, without a body', async () => {
    const person = await signUp(taskflow.url);
    const { paths } = await load();
    const readable = Object.keys(paths).filter((path) => paths[path].get && /^\/api\/(?!events)[^{]*$/.test(path));
    expect(readable.length).toBeGreaterThan(8);
    for (const path of readable) {
      const [get, head] = await Promise.all(['GET', 'HEAD'].map((method) => person.call(method, path)));
      expect([path, head!.status, head!.text]).toEqual([path, get!.status, '']);
    }
  });

  it('can be read on a page that loads nothing from elsewhere', async () => {
    const page = await send(taskflow.url, 'GET', '/api/docs/');
    expect(page.status).toBe(200);
    expect(page.headers.get('content-security-policy')).toMatch(/script-src 'self'(;|$)/);
    expect(page.text).not.toMatch(/(src|href)="https?:/);
    expect(page.text).not.toMatch(/<script(?![^>]*src=)/);
    for (const [, path] of page.text.matchAll(/(?:src|href)="\.\/(static\/[^"]+)"/g)) {
      expect((await send(taskflow.url, 'GET', `/api/docs/${path}`)).status, path).toBe(200);
    }
  });
});

describe('health', () => {
  it('is told to whoever asks', async () => {
    expect((await send(taskflow.operations_url, 'GET', '/healthz')).body).toEqual({ status: 'ok' });
    expect((await send(taskflow.operations_url, 'GET', '/readyz')).body).toEqual({ status: 'ready', missing: [] });
  });

  it('in figures is not for everyone', async () => {
    const metrics = await send(taskflow.operations_url, 'GET', '/metrics');
    expect(metrics.text).toMatch(/taskflow_http_request_seconds_count/);
    const proxied = await send(taskflow.operations_url, 'GET', '/metrics', undefined, {
      'x-forwarded-for': '203.0.113.9',
    });
    expect(proxied.status).toBe(401);
  });
});
