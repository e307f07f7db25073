/** Occurrences of a schedule: where they begin, what ends them, what removes them, and what completing late or early does. */
import { expect, test } from 'vitest';
import { aSchedule, dates, firstOf } from './recurrence/a-schedule.ts';
import {
  latestOccurrenceAtOrBefore,
  nextAfterCompletion,
  nextOccurrence,
  occurrencesBetween,
  type Schedule,
} from './recurrence.ts';

const allDay = (text: string): string[] => dates(text, null);

test('the first occurrence is the anchor, also where it does not match the rule, and COUNT counts it', () => {
  const schedule = aSchedule('FREQ=WEEKLY;COUNT=3;BYDAY=MO', '2026-01-01T09:00:00');
  expect(firstOf(schedule, 9)).toEqual(dates('2026 Jan 1 5 12'));
});

test('`after` need not be an occurrence, and may lie before the anchor', () => {
  const schedule = aSchedule('FREQ=WEEKLY;BYDAY=MO', '2026-01-05T09:00:00');
  expect(nextOccurrence(schedule, '2026-01-07T00:00:00')).toBe('2026-01-12T09:00:00');
  expect(nextOccurrence(schedule, '2026-01-12')).toBe('2026-01-12T09:00:00');
  expect(nextOccurrence(schedule, '2026-01-12T09:00:00')).toBe('2026-01-19T09:00:00');
  expect(nextOccurrence(schedule, '2020-01-01')).toBe('2026-01-05T09:00:00');
});

test('an all-day schedule compares by day', () => {
  const schedule = aSchedule('FREQ=DAILY', '2026-01-05');
  expect(nextOccurrence(schedule, '2026-01-06T23:59:59')).toBe('2026-01-07');
  expect(latestOccurrenceAtOrBefore(schedule, '2026-01-06T00:00:01')).toBe('2026-01-06');
});

test.each([
  ['FREQ=MONTHLY', '2026-01-31', '2026 Jan 31 Mar 31 May 31 Jul 31 Aug 31 Oct 31 Dec 31'],
  ['FREQ=MONTHLY;BYMONTHDAY=31', '2026-01-31', '2026 Jan 31 Mar 31 May 31'],
  ['FREQ=MONTHLY;BYMONTHDAY=-1', '2024-01-31', '2024 Jan 31 Feb 29 Mar 31 Apr 30'],
  ['FREQ=MONTHLY;BYMONTHDAY=-31', '2026-01-01', '2026 Jan 1 Mar 1 May 1 Jul 1'],
  ['FREQ=YEARLY', '2024-02-29', '2024 Feb 29 2028 Feb 29 2032 Feb 29'],
  ['FREQ=YEARLY;INTERVAL=100;BYMONTH=2;BYMONTHDAY=29', '2000-02-29', '2000 Feb 29 2400 Feb 29 2800 Feb 29'],
  ['FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29', '2096-02-29', '2096 Feb 29 2104 Feb 29'],
  ['FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29;BYDAY=SU', '1976-02-29', '1976 Feb 29 2004 Feb 29 2032 Feb 29 2060 Feb 29'],
  ['FREQ=YEARLY;BYYEARDAY=-1', '2024-12-31', '2024 Dec 31 2025 Dec 31'],
  ['FREQ=YEARLY;BYYEARDAY=366', '2024-12-31', '2024 Dec 31 2028 Dec 31'],
  ['FREQ=YEARLY;BYYEARDAY=60,-306', '2024-02-29', '2024 Feb 29 Mar 1 2025 Mar 1 2026 Mar 1'],
  ['FREQ=YEARLY;BYMONTHDAY=1', '2026-01-01', '2026 Jan 1 Feb 1 Mar 1'],
  ['FREQ=YEARLY;BYMONTH=1,7', '2026-01-15', '2026 Jan 15 Jul 15 2027 Jan 15'],
  ['FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3,10', '2026-03-29', '2026 Mar 29 Oct 25 2027 Mar 28 Oct 31'],
  ['FREQ=YEARLY;BYDAY=MO,-1FR', '2026-12-14', '2026 Dec 14 21 25 28 2027 Jan 4'],
  ['FREQ=DAILY;INTERVAL=3;BYMONTH=12', '2026-12-30', '2026 Dec 30 2027 Dec 1 4 7'],
  ['FREQ=WEEKLY;INTERVAL=3;BYDAY=MO,FR', '2026-01-02', '2026 Jan 2 19 23 Feb 9 13'],
])('%s from %s on is %s …', (rule, anchor, expected) => {
  const days = allDay(expected);
  expect(firstOf(aSchedule(rule, anchor), days.length)).toEqual(days);
});

