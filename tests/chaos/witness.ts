/**
 * Clients that write while things break, and what they hold TaskFlow to afterwards: every acknowledged write is there, every
 * change has its event once, and every reminder that was set came exactly once.
 */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Task } from '@taskflow/core/contracts/task.ts';
import { expect } from 'vitest';
import { type Client, listen, type Received, signUp, until } from '../support/client.ts';

export interface Witness {
  client: Client;
  known: ReadonlyMap<string, Known>;
  received: readonly Received[];
  /** Ends the writing. */
  rest(): Promise<void>;
  /** Waits until every moment has passed and nothing more comes, and compares; returns the whole log. */
  verify(): Promise<Received[]>;
  leave(): void;
}

export interface WitnessOptions {
  url: string;
  seed: number;
  writers?: number;
  /** Reminders are set for up to so many seconds ahead. */
  ahead_s?: number;
  /** Between two writes of a writer, at most. */
  pause_ms_max?: number;
}

/** What a client was told: the newest state of a task, each version it was given, and the moment it asked for. */
export interface Known {
  task: Task;
  versions: Set<number>;
  moment: string;
  completed: boolean;
  /** When the client was told that it is done. */
  completed_at_ms: number | null;
}

export async function startWitness(options: WitnessOptions): Promise<Witness> {
  const { url, seed, writers = 4 } = options;
  const client = await signUp(url);
  const stream = listen(client);
  await stream.opened;
  const known = new Map<string, Known>();
  const stop = { now: false };
  const writing = Array.from({ length: writers }, (_, index) =>
    write(client, known, stop, randomOf(seed + index + 1), options),
  );
  return {
    client,
    known,
    received: stream.received,
    async rest() {
      stop.now = true;
      await Promise.all(writing);
    },
    async verify() {
      await settle(client, known, stream.received);
      await checkTasks(client, known);
      const replayed = await replayAll(client, stream.received.length);
      checkEvents(known, replayed);
      checkReminders(known, replayed);
      checkFalseReminders(known, replayed);
      checkStream(stream.received, replayed);
      return replayed;
    },
    leave: () => stream.stop(),
  };
}

/** Creates, changes and completes until stopped; remembers only what was acknowledged. */
async function write(
  client: Client,
  known: Map<string, Known>,
  stop: { now: boolean },
  random: () => number,
  { ahead_s = 15, pause_ms_max = 40 }: WitnessOptions,
): Promise<void> {
  while (!stop.now) {
    const moment = new Date((Math.floor(Date.now() / 1_000) + 2 + Math.floor(random() * ahead_s)) * 1_000)
      .toISOString()
      .replace('.000', '');
    const body = { title: `Task ${random()}`, due_date: moment, time_zone: 'UTC', reminders: [{ offset: 'PT0S' }] };
    const created = await insist(client, 'POST', '/api/tasks', body, { 'idempotency-key': randomUUID() }, stop);
    if (created === null) continue;
    const entry: Known = {
      task: created,
      versions: new Set([created.version]),
      moment,
      completed: false,
      completed_at_ms: null,
    };
    known.set(created.id, entry);
    const dice = random();
    if (dice < 0.4)
      note(entry, await once(client, 'PATCH', `/api/tasks/${created.id}`, { title: `Changed ${random()}` }));
    if (dice < 0.15) {
      const done = await once(client, 'POST', `/api/tasks/${created.id}/complete`, {});
      // An answer that never came leaves open whether it is done: its reminder may come or not.
      entry.completed = true;
      if (done !== null) {
        entry.completed_at_ms = Date.now();
        note(entry, (done as unknown as { task: Task }).task);
      }
    }
    await sleep(random() * pause_ms_max);
  }
}

function note(entry: Known, task: Task | null): void {
  if (task === null) return;
  entry.task = task;
  entry.versions.add(task.version);
}

/** Sends the same request with the same key until it is answered: it must not happen twice. */
async function insist(
  client: Client,
  method: string,
  path: string,
  body: unknown,
  headers: Record<string, string>,
  stop: { now: boolean },
): Promise<Task | null> {
  for (let attempt = 0; attempt < 200; attempt += 1) {
    const answer = await client.call(method, path, body, headers).catch(() => null);
    if (answer !== null && answer.status < 300) return answer.body;
    if (answer !== null && answer.status < 500 && answer.status !== 409)
      throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
    if (stop.now && attempt > 50) return null;
    await sleep(100);
  }
  throw new Error(`${method} ${path} was never answered`);
}

async function once(client: Client, method: string, path: string, body: unknown): Promise<Task | null> {
  const answer = await client.call<Task>(method, path, body).catch(() => null);
  return answer !== null && answer.status < 300 ? answer.body : null;
}

