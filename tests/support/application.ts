/** The use cases on a real database, with a clock that the test turns: a year of a series takes a second. */
import { randomUUID, randomUUIDv7 } from 'node:crypto';
import { openDatabase } from '@taskflow/adapters/postgres/connect.ts';
import { eventLog } from '@taskflow/adapters/postgres/event-log.ts';
import { ledgerStore } from '@taskflow/adapters/postgres/ledger-store.ts';
import { queryStore } from '@taskflow/adapters/postgres/query-store.ts';
import { taskStore } from '@taskflow/adapters/postgres/task-store.ts';
import type { TaskFlowEvent } from '@taskflow/core/contracts/events.ts';
import type { UserSettings } from '@taskflow/core/domain/model.ts';
import type { RequestContext } from '@taskflow/core/usecases/context.ts';
import { ensureAccount } from '@taskflow/core/usecases/ensure-account.ts';
import { ring } from '@taskflow/core/usecases/ring.ts';
import type { TestServer } from './databases.ts';

export type Application = Awaited<ReturnType<typeof openApplication>>;

export async function openApplication(server: TestServer, starts_at: string) {
  const { connection } = await server.open();
  const database = openDatabase(connection, { warn: () => {}, error: () => {} } as never);
  const log = eventLog(database.pool, connection, { warn: () => {}, error: () => {} } as never);
  const store = { ...taskStore(database.pool, log), ...queryStore(database.pool) };
  const ledger = ledgerStore(database.pool, log);
  let now = Temporal.Instant.from(starts_at);
  const deps = { store, ledger, clock: { now: () => now }, ids: { next: () => randomUUIDv7() } };
  let seen = await log.end();

  return {
    deps,
    store,
    ledger,
    pool: database.pool,
    /** Turns the clock to a moment; without `ring`, as while the service is down. */
    goTo(moment: string): void {
      now = Temporal.Instant.from(moment);
    },
    ring: () => ring(deps, '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01'),
    async aUser(time_zone = 'Europe/Berlin'): Promise<RequestContext & { settings: UserSettings }> {
      const id = randomUUIDv7();
      await database.pool.query(`insert into auth."user" (id, name, email) values ($1, 'Someone', $2)`, [
        id,
        `${randomUUID()}@example.org`,
      ]);
      const settings = await ensureAccount(deps, id, time_zone);
      return { settings, traceparent: null, if_match: null, answer: null };
    },
    /** The events since the last call, in the order of the log. */
    async events(): Promise<TaskFlowEvent[]> {
      const events: TaskFlowEvent[] = [];
      for (;;) {
        const batch = await log.read(seen, 500);
        if (batch.length === 0) return events;
        seen = batch.at(-1)!.place;
        events.push(...batch.map((event) => JSON.parse(event.body) as TaskFlowEvent));
      }
    },
    async close(): Promise<void> {
      await log.close();
      await database.close();
    },
  };
}
