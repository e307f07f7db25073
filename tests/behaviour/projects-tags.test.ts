import { beforeAll, describe, expect, it } from 'vitest';
import { expectProblem, type Json, type Person, signUp } from '../support/person.ts';
import { withTaskFlow } from '../support/taskflow.ts';

const taskflow = withTaskFlow();
let ann: Person;
beforeAll(async () => {
  ann = await signUp(taskflow.url);
});

describe('projects', () => {
  it('are made, renamed, listed and deleted with their Inbox always there', async () => {
    const made = await ann.call('POST', '/api/projects', { name: 'House', color: '#1d7a5f' });
    expect(made.status).toBe(201);
    expect(made.headers.get('location')).toBe(`/api/projects/${made.body.id}`);
    expect(await ann.must(200, 'GET', `/api/projects/${made.body.id}`)).toEqual(made.body);
    const task = await ann.task({ project_id: made.body.id });
    const renamed = await ann.must(200, 'PATCH', `/api/projects/${made.body.id}`, { name: 'Home' });
    expect(renamed).toMatchObject({ name: 'Home', color: '#1d7a5f', version: 2 });
    const { items } = await ann.must(200, 'GET', '/api/projects');
    expect(items.map(({ name }: Json) => name)).toEqual(expect.arrayContaining(['Inbox', 'Home']));
    expect((await ann.call('DELETE', `/api/projects/${made.body.id}`)).status).toBe(204);
    expectProblem(await ann.call('GET', `/api/projects/${made.body.id}`), 404);
    const left = await ann.call('GET', `/api/tasks/${task.id}`);
    expect([200, 404]).toContain(left.status);
  });

  it('have names of their own, whatever the case', async () => {
    await ann.must(201, 'POST', '/api/projects', { name: 'Garden' });
    expectProblem(await ann.call('POST', '/api/projects', { name: 'garden' }), 409);
    expectProblem(await ann.call('POST', '/api/projects', { name: '' }), 422, 'name');
    expectProblem(await ann.call('POST', '/api/projects', { name: 'x', color: 'green' }), 422, 'color');
  });

  it('include an Inbox that cannot be deleted', async () => {
    const { inbox_id } = await ann.must(200, 'GET', '/api/settings');
    const answer = await ann.call('DELETE', `/api/projects/${inbox_id}`);
    expect([409, 422]).toContain(answer.status);
    expectProblem(answer, answer.status);
  });

  it('are paged through without a gap', async () => {
    const bob = await signUp(taskflow.url);
    for (let index = 0; index < 7; index += 1) await bob.must(201, 'POST', '/api/projects', { name: `p${index}` });
    const names: string[] = [];
    let cursor: string | null = null;
    do {
      const page: Json = await bob.must(
        200,
        'GET',
        `/api/projects?limit=3${cursor === null ? '' : `&cursor=${cursor}`}`,
      );
      expect(page.items.length).toBeLessThanOrEqual(3);
      names.push(...page.items.map(({ name }: Json) => name));
      cursor = page.next_cursor;
    } while (cursor !== null);
    expect(names.sort()).toEqual(['Inbox', 'p0', 'p1', 'p2', 'p3', 'p4', 'p5', 'p6']);
  });
});

describe('tags', () => {
  it('come with the tasks that carry them, and a new name reaches every one', async () => {
    const task = await ann.task({ tags: ['Errand'] });
    const { items } = await ann.must(200, 'GET', '/api/tags');
    const tag = items.find(({ name }: Json) => name === 'Errand');
    const renamed = await ann.must(200, 'PATCH', `/api/tags/${tag.id}`, { name: 'Shopping', color: '#aa0000' });
    expect(renamed).toMatchObject({ name: 'Shopping', color: '#aa0000' });
    expect(await ann.must(200, 'GET', `/api/tasks/${task.id}`)).toMatchObject({ tags: ['Shopping'] });
    expect((await ann.call('DELETE', `/api/tags/${tag.id}`)).status).toBe(204);
    expect(await ann.must(200, 'GET', `/api/tasks/${task.id}`)).toMatchObject({ tags: [] });
  });

  it('have names of their own', async () => {
    await ann.must(201, 'POST', '/api/tags', { name: 'Urgent' });
    expectProblem(await ann.call('POST', '/api/tags', { name: 'urgent' }), 409);
  });
});

describe('saved filters', () => {
  it('keep a filter that can be read, under a name', async () => {
    const made = await ann.must(201, 'POST', '/api/filters', { name: 'Soon', filter: 'due:<7d priority:>=high' });
    expect(await ann.must(200, 'GET', `/api/filters/${made.id}`)).toEqual(made);
    expect((await ann.must(200, 'GET', '/api/filters')).items).toEqual([made]);
    expectProblem(await ann.call('POST', '/api/filters', { name: 'Bad', filter: 'due:' }), 422, 'filter');
    expectProblem(await ann.call('POST', '/api/filters', { name: 'Soon', filter: 'x' }), 409);
    expect((await ann.call('DELETE', `/api/filters/${made.id}`)).status).toBe(204);
  });
});

describe('settings', () => {
  it('take effect at once', async () => {
    const changed = await ann.must(200, 'PATCH', '/api/settings', {
      time_zone: 'America/New_York',
      default_reminders: [],
    });
    expect(await ann.must(200, 'GET', '/api/settings')).toEqual(changed);
    const task = await ann.task({ due_date: '2031-07-01T09:00:00' });
    expect(task).toMatchObject({ due_date: '2031-07-01T09:00:00-04:00', reminders: [] });
    expectProblem(await ann.call('PATCH', '/api/settings', { time_zone: 'Mars/Olympus' }), 422, 'time_zone');
    expectProblem(await ann.call('PATCH', '/api/settings', { day_start: '25:00' }), 422, 'day_start');
  });
});