/** A request that was only taken after the moment it asks for (everything was down) rightly makes no reminder. */
const isReminded = ({ completed, task, moment }: Known): boolean =>
  !completed && Date.parse(task.created_at) < Date.parse(moment);

async function settle(client: Client, known: Map<string, Known>, received: Received[]): Promise<void> {
  const last = Math.max(...[...known.values()].map(({ moment }) => Date.parse(moment)));
  await sleep(Math.max(0, last - Date.now()) + 1_000);
  const wanted = [...known.values()].filter(isReminded).length;
  const rung = () =>
    new Set(received.flatMap(({ event }) => (event.type === 'reminder.due' ? event.subject : []))).size;
  await until(`${wanted} reminders`, () => rung() >= wanted, 60_000);
  await until('a quiet stream', async () => {
    const before = received.length;
    await sleep(1_500);
    return received.length === before;
  });
  expect((await client.call('GET', '/api/tasks?limit=1')).status).toBe(200);
}

async function checkTasks(client: Client, known: Map<string, Known>): Promise<void> {
  const stored = new Map<string, Task>();
  for (let cursor: string | null = ''; cursor !== null; ) {
    const page: { body: { items: Task[]; next_cursor: string | null } } = await client.call(
      'GET',
      `/api/tasks?limit=200${cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`}`,
    );
    for (const task of page.body.items) stored.set(task.id, task);
    cursor = page.body.next_cursor;
  }
  const lost = [...known].filter(([id, { task }]) => (stored.get(id)?.version ?? 0) < task.version);
  expect(
    lost.map(([id]) => id),
    'acknowledged writes that are gone',
  ).toEqual([]);
  const titles = [...stored.values()].filter((task) => task.title.startsWith('Task ')).map((task) => task.title);
  expect(titles.length - new Set(titles).size, 'creations that happened twice').toBe(0);
}

/** The whole log, from its beginning. */
async function replayAll(client: Client, at_least: number): Promise<Received[]> {
  const replay = listen(client, '0.0');
  await until('the log to be replayed', () => replay.received.length >= at_least);
  await sleep(1_000);
  replay.stop();
  return replay.received;
}

function checkEvents(known: Map<string, Known>, replayed: Received[]): void {
  const versions = new Map<string, number[]>();
  for (const { event } of replayed) {
    if (event.type === 'reminder.due') continue;
    versions.set(event.subject, [...(versions.get(event.subject) ?? []), event.data.task.version]);
  }
  const wrong = [...known].filter(([id, { versions: acknowledged }]) => {
    const logged = versions.get(id) ?? [];
    const inOrder = logged.every((version, index) => version === index + 1);
    return !inOrder || [...acknowledged].some((version) => !logged.includes(version));
  });
  expect(
    wrong.map(([id, entry]) => ({ id, acknowledged: [...entry.versions], logged: versions.get(id) })),
    'changes without their one event',
  ).toEqual([]);
}

function checkReminders(known: Map<string, Known>, replayed: Received[]): void {
  const rung = new Map<string, number>();
  for (const { event } of replayed) {
    if (event.type === 'reminder.due')
      rung.set(
        `${event.subject} ${event.data.scheduled_for}`,
        (rung.get(`${event.subject} ${event.data.scheduled_for}`) ?? 0) + 1,
      );
  }
  expect(
    [...rung].filter(([, times]) => times > 1),
    'reminders that came twice',
  ).toEqual([]);
  const missing = [...known].filter(([id, entry]) => isReminded(entry) && !rung.has(`${id} ${entry.moment}`));
  expect(
    missing.map(([id]) => id),
    'reminders that never came',
  ).toEqual([]);
}

/** None before its moment, and none for a task that was known to be done by then. */
function checkFalseReminders(known: ReadonlyMap<string, Known>, replayed: Received[]): void {
  const wrong = replayed.filter(({ event }) => {
    if (event.type !== 'reminder.due') return false;
    const moment_ms = Date.parse(event.data.scheduled_for);
    const done_at_ms = known.get(event.subject)?.completed_at_ms ?? Number.POSITIVE_INFINITY;
    return Date.parse(event.time) < moment_ms || done_at_ms < moment_ms;
  });
  expect(
    wrong.map(({ event }) => event.subject),
    'reminders that are false',
  ).toEqual([]);
}

/** What a client saw live, with all its broken connections, is what the log says: no gap and nothing twice. */
function checkStream(live: Received[], replayed: Received[]): void {
  expect(live.map(({ place }) => place)).toEqual(replayed.map(({ place }) => place).slice(-live.length));
}

/** A small generator with a seed (mulberry32), so that a run can be repeated. */
export function randomOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
