/** What a wall clock, a sleeping machine and a heap can do to an alarm. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type InProcessScheduler, startScheduler } from './scheduler.ts';

const START = Temporal.Instant.from('2026-12-01T08:00:00Z');
const nothing = () => undefined;
const logger = { debug: nothing, info: nothing, warn: nothing, error: nothing };

/** A wall clock that can be set, beside timers that only go forward. */
function setUp(fails: (name: string) => boolean = () => false) {
  let skew_ms = 0;
  const clock = {
    now: () => START.add({ milliseconds: Math.round(performance.now() - began_ms) + skew_ms }),
    set: (ms: number) => {
      skew_ms += ms;
    },
  };
  const rung: string[] = [];
  scheduler = startScheduler({
    clock,
    logger,
    async onAlarm(name) {
      rung.push(name);
      if (fails(name)) throw new Error('away');
    },
  });
  return { scheduler, clock, rung };
}

let scheduler: InProcessScheduler;
let began_ms = 0;
const at = (seconds: number) => ({ name: `alarm ${seconds}`, at: String(START.add({ seconds })) });

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
  began_ms = performance.now();
});
afterEach(() => {
  scheduler.stop();
  vi.useRealTimers();
});

describe('an alarm', () => {
  it('does not ring a millisecond before its moment, although its timer may end then', async () => {
    const { scheduler, clock, rung } = setUp();
    await scheduler.put([at(10)]);
    clock.set(-1);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(rung).toEqual([]);
    await vi.advanceTimersByTimeAsync(1);
    expect(rung).toEqual(['alarm 10']);
  });

  it('waits anew when the wall clock is set back', async () => {
    const { scheduler, clock, rung } = setUp();
    await scheduler.put([at(10)]);
    clock.set(-3_600_000);
    await vi.advanceTimersByTimeAsync(3_609_000);
    expect(rung).toEqual([]);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(rung).toEqual(['alarm 10']);
  });

  it('rings within 30 s of the clock being set past it', async () => {
    const { scheduler, clock, rung } = setUp();
    await scheduler.put([at(86_400)]);
    await vi.advanceTimersByTimeAsync(1_000);
    clock.set(86_400_000);
    await vi.advanceTimersByTimeAsync(30_000);
    expect(rung).toEqual(['alarm 86400']);
  });

  it('may lie further ahead than a timer reaches', async () => {
    const { scheduler, rung } = setUp();
    await scheduler.put([at(3_000_000)]);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(rung).toEqual([]);
    expect(scheduler.waiting()).toBe(1);
  });

  it('is repeated after growing pauses, for as long as it fails', async () => {
    const { scheduler, rung } = setUp(() => rung.length < 6);
    await scheduler.put([at(0)]);
    const counts: number[] = [];
    for (const pause_s of [0, 1, 2, 5, 10, 10]) {
      await vi.advanceTimersByTimeAsync(pause_s * 1_000);
      counts.push(rung.length);
    }
    expect(counts).toEqual([1, 2, 3, 4, 5, 6]);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(rung).toHaveLength(6);
    expect(scheduler.waiting()).toBe(0);
  });

  it('rings at its new moment only, when it is put for another', async () => {
    const { scheduler, rung } = setUp();
    await scheduler.put([{ name: 'alarm', at: at(5).at }]);
    await scheduler.put([{ name: 'alarm', at: at(9).at }]);
    await vi.advanceTimersByTimeAsync(8_999);
    expect(rung).toEqual([]);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(rung).toEqual(['alarm']);
  });

  it('does not ring after the end', async () => {
    const { scheduler, rung } = setUp();
    await scheduler.put([at(1)]);
    scheduler.stop();
    await vi.advanceTimersByTimeAsync(10_000);
    expect(rung).toEqual([]);
  });
});

describe('many alarms', () => {
  it('ring in the order of their moments, however they were put', async () => {
    const { scheduler, rung } = setUp();
    const seconds = Array.from({ length: 500 }, (_, index) => ((index * 7_919) % 500) + 1);
    for (let from = 0; from < 500; from += 50) await scheduler.put(seconds.slice(from, from + 50).map(at));
    await vi.advanceTimersByTimeAsync(500_000);
    expect(rung).toEqual(seconds.toSorted((a, b) => a - b).map((second) => `alarm ${second}`));
  });
});
