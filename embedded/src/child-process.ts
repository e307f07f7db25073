/** Starts backend or worker as a child process, and hands it its configuration when that is known. */
import { type ChildProcess, fork } from 'node:child_process';
import { rmSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Failure } from '@taskflow/core/domain/failure.ts';
import type { ChildName, ChildReport, ChildSetup } from './child-protocol.ts';
import type { Life } from './keep-alive.ts';

export interface ChildOptions {
  name: ChildName;
  /** Its modules load while the database still starts. */
  setup: Promise<ChildSetup>;
  /** The log file, which takes all it prints. */
  log: number;
  /** Its socket; the file of a killed predecessor is in the way of a new one. */
  socket: string;
  onFork(pid: number): void;
  signal: AbortSignal;
}

/** Resolves when the child reports that it serves. */
export async function startChild({ name, setup, log, socket, onFork, signal }: ChildOptions): Promise<Life> {
  signal.throwIfAborted();
  if (process.platform !== 'win32') rmSync(socket, { force: true });
  const child = fork(fileURLToPath(new URL(`./${name}.ts`, import.meta.url)), {
    stdio: ['ignore', log, log, 'ipc'],
    execArgv: CHILD_FLAGS,
    env: childEnvironment(),
    // A session of its own: Ctrl-C in the terminal reaches the supervisor alone, which stops things in order.
    detached: process.platform !== 'win32',
  });
  const ended = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(`could not be started (${error.message})`));
    child.once('exit', (code, by) => resolve(by ? `was killed (${by})` : `ended unasked (code ${code})`));
  });
  if (child.pid !== undefined) onFork(child.pid);
  const stop = (patience_ms: number) => stopChild(child, ended, patience_ms);
  const abort = () => void stop(0);
  signal.addEventListener('abort', abort, { once: true });
  try {
    await ready(child, name, setup, ended);
  } catch (error) {
    await stop(0);
    throw error;
  } finally {
    signal.removeEventListener('abort', abort);
  }
  return { ended, stop };
}

/** Chosen by measurement; docs/decisions has the figures. */
const CHILD_FLAGS = ['--max-semi-space-size=4'];

/** Settings travel in the configuration; the environment carries what Node.js, Next.js and libc read themselves. */
function childEnvironment(): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(
    ([name]) => !name.startsWith('TASKFLOW_') && !name.startsWith('npm_') && name !== 'DATABASE_URL',
  );
  return { ...Object.fromEntries(kept), NODE_ENV: 'production', NEXT_TELEMETRY_DISABLED: '1', MALLOC_ARENA_MAX: '2' };
}

async function ready(
  child: ChildProcess,
  name: ChildName,
  setup: Promise<ChildSetup>,
  ended: Promise<string>,
): Promise<void> {
  const report = new Promise<ChildReport>((resolve) =>
    child.once('message', (message) => resolve(message as ChildReport)),
  );
  // The news of its end may overtake its last message.
  const died = ended.then((how) =>
    sleep(100, { kind: 'failed', message: `it ${how}; the reason is in taskflow.log` } as const),
  );
  const send = setup.then((message) => void (child.connected && child.send(message, () => undefined)));
  // A set-up that fails (no database) fails the child's start too.
  const answer = await Promise.race([send.then(() => Promise.race([report, died])), died]);
  if (answer.kind === 'failed') throw new Failure('unavailable', `The ${name} did not start: ${answer.message}`);
}

async function stopChild(child: ChildProcess, ended: Promise<string>, patience_ms: number): Promise<void> {
  if (patience_ms > 0) child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), patience_ms);
  await ended;
  clearTimeout(timer);
}
