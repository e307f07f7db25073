/** Recurrence is wall-clock time: what clock changes and skipped days do to it, in both hemispheres. */
import { expect, test } from 'vitest';
import { instantOf, latestOccurrenceAtOrBefore, nextOccurrence, occurrencesBetween } from '../recurrence.ts';
import { aSchedule, firstOf } from './a-schedule.ts';

const instants = (occurrences: string[], zone: string): string[] =>
  occurrences.map((occurrence) => instantOf(occurrence, zone).toString());

test.each([
  ['Europe/Berlin', '2026-03-28T02:30:00', ['2026-03-28T01:30:00Z', '2026-03-29T01:30:00Z', '2026-03-30T00:30:00Z']],
  ['America/New_York', '2026-03-07T02:30:00', ['2026-03-07T07:30:00Z', '2026-03-08T07:30:00Z', '2026-03-09T06:30:00Z']],
  ['Australia/Sydney', '2026-10-03T02:30:00', ['2026-10-02T16:30:00Z', '2026-10-03T16:30:00Z', '2026-10-04T15:30:00Z']],
  ['Pacific/Auckland', '2026-09-26T02:30:00', ['2026-09-25T14:30:00Z', '2026-09-26T14:30:00Z', '2026-09-27T13:30:00Z']],
  ['America/Santiago', '2026-09-05T00:30:00', ['2026-09-05T04:30:00Z', '2026-09-06T04:30:00Z', '2026-09-07T03:30:00Z']],
  [
    'Australia/Lord_Howe',
    '2026-10-03T02:15:00',
    ['2026-10-02T15:45:00Z', '2026-10-03T15:45:00Z', '2026-10-04T15:15:00Z'],
  ],
])('a time skipped in %s moves on by the length of the gap, that day only', (zone, anchor, expected) => {
  const occurrences = firstOf(aSchedule('FREQ=DAILY', anchor, zone), 3);
  expect(occurrences.map((occurrence) => occurrence.slice(11))).toEqual(Array(3).fill(anchor.slice(11)));
  expect(instants(occurrences, zone)).toEqual(expected);
});

test.each([
  ['Europe/Berlin', '2026-10-25T02:30:00', '2026-10-25T00:30:00Z'],
  ['America/New_York', '2026-11-01T01:30:00', '2026-11-01T05:30:00Z'],
  ['Australia/Sydney', '2026-04-05T02:30:00', '2026-04-04T15:30:00Z'],
  ['America/Santiago', '2026-04-04T23:30:00', '2026-04-05T02:30:00Z'],
  ['Australia/Lord_Howe', '2026-04-05T01:45:00', '2026-04-04T14:45:00Z'],
])('a time that occurs twice in %s is the first one', (zone, occurrence, expected) => {
  expect(instantOf(occurrence, zone).toString()).toBe(expected);
});

test('an hourly rule loses the hour that the gap moves onto the next one', () => {
  const occurrences = firstOf(aSchedule('FREQ=HOURLY', '2026-03-29T00:30:00', 'Europe/Berlin'), 4);
  expect(occurrences).toEqual([
    '2026-03-29T00:30:00',
    '2026-03-29T01:30:00',
    '2026-03-29T02:30:00', // moved to 03:30, so 03:30 itself is left out
    '2026-03-29T04:30:00',
  ]);
  expect(instants(occurrences, 'Europe/Berlin')).toEqual([
    '2026-03-28T23:30:00Z',
    '2026-03-29T00:30:00Z',
    '2026-03-29T01:30:00Z',
    '2026-03-29T02:30:00Z',
  ]);
});

test('a time that a moved one has passed is left out as well, so instants never run backwards', () => {
  const schedule = aSchedule(
    'FREQ=DAILY;BYHOUR=2,3;BYMINUTE=15,45;BYSETPOS=2,3',
    '2026-03-29T02:45:00',
    'Europe/Berlin',
  );
  // 02:45 becomes 03:45; 03:15 would come before it.
  expect(firstOf(schedule, 3)).toEqual(['2026-03-29T02:45:00', '2026-03-30T02:45:00', '2026-03-30T03:15:00']);
});

test('half an hour skipped on Lord Howe Island moves 02:15 past 02:30', () => {
  const schedule = aSchedule('FREQ=MINUTELY;INTERVAL=15', '2026-10-04T01:45:00', 'Australia/Lord_Howe');
  const occurrences = firstOf(schedule, 4);
  expect(occurrences.map((it) => it.slice(11, 16))).toEqual(['01:45', '02:00', '02:15', '03:00']);
  expect(instants(occurrences, 'Australia/Lord_Howe')).toEqual([
    '2026-10-03T15:15:00Z',
    '2026-10-03T15:30:00Z',
    '2026-10-03T15:45:00Z',
    '2026-10-03T16:00:00Z',
  ]);
});

test('skipping the moved time does not bring back the one it stood for', () => {
  const schedule = aSchedule('FREQ=HOURLY', '2026-03-29T01:30:00', 'Europe/Berlin', ['2026-03-29T02:30:00']);
  expect(firstOf(schedule, 2)).toEqual(['2026-03-29T01:30:00', '2026-03-29T04:30:00']);
  expect(latestOccurrenceAtOrBefore(schedule, '2026-03-29T03:59:59')).toBe('2026-03-29T01:30:00');
});

test('an hour that occurs twice brings an hourly task once', () => {
  const occurrences = firstOf(aSchedule('FREQ=HOURLY', '2026-10-25T01:00:00', 'Europe/Berlin'), 3);
  expect(instants(occurrences, 'Europe/Berlin')).toEqual([
    '2026-10-24T23:00:00Z',
    '2026-10-25T00:00:00Z',
    '2026-10-25T02:00:00Z',
  ]);
});

