import { beforeAll, describe, expect, it } from 'vitest';
import { expectProblem, type Person, send, signUp } from '../support/person.ts';
import { withTaskFlow } from '../support/taskflow.ts';

const taskflow = withTaskFlow();
let ann: Person;
beforeAll(async () => {
  ann = await signUp(taskflow.url);
});
const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
const withToken = (token: string, method: string, path: string, body?: unknown) =>
  send(taskflow.url, method, path, body, bearer(token));

describe('a personal access token', () => {
  it('is shown once, and does what its owner may do', async () => {
    const made = await ann.must(201, 'POST', '/api/tokens', { name: 'script', expires_in_days: 30 });
    expect(made).toMatchObject({ name: 'script', scopes: ['read', 'write'], last_used_at: null });
    expect(Date.parse(made.expires_at) - Date.now()).toBeGreaterThan(29 * 86_400_000);
    const task = await withToken(made.token, 'POST', '/api/tasks', { title: 'by script' });
    expect(task.status).toBe(201);
    expect(task.body.owner_id).toBe(ann.id);
    const { items } = await ann.must(200, 'GET', '/api/tokens');
    const listed = items.find(({ id }: { id: string }) => id === made.id);
    expect(listed).toMatchObject({ name: 'script', start: made.token.slice(0, 8), last_used_at: expect.any(String) });
    expect(JSON.stringify(items)).not.toContain(made.token);
  });

  it('for reading changes nothing', async () => {
    const token = await ann.token(['read']);
    const task = await ann.task();
    expect((await withToken(token, 'GET', `/api/tasks/${task.id}`)).status).toBe(200);
    for (const [method, path, body] of [
      ['POST', '/api/tasks', { title: 'x' }],
      ['PATCH', `/api/tasks/${task.id}`, { title: 'x' }],
      ['DELETE', `/api/tasks/${task.id}`, undefined],
      ['POST', `/api/tasks/${task.id}/complete`, undefined],
    ] as const) {
      expectProblem(await withToken(token, method, path, body), 403);
    }
    expect(await ann.must(200, 'GET', `/api/tasks/${task.id}`)).toEqual(task);
  });

  it('cannot make, see or revoke tokens', async () => {
    const token = await ann.token();
    expectProblem(await withToken(token, 'GET', '/api/tokens'), 403);
    expectProblem(await withToken(token, 'POST', '/api/tokens', { name: 'more' }), 403);
    expectProblem(await withToken(token, 'DELETE', '/api/tokens/x'), 403);
  });

  it('stops at once when it is revoked', async () => {
    const made = await ann.must(201, 'POST', '/api/tokens', { name: 'short-lived' });
    expect((await withToken(made.token, 'GET', '/api/tasks')).status).toBe(200);
    expect((await ann.call('DELETE', `/api/tokens/${made.id}`)).status).toBe(204);
    expectProblem(await withToken(made.token, 'GET', '/api/tasks'), 401);
    expectProblem(await ann.call('DELETE', `/api/tokens/${made.id}`), 404);
  });

  it('of someone else cannot be revoked', async () => {
    const bob = await signUp(taskflow.url);
    const made = await ann.must(201, 'POST', '/api/tokens', { name: 'mine' });
    expectProblem(await bob.call('DELETE', `/api/tokens/${made.id}`), 404);
    expect((await withToken(made.token, 'GET', '/api/tasks')).status).toBe(200);
  });

  it.each(['', 'nonsense', 'tf_short', `tf_${'a'.repeat(64)}`, 'tf_\'; drop table auth."apikey"'])(
    'is not made up: "%s"',
    async (token) => {
      expectProblem(await send(taskflow.url, 'GET', '/api/tasks', undefined, bearer(token)), 401);
    },
  );

  it.each([
    [{ name: '' }, 'name'],
    [{ name: 'x'.repeat(33) }, 'name'],
    [{ name: 'x', scopes: ['admin'] }, 'scopes.0'],
    [{ name: 'x', scopes: [] }, 'scopes'],
    [{ name: 'x', expires_in_days: 0 }, 'expires_in_days'],
    [{ name: 'x', user_id: '1' }, 'user_id'],
  ])('is not made of %o', async (body, field) => {
    expectProblem(await ann.call('POST', '/api/tokens', body), 422, field);
  });
});
