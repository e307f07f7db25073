/** A rule that can be kept has one form; every other one is refused with a sentence about what is wrong. */
import { expect, test } from 'vitest';
import { Failure } from '../failure.ts';
import { countOf, isFinerThanDaily, parseRule } from '../recurrence.ts';

test.each([
  ['daily', 'FREQ=DAILY'],
  ['Weekdays', 'FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR'],
  ['weekly', 'FREQ=WEEKLY'],
  [' monthly ', 'FREQ=MONTHLY'],
  ['YEARLY', 'FREQ=YEARLY'],
  ['RRULE:FREQ=MONTHLY;BYMONTHDAY=1', 'FREQ=MONTHLY;BYMONTHDAY=1'],
  ['rrule:freq=weekly;byday=fr,mo', 'FREQ=WEEKLY;BYDAY=MO,FR'],
  ['INTERVAL=1;FREQ=DAILY;WKST=MO;', 'FREQ=DAILY'],
  ['BYDAY=+2TU,-1FR,MO;FREQ=MONTHLY', 'FREQ=MONTHLY;BYDAY=-1FR,MO,2TU'],
  ['FREQ=YEARLY;BYMONTH=12,06,6', 'FREQ=YEARLY;BYMONTH=6,12'],
  ['FREQ=MONTHLY;BYMONTHDAY=31,-1,+1', 'FREQ=MONTHLY;BYMONTHDAY=-1,1,31'],
  ['FREQ=DAILY;BYSECOND=60', 'FREQ=DAILY;BYSECOND=59'],
  ['FREQ=DAILY;UNTIL=20261231T235960Z', 'FREQ=DAILY;UNTIL=20261231T235959Z'],
  ['FREQ=DAILY;UNTIL=20261231', 'FREQ=DAILY;UNTIL=20261231'],
  ['FREQ=DAILY;COUNT=010;INTERVAL=02', 'FREQ=DAILY;INTERVAL=2;COUNT=10'],
  ['FREQ=WEEKLY;INTERVAL=2;BYDAY=SU;WKST=SU', 'FREQ=WEEKLY;INTERVAL=2;WKST=SU;BYDAY=SU'],
  [
    'BYSETPOS=1;BYSECOND=0;BYMINUTE=5;BYHOUR=6;BYDAY=MO;BYMONTHDAY=7;BYYEARDAY=7;BYMONTH=1;FREQ=YEARLY',
    'FREQ=YEARLY;BYMONTH=1;BYYEARDAY=7;BYMONTHDAY=7;BYDAY=MO;BYHOUR=6;BYMINUTE=5;BYSECOND=0;BYSETPOS=1',
  ],
])('%s is kept as %s', (input, canonical) => {
  expect(parseRule(input)).toBe(canonical);
});

