/** How long does a new task take to the worker? Log, relay, sidecar, Kafka, sidecar: from the event's time to its handling. */
import { setTimeout as sleep } from 'node:timers/promises';
import { until } from '../tests/support/client.ts';
import { percentile } from './numbers.ts';
import type { Row } from './report.ts';
import { type Stage, untilQuiet } from './stage.ts';
import { endOfLog, loggedSince } from './worker-log.ts';

const RATE_PER_S = 50;
const SECONDS = 20;
/** Not measured: sidecars and services are new. */
const WARM_UP_S = 3;
const P95_MS_MAX = 100;
/** Further ahead than the benchmark runs, so that none of them rings in it. */
const FIRST_REMINDER_MIN = 120;

export async function measureEventLatency(stage: Stage): Promise<Row[]> {
  await createTasks(stage, WARM_UP_S);
  await untilQuiet(stage);
  const since = await endOfLog(stage.observer);
  const timers_ms = await createTasks(stage, SECONDS);
  const logged = await loggedSince(stage.observer, since, 'task.created');
  await until('all new tasks at the worker', () => logged.every(({ id }) => stage.handled().has(id)));
  const handled = stage.handled();
  const ways_ms = logged.map(({ id, time_ms }) => handled.get(id)! - time_ms);
  const at = (percent: number) => percentile(ways_ms, percent).toFixed(0);
  return [
    {
      name: `task created → event at the worker, p95 at ${RATE_PER_S} a second`,
      value: percentile(ways_ms, 95),
      unit: 'ms',
      limit: P95_MS_MAX,
      detail: `p50 ${at(50)}, p99 ${at(99)}, max ${at(100)} ms of ${ways_ms.length}; bare timers p95 ${percentile(timers_ms, 95).toFixed(0)} ms`,
    },
  ];
}

/** At its rate, whoever has not been answered yet. Each with a reminder within the day, so each needs an alarm. Returns how late bare timers were. */
async function createTasks({ client }: Stage, seconds: number): Promise<number[]> {
  const first = Temporal.Now.instant().round('minute').add({ minutes: FIRST_REMINDER_MIN });
  const start = performance.now();
  const timers_ms: number[] = [];
  const creations: Promise<void>[] = [];
  for (let made = 0; made < seconds * RATE_PER_S; made += 1) {
    const planned = start + (made * 1_000) / RATE_PER_S;
    await sleep(Math.max(0, planned - performance.now()));
    timers_ms.push(performance.now() - planned);
    creations.push(create(client, made, first.add({ minutes: made })));
  }
  await Promise.all(creations);
  return timers_ms;
}

async function create(client: Stage['client'], index: number, at: Temporal.Instant): Promise<void> {
  const task = { title: `Water plant ${index} on the balcony`, reminders: [{ at: at.toString() }] };
  const { status, body } = await client.call('POST', '/api/tasks', task);
  if (status !== 201) throw new Error(`create: ${status} ${JSON.stringify(body)}`);
}
