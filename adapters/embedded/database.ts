/** A PostgreSQL of our own in a data folder: acknowledged rows survive the death of any process, and a start finds, adopts or recovers whatever was left. */
import { randomBytes } from 'node:crypto';
import { closeSync, existsSync, openSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Failure } from '@taskflow/core/domain/failure.ts';
import { type PostgresAccount, postgresAccount } from './postgres-account.ts';
import { findPostgres, type PostgresBinaries } from './postgres-binaries.ts';
import { DATABASE_NAME, DATABASE_USER, ensureCluster, spawnPostgres } from './postgres-cluster.ts';
import { awaitExit, findPostmaster, type Postmaster, removeStaleFiles, stopPostmaster } from './postmaster.ts';
import { socketDirectory } from './socket-directory.ts';

export interface DatabaseConnection {
  /** A directory with the server's socket, or a loopback address where there are no Unix sockets. */
  host: string;
  port: number;
  user: string;
  database: string;
  password?: string;
}

export interface RunningDatabase {
  connection: DatabaseConnection;
  pid: number;
  /** It ran already: whoever had started it was killed. */
  adopted: boolean;
  /** Fast shutdown: open transactions are rolled back, everything committed is on disk. */
  stop(patience_ms?: number): Promise<void>;
  /** Settles when the server has ended, for whatever reason. */
  exited: Promise<void>;
}

export interface DatabaseOptions {
  data_dir: string;
  log_file: string;
  transport?: 'socket' | 'tcp';
  /** On TCP: the port of the run before, so that its clients find the new one. */
  port?: number;
  /** Gives up the start. */
  signal?: AbortSignal;
}

/** The caller holds the lock of the data folder (data-lock.ts). */
export async function startDatabase(options: DatabaseOptions): Promise<RunningDatabase> {
  const { log_file, transport = defaultTransport, port, signal } = options;
  // PostgreSQL's programs run in a directory of their own.
  const data_dir = path.resolve(options.data_dir);
  const binaries = findPostgres();
  const cluster_dir = path.join(data_dir, 'pg');
  const account = postgresAccount(cluster_dir);
  const password = transport === 'tcp' ? ensurePassword(path.join(data_dir, 'pg.password')) : null;
  await ensureCluster({ binaries, account, cluster_dir, password, signal });
  account.own(cluster_dir);

  const server: Server = { binaries, account, cluster_dir, log_file, data_dir, transport, port, signal };
  const found = await adopt(server);
  const { postmaster, exited } = found ?? (await launch(server));
  const host = postmaster.socket_dir || '127.0.0.1';
  return {
    connection: {
      host,
      port: postmaster.port,
      user: DATABASE_USER,
      database: DATABASE_NAME,
      ...(password === null ? {} : { password }),
    },
    pid: postmaster.pid,
    adopted: found !== null,
    stop: (patience_ms) => stopPostmaster(postmaster, { pg_ctl: binaries.pg_ctl, cluster_dir, exited, patience_ms }),
    exited,
  };
}

interface Server {
  binaries: PostgresBinaries;
  account: PostgresAccount;
  cluster_dir: string;
  data_dir: string;
  log_file: string;
  transport: 'socket' | 'tcp';
  port: number | undefined;
  signal: AbortSignal | undefined;
}

interface Started {
  postmaster: Postmaster;
  exited: Promise<void>;
}

const defaultTransport = process.platform === 'win32' ? 'tcp' : 'socket';
/** Recovery of a full write-ahead log (256 MB) takes seconds; a slow disk gets its time. */
const READY_MS_MAX = 120_000;
/** The children of a killed postmaster hold its shared memory for a moment, and a new one refuses to start beside them. */
const ORPHANS_MS_MAX = 10_000;
const POLL_MS = 15;

