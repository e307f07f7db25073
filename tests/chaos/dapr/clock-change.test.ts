/**
 * The night on which clocks go forward, lived through by the whole of the distributed mode: backend and worker run on a clock
 * that is set to twenty-five seconds before it (libfaketime), the engine on the real one. So no alarm of Dapr's ever comes for a
 * moment of theirs, and what is seen here is kept by the sweep alone.
 */
import { globSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Task } from '@taskflow/core/contracts/task.ts';
import { startTaskFlow, type TaskFlow } from '@taskflow/engine/src/start-taskflow.ts';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Client, listen, signUp, until } from '../../support/client.ts';
import { NO_LIMITS } from '../../support/dapr-taskflow.ts';

/** In Berlin 02:00 is followed by 03:00: 01:00 UTC. */
const CHANGE = '2027-03-28T01:00:00Z';
const FROM = '2027-03-28 00:59:35';

const folder = mkdtempSync(path.join(tmpdir(), 'taskflow-clock-'));
let taskflow: TaskFlow;
let client: Client;

beforeAll(async () => {
  const [library] = globSync('/usr/lib/*/faketime/libfaketime.so.1');
  if (library === undefined) throw new Error('libfaketime is missing: install Debian’s package faketime.');
  const environment = {
    ...NO_LIMITS,
    ...{ LD_PRELOAD: library, FAKETIME: `@${FROM}`, TZ: 'UTC' },
    // What is left of a time-out is counted by the other clock, which goes as ever.
    FAKETIME_DONT_FAKE_MONOTONIC: '1',
  };
  taskflow = await startTaskFlow({ folder, environment });
  client = await signUp(taskflow.url);
});
afterAll(async () => {
  await taskflow?.stop();
  rmSync(folder, { recursive: true, force: true });
});

it('a reminder at a time that the night skips comes an hour later by the clock, once, and the next day at its own', async () => {
  const stream = listen(client);
  await stream.opened;
  const daily = await create('Take the pill', '2027-03-27T02:00:10', 'FREQ=DAILY');
  const once = await create('Change the clocks', '2027-03-28T03:00:12');
  // Yesterday's is done, so today's is there, at a time that today does not have.
  const { next } = (await client.call<{ next: Task }>('POST', `/api/tasks/${daily.id}/complete`, {})).body;
  expect(next.occurrence).toBe('2027-03-28T02:00:10');
  expect(next.due_date).toBe('2027-03-28T03:00:10+02:00');

  const reminders = () => stream.received.flatMap(({ event }) => (event.type === 'reminder.due' ? [event] : []));
  await until('both reminders', () => reminders().length >= 2, 60_000);
  const told = reminders().map(({ subject, data, time }) => ({ subject, moment: data.scheduled_for, time }));
  expect(told.map(({ subject, moment }) => ({ subject, moment }))).toEqual([
    { subject: next.id, moment: '2027-03-28T01:00:10Z' },
    { subject: once.id, moment: '2027-03-28T01:00:12Z' },
  ]);
  for (const { moment, time } of told) expect(Date.parse(time)).toBeGreaterThanOrEqual(Date.parse(moment));

  const after = (await client.call<{ next: Task }>('POST', `/api/tasks/${next.id}/complete`, {})).body.next;
  expect(after.due_date).toBe('2027-03-29T02:00:10+02:00');
  expect(new Set(reminders().map(({ id }) => id)).size).toBe(2);
  stream.stop();
});

async function create(title: string, due_date: string, recurrence_rule?: string): Promise<Task> {
  const body = {
    ...{ title, due_date, time_zone: 'Europe/Berlin', reminders: [{ offset: 'PT0S' }] },
    ...(recurrence_rule ? { recurrence_rule } : {}),
  };
  const { status, body: task } = await client.call<Task>('POST', '/api/tasks', body);
  expect(status, JSON.stringify(task)).toBe(201);
  expect(Date.parse(task.created_at)).toBeLessThan(Date.parse(CHANGE));
  return task;
}
