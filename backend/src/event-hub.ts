/** One reader of the event log serves every open stream: each gets its owner's events in order, with no gap and no double. */
import type { EventLog, LoggedEvent } from '@taskflow/core/ports.ts';
import type { FastifyBaseLogger } from 'fastify';
import type { Metrics } from './metrics.ts';

/** Where a stream's text goes: an HTTP response, or a test's array. */
export interface Sink {
  write(text: string): void;
  /** Bytes accepted and not yet taken by the client. */
  backlog_bytes(): number;
  drained(): Promise<void>;
  close(): void;
}

export interface StreamHandle {
  close(): void;
}

export interface EventHub {
  /** Opens a stream; `after` is the place the client has seen, or null to begin now. */
  open(owner_id: string, after: string | null, sink: Sink): Promise<StreamHandle>;
  /** Closes every stream and stops reading. */
  stop(): void;
}

interface Stream {
  owner_id: string;
  sink: Sink;
  /** Everything up to here has been written, or was before the stream's time. */
  place: string;
  /** Live frames wait here while what was missed is still being read. */
  waiting: LoggedEvent[] | null;
  open: boolean;
}

const POLL_MS = 1_000;
const BATCH = 500;
const PLACE_FORM = /^\d{1,20}\.\d{1,19}$/;
/** A client that leaves this much unread is cut off; it resumes where it was. */
export const BACKLOG_MAX_BYTES = 1_048_576;
const WAITING_MAX = 2_000;

interface Parts {
  log: EventLog;
  metrics: Metrics;
  logger: FastifyBaseLogger;
  now_ms(): number;
}

export function createEventHub(parts: Parts): EventHub {
  const { log, metrics, logger } = parts;
  const streams = new Map<string, Set<Stream>>();
  /** Null while nobody listens: then nothing is read. */
  let place: string | null = null;
  let pumping = false;
  let again = false;

  async function pump(): Promise<void> {
    again = true;
    if (pumping) return;
    pumping = true;
    try {
      while (again && place !== null) {
        again = false;
        const events = await log.read(place, BATCH);
        const last = events.at(-1);
        if (last === undefined || place === null) continue;
        place = last.place;
        again ||= events.length === BATCH;
        deliver(events);
        metrics.stream_lag.observe(lagSeconds(last.body, parts.now_ms()));
      }
    } catch (error) {
      logger.warn({ err: error }, 'the event log cannot be read just now; the streams wait');
    } finally {
      pumping = false;
    }
  }

  async function currentPlace(): Promise<string> {
    if (place !== null) return place;
    const end = await log.end();
    place ??= end;
    return place;
  }

  function deliver(events: readonly LoggedEvent[]): void {
    const by_owner = Map.groupBy(events, (event) => event.owner_id);
    for (const [owner_id, owned] of by_owner) {
      for (const stream of streams.get(owner_id) ?? []) {
        if (stream.waiting === null) writeEvents(stream, owned, metrics, close);
        else if (stream.waiting.push(...owned) > WAITING_MAX) close(stream);
      }
    }
  }

  function close(stream: Stream): void {
    if (!stream.open) return;
    stream.open = false;
    const others = streams.get(stream.owner_id);
    others?.delete(stream);
    if (others?.size === 0) streams.delete(stream.owner_id);
    if (streams.size === 0) place = null;
    metrics.streams.dec();
    stream.sink.close();
  }

  const wake = () => void pump();
  const unlisten = log.onAppend(wake);
  const poll = setInterval(wake, POLL_MS);
  poll.unref();

  return {
    open: async (owner_id, after, sink) => {
      const stream: Stream = { owner_id, sink, place: '', waiting: [], open: true };
      const siblings = streams.get(owner_id) ?? new Set();
      streams.set(owner_id, siblings.add(stream));
      metrics.streams.inc();
      try {
        // Registered first, then placed: from `here` on every event of this owner reaches the stream.
        const here = await currentPlace();
        stream.place = await begin(log, stream, after, here);
        const waiting = stream.waiting ?? [];
        stream.waiting = null;
        writeEvents(stream, waiting, metrics, close);
      } catch (error) {
        close(stream);
        throw error;
      }
      return { close: () => close(stream) };
    },
    stop: () => {
      unlisten();
      clearInterval(poll);
      for (const owned of [...streams.values()]) for (const stream of [...owned]) close(stream);
    },
  };
}

/** Writes the first frame and what was missed; returns the place from which live events follow. */
async function begin(log: EventLog, stream: Stream, after: string | null, here: string): Promise<string> {
  const { sink } = stream;
  if (after === null) {
    sink.write(`retry: 1000\nid: ${here}\nevent: ready\ndata: {}\n\n`);
    return here;
  }
  if (!PLACE_FORM.test(after) || !(await log.canResume(after))) {
    sink.write(`retry: 1000\nid: ${here}\nevent: reset\ndata: {}\n\n`);
    return here;
  }
  sink.write(`retry: 1000\nid: ${after}\nevent: ready\ndata: {}\n\n`);
  let place = after;
  while (stream.open && comparePlaces(place, here) < 0) {
    const missed = await log.readOwned(stream.owner_id, place, here, BATCH);
    const last = missed.at(-1);
    if (last === undefined) break;
    sink.write(missed.map(frame).join(''));
    place = last.place;
    if (missed.length < BATCH) break;
    await sink.drained();
  }
  return comparePlaces(place, here) < 0 ? here : place;
}

function writeEvents(
  stream: Stream,
  events: readonly LoggedEvent[],
  metrics: Metrics,
  close: (stream: Stream) => void,
): void {
  // A client that comes from a replica further ahead has seen the first of these.
  const fresh = events.filter((event) => comparePlaces(event.place, stream.place) > 0);
  const last = fresh.at(-1);
  if (last === undefined || !stream.open) return;
  stream.sink.write(fresh.map(frame).join(''));
  stream.place = last.place;
  if (stream.sink.backlog_bytes() > BACKLOG_MAX_BYTES) {
    metrics.streams_dropped.inc();
    close(stream);
  }
}

const frame = (event: LoggedEvent): string => `id: ${event.place}\nevent: ${event.type}\ndata: ${event.body}\n\n`;

/** Places are `<xid>.<seq>`, both without leading zeros: the longer number is the greater one. */
export function comparePlaces(a: string, b: string): number {
  const [a_xid = '', a_seq = ''] = a.split('.');
  const [b_xid = '', b_seq = ''] = b.split('.');
  return compareNumbers(a_xid, b_xid) || compareNumbers(a_seq, b_seq);
}

const compareNumbers = (a: string, b: string): number => a.length - b.length || (a < b ? -1 : a > b ? 1 : 0);

function lagSeconds(body: string, now_ms: number): number {
  const time = /"time":\s?"([^"]+)"/.exec(body)?.[1];
  return time === undefined ? 0 : Math.max(0, now_ms - Date.parse(time)) / 1_000;
}
