/** What `postmaster.pid` says about a PostgreSQL server is believed only if the process it names is that server. */
import { spawn } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { processCommand, processIdentity, signalProcess } from './process-identity.ts';

export interface Postmaster {
  pid: number;
  port: number;
  /** Empty when it listens on TCP only. */
  socket_dir: string;
  status: 'ready' | 'busy';
}

/** The living server of a cluster, or null. */
export function findPostmaster(cluster_dir: string): Postmaster | null {
  const [pid, , , port, socket_dir = '', , , status = ''] = readLines(pidFile(cluster_dir));
  if (!isServer(Number(pid), cluster_dir)) return null;
  return { pid: Number(pid), port: Number(port), socket_dir, status: status.trim() === 'ready' ? 'ready' : 'busy' };
}

/**
 * PostgreSQL itself takes any living process that has the number in a stale lock file for a server, and refuses to start
 * (after a reboot or in a container low numbers come back soon). The lock of the data folder is ours, so the file can go;
 * orphans of a dead server are still found by PostgreSQL through the shared memory they hold.
 */
export function removeStaleFiles(cluster_dir: string, socket_dir: string): void {
  if (findPostmaster(cluster_dir) !== null) return;
  const [pid] = readLines(pidFile(cluster_dir));
  if (pid !== undefined && processIdentity(Number(pid)) !== null) rmSync(pidFile(cluster_dir), { force: true });
  if (socket_dir)
    for (const name of ['.s.PGSQL.5432', '.s.PGSQL.5432.lock']) rmSync(path.join(socket_dir, name), { force: true });
}

/** Settles when a server that is not our child has ended: nobody tells us, so we look. */
export async function awaitExit({ pid }: Postmaster): Promise<void> {
  const identity = processIdentity(pid);
  while (identity !== null && processIdentity(pid) === identity) await sleep(250, undefined, { ref: false });
}

export interface StopOptions {
  pg_ctl: string;
  cluster_dir: string;
  exited: Promise<void>;
  /** How long a fast shutdown may take. */
  patience_ms: number | undefined;
}

/** Fast, then immediate (which costs a recovery at the next start and nothing else), then by force. */
export async function stopPostmaster(
  { pid }: Postmaster,
  { pg_ctl, cluster_dir, exited, patience_ms = 3000 }: StopOptions,
): Promise<void> {
  if (process.platform === 'win32') {
    const child = spawn(pg_ctl, ['stop', '-D', cluster_dir, '-m', 'fast', '-W'], { stdio: 'ignore' });
    await new Promise((resolve) => child.on('close', resolve).on('error', resolve));
  }
  const identity = processIdentity(pid);
  const steps = [
    { signal: 'SIGINT', patience_ms },
    { signal: 'SIGQUIT', patience_ms: 300 },
    { signal: 'SIGKILL', patience_ms: 100 },
  ] as const;
  for (const { signal, patience_ms } of steps) {
    if (identity === null || processIdentity(pid) !== identity) break;
    if (process.platform !== 'win32' || signal === 'SIGKILL') signalProcess(pid, signal);
    const deadline = performance.now() + patience_ms;
    while (processIdentity(pid) === identity && performance.now() < deadline) await sleep(15);
  }
  await Promise.race([exited, sleep(100)]);
}

const pidFile = (cluster_dir: string): string => path.join(cluster_dir, 'postmaster.pid');

const isServer = (pid: number, cluster_dir: string): boolean => {
  if (processIdentity(pid) === null) return false;
  const command = processCommand(pid);
  return command === null || (command.includes('postgres') && command.includes(cluster_dir));
};

const readLines = (file: string): string[] => (existsSync(file) ? readFileSync(file, 'utf8').split('\n') : []);
