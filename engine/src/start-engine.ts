/** The engine on one machine: what is independent starts at once, everything listens on loopback, and nothing outlives it. */
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { type DataLock, lockData } from '@taskflow/adapters/embedded/data-lock.ts';
import { Failure } from '@taskflow/core/domain/failure.ts';
import { openProcessBook } from '@taskflow/embedded/src/leftovers.ts';
import { cacheFolder } from './config.ts';
import { type DaprPrograms, ensureDapr } from './dapr-programs.ts';
import { type Kafka, makeKafka } from './kafka.ts';
import { ensureKafka } from './kafka-programs.ts';
import type { Topic } from './kafka-protocol.ts';
import { type House, makePart, type Part, type PartOptions } from './part.ts';
import { makePlacement, type Placement } from './placement.ts';
import { openPortBook, type PortBook } from './ports.ts';
import { type Postgres, startPostgres } from './postgres.ts';
import { startGuard } from './process-guard.ts';
import { makeScheduler, type Scheduler } from './scheduler.ts';
import { makeSentry, type Sentry } from './sentry.ts';
import { makeSidecar, type Sidecar, type SidecarOptions } from './sidecar.ts';

export interface EngineOptions {
  /** Data, logs and remembered ports; one engine at a time owns it. */
  folder: string;
  /** Instead of TaskFlow's own, which are in k8s/kafka/topic.yaml. */
  topics?: readonly Topic[];
  cache?: string;
  /** Hears how the building of missing programs goes on. */
  say?(line: string): void;
}

export interface Engine {
  folder: string;
  kafka: Kafka;
  sentry: Sentry;
  scheduler: Scheduler;
  placement: Placement;
  postgres: Postgres;
  /** Everything that was started, sidecars included. */
  parts(): Part[];
  /** Starts a sidecar; it is started again whenever it ends unasked. */
  sidecar(options: SidecarOptions): Promise<Sidecar>;
  /** Runs a program beside it, under the same care. */
  run(options: PartOptions): Promise<Part>;
  /** A free port on loopback, the same for the same name in every run. */
  port(name: string): Promise<number>;
  /** First what uses the engine, then the engine. */
  stop(): Promise<void>;
}

/** Builds what is missing first. If one part fails, the others are stopped before this throws. */
export async function startEngine(options: EngineOptions): Promise<Engine> {
  const { cache = cacheFolder(process.env), say = () => undefined } = options;
  const [dapr, kafka] = await Promise.all([ensureDapr(cache, say), ensureKafka(cache, say)]);
  const folder = path.resolve(options.folder);
  const lock = lockFolder(folder);
  mkdirSync(path.join(folder, 'logs'), { recursive: true });
  // What a killed engine has left holds ports and data.
  const book = await openProcessBook(path.join(folder, 'processes.json'));
  const house: House = { folder, book, guard: startGuard() };
  const ports = openPortBook(path.join(folder, 'ports.json'));
  const started: Part[] = [];
  const guests: Part[] = [];
  const end = async () => {
    for (const parts of [guests, started]) await Promise.all(parts.map((part) => part.stop()));
    house.guard.close();
    lock.release();
  };
  let ending: Promise<void> | undefined;
  const stop = () => {
    ending ??= end();
    return ending;
  };
  try {
    const begun = await Promise.allSettled([
      startDapr(house, dapr, ports, started),
      begin(started, makeKafka(house, kafka, ports, options.topics)),
      startPostgres(house).then((postgres) => {
        started.push(postgres);
        return postgres;
      }),
    ]);
    for (const each of begun) if (each.status === 'rejected') throw each.reason;
    const [plane, broker, postgres] = begun.map((each) => (each as PromiseFulfilledResult<unknown>).value) as [
      ControlPlane,
      Kafka,
      Postgres,
    ];
    const surroundings = {
      programs: dapr,
      ports,
      sentry: plane.sentry,
      scheduler_address: plane.scheduler.address,
      placement_address: plane.placement.address,
    };
    return {
      folder,
      kafka: broker,
      ...plane,
      postgres,
      parts: () => [...started, ...guests],
      sidecar: (sidecar) => begin(guests, makeSidecar(house, surroundings, sidecar)),
      run: (program) => begin(guests, makePart(house, program)),
      port: ports.port,
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

interface ControlPlane {
  sentry: Sentry;
  scheduler: Scheduler;
  placement: Placement;
}

/** Sentry first: the others ask it who they are. */
async function startDapr(
  house: House,
  programs: DaprPrograms,
  ports: PortBook,
  started: Part[],
): Promise<ControlPlane> {
  const sentry = await begin(started, makeSentry(house, programs, ports));
  const [scheduler, placement] = await Promise.all([
    begin(started, makeScheduler(house, programs, ports, sentry)),
    begin(started, makePlacement(house, programs, ports, sentry)),
  ]);
  return { sentry, scheduler, placement };
}

/** What begins to start will be stopped, whether it gets ready or not. */
async function begin<P extends Part>(started: Part[], making: P | Promise<P>): Promise<P> {
  const part = await making;
  started.push(part);
  await part.start();
  return part;
}

function lockFolder(folder: string): DataLock {
  try {
    return lockData(folder);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    throw new Failure(error.code, error.message.replace('TASKFLOW_DATA', 'TASKFLOW_ENGINE_DATA'));
  }
}
