import { beforeAll, describe, expect, it } from 'vitest';
import { expectProblem, type Json, type Person, send, signUp } from '../support/person.ts';
import { withTaskFlow } from '../support/taskflow.ts';

const taskflow = withTaskFlow();
let ann: Person;
let eve: Person;
let mine: { task: Json; project: Json; tag: Json; filter: Json };
beforeAll(async () => {
  ann = await signUp(taskflow.url);
  eve = await signUp(taskflow.url);
  const task = await ann.task({ due_date: '2031-01-01', recurrence_rule: 'daily', tags: ['secret'] });
  const { items } = await ann.must(200, 'GET', '/api/tags');
  mine = {
    task,
    project: await ann.must(201, 'POST', '/api/projects', { name: 'secret' }),
    tag: items[0],
    filter: await ann.must(201, 'POST', '/api/filters', { name: 'secret', filter: 'tag:secret' }),
  };
});

const routes: [string, (id: typeof mine) => string, unknown?][] = [
  ['GET', ({ task }) => `/api/tasks/${task.id}`],
  ['PATCH', ({ task }) => `/api/tasks/${task.id}`, { title: 'x' }],
  ['DELETE', ({ task }) => `/api/tasks/${task.id}`],
  ['DELETE', ({ task }) => `/api/tasks/${task.id}?scope=series`],
  ['POST', ({ task }) => `/api/tasks/${task.id}/complete`],
  ['POST', ({ task }) => `/api/tasks/${task.id}/reopen`],
  ['POST', ({ task }) => `/api/tasks/${task.id}/skip`],
  ['POST', ({ task }) => `/api/tasks/${task.id}/move`, {}],
  ['GET', ({ task }) => `/api/tasks/${task.id}/occurrences`],
  ['GET', ({ task }) => `/api/series/${task.series_id}`],
  ['PATCH', ({ task }) => `/api/series/${task.series_id}`, { paused: true }],
  ['GET', ({ project }) => `/api/projects/${project.id}`],
  ['PATCH', ({ project }) => `/api/projects/${project.id}`, { name: 'x' }],
  ['DELETE', ({ project }) => `/api/projects/${project.id}`],
  ['GET', ({ tag }) => `/api/tags/${tag.id}`],
  ['PATCH', ({ tag }) => `/api/tags/${tag.id}`, { name: 'x' }],
  ['DELETE', ({ tag }) => `/api/tags/${tag.id}`],
  ['GET', ({ filter }) => `/api/filters/${filter.id}`],
  ['PATCH', ({ filter }) => `/api/filters/${filter.id}`, { name: 'x' }],
  ['DELETE', ({ filter }) => `/api/filters/${filter.id}`],
  // A notification has its own ids; a task's is as good a guess as any.
  ['PATCH', ({ task }) => `/api/notifications/${task.id}`, { read: true }],
  ['POST', ({ task }) => `/api/notifications/${task.id}/snooze`, { for: 'PT10M' }],
];

describe('what is someone else’s is not there', () => {
  it.each(routes)('%s %s', async (method, path, body) => {
    const theirs = await eve.call(method, path(mine), body);
    expectProblem(theirs, 404);
    // As for something that nobody has: an answer tells nothing.
    const nobody = await eve.call(method, path(elsewhere()), body);
    expect(nobody.text).toBe(theirs.text);
  });

  it('nor can it be named in a body', async () => {
    for (const fields of [{ project_id: mine.project.id }, { parent_id: mine.task.id }]) {
      const answer = await eve.call('POST', '/api/tasks', { title: 'x', ...fields });
      expect([404, 422]).toContain(answer.status);
    }
    const own = await eve.task();
    const answer = await eve.call('POST', `/api/tasks/${own.id}/move`, { after_id: mine.task.id });
    expect([404, 422]).toContain(answer.status);
    const bulk = { operations: [{ op: 'delete', id: mine.task.id }] };
    expectProblem(await eve.call('POST', '/api/tasks/bulk', bulk), 404);
  });

  it('nor is it in any list, count or search', async () => {
    for (const path of ['/api/tasks?q=plants', '/api/tasks?tag=secret', '/api/tags', '/api/projects', '/api/filters']) {
      expect((await eve.call('GET', path)).text).not.toContain(ann.id);
    }
    const answer = await eve.call('GET', `/api/tasks?project_id=${mine.project.id}`);
    expect(answer.body?.items ?? []).toEqual([]);
  });

  it('and nothing of it has changed', async () => {
    expect(await ann.must(200, 'GET', `/api/tasks/${mine.task.id}`)).toEqual(mine.task);
    expect(await ann.must(200, 'GET', `/api/projects/${mine.project.id}`)).toEqual(mine.project);
  });
});

describe('the worker’s routes', () => {
  it.each(['/internal/ring', '/internal/moments?to=2031-01-01T00:00:00Z'])('%s is closed to people', async (path) => {
    const method = path.startsWith('/internal/ring') ? 'POST' : 'GET';
    const body = method === 'POST' ? {} : undefined;
    const token = await ann.token();
    const shown = [
      { cookie: ann.cookie, origin: taskflow.operations_url },
      { authorization: 'Bearer guess' },
      { authorization: `Bearer ${token}` },
      { 'dapr-api-token': 'guess' },
    ];
    for (const headers of shown) expectProblem(await send(taskflow.operations_url, method, path, body, headers), 401);
    // Where browsers are, it is not there, or as closed.
    expect((await send(taskflow.url, method, path, body, { cookie: ann.cookie })).status).toBeOneOf([401, 404, 405]);
  });
});

const elsewhere = () => {
  const id = '019ab000-0000-7000-8000-000000000000';
  return { task: { id, series_id: id }, project: { id }, tag: { id }, filter: { id } };
};
