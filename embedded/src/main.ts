/** The supervisor: starts database, backend and worker in order, heals what dies, and stops all of it in under 5 s. */
import { createServer } from 'node:net';
import path from 'node:path';
import { lockData } from '@taskflow/adapters/embedded/data-lock.ts';
import { type DatabaseConnection, startDatabase } from '@taskflow/adapters/embedded/database.ts';
import { Failure } from '@taskflow/core/domain/failure.ts';
import { startChild } from './child-process.ts';
import { type ChildName, type ChildSetup, internalSockets } from './child-protocol.ts';
import { describeSettings, type EmbeddedConfig, readConfig, withPort } from './config.ts';
import { type Keeper, keepAlive, type Life } from './keep-alive.ts';
import { openProcessBook, type ProcessBook } from './leftovers.ts';
import { keepBounded, type LogFile, openLog } from './log-file.ts';
import { ensureSecrets } from './secrets.ts';

export interface RunOptions {
  args: string[];
  environment: NodeJS.ProcessEnv;
  directory: string;
  /** Brings the web page up to date; runs while the database starts, under the lock of the data folder. */
  build(signal: AbortSignal): Promise<void>;
}

/** Runs TaskFlow until a signal ends it; answers with the exit code. */
export async function run({ args, environment, directory, build }: RunOptions): Promise<number> {
  if (args.includes('--help')) {
    console.log(describeSettings());
    return 0;
  }
  const stopping = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => stopping.abort());
  let log: LogFile | undefined;
  try {
    if (args.length > 0)
      throw new Failure('invalid', `There is no option ${args[0]}: npm start -- --help lists the settings.`);
    const config = readConfig(environment, directory);
    const lock = lockData(config.data_dir);
    log = openLog(path.join(config.data_dir, 'taskflow.log'));
    await runLocked(config, log, build, stopping.signal);
    lock.release();
    return 0;
  } catch (error) {
    if (stopping.signal.aborted) return 0;
    log?.write('error', String((error as Error).stack));
    console.error(error instanceof Failure || (error as NodeJS.ErrnoException).code ? (error as Error).message : error);
    return 1;
  }
}

/** Everything that was started is stopped, whether the rest came up or not. */
async function runLocked(
  found: EmbeddedConfig,
  log: LogFile,
  build: RunOptions['build'],
  signal: AbortSignal,
): Promise<void> {
  const book = await openProcessBook(path.join(found.data_dir, 'processes.json'));
  const config = withPort(found, await claimPort(found));
  const keepers: Keeper[] = [];
  try {
    await startParts({ config, log, book, signal, keepers, build });
    log.write('info', `ready at ${config.public_url}`);
    console.log(`TaskFlow runs at ${config.public_url} (data: ${config.data_dir}; Ctrl-C stops it)`);
    await new Promise((resolve) =>
      signal.aborted ? resolve(null) : signal.addEventListener('abort', resolve, { once: true }),
    );
  } finally {
    await stopParts(keepers);
    log.write('info', 'stopped');
  }
}

interface House {
  config: EmbeddedConfig;
  log: LogFile;
  book: ProcessBook;
  signal: AbortSignal;
  /** In the order of their start. */
  keepers: Keeper[];
  build: RunOptions['build'];
}

async function startParts(house: House): Promise<void> {
  const { config, signal, keepers } = house;
  const secrets = ensureSecrets(path.join(config.data_dir, 'secrets.json'));
  const connection = config.database_url
    ? Promise.resolve({ connectionString: config.database_url })
    : keepDatabase(house);
  const sockets = internalSockets(config.data_dir);
  const setup = connection.then(
    (connection): ChildSetup => ({ kind: 'config', config: { ...config, sockets }, connection, secrets }),
  );
  setup.catch(() => undefined);
  try {
    await house.build(signal);
    signal.throwIfAborted();
  } catch (error) {
    // A database that is about to start must be there to be stopped.
    await setup.catch(() => undefined);
    throw error;
  }

  const backend = keepChild(house, 'backend', setup, sockets.backend);
  // The worker's modules load meanwhile; it is told to begin when it has a database and a backend to talk to.
  const worker = keepChild(
    house,
    'worker',
    backend.then(() => setup),
    sockets.worker,
  );
  for (const part of [backend, worker]) part.catch(() => undefined);
  keepers.push(await backend);
  keepers.push(await worker);
}

async function keepDatabase(house: House): Promise<DatabaseConnection> {
  const { config, log, keepers } = house;
  const log_file = path.join(config.data_dir, 'postgres.log');
  keepBounded(log_file);
  let connection: DatabaseConnection | undefined;
  const start = async (signal: AbortSignal): Promise<Life> => {
    const database = await startDatabase({
      data_dir: config.data_dir,
      log_file,
      signal,
      ...(connection ? { port: connection.port } : {}),
    });
    connection = database.connection;
    if (database.adopted)
      log.write('warn', `took over the database server (process ${database.pid}) that a killed supervisor had left`);
    return { ended: database.exited.then(() => 'ended unasked'), stop: database.stop };
  };
  keepers.push(await keepAlive({ name: 'database', start, signal: house.signal, onTrouble: tell(log) }));
  return connection!;
}

const keepChild = (
  { log, book, signal }: House,
  name: ChildName,
  setup: Promise<ChildSetup>,
  socket: string,
): Promise<Keeper> =>
  keepAlive({
    name,
    signal,
    start: (signal) =>
      startChild({ name, setup, log: log.handle, socket, onFork: (pid) => book.note(name, pid), signal }),
    onTrouble: tell(log),
  });

/** The terminal shows what a person may want to know; the log keeps it. */
const tell = (log: LogFile) => (sentence: string) => {
  console.error(sentence);
  log.write('warn', sentence);
};

/** Worker and backend get 3 s together, the database the rest of the 5; whoever needs longer is killed, and loses nothing by it. */
const PATIENCE_MS = 1500;

async function stopParts(keepers: Keeper[]): Promise<void> {
  for (const keeper of keepers.reverse()) await keeper.stop(PATIENCE_MS);
}

/** A port that is free now (chosen, if the setting leaves it open), so that the address outlives restarts of the backend. */
function claimPort({ host, port }: EmbeddedConfig): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', (error: NodeJS.ErrnoException) => {
      const why = error.code === 'EADDRINUSE' ? 'another program uses it' : error.message;
      reject(
        new Failure(
          'conflict',
          `TaskFlow cannot listen on ${host} port ${port} (${why}): set TASKFLOW_PORT or TASKFLOW_HOST to something else.`,
        ),
      );
    });
    probe.listen(port, host, () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === 'object' && address ? address.port : port));
    });
  });
}

if (import.meta.main) {
  process.exit(
    await run({
      args: process.argv.slice(2),
      environment: process.env,
      directory: process.cwd(),
      build: async () => undefined,
    }),
  );
}
