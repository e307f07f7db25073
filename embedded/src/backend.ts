/** The backend's process in the embedded mode: API and pages on one port, the worker's routes on a socket, the relay to the worker. */
import { randomUUIDv7 } from 'node:crypto';
import { rmSync } from 'node:fs';
import { openEventBus } from '@taskflow/adapters/embedded/event-bus.ts';
import { busTables } from '@taskflow/adapters/postgres/bus-tables.ts';
import { openDatabase } from '@taskflow/adapters/postgres/connect.ts';
import { eventLog } from '@taskflow/adapters/postgres/event-log.ts';
import { ledgerStore } from '@taskflow/adapters/postgres/ledger-store.ts';
import { migrate } from '@taskflow/adapters/postgres/migrate.ts';
import { queryStore } from '@taskflow/adapters/postgres/query-store.ts';
import { taskStore } from '@taskflow/adapters/postgres/task-store.ts';
import { buildBackend, buildInternal } from '@taskflow/backend/src/app.ts';
import { type BackendConfig, readBackendConfig } from '@taskflow/backend/src/config.ts';
import { createMetrics } from '@taskflow/backend/src/metrics.ts';
import { startRelay } from '@taskflow/backend/src/relay.ts';
import { startUpkeep } from '@taskflow/backend/src/upkeep.ts';
import { TOPIC } from '@taskflow/core/contracts/events.ts';
import { rezone } from '@taskflow/core/usecases/rezone.ts';
import { type Logger, pino } from 'pino';
import type { ChildSetup } from './child-protocol.ts';
import { openPages } from './pages.ts';
import { type RunningPart, runChild } from './run-child.ts';

runChild(async (setup: ChildSetup): Promise<RunningPart> => {
  const { config, connection, secrets } = setup;
  const logger = pino({ name: 'backend', level: config.log_level });
  const pages = openPages(logger);
  const made = await migrate(connection);
  if (made.length > 0) logger.info({ migrations: made }, 'migrated');

  const store = openStore(connection, logger);
  // Begins before anyone can write: the first events find their partition.
  const upkeep = startUpkeep(chores(store, config.event_retention_days), clock, logger);
  const deps = { store: store.tasks, ledger: store.ledger, clock, ids };
  const moved = await rezone(deps, process.versions.tz ?? '');
  if (moved > 0) logger.info({ moved, tzdata: process.versions.tz }, 'the rules of time zones have changed');

  const metrics = createMetrics();
  const parts = { ...deps, log: store.log, auth_db: store.authDb, config: backendConfig(setup), logger, metrics };
  const app = await buildBackend({ ...parts, web: pages.handle });
  const internal = await buildInternal(parts);
  await app.listen({ host: config.host, port: config.port });
  // The socket of one that was killed is a file in the way.
  if (process.platform !== 'win32') rmSync(config.sockets.backend, { force: true });
  await internal.listen({ path: config.sockets.backend });

  const subscriber = { socket_path: config.sockets.worker };
  const bus = openEventBus({ pool: store.pool, subscriber, token: secrets.internal_token, clock, logger });
  const relay = startRelay({ log: store.log, bus, logger, clock });
  return {
    url: config.public_url,
    port: config.port,
    async close() {
      // Whoever asks is answered to the end; what is then not yet published is published after the next start.
      await Promise.all([app.close(), internal.close(), relay.stop()]);
      await Promise.all([bus.close(), upkeep.stop(), pages.close()]);
      await store.close();
    },
  };
});

const clock = { now: () => Temporal.Now.instant() };
const ids = { next: () => randomUUIDv7() };

type Store = ReturnType<typeof openStore>;

function openStore(connection: ChildSetup['connection'], logger: Logger) {
  const { pool, authDb, close } = openDatabase(connection, logger);
  const log = eventLog(pool, connection, logger);
  return {
    pool,
    authDb,
    log,
    tasks: { ...taskStore(pool, log), ...queryStore(pool) },
    ledger: ledgerStore(pool, log),
    async close() {
      await log.close();
      await close();
    },
  };
}

/** The backend reads and checks its settings by the names that an environment has. */
const backendConfig = ({ config, secrets }: ChildSetup): BackendConfig =>
  readBackendConfig({
    TASKFLOW_PUBLIC_URL: config.public_url,
    TASKFLOW_SIGN_UP: config.sign_up,
    TASKFLOW_TRUST_PROXY: String(config.trust_proxy),
    TASKFLOW_REQUESTS_PER_MINUTE: String(config.requests_per_minute),
    TASKFLOW_SIGN_INS_PER_MINUTE: String(config.sign_ins_per_minute),
    TASKFLOW_AUTH_SECRET: secrets.auth_secret,
    TASKFLOW_INTERNAL_TOKEN: secrets.internal_token,
  });

const REPLAYED_KEPT_DAYS = 30;

const chores = ({ ledger, pool }: Store, retain_days: number) => [
  (now: Temporal.Instant) => ledger.maintain(now, retain_days),
  (now: Temporal.Instant) => busTables(pool, TOPIC).tidy(now.subtract({ hours: 24 * REPLAYED_KEPT_DAYS })),
];
