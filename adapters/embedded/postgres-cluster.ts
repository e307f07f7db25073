/** A cluster (PostgreSQL's data folder) is there in full or not at all: it is made beside its place and moved there when it is done. */
import { type ChildProcess, spawn } from 'node:child_process';
import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { Failure } from '@taskflow/core/domain/failure.ts';
import type { PostgresAccount } from './postgres-account.ts';
import type { PostgresBinaries } from './postgres-binaries.ts';
import { signalProcess } from './process-identity.ts';

export interface ClusterPlace {
  binaries: PostgresBinaries;
  account: PostgresAccount;
  cluster_dir: string;
  /** Of the superuser, for a server that listens on TCP; null when only its owner can reach its socket. */
  password: string | null;
  signal: AbortSignal | undefined;
}

export const DATABASE_USER = 'taskflow';
export const DATABASE_NAME = 'taskflow';

/** Makes the cluster unless there is one; one of another PostgreSQL version or a folder of something else is refused. */
export async function ensureCluster(place: ClusterPlace): Promise<void> {
  const { cluster_dir, binaries, account } = place;
  removeUnfinished(cluster_dir);
  if (existsSync(cluster_dir) && readdirSync(cluster_dir).length > 0) return refuseOther(cluster_dir, binaries.major);

  const making = mkdtempSync(`${cluster_dir}${UNFINISHED}`);
  account.own(making);
  await initialise({ ...place, cluster_dir: making });
  rmSync(cluster_dir, { recursive: true, force: true });
  renameSync(making, cluster_dir);
  syncFolder(path.dirname(cluster_dir));
}

const UNFINISHED = '.new-';

/** Each attempt has a name of its own: the initdb of a killed start may still be at work in its folder, which then goes at a later start. */
function removeUnfinished(cluster_dir: string): void {
  const parent = path.dirname(cluster_dir);
  for (const name of readdirSync(parent).filter((name) =>
    name.startsWith(`${path.basename(cluster_dir)}${UNFINISHED}`),
  )) {
    try {
      rmSync(path.join(parent, name), { recursive: true, force: true });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOTEMPTY') throw error;
    }
  }
}

function refuseOther(cluster_dir: string, major: number): void {
  const version_file = path.join(cluster_dir, 'PG_VERSION');
  if (!existsSync(version_file))
    throw new Failure(
      'conflict',
      `${cluster_dir} is not empty and holds no PostgreSQL database: move it away, or set TASKFLOW_DATA to another folder.`,
    );
  const found = readFileSync(version_file, 'utf8').trim();
  if (found === String(major)) return;
  throw new Failure(
    'conflict',
    `${cluster_dir} was made by PostgreSQL ${found}, and this TaskFlow brings PostgreSQL ${major}: export the data with the TaskFlow that made it, and import it into a new folder.`,
  );
}

async function initialise(place: ClusterPlace): Promise<void> {
  const { binaries, cluster_dir, password } = place;
  const password_file = path.join(cluster_dir, '..', 'pg.password.new');
  if (password !== null) writeFileSync(password_file, password, { mode: 0o600 });
  try {
    await run(place, binaries.initdb, [
      ...[
        '-D',
        cluster_dir,
        '-U',
        DATABASE_USER,
        '--data-checksums',
        '--no-instructions',
        '--set',
        'timezone=UTC',
        '--set',
        'log_timezone=UTC',
      ],
      // The builtin provider sorts and folds case alike on every system, and no update of a C library can break an index.
      ...['--encoding=UTF8', '--locale-provider=builtin', '--builtin-locale=C.UTF-8', ...libraryLocale()],
      ...(password === null
        ? ['--auth-local=trust', '--auth-host=reject']
        : ['--auth=scram-sha-256', `--pwfile=${password_file}`]),
    ]);
  } finally {
    rmSync(password_file, { force: true });
  }
  await run(
    place,
    binaries.postgres,
    ['--single', '-D', cluster_dir, 'postgres'],
    `create database ${DATABASE_NAME};\n`,
  );
}

/** What remains the C library's (the classes of letters in full-text search); only Linux knows it by this name. */
const libraryLocale = (): string[] =>
  process.platform === 'linux'
    ? ['--locale=C.UTF-8']
    : process.platform === 'darwin'
      ? ['--locale=C', '--lc-ctype=UTF-8']
      : ['--locale=C'];

/** Runs a program of PostgreSQL to its end, or throws with what it said. */
async function run(place: ClusterPlace, binary: string, args: string[], input = ''): Promise<void> {
  place.signal?.throwIfAborted();
  const child = spawnPostgres(place.account, binary, args, ['pipe', 'pipe', 'pipe']);
  const giveUp = () => killGroup(child);
  place.signal?.addEventListener('abort', giveUp, { once: true });
  const said: Buffer[] = [];
  child.stdout?.on('data', (chunk: Buffer) => said.push(chunk));
  child.stderr?.on('data', (chunk: Buffer) => said.push(chunk));
  child.stdin?.on('error', () => undefined).end(input);
  const code = await new Promise((resolve, reject) =>
    child.on('error', (error) => reject(cannotRun(binary, error))).on('close', resolve),
  );
  place.signal?.removeEventListener('abort', giveUp);
  place.signal?.throwIfAborted();
  // A statement that fails leaves the single-user server's exit code at 0.
  const text = Buffer.concat(said).toString();
  if (code !== 0 || /\b(ERROR|FATAL|PANIC):/.test(text))
    throw new Failure('unavailable', `The database could not be set up: ${text.trim().slice(-600)}`);
}

/** With the helpers it has started, which would go on writing. */
function killGroup({ pid }: ChildProcess): void {
  if (pid !== undefined) signalProcess(process.platform === 'win32' ? pid : -pid, 'SIGKILL');
}

const cannotRun = (binary: string, error: Error): Failure =>
  new Failure(
    'unavailable',
    `${binary} cannot be run (${error.message}). PostgreSQL does not run as root: where user namespaces are forbidden, root needs an installation that everyone may read.`,
  );

/** Starts a program as the account says, in a session of its own (Ctrl-C in the terminal is the supervisor's), with an environment of ours. */
export function spawnPostgres(
  account: PostgresAccount,
  binary: string,
  args: string[],
  stdio: ('pipe' | 'ignore' | number)[],
): ChildProcess {
  const [command = binary, ...rest] = [...account.prefix, binary, ...args];
  const env = process.platform === 'win32' ? process.env : { PATH: process.env.PATH, TZ: 'UTC', LC_ALL: 'C' };
  return spawn(command, rest, { stdio, env, detached: true, cwd: path.dirname(binary), ...account.identity });
}

function syncFolder(folder: string): void {
  if (process.platform === 'win32') return;
  const handle = openSync(folder, 'r');
  fsyncSync(handle);
  closeSync(handle);
}
