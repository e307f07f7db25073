import { beforeAll, describe, expect, it } from 'vitest';
import { expectProblem, type Json, type Person, signUp } from '../support/person.ts';
import { withTaskFlow } from '../support/taskflow.ts';

const taskflow = withTaskFlow();
let ann: Person;
beforeAll(async () => {
  ann = await signUp(taskflow.url);
});
const bulk = (operations: unknown[]) => ann.call('POST', '/api/tasks/bulk', { operations });
const list = async () => (await ann.call('GET', '/api/tasks?limit=200')).text;

describe('a bulk request', () => {
  it('does everything, and answers in order', async () => {
    const [kept, done, gone] = [await ann.task(), await ann.task(), await ann.task()];
    const repeating = await ann.task({ due_date: '2031-01-01', recurrence_rule: 'daily' });
    const answer = await bulk([
      { op: 'create', task: { title: 'new' } },
      { op: 'update', id: kept.id, patch: { priority: 'low' } },
      { op: 'complete', id: done.id },
      { op: 'delete', id: gone.id },
      { op: 'complete', id: repeating.id },
    ]);
    expect(answer.status, answer.text).toBe(200);
    const results: { task: Json; next: Json }[] = answer.body.results;
    expect(results.map(({ task }) => task?.status ?? null)).toEqual([
      'pending',
      'pending',
      'completed',
      null,
      'completed',
    ]);
    expect(results[1]?.task).toMatchObject({ id: kept.id, priority: 'low', version: 2 });
    expect(results[4]?.next).toMatchObject({ due_date: '2031-01-02', series_id: repeating.series_id });
    expectProblem(await ann.call('GET', `/api/tasks/${gone.id}`), 404);
  });

  it.each<[string, number, (id: string) => unknown]>([
    ['a task that is not there', 404, () => ({ op: 'complete', id: '019ab000-0000-7000-8000-000000000000' })],
    ['an old version', 412, (id) => ({ op: 'update', id, version: 9, patch: { title: 'x' } })],
    ['a rule broken', 422, (id) => ({ op: 'update', id, patch: { due_date: '2030-02-30' } })],
    ['an unknown operation', 422, (id) => ({ op: 'destroy', id })],
  ])('with %s does nothing at all', async (_, status, bad) => {
    const task = await ann.task();
    const before = await list();
    const answer = await bulk([
      { op: 'create', task: { title: 'never' } },
      { op: 'delete', id: task.id },
      bad(task.id),
    ]);
    const other = await bulk([{ op: 'create', task: { title: 'never' } }, bad(task.id)]);
    expect([answer.status, other.status]).toContain(status);
    expectProblem(answer, answer.status);
    expect(await list()).toBe(before);
  });

  it('takes 1,000 operations, and not one more', async () => {
    const operations = Array.from({ length: 1_000 }, (_, index) => ({
      op: 'create',
      task: { title: `task ${index}` },
    }));
    const answer = await bulk(operations);
    expect(answer.status, answer.text.slice(0, 500)).toBe(200);
    expect(answer.body.results.map(({ task }: Json) => task.title)).toEqual(operations.map(({ task }) => task.title));
    expectProblem(await bulk([...operations, operations[0]]), 422, 'operations');
  });
});