test.each([
  ['', 'cannot read'],
  ['often', "cannot read 'OFTEN'"],
  ['BYDAY=MO', 'needs FREQ'],
  ['FREQ=', "cannot read 'FREQ='"],
  ['FREQ=FORTNIGHTLY', 'not one of YEARLY, MONTHLY, WEEKLY, DAILY, HOURLY, MINUTELY, SECONDLY'],
  ['FREQ=DAILY;FREQ=WEEKLY', 'FREQ occurs twice'],
  ['FREQ=DAILY;;COUNT=2', "cannot read ''"],
  ['FREQ=DAILY;COUNT=2=3', "cannot read 'COUNT=2=3'"],
  ['FREQ=DAILY;X-EVERY=2', 'X-EVERY is not a part'],
  ['FREQ=DAILY;RSCALE=CHINESE', 'RSCALE (RFC 7529) is not supported'],
  ['RSCALE=GREGORIAN;FREQ=YEARLY;SKIP=FORWARD', 'RSCALE (RFC 7529) is not supported'],
  ['FREQ=DAILY;COUNT=3;UNTIL=20261231', 'COUNT and UNTIL exclude each other'],
  ['FREQ=DAILY;COUNT=0', 'COUNT=0 must be a whole number from 1 on'],
  ['FREQ=DAILY;COUNT=-1', 'COUNT=-1 must be'],
  ['FREQ=DAILY;COUNT=10001', 'COUNT may be at most 10,000'],
  ['FREQ=DAILY;COUNT=1000000000', 'COUNT may be at most 10,000'],
  ['FREQ=DAILY;INTERVAL=0', 'INTERVAL=0 must be'],
  ['FREQ=DAILY;INTERVAL=1.5', 'INTERVAL=1.5 must be'],
  ['FREQ=DAILY;INTERVAL=999999999', 'INTERVAL may be at most 365,243'],
  ['FREQ=DAILY;UNTIL=tomorrow', 'UNTIL=TOMORROW must look like'],
  ['FREQ=DAILY;UNTIL=20260230', '2026-02-30 is not a date'],
  ['FREQ=DAILY;UNTIL=20260228T250000Z', 'must look like'],
  ['FREQ=WEEKLY;BYDAY=XX', "BYDAY: 'XX' is not one of MO"],
  ['FREQ=WEEKLY;BYDAY=MO,', "BYDAY: '' is not a weekday"],
  ['FREQ=MONTHLY;BYDAY=0MO', "BYDAY: '0MO' must count from 1 to 53"],
  ['FREQ=YEARLY;BYDAY=54MO', "BYDAY: '54MO' must count from 1 to 53"],
  ['FREQ=WEEKLY;WKST=1', "WKST: '1' is not one of"],
  ['FREQ=YEARLY;BYMONTH=13', "BYMONTH: '13' is not a number from 1 to 12"],
  ['FREQ=YEARLY;BYMONTH=1L', "BYMONTH: '1L' is not a number"],
  ['FREQ=MONTHLY;BYMONTHDAY=32', "BYMONTHDAY: '32' is not a number from -31 to 31"],
  ['FREQ=MONTHLY;BYMONTHDAY=0', 'BYMONTHDAY: 0 has no meaning'],
  ['FREQ=YEARLY;BYYEARDAY=-367', "BYYEARDAY: '-367'"],
  ['FREQ=YEARLY;BYWEEKNO=54', "BYWEEKNO: '54'"],
  ['FREQ=DAILY;BYHOUR=24', "BYHOUR: '24' is not a number from 0 to 23"],
  ['FREQ=DAILY;BYMINUTE=60', "BYMINUTE: '60'"],
  ['FREQ=DAILY;BYSECOND=61', "BYSECOND: '61'"],
  ['FREQ=MONTHLY;BYDAY=MO;BYSETPOS=367', "BYSETPOS: '367'"],
  ['FREQ=DAILY;BYSETPOS=1', 'BYSETPOS needs another BY… part'],
  ['FREQ=DAILY;BYWEEKNO=1', 'BYWEEKNO is allowed with FREQ=YEARLY only'],
  ['FREQ=MONTHLY;BYYEARDAY=1', 'BYYEARDAY is not allowed with FREQ=MONTHLY'],
  ['FREQ=WEEKLY;BYYEARDAY=1', 'BYYEARDAY is not allowed with FREQ=WEEKLY'],
  ['FREQ=WEEKLY;BYMONTHDAY=1', 'BYMONTHDAY is not allowed with FREQ=WEEKLY'],
  ['FREQ=WEEKLY;BYDAY=1MO', 'BYDAY with a number is allowed with FREQ=MONTHLY or YEARLY only'],
  ['FREQ=YEARLY;BYWEEKNO=1;BYDAY=1MO', 'not allowed beside BYWEEKNO'],
  [`FREQ=YEARLY;BYYEARDAY=${'1,'.repeat(500)}1`, 'longer than 1000 characters'],
])('%s is refused', (input, message) => {
  const failure = failureOf(() => parseRule(input));
  expect(failure.code).toBe('invalid');
  expect(failure.errors[0]).toMatchObject({ field: 'recurrence_rule', message: expect.stringContaining(message) });
});

test.each([
  'FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30',
  'FREQ=YEARLY;BYWEEKNO=53;BYMONTH=6',
  'FREQ=MONTHLY;BYMONTH=4,6;BYMONTHDAY=31',
  'FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30,31',
  'FREQ=MONTHLY;BYDAY=6MO',
  'FREQ=WEEKLY;BYDAY=MO,TU;BYSETPOS=3',
  'FREQ=YEARLY;BYYEARDAY=366;BYMONTHDAY=30',
  'FREQ=HOURLY;BYMONTH=11;BYMONTHDAY=31',
])('%s has no instance and is refused with a due date and without', (rule) => {
  expect(() => parseRule(rule)).toThrow('no possible instance');
  expect(() => parseRule(rule, '2026-01-01T09:00:00', 'Europe/Berlin')).toThrow('no possible instance');
});

test.each([
  ['FREQ=DAILY;UNTIL=20251231', '2026-01-01T09:00:00', 'before the due date'],
  ['FREQ=YEARLY;BYMONTH=3;BYMONTHDAY=1;UNTIL=20260201', '2026-01-01T09:00:00', 'no date from the due date on'],
  ['FREQ=YEARLY;INTERVAL=4;BYMONTH=2;BYMONTHDAY=29', '2026-01-01T09:00:00', 'no date from the due date on'],
  ['FREQ=HOURLY;INTERVAL=24;BYHOUR=8', '2026-01-01T09:00:00', 'no date from the due date on'],
  ['FREQ=HOURLY', '2026-01-01', 'FREQ=HOURLY needs a due date with a time of day'],
  ['FREQ=DAILY;BYHOUR=9', '2026-01-01', 'BYHOUR, BYMINUTE and BYSECOND need'],
])('%s from %s on is refused', (rule, anchor, message) => {
  expect(failureOf(() => parseRule(rule, anchor, 'Europe/Berlin')).message).toContain(message);
});

