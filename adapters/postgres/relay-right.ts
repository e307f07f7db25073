/** One relay at a time: the right to relay lasts as long as the connection that holds the lock, and whoever loses it is told. */
import pg from 'pg';
import { type DatabaseLog, sessionSettings } from './connect.ts';

/** 'relay' in hexadecimal; any number that nothing else in this database locks. */
const LOCK = 0x72656c6179;
/** A connection that the network has swallowed is noticed by asking; the server gives its lock away when it notices. */
const ASK_EVERY_MS = 2_000;
const ANSWER_MS_MAX = 4_000;

/** Null when another one holds the right. */
export async function asHolder<T>(
  connection: pg.PoolConfig,
  log: DatabaseLog,
  work: (held: AbortSignal) => Promise<T>,
): Promise<T | null> {
  const client = new pg.Client({
    application_name: 'taskflow relay',
    connectionTimeoutMillis: 5_000,
    keepAlive: true,
    query_timeout: ANSWER_MS_MAX,
    ...connection,
    ...sessionSettings,
  });
  const held = new AbortController();
  const lose = (error?: Error) => {
    if (held.signal.aborted) return;
    log.warn({ err: error }, 'the right to relay is lost with its connection');
    held.abort(new Error('The right to relay is lost.'));
  };
  let done = false;
  client.on('error', (error) => done || lose(error)).on('end', () => done || lose());
  let heartbeat: NodeJS.Timeout | undefined;
  try {
    await client.connect();
    const { rows } = await client.query<{ held: boolean }>('select pg_try_advisory_lock($1) as held', [LOCK]);
    if (!rows[0]?.held) return null;
    heartbeat = setInterval(() => client.query('select 1').catch(lose), ASK_EVERY_MS);
    heartbeat.unref();
    return await work(held.signal);
  } finally {
    done = true;
    clearInterval(heartbeat);
    await client.end().catch(() => undefined);
  }
}
