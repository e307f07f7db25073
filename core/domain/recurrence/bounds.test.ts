/** No rule, however hostile, makes a search do more than its bound: counted in steps, so that a slow machine changes nothing. */
import { describe, expect, test } from 'vitest';
import { Failure } from '../failure.ts';
import {
  latestOccurrenceAtOrBefore,
  nextAfterCompletion,
  nextOccurrence,
  occurrencesBetween,
  parseRule,
  type Schedule,
} from '../recurrence.ts';
import { aSchedule, dates, firstOf } from './a-schedule.ts';
import { LAST_SECOND, readLocal } from './calendar.ts';
import { nextInstance, previousInstance } from './instances.ts';
import { planRule } from './plan.ts';
import { readRule } from './read-rule.ts';
import { SEARCH_WORK_MAX } from './series-of.ts';

const numbers = (from: number, to: number): string =>
  Array.from({ length: to - from + 1 }, (_, index) => from + index).join(',');

/** One period's days and places at most go beyond the bound. */
const OVERSHOOT_MAX = 1000;

const HOSTILE = [
  'FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30',
  'FREQ=YEARLY;BYWEEKNO=53;BYMONTH=6',
  'FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30',
  'FREQ=DAILY;BYMONTHDAY=31;BYMONTH=2,4,6,9,11',
  'FREQ=WEEKLY;BYDAY=MO;BYSETPOS=2',
  `FREQ=MONTHLY;BYMONTHDAY=${numbers(1, 31)};BYSETPOS=32,${numbers(40, 200)}`,
  `FREQ=YEARLY;BYDAY=MO,TU,WE,TH,FR,SA,SU;BYHOUR=${numbers(0, 23)};BYMINUTE=0,5,10,15,20,25,30,35,40,45,50,55`,
  `FREQ=YEARLY;BYMONTHDAY=${numbers(1, 31)};BYMONTH=${numbers(1, 12)};BYHOUR=${numbers(0, 23)};BYMINUTE=${numbers(0, 59)};BYSECOND=${numbers(0, 59)};BYSETPOS=${numbers(-60, -1)}`,
  `FREQ=YEARLY;BYWEEKNO=${numbers(1, 53)};BYMONTHDAY=31;BYMONTH=2`,
  `FREQ=YEARLY;BYYEARDAY=${numbers(1, 240)};BYMONTH=12`,
  'FREQ=HOURLY;INTERVAL=24;BYHOUR=8',
  'FREQ=MINUTELY;INTERVAL=1440;BYHOUR=8',
  'FREQ=MINUTELY;INTERVAL=7;BYMONTH=2;BYMONTHDAY=29;BYDAY=MO;BYHOUR=3;BYMINUTE=59',
  'FREQ=SECONDLY;INTERVAL=86399;BYHOUR=9;BYMINUTE=0;BYSECOND=0',
  'FREQ=SECONDLY;INTERVAL=86400;BYSECOND=1',
  'FREQ=SECONDLY;INTERVAL=3601;BYMONTH=2;BYMONTHDAY=30',
  `FREQ=HOURLY;BYMINUTE=0,30;BYSETPOS=${numbers(3, 200)}`,
  'FREQ=YEARLY;INTERVAL=999;BYMONTH=2;BYMONTHDAY=29;BYDAY=MO',
  'FREQ=DAILY;INTERVAL=365243;BYDAY=MO;BYMONTH=1',
  'FREQ=SECONDLY;INTERVAL=31556995200',
];

