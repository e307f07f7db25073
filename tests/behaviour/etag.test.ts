import { beforeAll, describe, expect, it } from 'vitest';
import { expectProblem, type Person, signUp } from '../support/person.ts';
import { withTaskFlow } from '../support/taskflow.ts';

const taskflow = withTaskFlow();
let ann: Person;
beforeAll(async () => {
  ann = await signUp(taskflow.url);
});

describe('If-Match', () => {
  const changes: [string, (id: string) => [string, string, unknown?]][] = [
    ['PATCH', (id) => ['PATCH', `/api/tasks/${id}`, { title: 'new' }]],
    ['complete', (id) => ['POST', `/api/tasks/${id}/complete`]],
    ['move', (id) => ['POST', `/api/tasks/${id}/move`, {}]],
    ['DELETE', (id) => ['DELETE', `/api/tasks/${id}`]],
  ];
  it.each(changes)('with an old version refuses %s, and nothing changes', async (_, request) => {
    const task = await ann.task();
    const current = await ann.must(200, 'PATCH', `/api/tasks/${task.id}`, { description: 'newer' });
    const [method, path, body] = request(task.id);
    expectProblem(await ann.call(method, path, body, { 'if-match': '"1"' }), 412);
    expect(await ann.must(200, 'GET', `/api/tasks/${task.id}`)).toEqual(current);
    const accepted = await ann.call(method, path, body, { 'if-match': '"2"' });
    expect(accepted.status, accepted.text).toBeLessThan(300);
  });

  it('lets one of two changes from the same version win', async () => {
    const task = await ann.task();
    const answers = await Promise.all(
      ['a', 'b', 'c', 'd'].map((title) => ann.call('PATCH', `/api/tasks/${task.id}`, { title }, { 'if-match': '"1"' })),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 412, 412, 412]);
  });

  it('takes any version for *, and refuses what is no entity tag', async () => {
    const task = await ann.task();
    await ann.must(200, 'PATCH', `/api/tasks/${task.id}`, { title: 'x' }, { 'if-match': '*' });
    expectProblem(
      await ann.call('PATCH', `/api/tasks/${task.id}`, { title: 'y' }, { 'if-match': '2' }),
      400,
      'If-Match',
    );
    expectProblem(
      await ann.call('PATCH', `/api/tasks/${task.id}`, { title: 'y' }, { 'if-match': 'W/"2"' }),
      412,
      'If-Match',
    );
  });

  it.each(['projects', 'tags', 'filters'])('guards %s too', async (kind) => {
    const body = kind === 'filters' ? { name: 'guarded', filter: 'is:overdue' } : { name: 'guarded' };
    const made = await ann.must(201, 'POST', `/api/${kind}`, body);
    await ann.must(200, 'PATCH', `/api/${kind}/${made.id}`, { name: 'changed' }, { 'if-match': '"1"' });
    expectProblem(await ann.call('PATCH', `/api/${kind}/${made.id}`, { name: 'again' }, { 'if-match': '"1"' }), 412);
    expectProblem(await ann.call('DELETE', `/api/${kind}/${made.id}`, undefined, { 'if-match': '"1"' }), 412);
    expect((await ann.call('DELETE', `/api/${kind}/${made.id}`, undefined, { 'if-match': '"2"' })).status).toBe(204);
  });
});

describe('If-None-Match', () => {
  it('spares what is known already', async () => {
    const task = await ann.task();
    const known = await ann.call('GET', `/api/tasks/${task.id}`, undefined, { 'if-none-match': '"1"' });
    expect(known.status).toBe(304);
    expect(known.text).toBe('');
    expect(known.headers.get('etag')).toBe('"1"');
    await ann.must(200, 'PATCH', `/api/tasks/${task.id}`, { title: 'new' });
    const changed = await ann.call('GET', `/api/tasks/${task.id}`, undefined, { 'if-none-match': '"1"' });
    expect(changed.status).toBe(200);
    expect(changed.headers.get('etag')).toBe('"2"');
  });
});
