/** `npm start` heals what dies, recovers from the death of all, refuses a second start, and stops at once. */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { processIdentity, signalProcess } from '@taskflow/adapters/embedded/process-identity.ts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const START = fileURLToPath(new URL('../../scripts/start.mjs', import.meta.url));
const data_dir = mkdtempSync(path.join(tmpdir(), 'taskflow-tree-'));
const PARTS = ['supervisor', 'database', 'backend', 'worker'] as const;
type Part = (typeof PARTS)[number];

interface Tree {
  child: ChildProcess;
  url: string;
}

const environment = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => !name.startsWith('TASKFLOW_') && name !== 'DATABASE_URL'),
);

const spawnStart = (): ChildProcess =>
  spawn(process.execPath, [START], {
    env: { ...environment, TASKFLOW_DATA: data_dir, TASKFLOW_PORT: '0' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });

/** All it says until it ends, or until a text appears. */
const listen = (child: ChildProcess, text?: string): Promise<string> =>
  new Promise((resolve) => {
    let said = '';
    const take = (chunk: Buffer) => {
      said += chunk;
      if (text && said.includes(text)) resolve(said);
    };
    child.stdout!.on('data', take);
    child.stderr!.on('data', take);
    child.once('close', () => resolve(said));
  });

async function start(): Promise<Tree> {
  const child = spawnStart();
  const said = await listen(child, 'Ctrl-C stops it');
  const url = /http:\/\/localhost:\d+/.exec(said)?.[0];
  if (!url) throw new Error(`did not start: ${said}`);
  return { child, url };
}

const readNumber = (file: string): number => Number.parseInt(readFileSync(path.join(data_dir, file), 'utf8'), 10);

const children = (): Record<string, string> => JSON.parse(readFileSync(path.join(data_dir, 'processes.json'), 'utf8'));

const pidOf: Record<Part, () => number> = {
  supervisor: () => readNumber('taskflow.pid'),
  database: () => readNumber('pg/postmaster.pid'),
  backend: () => Number.parseInt(children().backend!, 10),
  worker: () => Number.parseInt(children().worker!, 10),
};

const answers = (url: string): Promise<boolean> =>
  fetch(`${url}/readyz`, { signal: AbortSignal.timeout(2000) }).then(
    (it) => it.ok,
    () => false,
  );

/** Any answer will do: it is the worker's port for others than us. */
const workerAnswers = (): Promise<boolean> =>
  new Promise((resolve) => {
    const call = request({ socketPath: path.join(data_dir, 'run', 'worker.sock'), path: '/healthz', timeout: 2000 });
    call
      .on('response', (response) => resolve(response.resume() !== undefined))
      .on('error', () => resolve(false))
      .end();
  });

async function untilServing(url: string): Promise<number> {
  const began = performance.now();
  while (!((await answers(url)) && (await workerAnswers()))) await sleep(20);
  return performance.now() - began;
}

const ended = (child: ChildProcess): Promise<unknown> =>
  child.exitCode !== null || child.signalCode !== null
    ? Promise.resolve()
    : new Promise((resolve) => child.once('exit', resolve));

/** Proportional share of memory, as the kernel counts it; shared pages are counted once. */
const pss_kb = (pid: number): number =>
  Number(/^Pss:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))![1]);

describe('the process tree', () => {
  let tree: Tree;

  beforeAll(async () => {
    tree = await start();
  }, 300_000);

  afterAll(async () => {
    tree?.child.kill('SIGTERM');
    if (tree) await ended(tree.child);
    rmSync(data_dir, { recursive: true, force: true });
  });

  it.each(['backend', 'worker', 'database'] as const)('heals within 5 s when its %s is killed', async (part) => {
    await untilServing(tree.url);
    const victim = pidOf[part]();
    process.kill(victim, 'SIGKILL');
    while (processIdentity(victim)) await sleep(5);
    expect(await untilServing(tree.url)).toBeLessThan(5000);
    expect(pidOf[part]()).not.toBe(victim);
  });

  it('refuses a second start in a sentence that names the first', async () => {
    const second = spawnStart();
    expect(await listen(second)).toContain(
      `TaskFlow is already running on ${data_dir} (process ${pidOf.supervisor()})`,
    );
    expect(second.exitCode).toBe(1);
    expect(await answers(tree.url)).toBe(true);
  });

  it('lets the next start take over when its supervisor was killed', async () => {
    const database = pidOf.database();
    process.kill(pidOf.supervisor(), 'SIGKILL');
    await ended(tree.child);
    tree = await start();
    await untilServing(tree.url);
    expect(pidOf.database()).toBe(database);
  });

  it('starts again when its supervisor was killed and its children hang', async () => {
    const hung = [pidOf.backend(), pidOf.worker()];
    for (const pid of hung) process.kill(pid, 'SIGSTOP');
    process.kill(pidOf.supervisor(), 'SIGKILL');
    await ended(tree.child);
    tree = await start();
    expect(hung.map(processIdentity)).toEqual([null, null]);
  });

  it('recovers when all of it was killed', async () => {
    for (const pid of PARTS.map((part) => pidOf[part]())) process.kill(pid, 'SIGKILL');
    await ended(tree.child);
    tree = await start();
    await untilServing(tree.url);
  });

  it.skipIf(process.platform !== 'linux')('needs less than 360 MB at rest, which leaves 40 for npm', async () => {
    await untilServing(tree.url);
    const total_kb = PARTS.reduce((sum, part) => sum + pss_kb(pidOf[part]()), 0);
    // The database's helpers are 15 MB more (checkpointer, writers, launcher, some connections).
    expect(total_kb + 15_000).toBeLessThan(360_000);
  });

  it('keeps its secrets and logs private', () => {
    for (const file of ['secrets.json', 'taskflow.log', 'postgres.log'])
      expect(statSync(path.join(data_dir, file)).mode & 0o077).toBe(0);
  });

  it('stops within 5 s even when its children hang, and leaves nobody', async () => {
    const pids = PARTS.map((part) => pidOf[part]());
    for (const pid of [pidOf.backend(), pidOf.worker()]) process.kill(pid, 'SIGSTOP');
    const began = performance.now();
    tree.child.kill('SIGINT');
    await ended(tree.child);
    expect(performance.now() - began).toBeLessThan(5000);
    expect(pids.filter((pid) => signalProcess(pid, 0) && processIdentity(pid))).toEqual([]);
    expect(existsSync(path.join(data_dir, 'pg', 'postmaster.pid'))).toBe(false);
    expect(tree.child.exitCode).toBe(0);
  });
});
