/** Whoever waits for events hears soon that there are some, in this process and in every other one; a lost signal costs one poll. */
import pg from 'pg';
import { type DatabaseLog, sessionSettings } from './connect.ts';

export interface EventSignal {
  /** Tells this process now, and the others at most every few milliseconds. */
  announce(): void;
  /** Tells this process alone. */
  wake(): void;
  onSignal(wake: () => void): () => void;
  close(): Promise<void>;
}

const CHANNEL = 'taskflow_event';
/** NOTIFY takes a lock that all notifying commits queue for: one for many commits, and none inside a transaction that matters. */
const NOTIFY_EVERY_MS = 5;
const PAUSE_MS_MIN = 100;
const PAUSE_MS_MAX = 10_000;

export function eventSignal(pool: pg.Pool, connection: pg.PoolConfig, log: DatabaseLog): EventSignal {
  const listeners = new Set<() => void>();
  const wake = () => {
    for (const listener of listeners) listener();
  };
  const notify = notifier(pool);
  let ear: { close(): Promise<void> } | null = null;
  return {
    announce: () => {
      wake();
      notify();
    },
    wake,
    onSignal: (listener) => {
      const own = () => listener();
      listeners.add(own);
      ear ??= listen(connection, wake, log);
      return () => listeners.delete(own);
    },
    close: async () => {
      listeners.clear();
      await ear?.close();
    },
  };
}

/** The first call is sent at once; what comes while it is under way, or too soon after, is sent together. */
function notifier(pool: pg.Pool): () => void {
  let busy = false;
  let again = false;
  const send = async (): Promise<void> => {
    busy = true;
    again = false;
    const pause = new Promise((resolve) => setTimeout(resolve, NOTIFY_EVERY_MS).unref());
    // Failing is harmless: the others look once a second without being told.
    await pool.query(`select pg_notify('${CHANNEL}', '')`).catch(() => undefined);
    await pause;
    busy = false;
    if (again) await send();
  };
  return () => {
    again = true;
    if (!busy) void send();
  };
}

/** Keeps one connection for listening; after a break it listens again and wakes, because what it missed is unknown. */
function listen(connection: pg.PoolConfig, wake: () => void, log: DatabaseLog): { close(): Promise<void> } {
  let client: pg.Client | null = null;
  let timer: NodeJS.Timeout | null = null;
  let closed = false;
  let pause_ms = PAUSE_MS_MIN;

  const connect = async (): Promise<void> => {
    const opened = new pg.Client({
      application_name: 'taskflow listen',
      connectionTimeoutMillis: 5_000,
      keepAlive: true,
      ...connection,
      ...sessionSettings,
    });
    client = opened;
    let lost = false;
    const lose = (error?: Error) => {
      if (lost || closed) return;
      lost = true;
      log.warn({ err: error, pause_ms }, 'not listening for events of other replicas; trying again');
      opened.end().catch(() => undefined);
      timer = setTimeout(() => void connect(), pause_ms);
      timer.unref();
      pause_ms = Math.min(pause_ms * 2, PAUSE_MS_MAX);
    };
    opened.on('error', lose).on('end', () => lose());
    opened.on('notification', wake);
    try {
      await opened.connect();
      await opened.query(`listen ${CHANNEL}`);
      pause_ms = PAUSE_MS_MIN;
      wake();
    } catch (error) {
      lose(error as Error);
    }
  };
  void connect();

  return {
    close: async () => {
      closed = true;
      if (timer !== null) clearTimeout(timer);
      await client?.end().catch(() => undefined);
    },
  };
}
