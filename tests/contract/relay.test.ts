/** The relay on a real event log: whatever is killed or fails when, everything committed is published, in order, by one at a time. */
import { openDatabase } from '@taskflow/adapters/postgres/connect.ts';
import { eventLog, type OpenEventLog } from '@taskflow/adapters/postgres/event-log.ts';
import { type Relay, type RelayOptions, startRelay } from '@taskflow/backend/src/relay.ts';
import type pg from 'pg';
import { afterEach, describe, expect, it } from 'vitest';
import { withDatabases } from '../support/databases.ts';
import { quiet } from '../support/quiet-logger.ts';
import { anId } from '../support/records.ts';

const clock = { now: () => Temporal.Now.instant() };
const LIMITS = { poll_ms: 50, publish_ms_max: 300, pause_ms_max: 50, stop_ms_max: 100, batch_max: 20 };

withDatabases('the relay', (server) => {
  describe('on its event log', () => {
    let closers: (() => Promise<unknown>)[] = [];
    afterEach(async () => {
      for (const close of closers.reverse()) await close();
      closers = [];
    });

    async function setUp() {
      const { connection } = await server.open();
      const database = openDatabase(connection, quiet);
      const log = eventLog(database.pool, connection, quiet);
      closers.push(database.close, log.close);
      return { connection, pool: database.pool, log };
    }

    function relay(log: RelayOptions['log'], publish: RelayOptions['bus']['publish']): Relay {
      const started = startRelay({ log, bus: { publish }, logger: quiet, clock, limits: LIMITS });
      closers.push(started.stop);
      return started;
    }

    it('publishes everything once, in the order of the log, when nothing fails', async () => {
      const { pool, log } = await setUp();
      const before = await append(pool, 45);
      const published: { id: string; key: string }[] = [];
      relay(log, async (events) => void published.push(...events));
      await until(() => published.length === 45);
      const after = await append(pool, 45, log);
      await until(() => published.length === 90);
      expect(published.map(({ id }) => id)).toEqual([...before, ...after].map(({ id }) => id));
      expect(published.map(({ key }) => key)).toEqual([...before, ...after].map(({ subject }) => subject));
    });

    it('publishes again what it could not remember, and loses nothing: killed between the two', async () => {
      const { pool, log } = await setUp();
      const events = await append(pool, 60);
      const first: string[] = [];
      const second: string[] = [];
      // The third batch is published, and then the process is no more.
      const dying = {
        ...log,
        setRelayPlace: (place: string) => (first.length >= 60 ? new Promise<void>(() => {}) : log.setRelayPlace(place)),
      };
      void startRelay({
        log: dying,
        bus: { publish: async (batch) => void first.push(...ids(batch)) },
        logger: quiet,
        clock,
        limits: LIMITS,
      });
      await until(() => first.length === 60);
      await terminateRelay(pool);
      const successor = relay(log, async (batch) => void second.push(...ids(batch)));
      await until(() => second.length === 20);
      expect(second).toEqual(events.slice(40).map(({ id }) => id));
      expect(successor.lag()).toMatchObject({ holds: true });
    });

    it('offers the same batch again while the bus is away, and nothing out of order', async () => {
      const { pool, log } = await setUp();
      const events = await append(pool, 50);
      const published: string[] = [];
      let away = true;
      let offers = 0;
      const started = relay(log, async (batch) => {
        offers += 1;
        if (away) throw new Error('the worker is away');
        published.push(...ids(batch));
      });
      await until(() => offers >= 3);
      expect(started.lag().behind_ms).toBeGreaterThan(0);
      away = false;
      await until(() => published.length === 50);
      expect(published).toEqual(events.map(({ id }) => id));
      await until(() => started.lag().behind_ms === 0);
    });

    it('does not wait for ever for a bus that hangs', async () => {
      const { pool, log } = await setUp();
      await append(pool, 5);
      const published: string[] = [];
      let calls = 0;
      relay(log, async (batch) => {
        calls += 1;
        if (calls === 1) await new Promise(() => {});
        published.push(...ids(batch));
      });
      await until(() => published.length === 5);
    });

    it('is one at a time; when it ends another goes on where it was', async () => {
      const { connection, pool, log } = await setUp();
      const other_log = eventLog(pool, connection, quiet);
      closers.push(other_log.close);
      const published: { by: string; id: string }[] = [];
      const by = (name: string) => async (batch: readonly { id: string }[]) =>
        void published.push(...ids(batch).map((id) => ({ by: name, id })));
      const first = relay(log, by('first'));
      await until(() => first.lag().holds);
      const second = relay(other_log, by('second'));
      const early = await append(pool, 30, log);
      await until(() => published.length === 30);
      expect(second.lag().holds).toBe(false);
      await first.stop();
      const late = await append(pool, 30, log);
      await until(() => published.length === 60);
      expect(published.map(({ by }) => by)).toEqual([...early.map(() => 'first'), ...late.map(() => 'second')]);
      expect(published.map(({ id }) => id)).toEqual([...early, ...late].map(({ id }) => id));
    });

    it('stops when it loses its right, and takes it again', async () => {
      const { pool, log } = await setUp();
      const published: string[] = [];
      const started = relay(log, async (batch) => void published.push(...ids(batch)));
      await until(() => started.lag().holds);
      for (let round = 0; round < 3; round += 1) {
        await terminateRelay(pool);
        const events = await append(pool, 10, log);
        await until(() => events.every(({ id }) => published.includes(id)));
      }
    });

    it('never passes over a transaction that is still open', async () => {
      const { pool, log } = await setUp();
      const published: string[] = [];
      relay(log, async (batch) => void published.push(...ids(batch)));
      const slow = await pool.connect();
      try {
        await slow.query('begin');
        const [early] = await append(slow, 1);
        const [late] = await append(pool, 1, log);
        await new Promise((resolve) => setTimeout(resolve, 300));
        expect(published).toEqual([]);
        await slow.query('commit');
        await until(() => published.length === 2);
        expect(published).toEqual([early!.id, late!.id]);
      } finally {
        slow.release();
      }
    });

    it('passes on what is no event, for the subscriber to refuse', async () => {
      const { pool, log } = await setUp();
      const published: { id: string; body: string }[] = [];
      relay(log, async (batch) => void published.push(...batch));
      await append(pool, 1, log, '{"broken": ');
      const [good] = await append(pool, 1, log);
      await until(() => published.length === 2);
      expect(published.map(({ body }) => body)[0]).toBe('{"broken": ');
      expect(published[0]?.id).toMatch(/^[0-9a-f-]{36}$/);
      expect(published[1]?.id).toBe(good!.id);
    });

    it('ends soon, also while the bus hangs', async () => {
      const { pool, log } = await setUp();
      await append(pool, 1);
      let called = false;
      const started = relay(log, async () => {
        called = true;
        await new Promise(() => {});
      });
      await until(() => called);
      const began_ms = performance.now();
      await started.stop();
      expect(performance.now() - began_ms).toBeLessThan(1_000);
    });
  });
});