test.each([
  ['FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29', '2026-01-01'],
  ['FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29;BYDAY=MO', '2026-01-01'],
  ['FREQ=YEARLY;BYWEEKNO=53', '2026-01-01'],
  ['FREQ=YEARLY;BYDAY=53MO', '2026-01-01'],
  ['FREQ=YEARLY;BYMONTH=12;BYWEEKNO=1', '2026-12-28'],
  ['FREQ=DAILY;COUNT=1', '2026-01-01'],
  ['FREQ=DAILY;COUNT=10000', '2026-01-01'],
  ['FREQ=DAILY;UNTIL=20260101', '2026-01-01T09:00:00'],
])('%s is rare or short, and kept', (rule, anchor) => {
  expect(parseRule(rule, anchor, 'Europe/Berlin')).toBe(rule);
  expect(parseRule(rule)).toBe(rule);
});

test.each([
  'FREQ=SECONDLY',
  'FREQ=SECONDLY;INTERVAL=299',
  'FREQ=MINUTELY',
  'FREQ=MINUTELY;INTERVAL=4',
  'FREQ=MINUTELY;INTERVAL=5;BYSECOND=0,30',
  'FREQ=MINUTELY;BYMINUTE=0,4',
  'FREQ=MINUTELY;INTERVAL=2;BYMINUTE=0,2',
  'FREQ=HOURLY;BYMINUTE=0,3',
  'FREQ=HOURLY;BYMINUTE=0,58',
  'FREQ=DAILY;BYMINUTE=0,3',
  'FREQ=DAILY;BYSECOND=0,59',
  'FREQ=DAILY;BYHOUR=9,10;BYMINUTE=0,59',
  'FREQ=YEARLY;BYHOUR=23,0;BYMINUTE=1,58',
  'FREQ=SECONDLY;BYMONTH=3;BYHOUR=9',
  'FREQ=SECONDLY;INTERVAL=30;BYSECOND=0',
  'FREQ=HOURLY;BYMINUTE=0,3;BYSETPOS=1,2',
])('%s repeats within five minutes and is refused', (rule) => {
  expect(() => parseRule(rule)).toThrow('repeats within 5 minutes');
  expect(() => parseRule(rule, '2026-01-01T09:00:00', 'Europe/Berlin')).toThrow('repeats within 5 minutes');
});

test.each([
  'FREQ=SECONDLY;INTERVAL=300',
  'FREQ=SECONDLY;INTERVAL=86400',
  'FREQ=SECONDLY;BYMINUTE=0,30;BYSECOND=0',
  'FREQ=SECONDLY;INTERVAL=7;BYSECOND=0', // second 0 again after 420 seconds
  'FREQ=MINUTELY;INTERVAL=5',
  'FREQ=MINUTELY;BYMINUTE=0,5,10',
  'FREQ=MINUTELY;INTERVAL=7',
  'FREQ=MINUTELY;INTERVAL=3;BYMINUTE=0,4',
  'FREQ=HOURLY;INTERVAL=2;BYMINUTE=0,58',
  'FREQ=HOURLY;BYHOUR=9,17;BYMINUTE=0,58',
  'FREQ=HOURLY;BYMINUTE=0,3;BYSETPOS=1',
  'FREQ=DAILY;BYHOUR=9;BYMINUTE=0,55',
  'FREQ=DAILY;BYHOUR=9,12;BYMINUTE=0,59',
])('%s leaves five minutes and is kept', (rule) => {
  expect(parseRule(rule, '2026-01-01T09:00:00', 'Europe/Berlin')).toContain('FREQ=');
});

test('COUNT and how often a rule repeats can be read from it', () => {
  expect(countOf('FREQ=DAILY;COUNT=7')).toBe(7);
  expect(countOf('FREQ=DAILY')).toBeNull();
  expect(isFinerThanDaily('FREQ=HOURLY')).toBe(true);
  expect(isFinerThanDaily('FREQ=DAILY;BYHOUR=9,17')).toBe(true);
  expect(isFinerThanDaily('FREQ=MONTHLY;BYMINUTE=0,30')).toBe(true);
  expect(isFinerThanDaily('FREQ=DAILY;BYHOUR=9')).toBe(false);
  expect(isFinerThanDaily('FREQ=YEARLY')).toBe(false);
});

function failureOf(act: () => unknown): Failure {
  try {
    act();
  } catch (error) {
    if (error instanceof Failure) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}
