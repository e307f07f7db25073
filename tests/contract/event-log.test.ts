import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { migrate } from '@taskflow/adapters/postgres/migrate.ts';
import type { EventLog, LoggedEvent } from '@taskflow/core/ports.ts';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { withDatabases } from '../support/databases.ts';
import { type OpenStore, openStore, storeOn } from '../support/store.ts';
import { type Account, anAccount, anEvent, noChanges } from '../support/store-records.ts';

withDatabases('the event log', (server) => {
  let store: OpenStore;
  let account: Account;
  const opened: OpenStore[] = [];
  beforeAll(async () => {
    store = await openStore(server);
  });
  beforeEach(async () => {
    account = await anAccount(store.pool);
  });
  afterEach(() => Promise.all(opened.splice(0).map((other) => other.close())));
  afterAll(() => store?.close());

  const append = async (body: string, from: OpenStore = store): Promise<void> =>
    from.tasks.commit({ ...noChanges(account.owner_id), events: [anEvent(account, { body })] });
  const another = (connection = store.connection): OpenStore => {
    const other = storeOn(connection);
    opened.push(other);
    return other;
  };
  const bodies = (events: LoggedEvent[]): string[] => events.map((event) => event.body);

  it('gives out what was committed, in order, from any place and to each owner their own', async () => {
    const start = await store.log.end();
    for (const body of ['1', '2', '3']) await append(body);
    const mine = account;
    account = await anAccount(store.pool);
    await append('foreign');
    const all = await store.log.read(start, 10);
    expect(bodies(all)).toEqual(['1', '2', '3', 'foreign']);
    expect(all[0]).toEqual({ place: expect.any(String), owner_id: mine.owner_id, type: 'task.created', body: '1' });
    expect(bodies(await store.log.read(all[0]!.place, 2))).toEqual(['2', '3']);
    expect(await store.log.end()).toBe(all[3]!.place);
    expect(await store.log.read(all[3]!.place, 10)).toEqual([]);
    expect(bodies(await store.log.readOwned(mine.owner_id, all[0]!.place, all[3]!.place, 10))).toEqual(['2', '3']);
    expect(bodies(await store.log.readOwned(mine.owner_id, all[0]!.place, all[1]!.place, 10))).toEqual(['2']);
  });

  it('never passes a transaction that is still open, and tells when it has ended', async () => {
    const start = await store.log.end();
    const slow = await store.pool.connect();
    await slow.query('begin');
    await slow.query(
      `insert into event (id, type, subject, owner_id, time, body) values ($1, 'task.created', $1, $2, now(), 'slow')`,
      [randomUUID(), account.owner_id],
    );
    await append('fast');
    expect(await store.log.read(start, 10)).toEqual([]);
    expect(await store.log.end()).toBe(start);
    expect(await store.log.readOwned(account.owner_id, start, '18446744073709551615.1', 10)).toEqual([]);

    let read: LoggedEvent[] = [];
    let woken = 0;
    const stop = store.log.onAppend(async () => {
      woken += 1;
      read = await store.log.read(start, 10);
    });
    await expect.poll(() => woken).toBeGreaterThan(0);
    // Whatever else wakes has done so by now: the rest comes of having read what could not be given out.
    await sleep(300);
    const before = woken;
    expect(read).toEqual([]);
    await slow.query('commit');
    slow.release();
    await expect.poll(() => bodies(read), { interval: 5, timeout: 1_000 }).toEqual(['slow', 'fast']);
    const then = woken;
    expect(then).toBeGreaterThan(before);
    await sleep(300);
    expect(woken).toBe(then);
    stop();
  });

  it('loses and repeats nothing under many writers and readers', async () => {
    const start = await store.log.end();
    const others = [another(), another()];
    const writers = [store, ...others];
    const total = 400;
    let written = 0;
    const write = async (writer: OpenStore): Promise<void> => {
      while (written < total) {
        written += 1;
        const number = written;
        if (number % 7 !== 0) await append(String(number), writer);
        else await appendSlowly(writer, String(number));
      }
    };
    const appendSlowly = async (writer: OpenStore, body: string): Promise<void> => {
      const client = await writer.pool.connect();
      await client.query('begin');
      const event = [randomUUID(), account.owner_id, body];
      await client.query(
        `insert into event (id, type, subject, owner_id, time, body) values ($1, 'task.created', $1, $2, now(), $3)`,
        event,
      );
      await sleep(Math.random() * 20);
      await client.query(Math.random() < 0.1 ? 'rollback' : 'commit');
      client.release();
    };
    const follow = async (log: EventLog, done: () => boolean): Promise<string[]> => {
      const places: string[] = [];
      let place = start;
      for (let last_round = false; ; ) {
        const batch = await log.read(place, 13);
        places.push(...batch.map((event) => event.place));
        place = places.at(-1) ?? place;
        if (batch.length > 0) continue;
        if (last_round) return places;
        last_round = done();
        await sleep(3);
      }
    };
    let finished = false;
    const readers = writers.map((reader) => follow(reader.log, () => finished));
    await Promise.all(writers.flatMap((writer) => [write(writer), write(writer), write(writer)]));
    finished = true;
    const seen = await Promise.all(readers);
    const { rows } = await store.pool.query<{ place: string }>(
      `select xid::text || '.' || seq as place from event where owner_id = $1 order by xid, seq`,
      [account.owner_id],
    );
    const all = rows.map((row) => row.place);
    expect(all.length).toBeGreaterThan(total * 0.8);
    for (const places of seen) expect(places).toEqual(all);
  });

  it('wakes listeners here at once, and those of other processes within a moment', async () => {
    const other = another();
    let here = 0;
    let there = 0;
    const stops = [store.log.onAppend(() => (here += 1)), other.log.onAppend(() => (there += 1))];
    await expect.poll(() => there, { timeout: 2_000 }).toBeGreaterThan(0);
    await sleep(50);
    [here, there] = [0, 0];
    await append('x');
    expect(here).toBeGreaterThan(0);
    await expect.poll(() => there, { interval: 2, timeout: 1_000 }).toBeGreaterThan(0);
    for (const stop of stops) stop();
  });

  it('hears again after its connection was cut', async () => {
    const other = another();
    let heard = 0;
    other.log.onAppend(() => {
      heard += 1;
    });
    await expect.poll(() => heard).toBeGreaterThan(0);
    await store.pool.query(
      `select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'taskflow listen' and datname = current_database()`,
    );
    heard = 0;
    await expect.poll(() => heard, { timeout: 2_000 }).toBeGreaterThan(0);
    heard = 0;
    await append('after');
    await expect.poll(() => heard, { timeout: 1_000 }).toBeGreaterThan(0);
  });

  it('can resume where an event is, and nowhere else', async () => {
    await append('1');
    const end = await store.log.end();
    const [xid = '', seq = ''] = end.split('.');
    expect(await store.log.canResume(end)).toBe(true);
    expect(await store.log.canResume('0.0')).toBe(true);
    for (const place of [
      `${xid}.${Number(seq) + 1}`,
      `${Number(xid) + 1}.${seq}`,
      `0${xid}.${seq}`,
      `${xid}.${seq} `,
    ]) {
      expect(await store.log.canResume(place), place).toBe(false);
    }
    for (const place of ['', '.', '1', '1.', '.1', '-1.1', '1.-1', '1e3.1', "1.1'", '99999999999999999999.1', 'a.b']) {
      expect(await store.log.canResume(place), place).toBe(false);
      await expect(store.log.read(place, 1), place).rejects.toThrow(/not a place/);
    }
  });

  it('remembers where the relay has come to, and never goes back', async () => {
    await store.log.setRelayPlace('5.7');
    expect(await store.log.relayPlace()).toBe('5.7');
    await store.log.setRelayPlace('5.6');
    expect(await another().log.relayPlace()).toBe('5.7');
    await store.log.setRelayPlace('12.1');
    expect(await store.log.relayPlace()).toBe('12.1');
  });

  it('lets one relay at a time, and tells it when it has lost the right', async () => {
    const other = another();
    let release = () => {};
    const until = new Promise<void>((resolve) => {
      release = resolve;
    });
    let lost: AbortSignal | null = null;
    const first = store.log.asRelay(async (held) => {
      lost = held;
      await until;
      return 'first';
    });
    await expect.poll(() => lost).not.toBeNull();
    expect(await other.log.asRelay(async () => 'second')).toBeNull();
    await store.pool.query(
      `select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'taskflow relay' and datname = current_database()`,
    );
    await expect.poll(() => lost?.aborted, { timeout: 1_000 }).toBe(true);
    await expect.poll(() => other.log.asRelay(async () => 'second')).toBe('second');
    release();
    expect(await first).toBe('first');
    expect(await store.log.asRelay(async () => 'again')).toBe('again');
  });

  it('goes on in order after its rows were restored into another cluster, whose transaction ids begin anew', async () => {
    const { connection } = await server.open();
    const restored = another(connection);
    account = await anAccount(restored.pool);
    for (const [index, body] of ['a', 'b', 'c'].entries()) {
      await restored.pool.query(
        `insert into event (xid, id, type, subject, owner_id, time, body) values ($1::xid8, $2, 'task.created', $2, $3, now(), $4)`,
        [String(4_000_000_000 + index), randomUUID(), account.owner_id, body],
      );
    }
    const { rows } = await restored.pool.query(`select xid::text || '.' || seq as place from event order by xid, seq`);
    const old_places = rows.map((row) => row.place as string);
    await restored.log.setRelayPlace(old_places[0]!);
    expect(await restored.log.read('0.0', 10)).toEqual([]);

    await migrate(connection);
    await append('d', restored);
    const all = await restored.log.read('0.0', 10);
    expect(bodies(all)).toEqual(['a', 'b', 'c', 'd']);
    expect(bodies(await restored.log.read(await restored.log.relayPlace(), 10))).toEqual(['b', 'c', 'd']);
    for (const place of old_places) expect(await restored.log.canResume(place)).toBe(false);
    await migrate(connection);
    expect(await restored.log.read('0.0', 10)).toEqual(all);
  });
});