interface Appended {
  id: string;
  subject: string;
}

/** Events in one transaction each, as use cases write them. */
async function append(
  client: pg.Pool | pg.PoolClient,
  count: number,
  log?: OpenEventLog,
  broken_body?: string,
): Promise<Appended[]> {
  const appended: Appended[] = [];
  for (let index = 0; index < count; index += 1) {
    const [id, subject] = [anId(), anId()];
    const time = clock.now().toString({ fractionalSecondDigits: 3 });
    const body = broken_body ?? JSON.stringify({ specversion: '1.0', id, type: 'task.created', subject, time });
    await client.query(
      `insert into event (id, type, subject, owner_id, time, body) values ($1, 'task.created', $2, $3, $4, $5)`,
      [id, subject, anId(), time, body],
    );
    log?.announce();
    appended.push({ id, subject });
  }
  return appended;
}

const terminateRelay = (pool: pg.Pool) =>
  pool.query(
    `select pg_terminate_backend(pid) from pg_stat_activity
     where application_name = 'taskflow relay' and datname = current_database()`,
  );

const ids = (events: readonly { id: string }[]): string[] => events.map(({ id }) => id);

async function until(condition: () => boolean, ms_max = 10_000): Promise<void> {
  await expect.poll(condition, { timeout: ms_max, interval: 10 }).toBe(true);
}
