/** What every job scheduler must do; run against each implementation. */
import { alarmName } from '@taskflow/core/contracts/jobs.ts';
import type { JobScheduler } from '@taskflow/core/ports.ts';
import { afterEach, describe, expect, it } from 'vitest';

export interface Ring {
  name: string;
  at_ms: number;
}

export interface SchedulerUnderTest {
  scheduler: JobScheduler;
  /** Every call of the callback, failed ones included. */
  rings: Ring[];
  /** Throws to have the callback fail. */
  onRing: (name: string) => void;
  close(): Promise<void>;
}

export interface SchedulerContract {
  open(): Promise<SchedulerUnderTest>;
  /** How late an alarm may ring on an idle machine. */
  late_ms_max: number;
  /** Until a failed ring is repeated, at most. */
  repeat_ms_max: number;
}

export function jobSchedulerContract(name: string, { open, late_ms_max, repeat_ms_max }: SchedulerContract): void {
  describe(name, () => {
    let under_test: SchedulerUnderTest | null = null;
    const begin = async () => {
      under_test = await open();
      return under_test;
    };
    afterEach(async () => {
      await under_test?.close();
      under_test = null;
    });

    it('rings at the moment: never early, and not late', async () => {
      const { scheduler, rings } = await begin();
      const alarms = [2, 3, 4].map((seconds) => alarmIn(seconds));
      await scheduler.put(alarms);
      await until(() => rings.length === 3, 6_000);
      expect(rings.map((ring) => ring.name)).toEqual(alarms.map((alarm) => alarm.name));
      for (const [index, ring] of rings.entries()) {
        const late_ms = ring.at_ms - Date.parse(alarms[index]!.at);
        expect(late_ms).toBeGreaterThanOrEqual(0);
        expect(late_ms).toBeLessThan(late_ms_max);
      }
    });

    it('rings once what was put twice', async () => {
      const { scheduler, rings } = await begin();
      const alarm = alarmIn(2);
      await scheduler.put([alarm, alarm]);
      await scheduler.put([alarm]);
      await until(() => rings.length > 0, 4_000);
      await new Promise((resolve) => setTimeout(resolve, 500));
      expect(rings).toHaveLength(1);
    });

    it('rings at once what lies in the past', async () => {
      const { scheduler, rings } = await begin();
      const alarm = alarmIn(-60);
      await scheduler.put([alarm]);
      await until(() => rings.length === 1, 2_000);
      expect(rings[0]?.name).toBe(alarm.name);
    });

    it('rings an alarm that is put before the others are due', async () => {
      const { scheduler, rings } = await begin();
      const [far, near] = [alarmIn(3_600), alarmIn(2)];
      await scheduler.put([far]);
      await scheduler.put([near]);
      await until(() => rings.length === 1, 4_000);
      expect(rings[0]?.name).toBe(near.name);
    });

    it('repeats a ring that failed, until it succeeds', async () => {
      const under = await begin();
      const alarm = alarmIn(1);
      under.onRing = () => {
        if (under.rings.length < 3) throw new Error('the backend is away');
      };
      await under.scheduler.put([alarm]);
      await until(() => under.rings.length >= 3, 3 * repeat_ms_max + 2_000);
      await new Promise((resolve) => setTimeout(resolve, repeat_ms_max + 500));
      expect(under.rings.map((ring) => ring.name)).toEqual([alarm.name, alarm.name, alarm.name]);
    });

    it('rings the others while one fails', async () => {
      const under = await begin();
      const [bad, good] = [alarmIn(1), alarmIn(2)];
      under.onRing = (name) => {
        if (name === bad.name) throw new Error('the backend is away');
      };
      await under.scheduler.put([bad, good]);
      await until(() => under.rings.some((ring) => ring.name === good.name), 4_000);
    });

    it('rings a thousand moments that have passed', async () => {
      const { scheduler, rings } = await begin();
      const alarms = Array.from({ length: 1_000 }, (_, index) => alarmIn(-1_000 + index));
      await scheduler.put(alarms);
      await until(() => rings.length === 1_000, 30_000);
      expect(new Set(rings.map((ring) => ring.name)).size).toBe(1_000);
    });
  });
}

/** So many whole seconds from the second that now is in. */
function alarmIn(seconds: number): { name: string; at: string } {
  const now_s = Math.floor(Temporal.Now.instant().epochMilliseconds / 1_000);
  const at = Temporal.Instant.fromEpochMilliseconds((now_s + seconds) * 1_000).toString({ smallestUnit: 'second' });
  return { name: alarmName(at), at };
}

async function until(condition: () => boolean, ms_max: number): Promise<void> {
  await expect.poll(condition, { timeout: ms_max, interval: 10 }).toBe(true);
}
