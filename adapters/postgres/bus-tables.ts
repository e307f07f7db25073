/** What is kept beside a bus: events that wait for their next try, and dead letters; each event is in at most one of the two tables by its own id. */
import type { DeadLetter } from '@taskflow/core/ports.ts';
import type { Pool } from 'pg';

/** An event that a subscriber did not take, and why. */
export interface FailedEvent {
  id: string;
  body: string;
  reason: string;
}

export interface WaitingEvent extends FailedEvent {
  /** Tries so far, the one it is claimed for included. */
  attempts: number;
}

export interface BusTables {
  /** Puts events that failed their first try aside; one that is there already keeps its place. */
  park(events: readonly FailedEvent[], next_attempt_at: Temporal.Instant): Promise<void>;
  /** Events nobody can ever handle; `attempts` is 1 where it is not said. */
  bury(events: readonly (FailedEvent & { attempts?: number })[], now: Temporal.Instant): Promise<void>;
  /** Which of these wait or are dead letters that nobody has put back. */
  known(ids: readonly string[]): Promise<Set<string>>;
  /**
   * Due events, each for one caller until `until`. A claim is a transaction of its own and over before the delivery
   * begins: an open transaction that has locked rows would hold back every reader of the event log.
   */
  claim(now: Temporal.Instant, until: Temporal.Instant, limit: number): Promise<WaitingEvent[]>;
  delivered(ids: readonly string[]): Promise<void>;
  /** The try that was claimed has failed. */
  postpone(id: string, reason: string, next_attempt_at: Temporal.Instant): Promise<void>;
  /** The claimed try did not take place. */
  release(ids: readonly string[], next_attempt_at: Temporal.Instant): Promise<void>;
  /** From waiting to the dead letters. */
  giveUp(id: string, reason: string, now: Temporal.Instant): Promise<void>;
  deadLetters(limit: number): Promise<DeadLetter[]>;
  /** Puts one dead letter (also one that was put back before) or all the others back; returns how many. */
  replay(id: string | null, now: Temporal.Instant): Promise<number>;
  /** Forgets dead letters that were put back before `before`. */
  tidy(before: Temporal.Instant): Promise<void>;
}

export function busTables(pool: Pick<Pool, 'query'>, topic: string): BusTables {
  const run = async (text: string, values: unknown[]): Promise<number> =>
    (await pool.query(text, values)).rowCount ?? 0;
  return {
    park: async (events, next_attempt_at) =>
      void (await run(PARK, [...columns(events), topic, String(next_attempt_at)])),
    bury: async (events, now) =>
      void (await run(BURY, [...columns(events), events.map(({ attempts = 1 }) => attempts), topic, String(now)])),
    async known(ids) {
      const { rows } = await pool.query<{ id: string }>(KNOWN, [ids]);
      return new Set(rows.map((row) => row.id));
    },
    async claim(now, until, limit) {
      const { rows } = await pool.query<WaitingEvent>(CLAIM, [topic, String(now), String(until), limit]);
      return rows;
    },
    delivered: async (ids) => void (await run('delete from bus_retry where id = any($1)', [ids])),
    postpone: async (id, reason, next_attempt_at) =>
      void (await run('update bus_retry set reason = $2, next_attempt_at = $3 where id = $1', [
        id,
        reason,
        String(next_attempt_at),
      ])),
    release: async (ids, next_attempt_at) =>
      void (await run('update bus_retry set attempts = attempts - 1, next_attempt_at = $2 where id = any($1)', [
        ids,
        String(next_attempt_at),
      ])),
    giveUp: async (id, reason, now) => void (await run(GIVE_UP, [id, reason, String(now)])),
    async deadLetters(limit) {
      const { rows } = await pool.query<DeadLetter>(LIST, [limit]);
      return rows;
    },
    replay: (id, now) => run(REPLAY, [id, String(now)]),
    tidy: async (before) => void (await run('delete from dead_letter where replayed_at < $1', [String(before)])),
  };
}

const columns = (events: readonly FailedEvent[]) => [
  events.map((event) => event.id),
  events.map((event) => event.body),
  events.map((event) => event.reason),
];

const PARK = `
insert into bus_retry (id, topic, body, reason, attempts, next_attempt_at)
select id, $4, body, reason, 1, $5::timestamptz from unnest($1::uuid[], $2::text[], $3::text[]) as failed (id, body, reason)
on conflict (id) do nothing`;

/** A dead letter that comes back after it was put back is one again. */
const AGAIN = `
on conflict (id) do update
set reason = excluded.reason, attempts = excluded.attempts, created_at = excluded.created_at, replayed_at = null`;

const BURY = `
insert into dead_letter (id, topic, body, reason, attempts, created_at)
select id, $5, body, reason, attempts, $6::timestamptz
from unnest($1::uuid[], $2::text[], $3::text[], $4::int[]) as failed (id, body, reason, attempts)
${AGAIN}`;

const KNOWN = `
select id from bus_retry where id = any($1)
union all select id from dead_letter where id = any($1) and replayed_at is null`;

const CLAIM = `
update bus_retry set attempts = attempts + 1, next_attempt_at = $3
where id in (
  select id from bus_retry where topic = $1 and next_attempt_at <= $2
  order by next_attempt_at limit $4 for update skip locked
)
returning id, body, reason, attempts`;

const GIVE_UP = `
with gone as (delete from bus_retry where id = $1 returning id, topic, body, attempts)
insert into dead_letter (id, topic, body, reason, attempts, created_at)
select id, topic, body, $2, attempts, $3::timestamptz from gone
${AGAIN}`;

const instant = (column: string) =>
  `to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as ${column}`;

const LIST = `
select id, topic, reason, attempts, ${instant('created_at')}, ${instant('replayed_at')}, body from dead_letter
order by dead_letter.created_at desc, id limit $1`;

const REPLAY = `
with chosen as (
  update dead_letter set replayed_at = $2::timestamptz
  where case when $1::uuid is null then replayed_at is null else id = $1 end
  returning id, topic, body
)
insert into bus_retry (id, topic, body, reason, attempts, next_attempt_at)
select id, topic, body, 'put back', 0, $2::timestamptz from chosen
on conflict (id) do update set attempts = 0, next_attempt_at = excluded.next_attempt_at`;
