import { beforeAll, describe, expect, it } from 'vitest';
import { expectProblem, type Person, signUp } from '../support/person.ts';
import { withTaskFlow } from '../support/taskflow.ts';

const taskflow = withTaskFlow();
let ann: Person;
beforeAll(async () => {
  ann = await signUp(taskflow.url);
});

describe('a task', () => {
  it('is made with what was given and sensible rest, and can be read at its Location', async () => {
    const answer = await ann.call('POST', '/api/tasks', {
      title: '  Pay rent ',
      due_date: '2030-12-01T09:00:00+01:00',
      tags: ['home'],
      priority: 'high',
    });
    expect(answer.status, answer.text).toBe(201);
    expect(answer.headers.get('etag')).toBe('"1"');
    expect(answer.headers.get('location')).toBe(`/api/tasks/${answer.body.id}`);
    expect(answer.body).toMatchObject({
      title: 'Pay rent',
      owner_id: ann.id,
      parent_id: null,
      status: 'pending',
      priority: 'high',
      tags: ['home'],
      due_date: '2030-12-01T09:00:00+01:00',
      time_zone: 'Europe/Berlin',
      recurrence_rule: null,
      version: 1,
      completed_at: null,
    });
    expect(answer.body.reminders).toEqual([{ id: expect.any(String), offset: 'PT0S' }]);
    expect(await ann.must(200, 'GET', `/api/tasks/${answer.body.id}`)).toEqual(answer.body);
  });

  it('changes by merge patch: what is absent stays, null clears', async () => {
    const task = await ann.task({ due_date: '2030-05-05', description: 'with care', tags: ['a', 'b'] });
    const patched = await ann.must(
      200,
      'PATCH',
      `/api/tasks/${task.id}`,
      { due_date: null, tags: ['c'] },
      {
        'content-type': 'application/merge-patch+json',
      },
    );
    expect(patched).toMatchObject({ due_date: null, tags: ['c'], description: 'with care', version: 2 });
  });

  it('is completed and reopened', async () => {
    const task = await ann.task();
    const { task: done, next } = await ann.must(200, 'POST', `/api/tasks/${task.id}/complete`);
    expect(done).toMatchObject({ status: 'completed', completed_at: expect.any(String) });
    expect(next).toBeNull();
    const reopened = await ann.must(200, 'POST', `/api/tasks/${task.id}/reopen`);
    expect(reopened).toMatchObject({ status: 'pending', completed_at: null });
  });

  it('that repeats brings its next occurrence when it is completed or skipped', async () => {
    const task = await ann.task({ due_date: '2030-01-07T08:00:00', recurrence_rule: 'weekly' });
    const { next } = await ann.must(200, 'POST', `/api/tasks/${task.id}/complete`);
    expect(next).toMatchObject({ due_date: '2030-01-14T08:00:00+01:00', series_id: task.series_id, status: 'pending' });
    const skipped = await ann.must(200, 'POST', `/api/tasks/${next.id}/skip`);
    expect(skipped.next.due_date).toBe('2030-01-21T08:00:00+01:00');
    const { upcoming, history } = await ann.must(
      200,
      'GET',
      `/api/tasks/${skipped.next.id}/occurrences?from=2030-01-01&to=2030-03-01`,
    );
    expect(upcoming.length).toBeGreaterThan(3);
    expect(history.map(({ outcome }: { outcome: string }) => outcome)).toEqual(
      expect.arrayContaining(['completed', 'skipped', 'open']),
    );
    const series = await ann.must(200, 'PATCH', `/api/series/${task.series_id}`, { paused: true });
    expect(series.paused).toBe(true);
    expect(await ann.must(200, 'GET', `/api/series/${task.series_id}`)).toEqual(series);
  });

  it('can have children, moves below them never', async () => {
    const parent = await ann.task();
    const child = await ann.task({ parent_id: parent.id });
    const answer = await ann.call('POST', `/api/tasks/${parent.id}/move`, { parent_id: child.id });
    expect([409, 422]).toContain(answer.status);
    const other = await ann.task();
    const moved = await ann.must(200, 'POST', `/api/tasks/${child.id}/move`, { parent_id: other.id });
    expect(moved.parent_id).toBe(other.id);
    await ann.must(200, 'POST', `/api/tasks/${other.id}/complete?children=complete`);
    expect(await ann.must(200, 'GET', `/api/tasks/${child.id}`)).toMatchObject({ status: 'completed' });
  });

  it('is gone after it was deleted', async () => {
    const task = await ann.task();
    expect((await ann.call('DELETE', `/api/tasks/${task.id}`)).status).toBe(204);
    expectProblem(await ann.call('GET', `/api/tasks/${task.id}`), 404);
    expectProblem(await ann.call('DELETE', `/api/tasks/${task.id}`), 404);
  });

  it('comes of a line of text, or is only parsed', async () => {
    const line = { text: 'Call the plumber tomorrow 5pm !high @house' };
    const dry = await ann.must(200, 'POST', '/api/tasks/quick-add?dry_run=true', line);
    expect(dry.task).toBeNull();
    expect(dry.parsed).toMatchObject({ title: 'Call the plumber', priority: 'high', tags: ['house'] });
    const { task } = await ann.must(201, 'POST', '/api/tasks/quick-add', line);
    expect(task).toMatchObject({ title: 'Call the plumber', priority: 'high', tags: ['house'] });
    expect(task.due_date).toMatch(/T17:00:00/);
    expect(task).not.toHaveProperty('due_at');
  });

  it('is counted', async () => {
    const bob = await signUp(taskflow.url);
    await bob.task();
    await bob.task({ due_date: '2020-01-01' });
    expect(await bob.must(200, 'GET', '/api/tasks/counts')).toMatchObject({ inbox: 2, overdue: 1, no_date: 1 });
  });
});
