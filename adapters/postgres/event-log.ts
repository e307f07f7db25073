/**
 * The event log is read in the order in which transactions ended, and nothing is ever passed over.
 *
 * Neither sequence numbers nor transaction ids commit in their order, but every transaction below the oldest one that still
 * runs has ended: readers go by (xid, seq) and stop there. So an event may be committed and not yet readable, because an
 * older transaction is open somewhere in the server. Callers need not care: a read that saw such events calls the
 * listeners again shortly after, until they can be read. Whoever polls once a second besides, for the case that a
 * connection is lost, misses nothing and waits for nothing.
 */
import type { EventLog, LoggedEvent } from '@taskflow/core/ports.ts';
import type pg from 'pg';
import type { DatabaseLog } from './connect.ts';
import { type EventSignal, eventSignal } from './event-signal.ts';
import { asHolder } from './relay-right.ts';

export interface OpenEventLog extends EventLog {
  /** To be called after a commit that appended: wakes this process at once, and the others through the database. */
  announce(): void;
  close(): Promise<void>;
}

export function eventLog(pool: pg.Pool, connection: pg.PoolConfig, log: DatabaseLog): OpenEventLog {
  const signal = eventSignal(pool, connection, log);
  const again = readAgain(signal);
  return {
    async read(place, limit) {
      const { rows } = await pool.query<LoggedEvent & { readable: boolean }>({
        name: 'event_log.read',
        text: READ,
        values: [...placeOf(place), limit],
      });
      const end = rows.findIndex((row) => !row.readable);
      again(end !== -1);
      return (end === -1 ? rows : rows.slice(0, end)).map(withoutMark);
    },
    async readOwned(owner_id, place, until, limit) {
      const values = [...placeOf(place), ...placeOf(until), owner_id, limit];
      const { rows } = await pool.query<LoggedEvent>({ name: 'event_log.read_owned', text: READ_OWNED, values });
      return rows;
    },
    async end() {
      const { rows } = await pool.query<{ place: string }>({ name: 'event_log.end', text: END });
      return rows[0]?.place ?? START;
    },
    async canResume(place) {
      const parts = parsePlace(place);
      if (parts === null) return false;
      const [name, text, values] = place === START ? ['untrimmed', UNTRIMMED, [TRIMMED]] : ['place', KEPT, [...parts]];
      const { rows } = await pool.query<{ kept: boolean }>({ name: `event_log.${name}`, text, values });
      return rows[0]?.kept ?? false;
    },
    onAppend: signal.onSignal,
    async relayPlace() {
      const { rows } = await pool.query<{ place: string }>(
        `select ${PLACE} as place from relay_place where name = $1`,
        [RELAY],
      );
      return rows[0]?.place ?? START;
    },
    async setRelayPlace(place) {
      await pool.query({ name: 'event_log.relay_place', text: SET_RELAY_PLACE, values: [RELAY, ...placeOf(place)] });
    },
    asRelay: (work) => asHolder(connection, log, work),
    announce: signal.announce,
    close: signal.close,
  };
}

/** Before the first event. */
const START = '0.0';
const RELAY = 'tasks';
/** The mark that maintenance leaves: from then on the start of the log is not the beginning of everything. */
export const TRIMMED = 'event_log_trimmed';

/** What a 64-bit transaction id and a sequence number look like; no leading zeros, so that a place has one spelling. */
const PLACE_FORM = /^(0|[1-9]\d{0,19})\.(0|[1-9]\d{0,17})$/;
const XID_MAX = 2n ** 64n;

function parsePlace(place: string): [string, string] | null {
  const [, xid, seq] = PLACE_FORM.exec(place) ?? [];
  return xid === undefined || seq === undefined || BigInt(xid) >= XID_MAX ? null : [xid, seq];
}

function placeOf(place: string): [string, string] {
  const parts = parsePlace(place);
  if (parts === null) throw new RangeError(`"${place}" is not a place in the event log.`);
  return parts;
}

const withoutMark = ({ place, owner_id, type, body }: LoggedEvent): LoggedEvent => ({ place, owner_id, type, body });

const PLACE = `xid::text || '.' || seq::text`;
const OLDEST_RUNNING = 'pg_snapshot_xmin(pg_current_snapshot())';

/** What cannot be read yet lies at the end, and goes without its body. */
const READ = `
select ${PLACE} as place, owner_id, type, xid < ${OLDEST_RUNNING} as readable,
  case when xid < ${OLDEST_RUNNING} then body else '' end as body
from event where (xid, seq) > ($1::xid8, $2::bigint) order by xid, seq limit $3`;

const READ_OWNED = `
select ${PLACE} as place, owner_id, type, body
from event
where owner_id = $5 and (xid, seq) > ($1::xid8, $2::bigint) and (xid, seq) <= ($3::xid8, $4::bigint)
  and xid < ${OLDEST_RUNNING}
order by xid, seq limit $6`;

const END = `select ${PLACE} as place from event where xid < ${OLDEST_RUNNING} order by xid desc, seq desc limit 1`;

/** The very event must be there: no number is used twice, so a place of another life of this database names none. */
const KEPT = 'select exists (select from event where xid = $1::xid8 and seq = $2::bigint) as kept';
const UNTRIMMED = 'select not exists (select from installation where name = $1) as kept';

/** Never backwards: a relay that lost its right in the middle of a batch may be late with this. */
const SET_RELAY_PLACE = `
insert into relay_place as r (name, xid, seq) values ($1, $2::xid8, $3::bigint)
on conflict (name) do update set xid = excluded.xid, seq = excluded.seq where (r.xid, r.seq) < (excluded.xid, excluded.seq)`;

const PAUSE_MS_MIN = 2;
const PAUSE_MS_MAX = 200;

/** Looks again soon after events were seen that could not be read, less and less often while they still cannot. */
function readAgain(signal: EventSignal): (unreadable: boolean) => void {
  let timer: NodeJS.Timeout | null = null;
  let pause_ms = PAUSE_MS_MIN;
  return (unreadable) => {
    if (!unreadable) pause_ms = PAUSE_MS_MIN;
    if (!unreadable || timer !== null) return;
    timer = setTimeout(() => {
      timer = null;
      signal.wake();
    }, pause_ms);
    timer.unref();
    pause_ms = Math.min(pause_ms * 2, PAUSE_MS_MAX);
  };
}
