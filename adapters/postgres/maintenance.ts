/** The log keeps what its readers need and no more: partitions are made ahead, and what is old and published goes, in small steps. */
import type pg from 'pg';
import { TRIMMED } from './event-log.ts';

export async function maintain(pool: pg.Pool, now: Temporal.Instant, retain_days: number): Promise<void> {
  const client = await pool.connect();
  try {
    // A partition takes a lock that appending waits behind: rather try again next time than hold everyone up.
    await client.query(`set lock_timeout = '${LOCK_MS_MAX}ms'`);
    const { rows } = await client.query<{ mine: boolean }>('select pg_try_advisory_lock($1) as mine', [LOCK]);
    if (!rows[0]?.mine) return;
    await makePartitions(client, now);
    const before = now.subtract({ hours: 24 * retain_days });
    await dropPartitions(client, before);
    await trim(client, DEFAULT_PARTITION, [before.toString()]);
    await trim(client, STORED_ANSWERS, [now.subtract({ hours: ANSWER_HOURS }).toString()]);
    await trim(client, READ_NOTIFICATIONS, [now.subtract({ hours: 24 * READ_NOTIFICATION_DAYS }).toString()]);
  } finally {
    await client.query('select pg_advisory_unlock_all(); reset lock_timeout').then(
      () => client.release(),
      (error) => client.release(error),
    );
  }
}

const LOCK = 0x6d61696e;
const LOCK_MS_MAX = 2_000;
const WEEKS_AHEAD = 4;
const ANSWER_HOURS = 24;
const READ_NOTIFICATION_DAYS = 90;
const BATCH = 5_000;
const BATCHES_MAX = 20;

const PARTITION = /^event_w(\d{4})(\d{2})(\d{2})$/;

const nameOf = (monday: Temporal.PlainDate): string => `event_w${monday.toString().replaceAll('-', '')}`;
const midnight = (date: Temporal.PlainDate): string => date.toZonedDateTime('UTC').toInstant().toString();

/** Made beside the table and attached: only then does the table itself stay open to reading and appending meanwhile. */
async function makePartitions(client: pg.ClientBase, now: Temporal.Instant): Promise<void> {
  const today = now.toZonedDateTimeISO('UTC').toPlainDate();
  const first = today.subtract({ days: today.dayOfWeek - 1 });
  const there = new Set(await partitions(client));
  for (let week = 0; week <= WEEKS_AHEAD; week += 1) {
    const monday = first.add({ weeks: week });
    if (there.has(nameOf(monday))) continue;
    const [from, to] = [midnight(monday), midnight(monday.add({ weeks: 1 }))];
    // What has been written before there was a partition stays where it is; this week then has none.
    const { rows } = await client.query('select from event_default where time >= $1 and time < $2 limit 1', [from, to]);
    if (rows.length > 0) continue;
    await client
      .query(`
      begin;
      create table ${nameOf(monday)} (like event including defaults);
      alter table event attach partition ${nameOf(monday)} for values from ('${from}') to ('${to}');
      commit`)
      .catch((error) => giveUp(client, error));
  }
}

async function partitions(client: pg.ClientBase): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>(
    `select c.relname as name from pg_inherits i join pg_class c on c.oid = i.inhrelid where i.inhparent = 'event'::regclass`,
  );
  return rows.map((row) => row.name).filter((name) => PARTITION.test(name));
}

/** Whole weeks, once the last of their events is too old and the relay has passed all of them. */
async function dropPartitions(client: pg.ClientBase, before: Temporal.Instant): Promise<void> {
  for (const name of await partitions(client)) {
    const [, year, month, day] = PARTITION.exec(name)!;
    const end = Temporal.PlainDate.from(`${year}-${month}-${day}`).add({ weeks: 1 });
    if (midnight(end) > before.toString()) continue;
    const unpublished = await client.query(`select from ${name} e where not ${PUBLISHED} limit 1`);
    if (unpublished.rows.length > 0) continue;
    await client.query(`begin; ${MARK_TRIMMED}; drop table ${name}; commit`).catch((error) => giveUp(client, error));
  }
}

const LOCK_NOT_AVAILABLE = '55P03';

async function giveUp(client: pg.ClientBase, error: unknown): Promise<void> {
  await client.query('rollback');
  if ((error as { code?: string }).code !== LOCK_NOT_AVAILABLE) throw error;
}

async function trim(client: pg.ClientBase, text: string, values: unknown[]): Promise<void> {
  for (let batch = 0; batch < BATCHES_MAX; batch += 1) {
    const { rowCount } = await client.query(text, values);
    if ((rowCount ?? 0) < BATCH) return;
  }
}

const PUBLISHED = `(e.xid, e.seq) <= (select r.xid, r.seq from relay_place r where r.name = 'tasks')`;
const MARK_TRIMMED = `insert into installation (name, value) values ('${TRIMMED}', 'yes') on conflict do nothing`;

const DEFAULT_PARTITION = `
with old as (
  delete from event_default where ctid in (
    select e.ctid from event_default e where e.time < $1 and ${PUBLISHED} limit ${BATCH}
  ) returning 1
), marked as (
  insert into installation (name, value) select '${TRIMMED}', 'yes' from old limit 1 on conflict do nothing
)
select 1 from old`;

const STORED_ANSWERS = `
delete from idempotency_key where (owner_id, key) in (
  select owner_id, key from idempotency_key where created_at < $1 limit ${BATCH}
)`;

const READ_NOTIFICATIONS = `
delete from notification where id in (select id from notification where read_at < $1 limit ${BATCH})`;
