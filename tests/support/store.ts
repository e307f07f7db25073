/** The store's ports on a fresh database. */
import { openDatabase } from '@taskflow/adapters/postgres/connect.ts';
import { eventLog } from '@taskflow/adapters/postgres/event-log.ts';
import { ledgerStore } from '@taskflow/adapters/postgres/ledger-store.ts';
import { queryStore } from '@taskflow/adapters/postgres/query-store.ts';
import { taskStore } from '@taskflow/adapters/postgres/task-store.ts';
import type { TestServer } from './databases.ts';

export type OpenStore = Awaited<ReturnType<typeof openStore>>;

export async function openStore(server: TestServer) {
  const { connection } = await server.open();
  return storeOn(connection);
}

/** A second process on the same database, as far as the store can tell. */
export function storeOn(connection: Awaited<ReturnType<TestServer['open']>>['connection']) {
  const quiet = { warn: () => {} };
  const database = openDatabase(connection, quiet);
  const log = eventLog(database.pool, connection, quiet);
  return {
    connection,
    pool: database.pool,
    auth_db: database.authDb,
    log,
    tasks: taskStore(database.pool, log),
    queries: queryStore(database.pool),
    ledger: ledgerStore(database.pool, log),
    async close(): Promise<void> {
      await log.close();
      await database.close();
    },
  };
}