test.each([
  ['2011-12-29T09:00:00', ['2011-12-29T09:00:00', '2011-12-30T09:00:00', '2012-01-01T09:00:00']],
  ['2011-12-29', ['2011-12-29', '2011-12-30', '2012-01-01']],
])('the day that Samoa skipped moves onto the next, whose own occurrence is the same one (%s)', (anchor, expected) => {
  const occurrences = firstOf(aSchedule('FREQ=DAILY', anchor, 'Pacific/Apia'), 3);
  expect(occurrences).toEqual(expected);
  expect(instants(occurrences, 'Pacific/Apia')).toEqual([
    '2011-12-29T19:00:00Z',
    '2011-12-30T19:00:00Z', // 31 December 09:00 at UTC+14
    '2011-12-31T19:00:00Z',
  ]);
});

test('the skipped day at the turn of a year is seen from the new year (Kiritimati, 1994-12-31)', () => {
  expect(firstOf(aSchedule('FREQ=DAILY', '1994-12-30T09:00:00', 'Pacific/Kiritimati'), 3)).toEqual([
    '1994-12-30T09:00:00',
    '1994-12-31T09:00:00',
    '1995-01-02T09:00:00',
  ]);
});

test('UNTIL in UTC is compared as an instant, in the zone of the schedule', () => {
  const until = (text: string, zone: string) =>
    firstOf(aSchedule(`FREQ=DAILY;UNTIL=${text}`, '2026-12-29T20:00:00', zone), 9).length;
  expect(until('20261231T190000Z', 'Europe/Berlin')).toBe(3);
  expect(until('20261231T185959Z', 'Europe/Berlin')).toBe(2);
  expect(until('20270101T010000Z', 'America/New_York')).toBe(3);
  expect(until('20270101T005959Z', 'America/New_York')).toBe(2);
});

test('UNTIL at an instant between a moved time and the wall-clock time it names excludes it', () => {
  const schedule = (until: string) => aSchedule(`FREQ=DAILY;UNTIL=${until}`, '2026-03-28T02:30:00', 'Europe/Berlin');
  // 02:30 of the 29th is the instant 01:30Z (03:30 on the clock); 01:15Z is 03:15 on the clock.
  expect(firstOf(schedule('20260329T011500Z'), 3)).toEqual(['2026-03-28T02:30:00']);
  expect(firstOf(schedule('20260329T013000Z'), 3)).toEqual(['2026-03-28T02:30:00', '2026-03-29T02:30:00']);
});

test('UNTIL within the repeated hour reaches the later times of its first run', () => {
  const schedule = aSchedule('FREQ=DAILY;UNTIL=20261025T013000Z', '2026-10-24T02:45:00', 'Europe/Berlin');
  // 01:30Z is the second 02:30; the first 02:45, at 00:45Z, lies before it.
  expect(firstOf(schedule, 3)).toEqual(['2026-10-24T02:45:00', '2026-10-25T02:45:00']);
});

test('a floating UNTIL is wall-clock time and a date lets its whole day through', () => {
  const count = (until: string) =>
    firstOf(aSchedule(`FREQ=DAILY;UNTIL=${until}`, '2026-12-29T20:00:00', 'Pacific/Auckland'), 9).length;
  expect(count('20261231T200000')).toBe(3);
  expect(count('20261231T195959')).toBe(2);
  expect(count('20261231')).toBe(3);
});

test('an all-day series ends by day: UNTIL as a date, floating or in UTC', () => {
  const last = (until: string) =>
    firstOf(aSchedule(`FREQ=DAILY;UNTIL=${until}`, '2026-12-29', 'America/New_York'), 9).at(-1);
  expect(last('20261231')).toBe('2026-12-31');
  expect(last('20261231T235959')).toBe('2026-12-31');
  // 04:59Z is still the 30th in New York.
  expect(last('20261231T045959Z')).toBe('2026-12-30');
  expect(last('20261231T050000Z')).toBe('2026-12-31');
});

test('an all-day occurrence has the instant of the time of day it is given', () => {
  expect(instantOf('2026-03-29', 'Europe/Berlin').toString()).toBe('2026-03-29T07:00:00Z');
  expect(instantOf('2026-03-29', 'Europe/Berlin', '02:30').toString()).toBe('2026-03-29T01:30:00Z');
  expect(() => instantOf('2026-03-29', 'Europe/Berlin', '25:00')).toThrow('time_of_day');
  expect(() => instantOf('2026-03-29', 'Europe/Nowhere')).toThrow('time_zone');
  expect(() => instantOf('2026-02-29', 'Europe/Berlin')).toThrow('not a date');
});

test('the same rule in another zone is another schedule', () => {
  const ends = (zone: string) =>
    nextOccurrence(aSchedule('FREQ=DAILY;UNTIL=20261231T120000Z', '2026-12-30T21:00:00', zone), '2026-12-30T21:00:00');
  expect(ends('Asia/Tokyo')).toBe('2026-12-31T21:00:00');
  expect(ends('Europe/Berlin')).toBeNull();
});

test('a preview across a clock change keeps the wall-clock time', () => {
  const schedule = aSchedule('FREQ=WEEKLY;BYDAY=SU', '2026-03-01T09:00:00', 'Europe/Berlin');
  expect(instants(occurrencesBetween(schedule, '2026-03-22', '2026-04-06', 10), 'Europe/Berlin')).toEqual([
    '2026-03-22T08:00:00Z',
    '2026-03-29T07:00:00Z',
    '2026-04-05T07:00:00Z',
  ]);
});
