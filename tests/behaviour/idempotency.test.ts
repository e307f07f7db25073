import { beforeAll, describe, expect, it } from 'vitest';
import { expectProblem, type Person, signUp } from '../support/person.ts';
import { withTaskFlow } from '../support/taskflow.ts';

const taskflow = withTaskFlow();
let ann: Person;
beforeAll(async () => {
  ann = await signUp(taskflow.url);
});
const key = (name: string) => ({ 'idempotency-key': name });
const titled = async (title: string) => (await ann.must(200, 'GET', `/api/tasks?q=${title}`)).items.length;

describe('the same Idempotency-Key', () => {
  it('gets the same answer again, and makes nothing twice', async () => {
    const first = await ann.call('POST', '/api/tasks', { title: 'once' }, key('k1'));
    const again = await ann.call('POST', '/api/tasks', { title: 'once' }, key('k1'));
    expect(first.status).toBe(201);
    expect(first.headers.has('idempotent-replayed')).toBe(false);
    expect(again).toMatchObject({ status: 201, text: first.text });
    for (const name of ['etag', 'location', 'content-type'])
      expect(again.headers.get(name)).toBe(first.headers.get(name));
    expect(again.headers.get('idempotent-replayed')).toBe('true');
    expect(await titled('once')).toBe(1);
  });

  it('makes one task of ten requests at once', async () => {
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => ann.call('POST', '/api/tasks', { title: 'racing' }, key('race'))),
    );
    expect(answers.map(({ status }) => status)).toEqual(Array(10).fill(201));
    expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
    expect(await titled('racing')).toBe(1);
  });

  it('is refused with another body, path or query', async () => {
    await ann.must(201, 'POST', '/api/tasks', { title: 'first' }, key('k2'));
    expectProblem(await ann.call('POST', '/api/tasks', { title: 'other' }, key('k2')), 422, 'Idempotency-Key');
    expectProblem(await ann.call('POST', '/api/projects', { name: 'first' }, key('k2')), 422, 'Idempotency-Key');
  });

  it('completes a repeating task once', async () => {
    const task = await ann.task({ due_date: '2031-01-01', recurrence_rule: 'daily' });
    const first = await ann.must(200, 'POST', `/api/tasks/${task.id}/complete`, undefined, key('k3'));
    expect(await ann.must(200, 'POST', `/api/tasks/${task.id}/complete`, undefined, key('k3'))).toEqual(first);
  });

  it('is everyone’s own', async () => {
    const bob = await signUp(taskflow.url);
    const mine = await ann.must(201, 'POST', '/api/tasks', { title: 'mine' }, key('shared'));
    const his = await bob.must(201, 'POST', '/api/tasks', { title: 'his' }, key('shared'));
    expect(his.id).not.toBe(mine.id);
  });

  it('of a request that failed is free for the right one', async () => {
    expectProblem(await ann.call('POST', '/api/tasks', { title: '' }, key('k4')), 422, 'title');
    await ann.must(201, 'POST', '/api/tasks', { title: 'right' }, key('k4'));
  });

  it.each(['projects', 'tags', 'filters'])('holds for %s', async (kind) => {
    const body = kind === 'filters' ? { name: 'once', filter: 'rent' } : { name: 'once' };
    const first = await ann.must(201, 'POST', `/api/${kind}`, body, key(`for ${kind}`.replace(' ', '-')));
    expect(await ann.must(201, 'POST', `/api/${kind}`, body, key(`for ${kind}`.replace(' ', '-')))).toEqual(first);
  });

  it.each(['', 'two words', 'k'.repeat(256)])('must be 1 to 255 printable characters, not "%s"', async (name) => {
    expectProblem(await ann.call('POST', '/api/tasks', { title: 'x' }, key(name)), 400, 'Idempotency-Key');
  });
});
