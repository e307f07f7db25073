/** A process is known by its number and its start, so that a number used again after a crash is never taken for the process that had it. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** Names the living process with this number for as long as it lives; null when there is none (a zombie counts as none). */
export function processIdentity(pid: number): string | null {
  if (!isAlive(pid)) return null;
  if (process.platform === 'linux') return linuxIdentity(pid);
  if (process.platform === 'win32') return String(pid);
  const row = spawnSync('ps', ['-o', 'stat=,lstart=', '-p', String(pid)], { encoding: 'utf8' }).stdout.trim();
  const [state = '', ...started] = row.split(/\s+/);
  return row === '' || state.startsWith('Z') ? null : `${pid} ${started.join(' ')}`;
}

/** The command line of a process, or null where the system does not tell. */
export function processCommand(pid: number): string | null {
  if (process.platform === 'win32') return null;
  if (process.platform === 'linux') return read(`/proc/${pid}/cmdline`)?.replaceAll('\0', ' ') ?? null;
  return spawnSync('ps', ['-ww', '-o', 'command=', '-p', String(pid)], { encoding: 'utf8' }).stdout.trim() || null;
}

/** Sends a signal; false when the process is gone. */
export function signalProcess(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EPERM') return true;
    return false;
  }
}

const isAlive = (pid: number): boolean => Number.isSafeInteger(pid) && pid > 0 && signalProcess(pid, 0);

/** proc(5): field 2 is the name in parentheses, which may hold spaces; after it come the state (3) and, as field 22, the start in ticks since boot. */
function linuxIdentity(pid: number): string | null {
  const stat = read(`/proc/${pid}/stat`);
  if (stat === null) return null;
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  if (fields[0] === 'Z' || fields[0] === 'X') return null;
  return `${pid} ${fields[19]} ${read('/proc/sys/kernel/random/boot_id')?.trim()}`;
}

function read(file: string): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return null;
  }
}
