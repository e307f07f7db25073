import { describe, expect, it } from 'vitest';
import { Offset } from '../../contracts/common.ts';
import { readLine, remindersOf, wednesday } from './read-line.ts';

describe('reminders of a task that is due tomorrow at 17:00', () => {
  it.each([
    ['remind 1 day before', '-P1D'],
    ['remind me 15 min before', '-PT15M'],
    ['remind me a day before', '-P1D'],
    ['remind me the day before', '-P1D'],
    ['remind me 1 week before', '-P7D'],
    ['remind me 1 month before', '-P30D'],
    ['remind an hour before and 10 minutes before', '-PT1H -PT10M'],
    ['remind 1 day and 2 hours before', '-P1D -PT2H'],
    ['remind 1 day, 2 hours and 5 min before', '-P1D -PT2H -PT5M'],
    ['remind me half an hour before', '-PT30M'],
    ['remind me 1 hour 30 min before', '-PT1H30M'],
    ['remind me 1h30m before', '-PT1H30M'],
    ['remind 30m', '-PT30M'],
    ['remind 30m and 30 min before', '-PT30M'],
    ['Reminder: 30 min early', '-PT30M'],
    ['with a reminder 2 days in advance', '-P2D'],
    ['and remind me 1h before', '-PT1H'],
    ['remind me 2 hours after', 'PT2H'],
    ['remind on time', 'PT0S'],
    ['remind me at due time', 'PT0S'],
    ['remind 0 min before', 'PT0S'],
    ['remind me at 8am', '2026-11-26T07:00:00Z'],
    ['remind me at noon', '2026-11-26T11:00:00Z'],
    ['remind me 1 day before at 8am', '2026-11-25T07:00:00Z'],
    ['remind me at 8pm the day before', '2026-11-25T19:00:00Z'],
    ['remind me the evening before', '2026-11-25T17:00:00Z'],
    ['remind me tomorrow 9am', '2026-11-26T08:00:00Z'],
    ['remind me on sat', '2026-11-28T08:00:00Z'],
    ['remind me in 20 minutes', '2026-11-25T09:20:00Z'],
    ['remind me 1 day before and tomorrow at noon', '-P1D 2026-11-26T11:00:00Z'],
    ['no reminder', ''],
    ['no reminders', ''],
    ['without reminder', ''],
    ["don't remind me", ''],
  ])('%s', (said, reminders) => {
    const result = readLine(`x tomorrow 5pm ${said}`);
    expect(remindersOf(result)).toBe(reminders);
    expect(result).toMatchObject({ title: 'x', due_date: '2026-11-26T17:00:00' });
    expect(result.spans.filter((span) => span.kind === 'reminder').map((span) => span.text)).toEqual([said]);
    for (const one of result.reminders ?? [])
      if ('offset' in one) expect(Offset.safeParse(one.offset).success).toBe(true);
    expect(remindersOf(readLine(`${said.toLowerCase()}, x tomorrow 5pm`))).toBe(reminders);
  });

  it('adds what is said in two places, and lets the first of two contradictions count', () => {
    expect(readLine('x tomorrow remind 1h before #A remind 2h before')).toMatchObject({
      title: 'x',
      reminders: [{ offset: '-PT1H' }, { offset: '-PT2H' }],
    });
    expect(readLine('x tomorrow no reminder #A remind 2h before')).toMatchObject({
      title: 'x remind 2h before',
      reminders: [],
    });
  });

  it('takes the start of the day for an all-day task', () => {
    expect(readLine('x fri remind me at 8am', wednesday({ day_start: '10:00' })).reminders).toEqual([
      { at: '2026-11-27T07:00:00Z' },
    ]);
    expect(readLine('x remind me on fri', wednesday({ day_start: '10:00' })).reminders).toEqual([
      { at: '2026-11-27T09:00:00Z' },
    ]);
  });

  it('keeps at most twenty', () => {
    const many = Array.from({ length: 30 }, (_, i) => `${i + 1} min`).join(' and ');
    expect(readLine(`x tomorrow remind ${many}`).reminders?.length).toBe(20);
  });
});

describe('reminders of a task that repeats', () => {
  it.each([
    ['x every day at 5pm remind me at 8am', '-PT9H'],
    ['x every day at 5pm remind me at 8pm', 'PT3H'],
    ['x every day at 5pm remind me at 5pm', 'PT0S'],
    ['x every fri remind me 1 day before at 8am', '-P1DT1H'],
    ['x every fri remind me at 8pm the day before', '-PT13H'],
    ['x every fri remind me on thu', '2026-11-26T08:00:00Z'],
    ['x every fri remind 1h before', '-PT1H'],
  ])('%s', (line, reminders) => {
    const result = readLine(line);
    expect(result.title).toBe('x');
    expect(remindersOf(result)).toBe(reminders);
  });
});

describe('reminders of a task without a due date', () => {
  it.each([
    ['x remind me tomorrow 9am', 'x', '2026-11-26T08:00:00Z'],
    ['x remind me at 8am', 'x', '2026-11-26T07:00:00Z'],
    ['x remind me at 11am', 'x', '2026-11-25T10:00:00Z'],
    ['x remind me in 2 days', 'x', '2026-11-27T08:00:00Z'],
    ['x no reminder', 'x', ''],
    ['x remind 30m', 'x remind 30m', null],
    ['x remind me a day before', 'x remind me a day before', null],
    ['x remind on time', 'x remind on time', null],
  ])('%s', (line, title, reminders) => {
    const result = readLine(line);
    expect(result).toMatchObject({ title, due_date: null });
    expect(remindersOf(result)).toBe(reminders);
  });
});

describe('a line that begins with “remind me to”', () => {
  it('is reminded of at its due time', () => {
    expect(readLine('Remind me to call Bob tomorrow at 5')).toMatchObject({
      title: 'call Bob',
      due_date: '2026-11-26T17:00:00',
      reminders: [{ offset: 'PT0S' }],
    });
  });

  it.each(['Remind me to call Bob', 'Remind Bob to call', 'Ask to remind me to call'])(
    'says nothing more: %s',
    (line) => {
      expect(readLine(line)).toMatchObject({ title: line, reminders: null });
    },
  );

  it('is no reminder for someone else', () => {
    expect(readLine('Remind Bob about the meeting tomorrow 5pm')).toMatchObject({
      title: 'Remind Bob about the meeting',
      due_date: '2026-11-26T17:00:00',
      reminders: null,
    });
  });
});
