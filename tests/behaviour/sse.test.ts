import { beforeAll, describe, expect, it } from 'vitest';
import { type EventStream, openStream } from '../support/event-stream.ts';
import { type Person, send, signIn, signUp } from '../support/person.ts';
import { withTaskFlow } from '../support/taskflow.ts';

const taskflow = withTaskFlow();
let ann: Person;
beforeAll(async () => {
  ann = await signUp(taskflow.url);
});
const open = (person = ann, headers = {}, query = ''): Promise<EventStream> =>
  openStream(taskflow.url, { cookie: person.cookie, ...headers }, query);
const about = (id: string) => (event: { data: { subject?: string } }) => event.data.subject === id;
const ready = (stream: EventStream) => stream.until(({ event }) => event === 'ready');

describe('the event stream', () => {
  it('tells every tab what has changed, as it changes, and nobody else', async () => {
    const bob = await signUp(taskflow.url);
    const [first, second, his] = await Promise.all([open(), open(), open(bob)]);
    await Promise.all([first, second, his].map(ready));
    const task = await ann.task({ title: 'seen at once' });
    await ann.must(200, 'PATCH', `/api/tasks/${task.id}`, { title: 'and again' });
    await ann.call('DELETE', `/api/tasks/${task.id}`);
    for (const tab of [first, second]) {
      await tab.until((event) => event.event === 'task.deleted' && event.data.subject === task.id);
      const types = tab.events.filter(about(task.id)).map(({ event }) => event);
      expect(types).toEqual(['task.created', 'task.updated', 'task.deleted']);
    }
    expect(first.events.find(about(task.id))?.data).toMatchObject({
      specversion: '1.0',
      type: 'task.created',
      source: '/backend-service',
      data: { task: { id: task.id, title: 'seen at once' }, actor_id: ann.id },
    });
    const own = await bob.task();
    await his.until(about(own.id));
    expect(his.events.some(about(task.id))).toBe(false);
    for (const stream of [first, second, his]) stream.close();
  });

  it('resumes without a gap or a double while others write', async () => {
    const first = await open();
    await ready(first);
    const made: string[] = [];
    let writing = true;
    const writers = Array.from({ length: 4 }, async () => {
      while (writing) made.push((await ann.task({ title: 'storm' })).id);
    });
    const seen: string[] = [];
    let last = (await ready(first)).id;
    let stream = first;
    for (let round = 0; round < 6; round += 1) {
      const count = stream.events.length;
      await stream.until(() => stream.events.length > count + 8);
      const taken = stream.events.slice(0, -3).filter(({ event }) => event === 'task.created');
      seen.push(...taken.map(({ data }) => data.subject));
      last = taken.at(-1)?.id ?? last;
      stream.close();
      stream = await open(
        ann,
        round % 2 === 0 ? { 'last-event-id': last } : {},
        round % 2 === 0 ? '' : `?last_event_id=${last}`,
      );
    }
    writing = false;
    await Promise.all(writers);
    const final = await ann.task({ title: 'the end' });
    await stream.until(about(final.id));
    seen.push(...stream.events.filter(({ event }) => event === 'task.created').map(({ data }) => data.subject));
    stream.close();
    expect(seen.length).toBe(new Set(seen).size);
    expect([...seen].sort()).toEqual([...made, final.id].sort());
  });

  it('tells a client at a place it does not know to load everything anew', async () => {
    for (const place of ['nonsense', '999999999999.1']) {
      const stream = await open(ann, { 'last-event-id': place });
      const reset = await stream.until(({ event }) => event === 'reset');
      expect(reset.id).toMatch(/^\d+\.\d+$/);
      const task = await ann.task();
      await stream.until(about(task.id));
      stream.close();
    }
  });

  it('is woken by the change, and does not wait for its poll each second', async () => {
    const stream = await open();
    await ready(stream);
    const delays: number[] = [];
    for (let index = 0; index < 10; index += 1) {
      const started = performance.now();
      const task = await ann.task();
      await stream.until(about(task.id));
      delays.push(performance.now() - started);
    }
    stream.close();
    expect(delays.sort((a, b) => a - b)[5]).toBeLessThan(400);
  });

  it('ends when its session does', async () => {
    const tab = await signIn(taskflow.url, ann.email);
    const stream = await open(tab);
    await ready(stream);
    await tab.must(200, 'POST', '/api/auth/sign-out');
    await Promise.race([
      stream.ended,
      new Promise((_, reject) => setTimeout(() => reject(new Error('it goes on')), 3_000)),
    ]);
  });

  it('is for those who are signed in, also by token', async () => {
    expect((await send(taskflow.url, 'GET', '/api/events')).status).toBe(401);
    const token = await ann.token(['read']);
    const stream = await openStream(taskflow.url, { authorization: `Bearer ${token}` });
    await ready(stream);
    stream.close();
  });

  it('brings a reminder that rings', async () => {
    const stream = await open();
    await ready(stream);
    const at = new Date(Math.ceil(Date.now() / 1_000) * 1_000 + 1_000).toISOString().replace('.000Z', 'Z');
    const task = await ann.task({ reminders: [{ at }] });
    const answer = await taskflow.internal('POST', '/internal/ring', { moment: at });
    expect(answer.status).toBe(200);
    expect(Date.now()).toBeGreaterThanOrEqual(Date.parse(at));
    const due = await stream.until(({ event }) => event === 'reminder.due');
    expect(due.data.data).toMatchObject({ task_id: task.id, owner_id: ann.id, scheduled_for: at });
    const { items } = await ann.must(200, 'GET', '/api/notifications?unread=true');
    expect(items).toMatchObject([{ task_id: task.id, read_at: null }]);
    await ann.must(200, 'PATCH', `/api/notifications/${items[0].id}`, { read: true });
    expect((await ann.must(200, 'GET', '/api/notifications?unread=true')).items).toEqual([]);
    const snoozed = await ann.must(200, 'POST', `/api/notifications/${items[0].id}/snooze`, { for: 'PT10M' });
    expect(snoozed.task.reminders).toHaveLength(2);
    stream.close();
  });
});
