/** The node is one tree of processes in namespaces of its own: nothing of it outlives us, and nothing of the machine is changed. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Failure } from '@taskflow/core/domain/failure.ts';
import type { Component } from './components.ts';
import { DNS_ADDRESS, type Layout, NODE, NODE_ADDRESS } from './layout.ts';

export interface NodeProcess {
  /** Runs until the node ends, again whenever it ends by itself. */
  start(component: Component): void;
  /** The command line that runs another one in the node's network, with the machine's files or with the node's. */
  within(files: 'machine' | 'node', command: readonly string[]): string[];
  /** Says why the node ended, as soon as it has. */
  readonly ended: Promise<string>;
  stop(): Promise<void>;
}

const SCRIPTS = path.join(import.meta.dirname, '..', '..', 'kubernetes', 'node');
const START_MS_MAX = 20_000;
const STOP_MS_MAX = 20_000;

export async function startNodeProcess(layout: Layout): Promise<NodeProcess> {
  refuseMachine();
  mkdirSync(layout.data('logs'), { recursive: true });
  const pid_file = layout.data('node.pid');
  rmSync(pid_file, { force: true });
  const log = openSync(layout.log('node'), 'a', 0o600);
  const child = spawn(path.join(SCRIPTS, 'outside.sh'), {
    cwd: layout.folder,
    env: {
      PATH: `${layout.bin('')}:${process.env.PATH}:/usr/sbin:/sbin`,
      HOME: layout.folder,
      NODE_FOLDER: layout.folder,
      NODE_NAME: NODE,
      NODE_ADDRESS,
      DNS_ADDRESS,
    },
    stdio: ['pipe', log, log],
    // Ctrl-C is ours to answer.
    detached: true,
  });
  closeSync(log);
  child.stdin!.on('error', () => undefined);
  const ended = new Promise<string>((resolve) => {
    child.on('error', (error) => resolve(error.message));
    child.on('exit', (code, signal) => resolve(`ended with ${signal ?? code}: ${tail(layout.log('node'))}`));
  });
  const stop = () => stopNode(child, ended, pid_file);
  const pid = await awaitPid(pid_file, ended).catch(async (error) => {
    await stop();
    throw error;
  });
  return {
    ended,
    stop,
    start: ({ name, command }) => void child.stdin!.write(`start ${[name, ...command].map(quote).join(' ')}\n`),
    within: (files, command) => [
      'nsenter',
      ...['--target', String(pid), '--net', ...(files === 'node' ? ['--mount', '--pid', `--wd=${layout.folder}`] : [])],
      '--',
      ...command,
    ],
  };
}

async function awaitPid(file: string, ended: Promise<string>): Promise<number> {
  const deadline = performance.now() + START_MS_MAX;
  let reason: string | undefined;
  void ended.then((how) => {
    reason = how;
  });
  while (!existsSync(file)) {
    if (reason !== undefined) throw new Failure('unavailable', `The node could not be started: ${reason}`);
    if (performance.now() > deadline) throw new Failure('unavailable', 'The node did not start in time.');
    await sleep(20);
  }
  return Number(readFileSync(file, 'utf8'));
}

/** The end of its input is the end of its first process, and with that of all others. */
async function stopNode(child: ChildProcess, ended: Promise<string>, pid_file: string): Promise<void> {
  child.stdin!.end();
  const patience = new AbortController();
  void sleep(STOP_MS_MAX, undefined, { signal: patience.signal }).then(
    () => existsSync(pid_file) && process.kill(Number(readFileSync(pid_file, 'utf8')), 'SIGKILL'),
    () => undefined,
  );
  await ended;
  patience.abort();
  rmSync(pid_file, { force: true });
}

const quote = (word: string): string => `'${word.replaceAll("'", `'\\''`)}'`;

const tail = (file: string): string => readFileSync(file).subarray(-1500).toString().trim() || '(it said nothing)';

const NEEDED = {
  unshare: 'util-linux',
  nsenter: 'util-linux',
  ip: 'iproute2',
  sysctl: 'procps',
  nft: 'nftables',
  openssl: 'openssl',
};

/** Says what is missing before half of it runs. */
function refuseMachine(): void {
  const refuse = (why: string) => {
    throw new Failure('unavailable', `There can be no Kubernetes node on this machine: ${why}.`);
  };
  if (process.platform !== 'linux') refuse('it is not Linux');
  if (process.getuid?.() !== 0) refuse('it needs root, for namespaces, mounts and control groups');
  const missing = Object.entries(NEEDED).filter(([program]) => !isProgram(program));
  if (missing.length > 0)
    refuse(
      `${missing.map(([program]) => program).join(', ')} is missing (Debian: ${missing.map(([, name]) => name).join(' ')})`,
    );
  if (!existsSync('/sys/fs/cgroup/memory/cgroup.procs'))
    refuse('its control groups are of version 2 only, and the node’s start script knows version 1');
}

function isProgram(name: string): boolean {
  try {
    execFileSync('sh', ['-c', `PATH=$PATH:/usr/sbin:/sbin command -v ${name}`], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
