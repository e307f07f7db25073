/** `backend-service` as a process of its own: migrates its database, serves, relays to the sidecar where it has one, and stops in order. */
import { randomUUIDv7 } from 'node:crypto';
import { daprEventBus } from '@taskflow/adapters/dapr/event-bus.ts';
import { startReplayLoop } from '@taskflow/adapters/dapr/replay-loop.ts';
import { daprSecretStore } from '@taskflow/adapters/dapr/secret-store.ts';
import { openSidecar, untilSidecarReady } from '@taskflow/adapters/dapr/sidecar.ts';
import type { HttpClient } from '@taskflow/adapters/http/http-client.ts';
import { busTables } from '@taskflow/adapters/postgres/bus-tables.ts';
import { openDatabase } from '@taskflow/adapters/postgres/connect.ts';
import { deadLetters } from '@taskflow/adapters/postgres/dead-letters.ts';
import { eventLog } from '@taskflow/adapters/postgres/event-log.ts';
import { ledgerStore } from '@taskflow/adapters/postgres/ledger-store.ts';
import { migrate } from '@taskflow/adapters/postgres/migrate.ts';
import { queryStore } from '@taskflow/adapters/postgres/query-store.ts';
import { taskStore } from '@taskflow/adapters/postgres/task-store.ts';
import { TOPIC } from '@taskflow/core/contracts/events.ts';
import { rezone } from '@taskflow/core/usecases/rezone.ts';
import { pino } from 'pino';
import { buildBackend } from './app.ts';
import { type DaprConfig, readBackendConfig, readDaprConfig, readServerConfig, withSecret } from './config.ts';
import { startRelay } from './relay.ts';
import { startUpkeep } from './upkeep.ts';

/** Dapr's own publish may hang for 45 s and then succeed; the relay offers the batch again. */
const SIDECAR_TIMEOUT_MS = 5_000;
const REPLAYED_KEPT_DAYS = 30;

const clock = { now: () => Temporal.Now.instant() };
const ids = { next: () => randomUUIDv7() };

const dapr = readDaprConfig(process.env);
const logger = pino({ level: readServerConfig(process.env).log_level, base: { service: 'backend-service' } });
const sidecar = dapr && openSidecar(dapr, SIDECAR_TIMEOUT_MS);
const environment = dapr && sidecar ? await environmentWithSecrets(dapr, sidecar) : process.env;
const server = readServerConfig(environment);
if (server.database_url === null) throw new Error('The configuration is wrong. DATABASE_URL: is not set');
const connection = { connectionString: server.database_url };
const made = await migrate(connection);
if (made.length > 0) logger.info({ migrations: made }, 'migrated');

const database = openDatabase(connection, logger);
const log = eventLog(database.pool, connection, logger);
const store = { ...taskStore(database.pool, log), ...queryStore(database.pool) };
const ledger = ledgerStore(database.pool, log);
const tables = busTables(database.pool, TOPIC);
// Begins before anyone can write: the first events find their partition.
const upkeep = startUpkeep(
  [
    (now) => ledger.maintain(now, server.event_retention_days),
    (now) => tables.tidy(now.subtract({ hours: 24 * REPLAYED_KEPT_DAYS })),
  ],
  clock,
  logger,
);
const moved = await rezone({ store, ledger, clock, ids }, process.versions.tz ?? '');
if (moved > 0) logger.info({ moved, tzdata: process.versions.tz }, 'the rules of time zones have changed');

const app = await buildBackend({
  ...{ store, ledger, log, clock, ids, auth_db: database.authDb, logger },
  config: readBackendConfig(environment),
  ...(dapr ? { dead_letters: deadLetters(database.pool, clock) } : {}),
});
await app.listen({ host: server.host, port: server.port });
const bus = sidecar && daprEventBus(sidecar);
const loops = bus ? [startRelay({ log, bus, logger, clock }), startReplayLoop({ tables, bus, clock, logger })] : [];

let stopping = false;
for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  process.on(signal, async () => {
    if (stopping) return;
    stopping = true;
    // Whoever asks is answered to the end; what is then not yet published is published after the next start.
    await Promise.all([app.close(), ...loops.map((loop) => loop.stop())]);
    await upkeep.stop();
    sidecar?.close();
    await log.close();
    await database.close();
    process.exit(0);
  });
}

/** The database's address and the key of the sessions are secrets; the token of the sidecar opens the internal routes. */
async function environmentWithSecrets(config: DaprConfig, sidecar: HttpClient): Promise<NodeJS.ProcessEnv> {
  await untilSidecarReady(sidecar, logger);
  const secret = await daprSecretStore(sidecar, config.secret_store).get(config.secret);
  return { ...withSecret(process.env, secret), TASKFLOW_INTERNAL_TOKEN: config.app_api_token };
}
