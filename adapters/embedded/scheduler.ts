/** An alarm clock in the process: alarms ring at their moment, never before it, and a ring that fails is repeated until it succeeds. Nothing is kept: at start the worker puts again what the ledger knows. */
import type { Logger } from '@taskflow/core/logger.ts';
import type { Clock, JobScheduler } from '@taskflow/core/ports.ts';

export interface InProcessScheduler extends JobScheduler {
  /** Nothing rings after this. */
  stop(): void;
  /** Alarms that are still to ring, failed ones included. */
  waiting(): number;
}

export interface SchedulerOptions {
  clock: Clock;
  /** Many may be under way at once, when many moments have passed while the machine slept. */
  onAlarm(name: string): Promise<void>;
  logger: Logger;
}

/** The wall clock may be set, or the machine sleep, while a timer runs: no wait is longer than this. It also keeps below setTimeout's 2^31-1 ms. */
const LOOK_MS_MAX = 30_000;
const RETRY_PAUSES_MS = [1_000, 2_000, 5_000, 10_000];

interface Alarm {
  name: string;
  at_ms: number;
  /** Rings that failed. */
  failures: number;
}

export function startScheduler({ clock, onAlarm, logger }: SchedulerOptions): InProcessScheduler {
  const alarms = new Map<string, Alarm>();
  const queue = new AlarmQueue();
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;

  const add = (alarm: Alarm) => {
    alarms.set(alarm.name, alarm);
    queue.push(alarm);
  };
  const ring = async (alarm: Alarm) => {
    try {
      await onAlarm(alarm.name);
    } catch (error) {
      // Put again meanwhile: that one is as good as a repetition.
      if (stopped || alarms.has(alarm.name)) return;
      const pause_ms = RETRY_PAUSES_MS[Math.min(alarm.failures, RETRY_PAUSES_MS.length - 1)]!;
      logger.warn({ alarm: alarm.name, pause_ms, err: error }, 'an alarm could not be rung; it will be again');
      add({ ...alarm, at_ms: clock.now().epochMilliseconds + pause_ms, failures: alarm.failures + 1 });
      wait();
    }
  };
  const look = () => {
    const now_ms = clock.now().epochMilliseconds;
    for (let next = queue.first(); next !== undefined && next.at_ms <= now_ms; next = queue.first()) {
      queue.shift();
      // One that was put anew for another time has left its old place behind.
      if (alarms.get(next.name) !== next) continue;
      alarms.delete(next.name);
      void ring(next);
    }
    wait();
  };
  const wait = () => {
    clearTimeout(timer);
    const next = queue.first();
    if (stopped || next === undefined) return;
    // A timer may end up to a millisecond early: then `look` finds nothing due and comes back here.
    const wait_ms = next.at_ms - clock.now().epochMilliseconds;
    timer = setTimeout(look, Math.min(Math.max(wait_ms, wait_ms > 0 ? 1 : 0), LOOK_MS_MAX));
  };
  return {
    async put(wanted) {
      for (const { name, at } of wanted) {
        const at_ms = Temporal.Instant.from(at).epochMilliseconds;
        if (alarms.get(name)?.at_ms !== at_ms) add({ name, at_ms, failures: 0 });
      }
      wait();
    },
    stop() {
      stopped = true;
      clearTimeout(timer);
    },
    waiting: () => alarms.size,
  };
}

/** A binary heap: the earliest alarm is at hand, and a day of them (at most 86,400 moments) costs little. */
class AlarmQueue {
  readonly #heap: Alarm[] = [];

  first(): Alarm | undefined {
    return this.#heap[0];
  }

  push(alarm: Alarm): void {
    const heap = this.#heap;
    let place = heap.push(alarm) - 1;
    while (place > 0) {
      const parent = (place - 1) >> 1;
      if (heap[parent]!.at_ms <= alarm.at_ms) break;
      heap[place] = heap[parent]!;
      place = parent;
    }
    heap[place] = alarm;
  }

  shift(): void {
    const heap = this.#heap;
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return;
    let place = 0;
    for (let child = 1; child < heap.length; child = 2 * place + 1) {
      if (child + 1 < heap.length && heap[child + 1]!.at_ms < heap[child]!.at_ms) child += 1;
      if (heap[child]!.at_ms >= last.at_ms) break;
      heap[place] = heap[child]!;
      place = child;
    }
    heap[place] = last;
  }
}