test.each([
  // 2026 and 2020 have a week 53, 2027 to 2031 do not.
  ['FREQ=YEARLY;BYWEEKNO=53;BYDAY=MO', '2020-12-28', '2020 Dec 28 2026 Dec 28 2032 Dec 27'],
  ['FREQ=YEARLY;BYWEEKNO=-1;BYDAY=SU', '2026-01-01', '2026 Jan 1 2027 Jan 3 2028 Jan 2 Dec 31'],
  // Week 1 of 2025 begins in 2024; without BYDAY the weekday is DTSTART's.
  ['FREQ=YEARLY;BYWEEKNO=1', '2024-12-30', '2024 Dec 30 2025 Dec 29 2027 Jan 4'],
  ['FREQ=YEARLY;BYWEEKNO=1', '2024-12-31', '2024 Dec 31 2025 Dec 30'],
  // Every second year takes whole weeks of the year, not the days of week 1 that a calendar year happens to hold.
  ['FREQ=YEARLY;INTERVAL=2;BYWEEKNO=1;BYDAY=MO,SU', '2024-12-30', '2024 Dec 30 2025 Jan 5 2027 Jan 4 10 2029 Jan 1 7'],
  // With weeks from Sunday on, 3 January 2027 begins week 1; from Monday on it ends week 53 of 2026.
  ['FREQ=YEARLY;WKST=SU;BYWEEKNO=1;BYDAY=SU', '2027-01-03', '2027 Jan 3 2028 Jan 2 Dec 31'],
  ['FREQ=YEARLY;BYWEEKNO=1;BYDAY=SU', '2027-01-10', '2027 Jan 10 2028 Jan 9 2029 Jan 7'],
  ['FREQ=YEARLY;BYWEEKNO=20;BYMONTHDAY=13', '2026-05-13', '2026 May 13 2030 May 13'],
])('%s from %s on counts weeks: %s …', (rule, anchor, expected) => {
  const days = allDay(expected);
  expect(firstOf(aSchedule(rule, anchor), days.length)).toEqual(days);
});

// RFC 5545 3.3.10, note 2: BYDAY limits where BYYEARDAY or BYMONTHDAY is present.
test.each([
  ['FREQ=YEARLY;BYYEARDAY=1;BYDAY=MO', '2018-01-01', '2018 Jan 1 2024 Jan 1 2029 Jan 1'],
  ['FREQ=YEARLY;BYMONTHDAY=1;BYDAY=1MO', '2018-01-01', '2018 Jan 1 2024 Jan 1'],
  ['FREQ=MONTHLY;BYMONTHDAY=1,2,3;BYDAY=1MO', '2026-02-02', '2026 Feb 2 Mar 2 Jun 1 Aug 3'],
  ['FREQ=YEARLY;BYYEARDAY=100,200;BYMONTH=4', '2026-04-10', '2026 Apr 10 2027 Apr 10 2028 Apr 9'],
])('%s from %s on is limited to %s …', (rule, anchor, expected) => {
  const days = allDay(expected);
  expect(firstOf(aSchedule(rule, anchor), days.length)).toEqual(days);
});

test('BYSETPOS chooses from the whole first week, also from the days before the anchor', () => {
  // The week of Thursday 1 January 2026: Monday and Tuesday lie before it, so Thursday is its third day of the set.
  const schedule = aSchedule('FREQ=WEEKLY;BYDAY=MO,TU,TH,SA;BYSETPOS=3', '2026-01-01');
  expect(firstOf(schedule, 3)).toEqual(allDay('2026 Jan 1 8 15'));
});

test('BYSETPOS chooses among times as well as days', () => {
  const schedule = aSchedule('FREQ=MONTHLY;BYDAY=MO;BYHOUR=9,17;BYMINUTE=0;BYSETPOS=2,-1', '2026-01-05T17:00:00');
  expect(firstOf(schedule, 4)).toEqual([
    '2026-01-05T17:00:00',
    '2026-01-26T17:00:00',
    '2026-02-02T17:00:00',
    '2026-02-23T17:00:00',
  ]);
});

