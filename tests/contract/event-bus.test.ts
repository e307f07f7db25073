/** The embedded event bus keeps the contract of every bus, on each PostgreSQL it runs on. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type EmbeddedEventBus, openEventBus } from '@taskflow/adapters/embedded/event-bus.ts';
import { openDatabase } from '@taskflow/adapters/postgres/connect.ts';
import { deadLetters } from '@taskflow/adapters/postgres/dead-letters.ts';
import { withDatabases } from '../support/databases.ts';
import { quiet } from '../support/quiet-logger.ts';
import { makeSubscriber } from '../support/subscriber.ts';
import { type BusUnderTest, eventBusContract } from './event-bus.suite.ts';

const clock = { now: () => Temporal.Now.instant() };

withDatabases('the embedded event bus', (server) => {
  eventBusContract(
    'keeps the contract',
    { finds_killers: true, patience_ms: 10_000 },
    async (): Promise<BusUnderTest> => {
      const { connection } = await server.open();
      const database = openDatabase(connection, quiet);
      const folder = mkdtempSync(path.join(tmpdir(), 'taskflow-bus-'));
      const socket_path = path.join(folder, 's');
      const subscriber = makeSubscriber({ socket_path });
      await subscriber.start();
      const openBus = (): EmbeddedEventBus =>
        openEventBus({
          pool: database.pool,
          subscriber: { socket_path },
          token: subscriber.token,
          clock,
          logger: quiet,
          retry: { pause_ms_min: 50, pause_ms_max: 200, attempts_max: 3, poll_ms: 20, away_ms: 50 },
          delivery_ms_max: 2_000,
        });
      let bus = openBus();
      return {
        bus: { publish: (events) => bus.publish(events) },
        dead_letters: deadLetters(database.pool, clock),
        subscriber,
        async restart() {
          await bus.close();
          bus = openBus();
        },
        async close() {
          await bus.close();
          await subscriber.stop();
          await database.close();
          rmSync(folder, { recursive: true, force: true });
        },
      };
    },
  );
});
