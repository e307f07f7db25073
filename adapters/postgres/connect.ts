/** One pool of connections for a process: it survives the server going away, and no statement or forgotten transaction can hold it for ever. */
import { Kysely, PostgresDialect } from 'kysely';
import pg from 'pg';
import type { Database } from './tables.ts';

export interface DatabaseLog {
  warn(details: object, message: string): void;
}

export interface OpenDatabase {
  pool: pg.Pool;
  db: Kysely<Database>;
  /** The accounts' tables, as better-auth wants them: times are `Date`s there. */
  // biome-ignore lint/suspicious/noExplicitAny: its columns are the library's business
  authDb: Kysely<any>;
  close(): Promise<void>;
}

const STATEMENT_MS_MAX = 15_000;
const IDLE_IN_TRANSACTION_MS_MAX = 15_000;
const CONNECT_MS_MAX = 5_000;

export function openDatabase(connection: pg.PoolConfig, log: DatabaseLog): OpenDatabase {
  const pool = new pg.Pool({
    application_name: 'taskflow',
    max: 10,
    statement_timeout: STATEMENT_MS_MAX,
    idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_MS_MAX,
    connectionTimeoutMillis: CONNECT_MS_MAX,
    keepAlive: true,
    ...connection,
    ...sessionSettings,
  });
  // Without a listener Node ends with the first connection that the server closes.
  pool.on('error', (error) => log.warn({ err: error }, 'an idle database connection was lost'));
  const db = new Kysely<Database>({ dialect: new PostgresDialect({ pool }) });
  return { pool, db, authDb: accountsOn(pool), close: () => pool.end() };
}

/** What every connection of ours needs, dedicated ones too: text forms that do not depend on the server's settings. */
export const sessionSettings = {
  options: '-c TimeZone=UTC -c DateStyle=ISO,YMD -c IntervalStyle=postgres',
  types: { getTypeParser },
};

const OID_INT8 = 20;
const OID_TIMESTAMPTZ = 1184;

// biome-ignore lint/suspicious/noExplicitAny: the driver's own signature
function getTypeParser(oid: number, format?: any): any {
  if (format === 'binary') return pg.types.getTypeParser(oid, format);
  if (oid === OID_TIMESTAMPTZ) return instantOf;
  if (oid === OID_INT8) return Number;
  return pg.types.getTypeParser(oid, format);
}

/** `2026-12-01 08:00:00.5+00` → `2026-12-01T08:00:00.500Z`. */
export function instantOf(text: string): string {
  if (!text.endsWith('+00')) return text;
  const [date, time = ''] = text.slice(0, -3).split(' ');
  const [seconds, fraction = ''] = time.split('.');
  return `${date}T${seconds}.${fraction.padEnd(3, '0').slice(0, 3)}Z`;
}

/** The same connections with the driver's own types: better-auth compares `Date`s, and a string would never be "expired". */
function accountsOn(pool: pg.Pool) {
  const connect = async () => {
    const client = await pool.connect();
    return {
      query: (text: string, values: readonly unknown[]) => client.query({ text, values: [...values], types: pg.types }),
      release: (discard?: boolean) => client.release(discard),
    };
  };
  const dialect = new PostgresDialect({
    pool: { connect, end: async () => {}, options: {} } as unknown as pg.Pool,
  });
  // biome-ignore lint/suspicious/noExplicitAny: as above
  return new Kysely<any>({ dialect }).withSchema('auth');
}
