/** What was committed is published, in commit order, by one relay at a time: nothing is ever lost, some of it may come twice. */
import { setTimeout as sleep } from 'node:timers/promises';
import { derivedId } from '@taskflow/core/domain/derived-id.ts';
import type { Logger } from '@taskflow/core/logger.ts';
import type { Clock, EventBus, EventLog, LoggedEvent } from '@taskflow/core/ports.ts';

export interface Relay {
  /** Lets the batch in hand end, if that is soon. */
  stop(): Promise<void>;
  lag(): RelayLag;
}

export interface RelayLag {
  /** This replica is the one that relays. */
  holds: boolean;
  /** Age of the oldest event in hand that is not yet published; 0 when none is. */
  behind_ms: number;
}

export interface RelayOptions {
  log: Pick<EventLog, 'read' | 'onAppend' | 'relayPlace' | 'setRelayPlace' | 'asRelay'>;
  bus: EventBus;
  logger: Logger;
  clock: Clock;
  limits?: Partial<RelayLimits>;
}

export interface RelayLimits {
  batch_max: number;
  /** Without being woken it looks this often. */
  poll_ms: number;
  /** A bus may hang for longer and then succeed (Dapr: 45 s while Kafka hangs): own time-out, and once more. */
  publish_ms_max: number;
  pause_ms_max: number;
  /** What the batch in hand still gets when the relay is to stop. */
  stop_ms_max: number;
}

const LIMITS: RelayLimits = {
  batch_max: 200,
  poll_ms: 1_000,
  publish_ms_max: 40_000,
  pause_ms_max: 2_000,
  stop_ms_max: 1_000,
};
const PAUSE_MS_MIN = 50;

export function startRelay({ log, bus, logger, clock, limits }: RelayOptions): Relay {
  const stopping = new AbortController();
  const state: State = { holds: false, oldest: null };
  const bell = makeBell(log.onAppend);
  const context: Context = { log, bus, logger, limits: { ...LIMITS, ...limits }, state, bell };
  const done = compete(context, stopping.signal);
  return {
    async stop() {
      stopping.abort();
      await done;
      bell.close();
    },
    lag: () => ({
      holds: state.holds,
      behind_ms:
        state.oldest === null ? 0 : Math.max(0, clock.now().epochMilliseconds - state.oldest.epochMilliseconds),
    }),
  };
}

interface State {
  holds: boolean;
  oldest: Temporal.Instant | null;
}

interface Context {
  log: RelayOptions['log'];
  bus: EventBus;
  logger: Logger;
  limits: RelayLimits;
  state: State;
  bell: Bell;
}

/** Whoever has the right to relay uses it until it is lost; the others ask again. */
async function compete(context: Context, signal: AbortSignal): Promise<void> {
  const { log, logger, limits, state } = context;
  while (!signal.aborted) {
    try {
      await log.asRelay(async (held) => {
        state.holds = true;
        await relay(context, AbortSignal.any([signal, held]));
      });
    } catch (error) {
      if (!signal.aborted) logger.warn({ err: error }, 'the relay was interrupted');
    }
    Object.assign(state, { holds: false, oldest: null });
    await pause(limits.poll_ms, signal);
  }
}

async function relay(context: Context, signal: AbortSignal): Promise<void> {
  const { log, limits, state, bell } = context;
  let place = await log.relayPlace();
  while (!signal.aborted) {
    // Armed before reading: what is appended while we read rings it.
    const rung = bell.next();
    const logged = await log.read(place, limits.batch_max);
    const last = logged.at(-1);
    if (last === undefined) {
      const idle = new AbortController();
      await Promise.race([rung, pause(limits.poll_ms, AbortSignal.any([signal, idle.signal]))]);
      idle.abort();
      continue;
    }
    const events = logged.map(toEnvelope);
    state.oldest = events[0]!.time;
    if (!(await publish(context, events, signal))) return;
    // A kill before this line has the batch published again by whoever comes next.
    await log.setRelayPlace(last.place);
    place = last.place;
    state.oldest = null;
  }
}

/** Tries until it works; false when the right to relay ended first. */
async function publish({ bus, logger, limits }: Context, events: Envelope[], signal: AbortSignal): Promise<boolean> {
  for (let pause_ms = PAUSE_MS_MIN; !signal.aborted; pause_ms = Math.min(pause_ms * 2, limits.pause_ms_max)) {
    try {
      await inTime(bus.publish(events), limits, signal);
      return true;
    } catch (error) {
      logger.warn({ err: error, events: events.length, pause_ms }, 'the bus takes no events; they are offered again');
    }
    await pause(pause_ms, signal);
  }
  return false;
}

interface Envelope {
  id: string;
  key: string;
  body: string;
  time: Temporal.Instant | null;
}

/** An event that is not one is still passed on: subscribers send it to the dead letters, and it stops nobody. */
function toEnvelope({ place, body }: LoggedEvent): Envelope {
  try {
    const { id, subject, time } = JSON.parse(body) as Record<string, string>;
    if (id !== undefined && subject !== undefined && time !== undefined)
      return { id, key: subject, body, time: Temporal.Instant.from(time) };
  } catch {
    // Falls through.
  }
  return { id: derivedId('event at', place), key: '', body, time: null };
}

const pause = (ms: number, signal: AbortSignal): Promise<void> =>
  sleep(ms, undefined, { signal }).catch(() => undefined);

/** Within the time a publish may take, which is short once the relay is to stop. */
async function inTime(work: Promise<void>, limits: RelayLimits, signal: AbortSignal): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const { promise: late, reject } = Promise.withResolvers<never>();
  const within = (ms: number) => {
    clearTimeout(timer);
    timer = setTimeout(() => reject(new Error('the bus gave no answer in time')), ms);
  };
  const hurry = () => within(limits.stop_ms_max);
  within(limits.publish_ms_max);
  signal.addEventListener('abort', hurry, { once: true });
  try {
    await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', hurry);
  }
}

interface Bell {
  next(): Promise<void>;
  close(): void;
}

/** Any number of appends while nobody waits are one ring. */
function makeBell(onAppend: (wake: () => void) => () => void): Bell {
  let rung = Promise.withResolvers<void>();
  const close = onAppend(() => rung.resolve());
  return {
    next() {
      rung = Promise.withResolvers<void>();
      return rung.promise;
    },
    close,
  };
}
