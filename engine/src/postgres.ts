/** The PostgreSQL of the embedded mode as a part of the engine: nothing acknowledged is lost when it is killed. */
import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { type DatabaseConnection, type RunningDatabase, startDatabase } from '@taskflow/adapters/embedded/database.ts';
import { signalProcess } from '@taskflow/adapters/embedded/process-identity.ts';
import { rotate } from '@taskflow/embedded/src/log-file.ts';
import pg from 'pg';
import { type House, logFile, type Part, untilStopped } from './part.ts';

export interface Postgres extends Part {
  /** Always the same, for a part that is down as well. */
  connection: DatabaseConnection;
  /** For a Dapr component; `database` is made by `ensureDatabase`. */
  dsn(database?: string): string;
  /** For `DATABASE_URL`. */
  url(database?: string): string;
  ensureDatabase(name: string): Promise<void>;
}

const LOG_BYTES_MAX = 20_000_000;

/** Started already: only a running server says where it listens. */
export async function startPostgres(house: House): Promise<Postgres> {
  const { guard, book } = house;
  const data_dir = path.join(house.folder, 'postgres');
  mkdirSync(data_dir, { recursive: true, mode: 0o700 });
  const log_file = logFile(house, 'postgres');
  let server: RunningDatabase | null = null;
  let exited: Promise<string> = Promise.resolve('has not been started');
  let frozen: number[] = [];

  const start = async () => {
    if (server) throw new Error('postgres runs already.');
    rotate(log_file, LOG_BYTES_MAX);
    const mine = await startDatabase({ data_dir, log_file });
    server = mine;
    guard.watch(mine.pid);
    book.note('postgres', mine.pid);
    exited = mine.exited.then(() => {
      for (const pid of [mine.pid, ...frozen]) guard.forget(pid);
      server = null;
      return 'ended';
    });
  };
  const signalFrozen = (signal: NodeJS.Signals) => {
    for (const pid of frozen) signalProcess(pid, signal);
  };
  const thaw = () => {
    signalFrozen('SIGCONT');
    for (const pid of frozen) if (pid !== server?.pid) guard.forget(pid);
    frozen = [];
  };
  await start();
  const { connection } = server!;
  return {
    name: 'postgres',
    log_file,
    connection,
    dsn: (database = connection.database) => dsnOf(connection, database),
    url: (database = connection.database) => urlOf(connection, database),
    ensureDatabase: (name) => ensureDatabase(connection, name),
    get pid() {
      return server?.pid ?? null;
    },
    get exited() {
      return exited;
    },
    start,
    async awaitReady() {
      if (!server) throw new Error(`postgres ${await exited}.`);
    },
    async stop() {
      thaw();
      await server?.stop();
      await exited;
    },
    async kill(signal = 'SIGKILL') {
      if (server) signalProcess(server.pid, signal);
      await exited;
    },
    /** Its helpers serve the open connections, so they are frozen with it. */
    async freeze() {
      if (!server) return;
      frozen = [server.pid, ...childrenOf(server.pid)];
      for (const pid of frozen) guard.watch(pid);
      signalFrozen('SIGSTOP');
      await Promise.all(frozen.map(untilStopped));
    },
    thaw,
  };
}

const dsnOf = ({ host, port, user, password }: DatabaseConnection, database: string): string =>
  Object.entries({ host, port, user, dbname: database, ...(password ? { password } : {}), sslmode: 'disable' })
    .map(([name, value]) => `${name}='${String(value).replaceAll(/['\\]/g, '\\$&')}'`)
    .join(' ');

/** A socket's folder is the `host` parameter, as libpq and pg have it. */
function urlOf({ host, port, user, password }: DatabaseConnection, database: string): string {
  const login = password ? `${user}:${password}` : user;
  return host.startsWith('/')
    ? `postgresql://${login}@localhost:${port}/${database}?host=${encodeURIComponent(host)}`
    : `postgresql://${login}@${host}:${port}/${database}`;
}

async function ensureDatabase(connection: DatabaseConnection, name: string): Promise<void> {
  const client = new pg.Client(connection);
  await client.connect();
  try {
    const found = await client.query('select 1 from pg_database where datname = $1', [name]);
    if (found.rowCount === 0) await client.query(`create database ${pg.escapeIdentifier(name)}`);
  } finally {
    await client.end();
  }
}

function childrenOf(pid: number): number[] {
  const rows = spawnSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' }).stdout.trim().split('\n');
  return rows
    .map((row) => row.trim().split(/\s+/).map(Number))
    .filter(([, parent]) => parent === pid)
    .map(([child]) => child!);
}
