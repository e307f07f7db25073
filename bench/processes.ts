/** The processes a measurement needs, each ended with it: the floor, the load generator, and TaskFlow's backend on its own. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { DatabaseConnection } from '@taskflow/adapters/embedded/database.ts';
import type { FloorSetup } from './floor.ts';
import type { Load, LoadReport } from './load.ts';

export interface Server {
  url: string;
  pid: number;
  stop(): Promise<void>;
}

/** As the embedded mode starts its children; the same for both sides. */
const FLAGS = ['--max-semi-space-size=4'];

export async function startFloor(setup: FloorSetup): Promise<Server> {
  const child = fork(path.join(import.meta.dirname, 'floor.ts'), { execArgv: FLAGS });
  child.send(setup);
  const [port] = (await Promise.race([once(child, 'message'), failsWith(child, 'The floor')])) as [number];
  return { url: `http://127.0.0.1:${port}`, pid: child.pid!, stop: () => stop(child) };
}

export interface LoadGenerator {
  run(load: Load): Promise<void>;
  stop(): Promise<void>;
}

export function startLoadGenerator(): LoadGenerator {
  const child = fork(path.join(import.meta.dirname, 'load.ts'), { execArgv: [] });
  const failure = failsWith(child, 'The load generator');
  failure.catch(() => undefined);
  return {
    async run(load) {
      child.send(load);
      const [report] = (await Promise.race([once(child, 'message'), failure])) as [LoadReport];
      if (report.failed > 0 || report.ok !== load.amount)
        throw new Error(`${load.url}: ${report.ok} of ${load.amount} requests succeeded, ${report.failed} failed`);
    },
    stop: () => stop(child),
  };
}

/** `backend-service` as it runs in the distributed mode, on a given database and with no limit of requests. */
export async function startBackendService(database: DatabaseConnection, application_name: string): Promise<Server> {
  const { host, port, user, database: name, password = '' } = database;
  const address = new URL(`postgres://localhost:${port}/${name}`);
  address.username = user;
  address.password = password;
  address.search = String(new URLSearchParams({ host, application_name }));
  const http_port = await freePort();
  const child = fork(path.join(import.meta.dirname, '..', 'backend', 'src', 'main.ts'), {
    execArgv: FLAGS,
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    env: {
      PATH: process.env.PATH,
      NODE_ENV: 'production',
      DATABASE_URL: address.href,
      HOST: '127.0.0.1',
      PORT: String(http_port),
      TASKFLOW_AUTH_SECRET: 'only for this measurement, and long enough',
      TASKFLOW_INTERNAL_TOKEN: 'only for this measurement',
      TASKFLOW_REQUESTS_PER_MINUTE: '1000000000',
      TASKFLOW_SIGN_INS_PER_MINUTE: '1000',
    },
  });
  const url = `http://127.0.0.1:${http_port}`;
  await Promise.race([isReady(url), failsWith(child, 'The backend')]);
  return { url, pid: child.pid!, stop: () => stop(child) };
}

const READY_MS_MAX = 20_000;

export async function isReady(url: string): Promise<void> {
  for (const start = performance.now(); performance.now() - start < READY_MS_MAX; await sleep(10)) {
    const answer = await fetch(`${url}/readyz`).catch(() => null);
    await answer?.body?.cancel();
    if (answer?.status === 200) return;
  }
  throw new Error(`${url} was not ready within ${READY_MS_MAX} ms.`);
}

/** For races: once the caller has what it waited for, an end is no news. */
const failsWith = async (child: ChildProcess, name: string): Promise<never> => {
  const [code, signal] = (await once(child, 'exit')) as [number | null, string | null];
  throw new Error(`${name} ended (${signal ?? code}).`);
};

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGTERM');
  await Promise.race([once(child, 'exit'), sleep(5_000)]);
  if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  probe.close();
  return port;
}