/** Takes over a server that lives; one that is about to end is waited for. */
async function adopt(server: Server): Promise<Started | null> {
  const deadline = performance.now() + READY_MS_MAX;
  for (;;) {
    server.signal?.throwIfAborted();
    const postmaster = findPostmaster(server.cluster_dir);
    if (postmaster === null) return null;
    if (postmaster.status === 'ready') return { postmaster, exited: awaitExit(postmaster) };
    if (performance.now() > deadline)
      throw new Failure(
        'unavailable',
        `The database server (process ${postmaster.pid}) is neither ready nor gone: stop it, and start TaskFlow again.`,
      );
    await sleep(POLL_MS);
  }
}

async function launch(server: Server): Promise<Started> {
  const orphans_deadline = performance.now() + ORPHANS_MS_MAX;
  for (;;) {
    server.signal?.throwIfAborted();
    const attempt = await attemptLaunch(server);
    if (typeof attempt !== 'string') return attempt;
    const transient = /shared memory block .* still in use|lock file .* already exists/.test(attempt);
    if (!transient || performance.now() > orphans_deadline)
      throw new Failure('unavailable', `The database did not start: ${attempt.trim().slice(-600)}`);
    await sleep(100);
  }
}

/** A started server, or what it said when it ended at once. */
async function attemptLaunch(server: Server): Promise<Started | string> {
  const { account, binaries, cluster_dir, log_file, signal } = server;
  const socket_dir = server.transport === 'socket' ? path.join(socketDirectory(server.data_dir), 'pg') : '';
  if (socket_dir) account.own(socket_dir);
  removeStaleFiles(cluster_dir, socket_dir);
  const port = socket_dir ? 5432 : (server.port ?? (await freePort()));
  const log = openSync(log_file, 'a', 0o600);
  const said_from = statSync(log_file).size;
  const child = spawnPostgres(
    account,
    binaries.postgres,
    ['-D', cluster_dir, ...settings(socket_dir, port)],
    ['ignore', log, log],
  );
  closeSync(log);
  let ended = false;
  const exited = new Promise<void>((resolve) => {
    const end = () => {
      ended = true;
      resolve();
    };
    child.on('exit', end).on('error', end);
  });
  const deadline = performance.now() + READY_MS_MAX;
  while (!ended) {
    const postmaster = findPostmaster(cluster_dir);
    if (postmaster?.pid === child.pid && postmaster?.status === 'ready') return { postmaster, exited };
    if (signal?.aborted || performance.now() > deadline) child.kill('SIGQUIT');
    await sleep(POLL_MS);
  }
  signal?.throwIfAborted();
  return readFileSync(log_file).subarray(said_from).toString() || `${binaries.postgres} cannot be run.`;
}

/** Durable first, then modest: 17 MB at rest, and no process that a single machine does not need. */
function settings(socket_dir: string, port: number): string[] {
  const values = {
    listen_addresses: socket_dir ? '' : '127.0.0.1',
    unix_socket_directories: socket_dir,
    unix_socket_permissions: '0700',
    port,
    max_connections: 40,
    fsync: 'on',
    synchronous_commit: 'on',
    full_page_writes: 'on',
    wal_level: 'minimal',
    max_wal_senders: 0,
    min_wal_size: '32MB',
    max_wal_size: '256MB',
    shared_buffers: '32MB',
    huge_pages: 'off',
    work_mem: '4MB',
    maintenance_work_mem: '32MB',
    effective_cache_size: '256MB',
    random_page_cost: 1.1,
    jit: 'off',
    io_method: 'sync',
    max_logical_replication_workers: 0,
    max_parallel_workers: 0,
    max_parallel_maintenance_workers: 0,
    max_parallel_workers_per_gather: 0,
    autovacuum_max_workers: 1,
    log_min_messages: 'warning',
    // What a row holds is nobody's business who reads a log.
    log_error_verbosity: 'terse',
    log_checkpoints: 'off',
    log_line_prefix: '%m [%p] ',
  };
  return Object.entries(values).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
}

function ensurePassword(file: string): string {
  if (!existsSync(file)) writeFileSync(file, randomBytes(24).toString('hex'), { mode: 0o600 });
  return readFileSync(file, 'utf8');
}

const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const probe = createServer().on('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
