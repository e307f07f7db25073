/** TaskFlow as a person starts it, seen from outside: its processes, and how to kill one of them. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const ROOT = path.join(import.meta.dirname, '..', '..');

export interface RunningTree {
  url: string;
  data_dir: string;
  /** The supervisor; everything else is below it, but for the database, which outlives it. */
  pid: number;
  output(): string;
  /** Every process of the tree with its command line. */
  processes(): TreeProcess[];
  stop(): Promise<void>;
}

export interface TreeProcess {
  pid: number;
  role: 'supervisor' | 'backend' | 'worker' | 'database' | 'other';
  command: string;
}

/** `npm start` without npm, on a free port and a data folder of its own (or one given). */
export async function startTree(
  given: { data_dir?: string; environment?: Record<string, string> } = {},
): Promise<RunningTree> {
  const data_dir = given.data_dir ?? mkdtempSync(path.join(tmpdir(), 'taskflow-tree-'));
  const child = spawn(process.execPath, [path.join(ROOT, 'scripts', 'start.mjs')], {
    cwd: ROOT,
    env: { ...bareEnvironment(), TASKFLOW_DATA: data_dir, TASKFLOW_PORT: '0', ...given.environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', (data) => {
      output += data;
    });
  const url = await announcedUrl(child, () => output);
  return {
    url,
    data_dir,
    pid: child.pid!,
    output: () => output,
    processes: () => treeOf(child.pid!, data_dir),
    stop: async () => {
      await stopChild(child);
      if (given.data_dir === undefined) rmSync(data_dir, { recursive: true, force: true });
    },
  };
}

/** The tests' own variables are not settings of TaskFlow. */
const bareEnvironment = () =>
  Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(TASKFLOW_|VITEST|NODE_ENV|DATABASE_URL)/.test(name)),
  );

async function announcedUrl(child: ChildProcess, output: () => string): Promise<string> {
  for (let waited_ms = 0; waited_ms < 120_000; waited_ms += 50) {
    const url = /https?:\/\/\S+:\d+/.exec(output())?.[0];
    if (url !== undefined) return url.replace(/[.,]$/, '');
    if (child.exitCode !== null) break;
    await sleep(50);
  }
  child.kill('SIGKILL');
  throw new Error(`TaskFlow did not start:\n${output()}`);
}

async function stopChild(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  await Promise.race([ended, sleep(15_000)]);
  if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
}

/** Found through /proc: descendants of the supervisor, and the database of this data folder wherever it hangs. */
function treeOf(root: number, data_dir: string): TreeProcess[] {
  const all = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => statusOf(Number(name)));
  const inside = new Set([root]);
  for (let grew = true; grew; ) {
    grew = false;
    for (const { pid, parent, command } of all) {
      const isOurs = inside.has(parent) || (command.includes('postgres') && command.includes(data_dir));
      if (inside.has(pid) || !isOurs) continue;
      inside.add(pid);
      grew = true;
    }
  }
  return all
    .filter(({ pid }) => inside.has(pid))
    .map(({ pid, command }) => ({ pid, command, role: roleOf(pid, command, root) }));
}

function statusOf(pid: number): { pid: number; parent: number; command: string }[] {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const parent = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
    return [{ pid, parent, command: readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ') }];
  } catch {
    return [];
  }
}

function roleOf(pid: number, command: string, root: number): TreeProcess['role'] {
  if (pid === root) return 'supervisor';
  if (command.includes('embedded/src/backend')) return 'backend';
  if (command.includes('embedded/src/worker')) return 'worker';
  return /\/postgres\b.* -D /.test(command) ? 'database' : 'other';
}

/** Memory of the whole tree as each process shares it (PSS), in megabytes. */
export function pssOf(processes: readonly TreeProcess[]): number {
  const kilobytes = processes.map(({ pid }) => {
    try {
      return Number(/^Pss:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))?.[1] ?? 0);
    } catch {
      return 0;
    }
  });
  return kilobytes.reduce((sum, each) => sum + each, 0) / 1024;
}