test('finer rules keep their phase over limits', () => {
  expect(firstOf(aSchedule('FREQ=HOURLY;INTERVAL=5;BYHOUR=9,10,11', '2026-01-01T09:30:00'), 4)).toEqual([
    '2026-01-01T09:30:00',
    '2026-01-02T10:30:00',
    '2026-01-03T11:30:00',
    '2026-01-06T09:30:00',
  ]);
  expect(firstOf(aSchedule('FREQ=SECONDLY;INTERVAL=86400', '2026-01-31T09:00:00'), 2)).toEqual([
    '2026-01-31T09:00:00',
    '2026-02-01T09:00:00',
  ]);
});

test('exceptions are left out and still count', () => {
  const exceptions = ['2026-01-01T09:00:00', '2026-01-03T09:00:00'];
  const schedule = aSchedule('FREQ=DAILY;COUNT=4', '2026-01-01T09:00:00', 'UTC', exceptions);
  expect(firstOf(schedule, 9)).toEqual(dates('2026 Jan 2 4'));
  expect(latestOccurrenceAtOrBefore(schedule, '2026-01-03T10:00:00')).toBe('2026-01-02T09:00:00');
  expect(latestOccurrenceAtOrBefore(schedule, '2026-01-01T10:00:00')).toBeNull();
});

test('a schedule whose every occurrence is an exception has none', () => {
  const exceptions = dates('2026 Jan 1-20');
  const schedule = aSchedule('FREQ=DAILY;COUNT=20', '2026-01-01T09:00:00', 'UTC', exceptions);
  expect(nextOccurrence(schedule, null)).toBeNull();
  expect(latestOccurrenceAtOrBefore(schedule, '2027-01-01')).toBeNull();
  expect(occurrencesBetween(schedule, '2026-01-01', '2027-01-01', 100)).toEqual([]);
});

test('the latest occurrence is found backwards, however long ago the series began', () => {
  const schedule = aSchedule('FREQ=MINUTELY;INTERVAL=5', '1970-01-01T00:00:00');
  expect(latestOccurrenceAtOrBefore(schedule, '9998-06-01T12:34:56')).toBe('9998-06-01T12:30:00');
  expect(latestOccurrenceAtOrBefore(schedule, '1969-12-31T23:59:59')).toBeNull();
  expect(latestOccurrenceAtOrBefore(schedule, '1970-01-01')).toBe('1970-01-01T00:00:00');
});

test('the latest occurrence of a series that has ended is its last one', () => {
  const counted = aSchedule('FREQ=MONTHLY;COUNT=5', '2026-01-15T09:00:00');
  expect(latestOccurrenceAtOrBefore(counted, '2030-01-01')).toBe('2026-05-15T09:00:00');
  expect(nextOccurrence(counted, '2026-05-15T09:00:00')).toBeNull();
  expect(nextOccurrence(counted, '2030-01-01')).toBeNull();
  const until = aSchedule('FREQ=MONTHLY;UNTIL=20260601T065959Z', '2026-01-01T09:00:00', 'Europe/Berlin');
  expect(latestOccurrenceAtOrBefore(until, '2030-01-01')).toBe('2026-05-01T09:00:00');
});

test('nothing repeats beyond the year 9998, where due dates end', () => {
  const schedule = aSchedule('FREQ=YEARLY', '2026-12-31T09:00:00');
  expect(nextOccurrence(schedule, '9997-12-31T09:00:00')).toBe('9998-12-31T09:00:00');
  expect(nextOccurrence(schedule, '9998-12-31T09:00:00')).toBeNull();
  const daily = aSchedule('FREQ=DAILY', '9998-12-30');
  expect(firstOf(daily, 9)).toEqual(['9998-12-30', '9998-12-31']);
  expect(firstOf(aSchedule('FREQ=YEARLY;BYWEEKNO=53', '9998-12-31'), 9)).toEqual(['9998-12-31']);
});