describe.each(HOSTILE)('%s', (rule) => {
  const plan = planRule(readRule(rule), readLocal('2026-01-01T09:00:00', 'due_date').seconds, false);

  test('a search forwards, and one backwards from the year 9998, stay within their work', () => {
    const forwards = { left: SEARCH_WORK_MAX };
    let at: number | null = plan.anchor;
    for (let found = 0; at !== null && found < 10_000; found++) at = nextInstance(plan, at, forwards);
    expect(forwards.left).toBeGreaterThan(-OVERSHOOT_MAX);
    const backwards = { left: SEARCH_WORK_MAX };
    at = LAST_SECOND;
    for (let found = 0; at !== null && found < 10_000; found++) {
      at = previousInstance(plan, at, backwards);
      if (at !== null) at -= 1;
    }
    expect(backwards.left).toBeGreaterThan(-OVERSHOOT_MAX);
  });

  test('every function ends, with a result or a failure that says why', () => {
    const schedule: Schedule = { rule, anchor: '2026-01-01T09:00:00', time_zone: 'Europe/Berlin', exceptions: [] };
    const calls: (() => unknown)[] = [
      () => parseRule(rule),
      () => parseRule(rule, schedule.anchor, schedule.time_zone),
      () => parseRule(`${rule};COUNT=10000`, schedule.anchor, schedule.time_zone),
      () => nextOccurrence(schedule, schedule.anchor),
      () => nextOccurrence(schedule, '9000-01-01'),
      () => nextOccurrence({ ...schedule, rule: `${rule};COUNT=10000` }, '9000-01-01'),
      () => latestOccurrenceAtOrBefore(schedule, '9999-12-31'),
      () => occurrencesBetween(schedule, '2026-01-01', '9999-12-31', 1000),
      () => nextAfterCompletion(schedule, '2026-06-01'),
    ];
    for (const call of calls) expect(failureCode(call)).toBeOneOf([undefined, 'invalid']);
  });
});

test('a search by days is decided by one cycle of the calendar, not by its bound', () => {
  for (const rule of HOSTILE.filter((it) => /FREQ=(YEARLY|MONTHLY|WEEKLY|DAILY)/.test(it))) {
    const work = { left: SEARCH_WORK_MAX };
    nextInstance(planRule(readRule(rule), 0, false), 0, work);
    expect(work.left, rule).toBeGreaterThanOrEqual(0);
  }
});

test('a rule whose instances lie too far apart to be found is refused', () => {
  expect(() =>
    parseRule('FREQ=SECONDLY;INTERVAL=86399;BYHOUR=9;BYMINUTE=0;BYSECOND=0;COUNT=100', '2026-01-01T09:00:00'),
  ).toThrow('too far apart');
  expect(() =>
    parseRule(
      'FREQ=SECONDLY;INTERVAL=86399;BYMONTH=2;BYMONTHDAY=29;BYDAY=MO;BYHOUR=9;BYMINUTE=0;BYSECOND=0',
      '2044-02-29T09:00:00',
    ),
  ).toThrow('too far apart');
});

test('the last of COUNT=10000 instances is known, and a far `after` costs no more than a near one', () => {
  const schedule = aSchedule('FREQ=MINUTELY;INTERVAL=5;COUNT=10000', '2026-01-01T00:00:00');
  expect(latestOccurrenceAtOrBefore(schedule, '9999-01-01')).toBe('2026-02-04T17:15:00');
  expect(nextOccurrence(schedule, '2026-02-04T17:10:00')).toBe('2026-02-04T17:15:00');
  expect(nextOccurrence(schedule, '2026-02-04T17:15:00')).toBeNull();
});

test('rules of centuries find every instance up to the year 9998', () => {
  const schedule = aSchedule('FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29;BYDAY=MO', '2044-02-29');
  const all = firstOf(schedule, 1000);
  // 400 years hold 15 such days; 7,955 years hold 19 whole cycles and a part.
  expect(all.slice(0, 4)).toEqual(dates('2044 Feb 29 2072 Feb 29 2112 Feb 29 2140 Feb 29', null));
  expect(all.at(-1)).toBe('9988-02-29');
  expect(occurrencesBetween(schedule, '2000-01-01', '9999-12-31', 1000)).toEqual(all);
});

test('ten thousand exceptions in a row are passed', () => {
  const daily = aSchedule('FREQ=DAILY', '2026-01-01');
  const exceptions: string[] = [];
  for (let from = '2026-01-01'; exceptions.length < 10_000; from = exceptions.at(-1)!) {
    exceptions.push(...occurrencesBetween({ ...daily, exceptions: [from] }, from, '9999-01-01', 1000));
    if (!exceptions.includes('2026-01-01')) exceptions.unshift('2026-01-01');
  }
  const schedule = { ...daily, exceptions };
  const after = nextOccurrence(daily, exceptions.at(-1)!);
  expect(nextOccurrence(schedule, null)).toBe(after);
  expect(latestOccurrenceAtOrBefore(schedule, exceptions.at(-1)!)).toBeNull();
});

function failureCode(call: () => unknown): string | undefined {
  try {
    call();
    return undefined;
  } catch (error) {
    if (error instanceof Failure) return error.code;
    throw error;
  }
}
