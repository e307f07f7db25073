/** How long the next occurrence takes for rules begun ten years ago: cold (nothing kept) and warm (as the ring finds it). */
import {
  latestOccurrenceAtOrBefore,
  nextOccurrence,
  occurrencesBetween,
  type Schedule,
} from '@taskflow/core/domain/recurrence.ts';

interface Measure {
  name: string;
  value: number;
  unit: string;
  limit?: number;
}

const RULES = [
  'FREQ=DAILY',
  'FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR',
  'FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,FR',
  'FREQ=MONTHLY;BYMONTHDAY=-1',
  'FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1',
  'FREQ=YEARLY;BYDAY=20MO',
  'FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29;BYDAY=MO',
  'FREQ=MINUTELY;INTERVAL=5',
  'FREQ=HOURLY;INTERVAL=7;BYDAY=MO;BYMONTH=3',
  'FREQ=DAILY;COUNT=10000',
];
const ROUNDS = 5000;
const WARM_US_MAX = 50;

/** Each call asks for another second, so that no answer can be remembered; the median of five runs is told. */
function microseconds(call: (local: string) => unknown): number {
  const times: number[] = [];
  for (let run = 0; run < 5; run++) {
    const started = performance.now();
    for (let round = 0; round < ROUNDS; round++) {
      const day = String(1 + (round % 28)).padStart(2, '0');
      call(`2026-${String(1 + (round % 12)).padStart(2, '0')}-${day}T12:00:00`);
    }
    times.push(((performance.now() - started) * 1000) / ROUNDS);
  }
  return times.sort((a, b) => a - b)[2]!;
}

const schedule = (rule: string, anchor = '2016-01-04T09:00:00'): Schedule => ({
  rule,
  anchor,
  time_zone: 'Europe/Berlin',
  exceptions: [],
});

export async function measure(): Promise<Measure[]> {
  const measures: Measure[] = [];
  for (const rule of RULES) {
    const begun = schedule(rule);
    const add = (what: string, call: (local: string) => unknown) =>
      measures.push({ name: `${what}, ${rule}`, value: microseconds(call), unit: 'µs', limit: WARM_US_MAX });
    add('next occurrence', (local) => nextOccurrence(begun, local));
    add('latest occurrence', (local) => latestOccurrenceAtOrBefore(begun, local));
  }
  let second = 0;
  measures.push({
    name: 'next occurrence of a schedule not seen before, FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,FR',
    value: microseconds((local) => {
      const anchor = `2016-01-04T09:${String(Math.floor(++second / 60) % 60).padStart(2, '0')}:${String(second % 60).padStart(2, '0')}`;
      return nextOccurrence(schedule('FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,FR', anchor), local);
    }),
    unit: 'µs',
  });
  const started = performance.now();
  occurrencesBetween(schedule('FREQ=DAILY'), '2016-01-04', '2030-01-01', 1000);
  measures.push({ name: 'a preview of 1,000 days', value: performance.now() - started, unit: 'ms' });
  return measures;
}

if (import.meta.main) {
  for (const { name, value, unit, limit } of await measure()) {
    console.log(`${value.toFixed(2).padStart(9)} ${unit}  ${name}${limit === undefined ? '' : ` (at most ${limit})`}`);
  }
}
