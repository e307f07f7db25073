/** One process of the engine: started until it serves, killed, frozen and started again on the same ports and data. */
import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, existsSync, openSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Failure } from '@taskflow/core/domain/failure.ts';
import { nextPause } from '@taskflow/embedded/src/keep-alive.ts';
import type { ProcessBook } from '@taskflow/embedded/src/leftovers.ts';
import { rotate } from '@taskflow/embedded/src/log-file.ts';
import type { ProcessGuard } from './process-guard.ts';

export interface Part {
  readonly name: string;
  /** Null while it does not run. */
  readonly pid: number | null;
  readonly log_file: string;
  /** Settles when the present run has ended, with how it ended. */
  readonly exited: Promise<string>;
  /** Resolves when it serves. */
  start(): Promise<void>;
  /** Resolves when it serves (again), or throws when its time is over. */
  awaitReady(): Promise<void>;
  /** Gently, then by force; it stays down. */
  stop(): Promise<void>;
  /** Resolves when this run has ended. A supervised part comes back by itself. */
  kill(signal?: NodeJS.Signals): Promise<void>;
  /** Alive, and silent: as a hung disk or a cut network makes it. Resolves when nothing of it runs any more. */
  freeze(): Promise<void>;
  thaw(): void;
}

/** What all parts of one engine share. */
export interface House {
  folder: string;
  book: ProcessBook;
  guard: ProcessGuard;
}

export interface PartOptions {
  name: string;
  command: string;
  args: string[];
  environment?: Record<string, string>;
  /** Throws until it serves. */
  probe(): Promise<void>;
  ready_ms_max?: number;
  stop_ms_max?: number;
  /** Started again when it ends unasked, after growing pauses, as Kubernetes would. */
  supervised?: boolean;
}

interface Run {
  child: ChildProcess;
  ended: Promise<string>;
}

const READY_MS_MAX = 60_000;
const STOP_MS_MAX = 7000;
const POLL_MS = 25;
const LOG_BYTES_MAX = 20_000_000;

export function makePart(house: House, options: PartOptions): Part {
  const { name, supervised = false, ready_ms_max = READY_MS_MAX, stop_ms_max = STOP_MS_MAX } = options;
  const log_file = logFile(house, name);
  let run: Run | null = null;
  let last_end: Promise<string> = Promise.resolve('has not been started');
  let wanted = false;
  let pause_ms = 0;
  let restart: NodeJS.Timeout | undefined;

  const launch = () => {
    const since = performance.now();
    const mine = spawnRun(house, options, log_file);
    run = mine;
    last_end = mine.ended.then((how) => {
      run = null;
      if (wanted && supervised) {
        pause_ms = nextPause(pause_ms, performance.now() - since);
        restart = setTimeout(launch, pause_ms);
      }
      return how;
    });
  };
  const awaitReady = async () => {
    const deadline = performance.now() + ready_ms_max;
    for (let reason = 'it was not asked'; ; ) {
      if (run === null && !(wanted && supervised))
        throw new Failure('unavailable', `${name} ${await last_end}: ${tail(log_file)}`);
      try {
        if (run !== null) return await options.probe();
      } catch (error) {
        reason = (error as Error).message;
      }
      if (performance.now() > deadline)
        throw new Failure('unavailable', `${name} did not serve in time (${reason}): ${tail(log_file)}`);
      await sleep(POLL_MS);
    }
  };
  return {
    name,
    log_file,
    get pid() {
      return run?.child.pid ?? null;
    },
    get exited() {
      return last_end;
    },
    awaitReady,
    start() {
      if (run || wanted) throw new Error(`${name} runs already.`);
      wanted = true;
      pause_ms = 0;
      launch();
      return awaitReady();
    },
    async stop() {
      wanted = false;
      clearTimeout(restart);
      if (run) await endRun(run, stop_ms_max);
    },
    async kill(signal = 'SIGKILL') {
      if (!supervised) wanted = false;
      run?.child.kill(signal);
      await last_end;
    },
    async freeze() {
      run?.child.kill('SIGSTOP');
      if (run?.child.pid !== undefined) await untilStopped(run.child.pid);
    },
    thaw: () => void run?.child.kill('SIGCONT'),
  };
}

export const logFile = ({ folder }: House, name: string): string => path.join(folder, 'logs', `${name}.log`);

/** In a session of its own: Ctrl-C in a terminal is ours to answer, not the parts'. */
function spawnRun({ folder, book, guard }: House, options: PartOptions, log_file: string): Run {
  rotate(log_file, LOG_BYTES_MAX);
  const log = openSync(log_file, 'a', 0o600);
  const child = spawn(options.command, options.args, {
    cwd: folder,
    env: { PATH: process.env.PATH, HOME: folder, ...options.environment },
    stdio: ['ignore', log, log],
    detached: true,
  });
  closeSync(log);
  const { pid } = child;
  if (pid !== undefined) {
    guard.watch(pid);
    book.note(options.name, pid);
  }
  const ended = new Promise<string>((resolve) => {
    child.on('exit', (code, signal) => resolve(signal ? `was ended by ${signal}` : `ended with code ${code}`));
    child.on('error', (error) => resolve(`could not be run (${error.message})`));
  }).then((how) => {
    if (pid !== undefined) guard.forget(pid);
    return how;
  });
  return { child, ended };
}

/** A frozen process hears nothing until it is thawed. */
async function endRun({ child, ended }: Run, patience_ms: number): Promise<void> {
  child.kill('SIGTERM');
  child.kill('SIGCONT');
  const patience = new AbortController();
  const force = sleep(patience_ms, undefined, { signal: patience.signal }).then(
    () => child.kill('SIGKILL'),
    () => undefined,
  );
  await ended;
  patience.abort();
  await force;
}

const TAIL_BYTES = 1500;

/** The end of its log: what a person wants to see when it did not start. */
const tail = (log_file: string): string =>
  existsSync(log_file) ? readFileSync(log_file).subarray(-TAIL_BYTES).toString().trim() : '(no log)';

/** Throws unless the address answers with a status of 2xx soon. */
export async function probeHttp(url: string): Promise<void> {
  const response = await fetch(url, { signal: AbortSignal.timeout(1000) });
  await response.body?.cancel();
  if (!response.ok) throw new Error(`${url} answers ${response.status}`);
}

/** On a busy machine a process goes on for a while after its signal. Where there is no /proc, nobody knows. */
export async function untilStopped(pid: number): Promise<void> {
  for (;;) {
    try {
      const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
      if (stat.slice(stat.lastIndexOf(')') + 2).startsWith('T')) return;
    } catch {
      return;
    }
    await sleep(POLL_MS);
  }
}
