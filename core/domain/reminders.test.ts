import { describe, expect, it } from 'vitest';
import { anId, aTask, instant } from '../../tests/support/records.ts';
import { readReminders, reminderMoment, reminderRows, snoozeUntil } from './reminders.ts';

const moment = (offset: string, due_date: string, time_zone = 'Europe/Berlin') =>
  reminderMoment({ id: anId(), offset }, { due_date, time_zone }, '09:00');

describe('the moment of a reminder', () => {
  it.each([
    ['PT0S', '2026-12-01T09:00:00+01:00', '2026-12-01T08:00:00Z'],
    ['-PT15M', '2026-12-01T09:00:00+01:00', '2026-12-01T07:45:00Z'],
    ['-P1D', '2026-12-01T09:00:00+01:00', '2026-11-30T08:00:00Z'],
    ['PT1H', '2026-12-01T09:00:00+01:00', '2026-12-01T09:00:00Z'],
    ['-P1W', '2026-12-01', '2026-11-24T08:00:00Z'],
  ])('%s of %s is %s', (offset, due, expected) => {
    expect(moment(offset, due)).toBe(expected);
  });

  it('counts days on the wall clock and hours as time that passes, over a change of the clocks', () => {
    expect(moment('-P1D', '2027-03-28T09:00:00+02:00')).toBe('2027-03-27T08:00:00Z');
    expect(moment('-PT24H', '2027-03-28T09:00:00+02:00')).toBe('2027-03-27T07:00:00Z');
  });

  it('rounds a fraction of a second up, never down', () => {
    expect(
      reminderMoment({ id: anId(), at: '2026-12-01T08:00:00.001Z' }, { due_date: null, time_zone: 'UTC' }, '09:00'),
    ).toBe('2026-12-01T08:00:01Z');
  });

  it('needs a due date when it is an offset', () => {
    expect(reminderMoment({ id: anId(), offset: '-PT5M' }, { due_date: null, time_zone: 'UTC' }, '09:00')).toBeNull();
  });
});

describe('the ledger rows of a task', () => {
  const task = aTask({ due_date: '2026-12-01T09:00:00+01:00', reminders: [{ id: anId(), offset: '-PT15M' }] });

  it('have an id that only depends on what they stand for', () => {
    const [row] = reminderRows(task, '09:00');
    expect(reminderRows({ ...task, title: 'Other', version: 9 }, '09:00')[0]?.id).toBe(row?.id);
    expect(reminderRows({ ...task, due_date: '2026-12-01T09:00:01+01:00' }, '09:00')[0]?.id).not.toBe(row?.id);
  });

  it('are none when the task is done', () => {
    expect(reminderRows({ ...task, status: 'completed' }, '09:00')).toEqual([]);
    expect(reminderRows({ ...task, status: 'missed' }, '09:00')).toEqual([]);
  });
});

describe('reminders from a request', () => {
  it('keep the id of one the task has, and give the others one', () => {
    const known = { id: anId(), offset: '-PT5M' };
    const [kept, made] = readReminders([{ id: known.id, offset: '-PT10M' }, { offset: 'PT0S' }], [known], anId);
    expect(kept).toEqual({ id: known.id, offset: '-PT10M' });
    expect(made?.id).not.toBe(known.id);
  });

  it('refuse an id the task does not have, twins, and what is absurdly far', () => {
    expect(() => readReminders([{ id: anId(), offset: 'PT0S' }], [], anId)).toThrow(/^reminders.0.id/);
    expect(() => readReminders([{ offset: '-P1D' }, { offset: '-P1D' }], [], anId)).toThrow(
      /^reminders.1: is the same as reminders.0/,
    );
    expect(() => readReminders([{ offset: '-P999999W' }], [], anId)).toThrow(/^reminders.0.offset/);
    expect(readReminders([{ offset: '-P1D' }, { offset: '-PT24H' }], [], anId)).toHaveLength(2);
  });

  it.each(['9999-12-31T23:59:59.9Z', '9999-01-01T00:00:00Z', '0001-01-01T00:00:00+23:59', '1969-12-31T23:59:59Z'])(
    'refuse the moment %s, which lies outside of what due dates know',
    (at) => {
      expect(() => readReminders([{ at }], [], anId)).toThrow(/^reminders.0.at: lies outside/);
    },
  );
});

describe('a snooze', () => {
  const now = instant('2026-12-01T08:00:00.500Z');
  it('ends at whole seconds, ahead of now', () => {
    expect(snoozeUntil({ for: 'PT10M' }, now)).toBe('2026-12-01T08:10:01Z');
    expect(snoozeUntil({ until: '2026-12-01T10:00:00+01:00' }, now)).toBe('2026-12-01T09:00:00Z');
  });
  it.each([{ until: '2026-12-01T08:00:00Z' }, { for: '-PT5M' }, { for: 'PT0S' }, { for: 'P9999W' }])(
    'refuses %j',
    (snooze) => {
      expect(() => snoozeUntil(snooze, now)).toThrow(/^(until|for): /);
    },
  );
});
