/** Which events are in the log, and when the worker handled each of them: it says so in its own log, by this machine's clock. */
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import type pg from 'pg';

/** Milliseconds by event id; reads what has been written since the call before. Needs the worker's log level `debug`. */
export function followHandling(log_file: string): () => ReadonlyMap<string, number> {
  const handled = new Map<string, number>();
  let offset = 0;
  let rest = '';
  return () => {
    const file = openSync(log_file, 'r');
    const { size } = fstatSync(file);
    // Begun anew by a restart.
    if (size < offset) [offset, rest] = [0, ''];
    const bytes = Buffer.alloc(size - offset);
    offset += readSync(file, bytes, 0, bytes.length, offset);
    closeSync(file);
    const lines = (rest + bytes.toString()).split('\n');
    rest = lines.pop()!;
    for (const line of lines) {
      const [, time, id] = HANDLED.exec(line) ?? [];
      // One that comes twice was there the first time.
      if (id !== undefined && !handled.has(id)) handled.set(id, Number(time));
    }
    return handled;
  };
}

const HANDLED = /"time":(\d+),.*"event_id":"([^"]+)".*"msg":"an event is handled"/;

export interface Logged {
  id: string;
  /** The event's own time: when the change began, so all that the change itself took is counted, too. */
  time_ms: number;
}

/** What was appended since a place: see `endOfLog`. */
export async function loggedSince(observer: pg.Client, seq: string, type: string): Promise<Logged[]> {
  const { rows } = await observer.query<Logged>(
    `select id, (extract(epoch from time) * 1000)::float8 as time_ms from event where seq > $1 and type = $2`,
    [seq, type],
  );
  return rows;
}

export async function endOfLog(observer: pg.Client): Promise<string> {
  const { rows } = await observer.query<{ seq: string }>('select coalesce(max(seq), 0)::text as seq from event');
  return rows[0]!.seq;
}
