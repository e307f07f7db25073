/** `backend-service` as a process of its own: migrates its database, serves, relays when there is a bus, and stops in order. */
import { randomUUIDv7 } from 'node:crypto';
import { openDatabase } from '@taskflow/adapters/postgres/connect.ts';
import { eventLog } from '@taskflow/adapters/postgres/event-log.ts';
import { ledgerStore } from '@taskflow/adapters/postgres/ledger-store.ts';
import { migrate } from '@taskflow/adapters/postgres/migrate.ts';
import { queryStore } from '@taskflow/adapters/postgres/query-store.ts';
import { taskStore } from '@taskflow/adapters/postgres/task-store.ts';
import { pino } from 'pino';
import { buildBackend } from './app.ts';
import { readBackendConfig, readServerConfig } from './config.ts';

const server = readServerConfig(process.env);
const config = readBackendConfig(process.env);
const logger = pino({ level: server.log_level, base: { service: 'backend-service' } });

const connection = { connectionString: server.database_url };
const made = await migrate(connection);
if (made.length > 0) logger.info({ migrations: made }, 'migrated');

const database = openDatabase(connection, logger);
const log = eventLog(database.pool, connection, logger);
const app = await buildBackend({
  store: { ...taskStore(database.pool, log), ...queryStore(database.pool) },
  ledger: ledgerStore(database.pool, log),
  log,
  clock: { now: () => Temporal.Now.instant() },
  ids: { next: () => randomUUIDv7() },
  auth_db: database.authDb,
  config,
  logger,
});
await app.listen({ host: server.host, port: server.port });

let stopping = false;
for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  process.on(signal, async () => {
    if (stopping) return;
    stopping = true;
    await app.close();
    await log.close();
    await database.close();
    process.exit(0);
  });
}
