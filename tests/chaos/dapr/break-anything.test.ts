/**
 * While clients write, parts of the distributed TaskFlow break, two backends and two workers among them: nothing that was
 * acknowledged is lost, on the bus neither; and nothing that a person sees happens twice (tests/chaos/witness.ts).
 *
 * CHAOS_FAULTS sets how many faults (5 in the short form), CHAOS_WRITERS how many clients write at once, CHAOS_SEED repeats
 * the order. The full form: CHAOS_FAULTS=12 CHAOS_WRITERS=12, with 2,000 tasks and more.
 */
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { daprEventBus } from '@taskflow/adapters/dapr/event-bus.ts';
import { openSidecar } from '@taskflow/adapters/dapr/sidecar.ts';
import type { EventBus } from '@taskflow/core/ports.ts';
import { startTaskFlow, type TaskFlow } from '@taskflow/engine/src/start-taskflow.ts';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Received, until } from '../../support/client.ts';
import { NO_LIMITS } from '../../support/dapr-taskflow.ts';
import { readTopic } from '../../support/kafka-topic.ts';
import { anId } from '../../support/records.ts';
import { randomOf, startWitness } from '../witness.ts';
import { FAULTS, faultsInOrder } from './faults.ts';

const COUNT = Number(process.env.CHAOS_FAULTS ?? 5);
const WRITERS = Number(process.env.CHAOS_WRITERS ?? 3);
const SEED = Number(process.env.CHAOS_SEED ?? Math.floor(Math.random() * 2 ** 31));
const IS_FULL = COUNT >= 10;

const folder = mkdtempSync(path.join(tmpdir(), 'taskflow-chaos-'));
let taskflow: TaskFlow;
let bus: EventBus;

beforeAll(async () => {
  taskflow = await startTaskFlow({ folder, environment: NO_LIMITS, replicas: { 'backend-service': 2, worker: 2 } });
  const { http_port } = taskflow.services['backend-service'][0]!.sidecar;
  const address = { http_port, api_token: taskflow.tokens.dapr_api_token };
  bus = daprEventBus(openSidecar(address, 5_000));
});
afterAll(async () => {
  await taskflow?.stop();
  rmSync(folder, { recursive: true, force: true });
});

it(`loses nothing and repeats nothing over ${COUNT} faults (seed ${SEED})`, async () => {
  const random = randomOf(SEED);
  const witness = await startWitness({
    ...{ url: taskflow.url, seed: SEED, writers: WRITERS },
    ...(IS_FULL ? { ahead_s: 60, pause_ms_max: 400 } : { ahead_s: 20, pause_ms_max: 150 }),
  });
  const context = { taskflow, random, kafka_away_s: IS_FULL ? 60 : 8 };
  for (const name of faultsInOrder(COUNT, random)) {
    await sleep(1_000 + random() * 2_000);
    console.log(`fault: ${name}`);
    await FAULTS[name]!(context);
  }
  await sleep(2_000);
  await witness.rest();
  const replayed = await witness.verify();
  console.log(`${witness.known.size} tasks, ${replayed.length} events`);
  expect(witness.known.size).toBeGreaterThan(COUNT * 5);

  await untilRelayed();
  const on_topic = new Set((await messagesOf('tasks')).map(idOf));
  const stranded = replayed.filter(({ event }) => !on_topic.has(event.id));
  expect(
    stranded.map(({ event }) => event.id),
    'events that are not on the topic',
  ).toEqual([]);

  // Deliveries twice, and in the wrong order, do nothing that anybody sees.
  await offer(replayed.toReversed());
  await sleep(3_000);
  const after = await witness.verify();
  expect(after.map(({ event }) => event.id)).toEqual(replayed.map(({ event }) => event.id));
  witness.leave();
});

it('a poison event becomes a dead letter with its reason, holds up nobody, and can be put back', async () => {
  const [poison, garbage] = [{ specversion: '1.0', id: anId(), type: 'task.eaten', subject: anId() }, '{"half": '];
  await bus.publish([
    { id: poison.id, key: poison.subject, body: JSON.stringify(poison) },
    { id: anId(), key: poison.subject, body: garbage },
  ]);
  await until('both dead letters', async () => (await deadLetters('list')).split('\n').length > 2);
  const list = await deadLetters('list', '--bodies');
  expect(list).toContain(poison.id);
  expect(list).toMatch(/type: /);
  expect(list).toContain(garbage);
  const [letter] = (await messagesOf('tasks-dead-letter')).filter((line) => line.includes(poison.id));
  expect(JSON.parse(letter!)).toMatchObject({ id: poison.id, deadletterreason: expect.stringContaining('type') });

  const times = async () => (await messagesOf('tasks')).filter((line) => line.includes(poison.id)).length;
  expect(await times()).toBe(1);
  expect(await deadLetters('replay', poison.id)).toContain('on its way again');
  await until('the event to be on the topic again', async () => (await times()) === 2);
});

/** Until the log's end is on the bus. */
const untilRelayed = () =>
  until(
    'the relay to have caught up',
    async () => {
      const { url } = taskflow.services['backend-service'][0]!;
      const metrics = await fetch(`${url}/metrics`).then((answer) => answer.text());
      return /^taskflow_relay_behind_events 0$/m.test(metrics);
    },
    90_000,
  );

/** All there are: until none comes any more. */
const messagesOf = async (topic: string): Promise<string[]> =>
  (await readTopic(taskflow.engine.kafka.brokers, topic, () => false, 4_000)).map(({ body }) => body);

const idOf = (line: string): string =>
  /"id":"([0-9a-f-]{36})","source"/.exec(line)?.[1] ?? /"id":"([^"]+)"/.exec(line)?.[1] ?? '';

async function offer(events: readonly Received[]): Promise<void> {
  for (let from = 0; from < events.length; from += 100) {
    const batch = events.slice(from, from + 100).map(({ event }) => event);
    await bus.publish(batch.map((event) => ({ id: event.id, key: event.subject, body: JSON.stringify(event) })));
  }
}

/** The command as an operator runs it. */
async function deadLetters(...args: string[]): Promise<string> {
  const script = path.join(import.meta.dirname, '..', '..', '..', 'scripts', 'dead-letters.ts');
  const env = { PATH: process.env.PATH, DATABASE_URL: taskflow.engine.postgres.url() };
  const { stdout } = await promisify(execFile)(process.execPath, [script, ...args], { env });
  return stdout;
}
