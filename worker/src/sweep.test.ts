/** What was lost is made good: by a ring every 10 s, and by all alarms anew every hour and after every absence. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { makeAlarms } from './alarms.ts';
import { makeRinger } from './ringer.ts';
import { type Sweep, startSweep } from './sweep.ts';
import { logger, NOW } from './worker.test-parts.ts';

const START = NOW.epochMilliseconds;
const clock = { now: () => Temporal.Instant.fromEpochMilliseconds(Date.now()) };
const MINUTE_MS = 60_000;

let sweep: Sweep;
let rung_at: number[];
let asked: [string | null, string][];
let put: string[];
let away: boolean;
/** What the ledger holds, in pages of two. */
let ledger: string[];

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'], now: START });
  [rung_at, asked, put, away, ledger] = [[], [], [], false, []];
});
afterEach(async () => {
  const stopped = sweep.stop();
  await vi.advanceTimersByTimeAsync(60_000);
  await stopped;
  vi.useRealTimers();
});

async function begin(): Promise<void> {
  const backend = {
    async ring() {
      if (away) throw new Error('away');
      rung_at.push(Date.now() - START);
      return { reminders: 0, occurrences: 0 };
    },
    async moments(after: string | null, to: string) {
      if (away) throw new Error('away');
      asked.push([after, to]);
      const page = ledger.filter((moment) => moment > (after ?? '') && moment <= to).slice(0, 2);
      return { moments: page, next: page.length === 2 ? page[1]! : null };
    },
  };
  const scheduler = { put: async (alarms: readonly { at: string }[]) => void put.push(...alarms.map(({ at }) => at)) };
  sweep = startSweep({
    backend,
    ringer: makeRinger(backend),
    alarms: makeAlarms(scheduler, clock, logger),
    clock,
    logger,
  });
  await vi.advanceTimersByTimeAsync(0);
}

/** Timers of node:timers/promises are real: their pauses are passed by turning `setTimeout` of the module. */
vi.mock('node:timers/promises', () => ({
  setTimeout: (ms: number, _value: unknown, { signal }: { signal: AbortSignal }) =>
    new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms);
      signal.addEventListener('abort', () => {
        clearTimeout(timer);
        resolve();
      });
    }),
}));

describe('the sweep', () => {
  it('rings at start and every 10 s', async () => {
    await begin();
    await vi.advanceTimersByTimeAsync(MINUTE_MS);
    expect(rung_at).toEqual([0, 10_000, 20_000, 30_000, 40_000, 50_000, 60_000]);
    expect(sweep.ready()).toBe(true);
  });

  it('puts the alarms of the next 25 hours at start, page by page', async () => {
    ledger = ['2026-12-01T08:30:00Z', '2026-12-01T09:00:00Z', '2026-12-01T10:00:00Z', '2026-12-02T09:00:01Z'];
    await begin();
    expect(put).toEqual(ledger.slice(0, 3));
    expect(asked).toEqual([
      ['2026-12-01T08:00:00Z', '2026-12-02T09:00:00Z'],
      ['2026-12-01T09:00:00Z', '2026-12-02T09:00:00Z'],
    ]);
  });

  it('puts them again every hour, and those that have come near since', async () => {
    ledger = ['2026-12-02T09:30:00Z'];
    await begin();
    expect(put).toEqual([]);
    await vi.advanceTimersByTimeAsync(61 * MINUTE_MS);
    expect(put).toEqual(ledger);
    await vi.advanceTimersByTimeAsync(60 * MINUTE_MS);
    expect(put).toEqual([...ledger, ...ledger]);
  });

  it('asks an absent backend after 1, 2, 5, then every 10 s', async () => {
    away = true;
    await begin();
    expect(sweep.ready()).toBe(false);
    await vi.advanceTimersByTimeAsync(7_900);
    away = false;
    await vi.advanceTimersByTimeAsync(200);
    expect(rung_at).toEqual([8_000]);
    expect(sweep.ready()).toBe(true);
  });

  it('puts all alarms again when the backend comes back', async () => {
    ledger = ['2026-12-01T09:00:00Z'];
    await begin();
    away = true;
    await vi.advanceTimersByTimeAsync(15_000);
    expect(sweep.ready()).toBe(false);
    away = false;
    await vi.advanceTimersByTimeAsync(15_000);
    expect(put).toEqual([...ledger, ...ledger]);
  });
});