test('a preview holds what lies from `from` to before `to`, at most `limit` and at most 1,000', () => {
  const schedule = aSchedule('FREQ=DAILY', '2026-01-01T09:00:00', 'Europe/Berlin', ['2026-01-03T09:00:00']);
  expect(occurrencesBetween(schedule, '2026-01-02T09:00:00', '2026-01-05T09:00:00', 10)).toEqual(dates('2026 Jan 2 4'));
  expect(occurrencesBetween(schedule, '2025-01-01', '2026-01-02', 10)).toEqual(dates('2026 Jan 1'));
  expect(occurrencesBetween(schedule, '2026-01-01', '2027-01-01', 3)).toEqual(dates('2026 Jan 1 2 4'));
  expect(occurrencesBetween(schedule, '2026-01-01', '9999-01-01', 1_000_000)).toHaveLength(1000);
  expect(occurrencesBetween(schedule, '2026-01-02', '2026-01-02', 10)).toEqual([]);
  expect(occurrencesBetween(schedule, '2027-01-02', '2026-01-02', 10)).toEqual([]);
});

test.each([
  ['FREQ=DAILY;INTERVAL=3', '2026-01-01T09:00:00', '2026-01-10', '2026-01-13T09:00:00'],
  ['FREQ=DAILY;INTERVAL=3', '2026-01-01T09:00:00', '2025-12-30', '2026-01-02T09:00:00'],
  ['FREQ=WEEKLY', '2026-01-05T09:00:00', '2026-01-08', '2026-01-15T09:00:00'],
  ['FREQ=WEEKLY;BYDAY=MO', '2026-01-05T09:00:00', '2026-01-08', '2026-01-12T09:00:00'],
  ['FREQ=WEEKLY;BYDAY=MO', '2026-01-05T09:00:00', '2026-01-03', '2026-01-05T09:00:00'],
  ['FREQ=WEEKLY;INTERVAL=2;BYDAY=MO', '2026-01-05T09:00:00', '2026-01-08', '2026-01-19T09:00:00'],
  ['FREQ=MONTHLY', '2026-01-15', '2026-02-27', '2026-03-27'],
  ['FREQ=MONTHLY', '2026-01-15', '2026-01-31', '2026-03-31'],
  ['FREQ=MONTHLY;BYMONTHDAY=1', '2026-01-01', '2026-01-01', '2026-02-01'],
  ['FREQ=YEARLY', '2026-01-15', '2028-02-29', '2032-02-29'],
  ['FREQ=DAILY;BYHOUR=9,17;BYMINUTE=0', '2026-01-01T09:00:00', '2026-01-10', '2026-01-11T09:00:00'],
  ['FREQ=HOURLY;INTERVAL=10', '2026-01-01T09:00:00', '2026-01-10', '2026-01-11T05:00:00'],
  ['FREQ=DAILY;COUNT=2', '2026-01-01T09:00:00', '2030-01-01', '2030-01-02T09:00:00'],
])('%s from %s on, completed on %s, comes next at %s', (rule, anchor, completed_on, expected) => {
  expect(nextAfterCompletion(aSchedule(rule, anchor), completed_on)).toBe(expected);
});

test('completion keeps UNTIL and exceptions', () => {
  const until = aSchedule('FREQ=DAILY;INTERVAL=3;UNTIL=20260112T230000Z', '2026-01-01T09:00:00', 'Europe/Berlin');
  expect(nextAfterCompletion(until, '2026-01-09')).toBe('2026-01-12T09:00:00');
  expect(nextAfterCompletion(until, '2026-01-10')).toBeNull();
  const excepted: Schedule = { ...aSchedule('FREQ=DAILY', '2026-01-01'), exceptions: allDay('2026 Jan 2') };
  expect(nextAfterCompletion(excepted, '2026-01-01')).toBe('2026-01-03');
});

test('a date that is none is refused by name', () => {
  const schedule = aSchedule('FREQ=DAILY', '2026-01-01');
  expect(() => nextOccurrence(schedule, 'soon')).toThrow('occurrence');
  expect(() => occurrencesBetween(schedule, '2026-13-01', '2027-01-01', 1)).toThrow('from');
  expect(() => occurrencesBetween(schedule, '2026-01-01', '2026-02-30', 1)).toThrow('to: 2026-02-30');
  expect(() => nextAfterCompletion(schedule, '2026-02-30')).toThrow('completed_on');
  expect(() => nextOccurrence({ ...schedule, anchor: '2026-1-1' }, null)).toThrow('due_date');
});
