/** What may happen to the parts of a distributed TaskFlow. Each fault is over when everything runs again. */
import { rmSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Part } from '@taskflow/engine/src/part.ts';
import type { Service, TaskFlow } from '@taskflow/engine/src/start-taskflow.ts';

export interface FaultContext {
  taskflow: TaskFlow;
  random: () => number;
  /** How long Kafka stays away when it is stopped. */
  kafka_away_s: number;
}

type Fault = (context: FaultContext) => Promise<void>;

export const FAULTS: Readonly<Record<string, Fault>> = {
  'Kafka is stopped for a while': async ({ taskflow: { engine }, kafka_away_s }) => {
    await engine.kafka.stop();
    await sleep(kafka_away_s * 1_000);
    await engine.kafka.start();
  },
  'Kafka is killed and comes back': async ({ taskflow: { engine } }) => {
    await engine.kafka.kill();
    await engine.kafka.start();
  },
  'Kafka hangs': async ({ taskflow: { engine }, random }) => {
    await engine.kafka.freeze();
    await sleep(3_000 + random() * 5_000);
    engine.kafka.thaw();
  },
  'the scheduler is killed, and its data with it': async ({ taskflow: { engine } }) => {
    await engine.scheduler.kill();
    rmSync(engine.scheduler.data_folder, { recursive: true, force: true });
    await engine.scheduler.start();
  },
  'the scheduler is killed': async ({ taskflow: { engine } }) => {
    await engine.scheduler.kill();
    await engine.scheduler.start();
  },
  'a sidecar of the worker is killed': (context) => killed(one(context, 'worker').sidecar),
  'a sidecar of the backend is killed': (context) => killed(one(context, 'backend-service').sidecar),
  'the sidecar of the frontend is killed': (context) => killed(one(context, 'frontend').sidecar),
  'a worker is killed': (context) => killed(one(context, 'worker').app),
  'a backend is killed': (context) => killed(one(context, 'backend-service').app),
  'a backend and its sidecar are killed': async (context) => {
    const { app, sidecar } = one(context, 'backend-service');
    await Promise.all([killed(app), killed(sidecar)]);
  },
  'PostgreSQL is killed and comes back': async ({ taskflow: { engine } }) => {
    await engine.postgres.kill();
    await engine.postgres.start();
  },
};

function one({ taskflow, random }: FaultContext, app_id: keyof TaskFlow['services']): Service {
  const replicas = taskflow.services[app_id];
  return replicas[Math.floor(random() * replicas.length)]!;
}

/** Supervised parts come back by themselves, as in Kubernetes. */
async function killed(part: Part): Promise<void> {
  await part.kill();
  await part.awaitReady();
}

/** Every fault once in some order, again and again, until there are so many. */
export function faultsInOrder(count: number, random: () => number): string[] {
  const names: string[] = [];
  while (names.length < count) {
    const left = Object.keys(FAULTS);
    while (left.length > 0) names.push(...left.splice(Math.floor(random() * left.length), 1));
  }
  return names.slice(0, count);
}
