/** The same tests on every server that TaskFlow runs on: the one it brings along, and the oldest that it accepts. */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, openSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startDatabase } from '@taskflow/adapters/embedded/database.ts';
import { postgresAccount } from '@taskflow/adapters/embedded/postgres-account.ts';
import { migrate } from '@taskflow/adapters/postgres/migrate.ts';
import pg from 'pg';
import { afterAll, beforeAll, describe } from 'vitest';

export interface TestDatabase {
  connection: pg.PoolConfig;
}

export interface TestServer {
  name: string;
  /** A fresh database with the tables in it; dropped with its server. */
  open(): Promise<TestDatabase>;
  /** A fresh database with nothing in it. */
  openEmpty(): Promise<TestDatabase>;
}

/** Runs the suite once per server. */
export function withDatabases(name: string, suite: (server: TestServer) => void): void {
  for (const kind of kinds) {
    const missing = kind.missing();
    if (missing !== null && process.env.CI === 'true') {
      describe(`${name} on ${kind.name}`, () => {
        beforeAll(() => {
          throw new Error(missing);
        });
        suite({ name: kind.name, open: neverOpened, openEmpty: neverOpened });
      });
    } else if (missing !== null) {
      describe.skip(`${name} on ${kind.name} (skipped: ${missing})`, () =>
        suite({ name: kind.name, open: neverOpened, openEmpty: neverOpened }));
    } else {
      describe(`${name} on ${kind.name}`, () => suite(runServer(kind)));
    }
  }
}

interface Running {
  connection: pg.PoolConfig;
  stop(): Promise<void>;
  kill(): void;
}

interface Kind {
  name: string;
  missing(): string | null;
  start(folder: string): Promise<Running>;
}

const neverOpened = (): never => {
  throw new Error('There is no server to open a database on.');
};

const DEBIAN = '/usr/lib/postgresql';
const OLDEST_SUPPORTED = 15;

function systemBinaries(): string | null {
  if (!existsSync(DEBIAN)) return null;
  const versions = readdirSync(DEBIAN)
    .map(Number)
    .filter((version) => version >= OLDEST_SUPPORTED && existsSync(path.join(DEBIAN, String(version), 'bin/initdb')));
  return versions.length === 0 ? null : path.join(DEBIAN, String(Math.min(...versions)), 'bin');
}

const kinds: readonly Kind[] = [
  {
    name: 'the embedded PostgreSQL',
    missing: () => null,
    async start(folder) {
      const { connection, stop, pid } = await startDatabase({ data_dir: folder, log_file: path.join(folder, 'log') });
      let stopped = false;
      return {
        connection,
        async stop() {
          await stop();
          stopped = true;
        },
        kill: () => void (stopped || process.kill(pid, 'SIGINT')),
      };
    },
  },
  {
    name: 'the system’s PostgreSQL',
    missing: () =>
      systemBinaries() === null ? `there is no PostgreSQL ${OLDEST_SUPPORTED} or newer in ${DEBIAN}` : null,
    start: startSystemServer,
  },
];

async function startSystemServer(folder: string): Promise<Running> {
  const bin = systemBinaries()!;
  const data = path.join(folder, 'pg');
  const account = postgresAccount(data);
  account.own(data);
  const run = (program: string, args: string[]): [string, string[]] => {
    const [first, ...rest] = [...account.prefix, path.join(bin, program), ...args];
    return [first!, rest];
  };
  const made = spawnSync(
    ...run('initdb', ['-D', data, '-U', 'taskflow', '-A', 'trust', '-E', 'UTF8', '--locale=C.UTF-8', '-N']),
    { encoding: 'utf8', ...account.identity },
  );
  if (made.status !== 0) throw new Error(`initdb: ${made.stderr}`);
  const log = path.join(folder, 'log');
  const out = openSync(log, 'a');
  const child = spawn(
    ...run('postgres', [
      '-D',
      data,
      '-k',
      data,
      '-c',
      'listen_addresses=',
      '-c',
      'random_page_cost=1.1',
      '-c',
      'jit=off',
    ]),
    { stdio: ['ignore', out, out], ...account.identity },
  );
  const ended = new Promise<void>((resolve) => child.on('exit', () => resolve()));
  const connection = { host: data, port: 5432, user: 'taskflow', database: 'postgres' };
  for (let tries = 0; !(await answers(connection)); tries += 1) {
    if (child.exitCode !== null || tries > 600) throw new Error(`postgres: ${readFileSync(log, 'utf8').slice(-2_000)}`);
    await sleep(25);
  }
  const stop = async (): Promise<void> => {
    child.kill('SIGINT');
    await ended;
  };
  return { connection, stop, kill: () => void child.kill('SIGINT') };
}

async function answers(connection: pg.PoolConfig): Promise<boolean> {
  const client = new pg.Client(connection);
  client.on('error', () => {});
  return client.connect().then(
    () => client.end().then(() => true),
    () => false,
  );
}

/** Started with the first database that is asked for, stopped when the suite is over. */
function runServer(kind: Kind): TestServer {
  const folder = mkdtempSync(path.join(tmpdir(), 'taskflow-test-'));
  let running: Promise<Running> | null = null;
  let template: Promise<void> | null = null;
  let made = 0;
  const server = (): Promise<Running> => {
    running ??= kind.start(folder).then((started) => {
      // Also when a hook of the test before ours never comes to an end.
      process.once('exit', started.kill);
      return started;
    });
    return running;
  };
  const create = async (source: string): Promise<TestDatabase> => {
    made += 1;
    const database = `test_${made}`;
    const { connection } = await server();
    await administer(connection, `create database ${database} template ${source}`);
    return { connection: { ...connection, database } };
  };
  afterAll(async () => {
    await (await running)?.stop();
    rmSync(folder, { recursive: true, force: true });
  });
  return {
    name: kind.name,
    openEmpty: () => create('template0'),
    async open() {
      template ??= makeTemplate((await server()).connection);
      await template;
      return create('taskflow_template');
    },
  };
}

async function makeTemplate(connection: pg.PoolConfig): Promise<void> {
  await administer(connection, 'create database taskflow_template template template0');
  await migrate({ ...connection, database: 'taskflow_template' });
}

async function administer(connection: pg.PoolConfig, statement: string): Promise<void> {
  const client = new pg.Client(connection);
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
