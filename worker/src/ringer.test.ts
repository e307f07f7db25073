/** However many ring, the backend hears no more than it must, and no ring is one that came too soon. */
import { describe, expect, it } from 'vitest';
import { makeRinger } from './ringer.ts';

function setUp() {
  const calls: { moment: string | null; end: () => void; fail: () => void }[] = [];
  const ringer = makeRinger({
    ring: (moment) =>
      new Promise((resolve, reject) => {
        calls.push({
          moment,
          end: () => resolve({ reminders: 0, occurrences: 0 }),
          fail: () => reject(new Error('away')),
        });
      }),
  });
  return { ringer, calls };
}

const tick = () => new Promise((resolve) => setImmediate(resolve));

describe('the ringer', () => {
  it('has a thousand alarms share one ring, which begins after the one under way', async () => {
    const { ringer, calls } = setUp();
    const first = ringer.ring('2026-12-01T08:00:00Z');
    let settled = 0;
    const one = async () => {
      await ringer.ring('2026-12-01T08:00:01Z');
      settled += 1;
    };
    const others = Array.from({ length: 1_000 }, one);
    expect(calls.map((call) => call.moment)).toEqual(['2026-12-01T08:00:00Z']);
    calls[0]!.end();
    await first;
    await tick();
    expect(settled).toBe(0);
    expect(calls.map((call) => call.moment)).toEqual(['2026-12-01T08:00:00Z', '2026-12-01T08:00:01Z']);
    calls[1]!.end();
    await Promise.all(others);
    expect(settled).toBe(1_000);
  });

  it('names an alarm rather than a sweep when both share a ring', async () => {
    const { ringer, calls } = setUp();
    void ringer.ring(null);
    const both = [ringer.ring(null), ringer.ring('2026-12-01T08:00:01Z')];
    calls[0]!.end();
    await tick();
    calls[1]!.end();
    await Promise.all(both);
    expect(calls.map((call) => call.moment)).toEqual([null, '2026-12-01T08:00:01Z']);
  });

  it('tells everyone who shares it that a ring failed, and rings the next all the same', async () => {
    const { ringer, calls } = setUp();
    const first = ringer.ring('2026-12-01T08:00:00Z');
    const second = ringer.ring('2026-12-01T08:00:01Z');
    calls[0]!.fail();
    await expect(first).rejects.toThrow('away');
    await tick();
    calls[1]!.end();
    await second;
    const third = ringer.ring(null);
    calls[2]!.end();
    await third;
    expect(calls).toHaveLength(3);
  });
});
