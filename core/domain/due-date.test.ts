import { describe, expect, it } from 'vitest';
import { dueAt, readDueDate, readTimeZone, rezoneDueDate } from './due-date.ts';

describe('a due date from a request', () => {
  it.each([
    ['2026-12-01', 'Europe/Berlin', '2026-12-01'],
    ['2026-12-01T09:00:00+01:00', 'Europe/Berlin', '2026-12-01T09:00:00+01:00'],
    ['2026-12-01T09:00:00', 'Europe/Berlin', '2026-12-01T09:00:00+01:00'],
    ['2026-12-01T09:00', 'Europe/Berlin', '2026-12-01T09:00:00+01:00'],
    ['2026-12-01T08:00:00Z', 'Europe/Berlin', '2026-12-01T09:00:00+01:00'],
    ['2026-12-01t08:00:00z', 'Pacific/Auckland', '2026-12-01T21:00:00+13:00'],
    ['2026-12-01T08:59:59.001Z', 'Europe/Berlin', '2026-12-01T10:00:00+01:00'],
    ['2027-03-28T02:30:00', 'Europe/Berlin', '2027-03-28T03:30:00+02:00'],
    ['2026-10-25T02:30:00', 'Europe/Berlin', '2026-10-25T02:30:00+02:00'],
    ['2026-10-25T02:30:00+01:00', 'Europe/Berlin', '2026-10-25T02:30:00+01:00'],
    ['2026-10-04T02:15:00', 'Australia/Lord_Howe', '2026-10-04T02:45:00+11:00'],
  ])('%s in %s is %s', (input, zone, expected) => {
    expect(readDueDate(input, zone)).toBe(expected);
  });

  it.each(['2026-02-30', '2026-13-01', '2026-12-01T24:00:00', '2026-12-01T09:61:00Z', '0001-01-01', '9999-12-31'])(
    '%s is refused by name',
    (input) => {
      expect(() => readDueDate(input, 'Europe/Berlin')).toThrow(/^due_date: /);
    },
  );
});

describe('the wall-clock time', () => {
  it('an all-day task counts as due at the start of the day', () => {
    expect(dueAt('2026-12-01', 'Europe/Berlin', '09:00')).toBe('2026-12-01T08:00:00.000Z');
    expect(dueAt('2026-12-01', 'Pacific/Auckland', '07:30')).toBe('2026-11-30T18:30:00.000Z');
  });

  it('gives up an offset that the zone no longer has, not the time of day', () => {
    expect(rezoneDueDate('2026-12-01T09:00:00+03:00', 'Europe/Berlin', true)).toBe('2026-12-01T09:00:00+01:00');
    expect(dueAt('2026-12-01T09:00:00+03:00', 'Europe/Berlin', '09:00')).toBe('2026-12-01T08:00:00.000Z');
  });

  it('keeps the second pass of a repeated hour apart from the first', () => {
    expect(dueAt('2026-10-25T02:30:00+01:00', 'Europe/Berlin', '09:00')).toBe('2026-10-25T01:30:00.000Z');
    expect(dueAt('2026-10-25T02:30:00+02:00', 'Europe/Berlin', '09:00')).toBe('2026-10-25T00:30:00.000Z');
  });

  it('stays when a task moves to another zone', () => {
    expect(rezoneDueDate('2026-12-01T09:00:00+01:00', 'America/New_York', false)).toBe('2026-12-01T09:00:00-05:00');
  });
});

describe('a time zone', () => {
  it('is spelled as the database spells it, and refused when it is not there', () => {
    expect(readTimeZone('europe/berlin')).toBe('Europe/Berlin');
    expect(() => readTimeZone('Mars/Olympus')).toThrow(/time_zone: .*Mars\/Olympus/);
  });
});
