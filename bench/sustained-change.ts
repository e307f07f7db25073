/** Do 500 task changes a second for half a minute go through log, relay, Kafka and worker without a growing backlog? */
import { setTimeout as sleep } from 'node:timers/promises';
import { until } from '../tests/support/client.ts';
import { median } from './numbers.ts';
import type { Row } from './report.ts';
import { meterParts, type Stage, untilQuiet } from './stage.ts';
import { endOfLog, type Logged, loggedSince } from './worker-log.ts';

const RATE_PER_S = 500;
const SECONDS = 30;
/** Two requests a second; the next one changes other tasks, whether this one has been answered or not. */
const BULK = RATE_PER_S / 2;
const GROUPS = 8;
const THIRD_MS = (SECONDS * 1_000) / 3;
const TOOK_S_MAX = SECONDS + 1;
/** One request's changes are on their way at any time, or not, as it happens. */
const GROWTH_MAX = BULK;
const LAST_HANDLED_MS_MAX = 2_000;
const LOOK_MS = 250;

export async function measureSustainedChange(stage: Stage): Promise<Row[]> {
  const groups = await seedGroups(stage);
  // A round of its own warms up.
  for (const [index, ids] of groups.entries()) await change(stage, ids, -1 - index);
  await untilQuiet(stage);
  const since = await endOfLog(stage.observer);
  const relay = watchRelay(stage);
  const cpuOf = meterParts(stage);
  const start_ms = Date.now();
  const start = performance.now();
  const answers_ms = await changeAll(stage, groups, start);
  const took_ms = performance.now() - start;
  const cpu = [...cpuOf()].sort(([, one], [, other]) => other - one).slice(0, 5);
  const logged = await loggedSince(stage.observer, since, 'task.updated');
  if (logged.length !== RATE_PER_S * SECONDS) throw new Error(`${logged.length} changes are in the log.`);
  await until('all changes at the worker', () => logged.every(({ id }) => stage.handled().has(id)), 120_000);
  const behind = await relay.stop();
  const handled = stage.handled();
  const last_change_ms = Math.max(...logged.map(({ time_ms }) => time_ms));
  const last_handled_ms = Math.max(...logged.map(({ id }) => handled.get(id)!)) - last_change_ms;
  return [
    {
      name: `${RATE_PER_S * SECONDS} changes at ${RATE_PER_S} a second, time they took`,
      value: took_ms / 1_000,
      unit: 's',
      limit: TOOK_S_MAX,
      detail: `${((logged.length * 1_000) / took_ms).toFixed(0)} a second in bulks of ${BULK}, each answered in ${median(answers_ms).toFixed(0)} ms; cores: ${cpu.map(([name, ms]) => `${name} ${(ms / took_ms).toFixed(2)}`).join(', ')}`,
    },
    growthRow('backlog at the worker', backlog(logged, handled, start_ms)),
    growthRow(
      'backlog of the relay',
      behind.map(({ at_ms, events }) => ({ at_ms: at_ms - start_ms, events })),
    ),
    { name: 'last change handled after', value: last_handled_ms, unit: 'ms', limit: LAST_HANDLED_MS_MAX },
  ];
}

async function seedGroups({ client }: Stage): Promise<string[][]> {
  const groups: string[][] = [];
  for (let group = 0; group < GROUPS; group += 1) {
    const operations = Array.from({ length: BULK }, (_, index) => ({
      op: 'create',
      task: { title: `Read page ${index} of book ${group}` },
    }));
    const { status, body } = await client.call('POST', '/api/tasks/bulk', { operations });
    if (status !== 200) throw new Error(`bulk: ${status} ${JSON.stringify(body)}`);
    groups.push(body.results.map(({ task }: { task: { id: string } }) => task.id));
  }
  return groups;
}

/** How long each took to be answered. */
async function changeAll(stage: Stage, groups: readonly string[][], start: number): Promise<number[]> {
  const changes: Promise<number>[] = [];
  for (let round = 0; round < (SECONDS * RATE_PER_S) / BULK; round += 1) {
    await sleep(Math.max(0, start + (round * 1_000 * BULK) / RATE_PER_S - performance.now()));
    changes.push(change(stage, groups[round % GROUPS]!, round));
  }
  return Promise.all(changes);
}

async function change({ client }: Stage, ids: readonly string[], round: number): Promise<number> {
  const start = performance.now();
  const operations = ids.map((id) => ({ op: 'update', id, patch: { title: `Read it for the time ${round}` } }));
  const { status, body } = await client.call('POST', '/api/tasks/bulk', { operations });
  if (status !== 200) throw new Error(`bulk: ${status} ${JSON.stringify(body)}`);
  return performance.now() - start;
}

interface Look {
  at_ms: number;
  events: number;
}

/** How far the relay is behind, as the backend itself says. */
function watchRelay({ taskflow }: Stage): { stop(): Promise<Look[]> } {
  const [backend] = taskflow.services['backend-service'];
  const looks: Look[] = [];
  let watching = true;
  const watch = async () => {
    for (; watching; await sleep(LOOK_MS)) {
      const metrics = await (await fetch(`${backend!.url}/metrics`)).text();
      const events = /^taskflow_relay_behind_events (\d+)$/m.exec(metrics)?.[1];
      if (events === undefined) throw new Error('The backend does not say how far its relay is behind.');
      looks.push({ at_ms: Date.now(), events: Number(events) });
    }
    return looks;
  };
  const watched = watch();
  watched.catch(() => undefined);
  return {
    stop() {
      watching = false;
      return watched;
    },
  };
}

/** What had been changed and was not yet handled, as it was from moment to moment. */
function backlog(logged: readonly Logged[], handled: ReadonlyMap<string, number>, start_ms: number): Look[] {
  const ways = logged.map(({ id, time_ms }) => ({ from_ms: time_ms - start_ms, to_ms: handled.get(id)! - start_ms }));
  return Array.from({ length: (SECONDS * 1_000) / LOOK_MS }, (_, look) => {
    const at_ms = look * LOOK_MS;
    return { at_ms, events: ways.filter(({ from_ms, to_ms }) => from_ms <= at_ms && to_ms > at_ms).length };
  });
}

function growthRow(name: string, looks: readonly Look[]): Row {
  const most = [0, 1, 2].map((third) => {
    const those = looks.filter(({ at_ms }) => Math.floor(at_ms / THIRD_MS) === third).map(({ events }) => events);
    return { max: Math.max(0, ...those), median: those.length === 0 ? 0 : median(those) };
  });
  return {
    name: `${name}: growth from the first 10 s to the last`,
    value: most[2]!.max - most[0]!.max,
    unit: 'events',
    limit: GROWTH_MAX,
    detail: `most in each 10 s: ${most.map(({ max }) => max).join(', ')}; medians ${most.map((each) => each.median).join(', ')}`,
  };
}
