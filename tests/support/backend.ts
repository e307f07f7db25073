/** The backend in the test's own process, on a database of its own: starts in seconds, and can be looked into. */
import { randomUUIDv7 } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { startDatabase } from '@taskflow/adapters/embedded/database.ts';
import { openDatabase } from '@taskflow/adapters/postgres/connect.ts';
import { eventLog } from '@taskflow/adapters/postgres/event-log.ts';
import { ledgerStore } from '@taskflow/adapters/postgres/ledger-store.ts';
import { migrate } from '@taskflow/adapters/postgres/migrate.ts';
import { queryStore } from '@taskflow/adapters/postgres/query-store.ts';
import { taskStore } from '@taskflow/adapters/postgres/task-store.ts';
import { buildBackend } from '@taskflow/backend/src/app.ts';
import type { BackendConfig } from '@taskflow/backend/src/config.ts';
import { pino } from 'pino';

export interface TestBackend {
  url: string;
  internal_token: string;
  stopDatabase(): Promise<void>;
  stop(): Promise<void>;
}

const INTERNAL_TOKEN = 'the token of these tests';

export async function startBackend(settings: Partial<BackendConfig> = {}, log_level = 'silent'): Promise<TestBackend> {
  const folder = mkdtempSync(path.join(tmpdir(), 'taskflow-test-'));
  const server = await startDatabase({ data_dir: folder, log_file: path.join(folder, 'postgres.log') });
  const logger = pino({ level: log_level }, pino.destination(2));
  await migrate(server.connection);
  const database = openDatabase(server.connection, logger);
  const log = eventLog(database.pool, server.connection, logger);
  const app = await buildBackend({
    store: { ...taskStore(database.pool, log), ...queryStore(database.pool) },
    ledger: ledgerStore(database.pool, log),
    log,
    clock: { now: () => Temporal.Now.instant() },
    ids: { next: () => randomUUIDv7() },
    auth_db: database.authDb,
    logger,
    config: {
      public_url: 'http://127.0.0.1',
      sign_up: 'open',
      auth_secret: 'a secret of these tests, and long enough',
      internal_token: INTERNAL_TOKEN,
      trust_proxy: false,
      requests_per_minute: 1_000_000,
      sign_ins_per_minute: 1_000_000,
      ...settings,
    },
  });
  const url = await app.listen({ host: '127.0.0.1', port: 0 });
  return {
    url,
    internal_token: INTERNAL_TOKEN,
    stopDatabase: () => server.stop(),
    stop: async () => {
      await app.close();
      await log.close();
      await database.close();
      await server.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
