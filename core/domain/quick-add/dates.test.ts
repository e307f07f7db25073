import { describe, expect, it } from 'vitest';
import { readLine, wednesday } from './read-line.ts';

describe('a date or a time, on Wednesday 25 November 2026 at 10:00', () => {
  it.each([
    ['today', '2026-11-25'],
    ['tod', '2026-11-25'],
    ['Today', '2026-11-25'],
    ['tomorrow', '2026-11-26'],
    ['tmr', '2026-11-26'],
    ['tomorrow 5pm', '2026-11-26T17:00:00'],
    ['tomorrow at 5pm', '2026-11-26T17:00:00'],
    ['tomorrow, 5pm', '2026-11-26T17:00:00'],
    ['5pm tomorrow', '2026-11-26T17:00:00'],
    ['the day after tomorrow', '2026-11-27'],
    // Weekdays: the next one, today included; `next` is that of the next week.
    ['fri', '2026-11-27'],
    ['on friday', '2026-11-27'],
    ['this fri', '2026-11-27'],
    ['by Friday', '2026-11-27'],
    ['due friday', '2026-11-27'],
    ['due: friday 5pm', '2026-11-27T17:00:00'],
    ['before friday', '2026-11-27'],
    ['for friday 8pm', '2026-11-27T20:00:00'],
    ['next fri', '2026-12-04'],
    ['fri next week', '2026-12-04'],
    ['next week on fri', '2026-12-04'],
    ['next sun', '2026-12-06'],
    ['wednesday', '2026-11-25'],
    ['wed 11am', '2026-11-25T11:00:00'],
    ['wed 9am', '2026-12-02T09:00:00'],
    ['next wed', '2026-12-02'],
    ['sat', '2026-11-28'],
    ['on sat', '2026-11-28'],
    ['sat 5pm', '2026-11-28T17:00:00'],
    ['5pm sat', '2026-11-28T17:00:00'],
    ['sun morning', '2026-11-29T09:00:00'],
    // Periods
    ['next week', '2026-11-30'],
    ['next month', '2026-12-01'],
    ['next year', '2027-01-01'],
    ['this weekend', '2026-11-28'],
    ['next weekend', '2026-12-05'],
    ['eom', '2026-11-30'],
    ['end of month', '2026-11-30'],
    ['by the end of next month', '2026-12-31'],
    ['end of the week', '2026-11-27'],
    ['end of the year', '2026-12-31'],
    ['start of next month', '2026-12-01'],
    // Lengths
    ['in 2 weeks', '2026-12-09'],
    ['in a week', '2026-12-02'],
    ['in two months', '2027-01-25'],
    ['in 3 hours', '2026-11-25T13:00:00'],
    ['in 5m', '2026-11-25T10:05:00'],
    ['in half an hour', '2026-11-25T10:30:00'],
    ['in an hour and a half', '2026-11-25T11:30:00'],
    ['in 1h30m', '2026-11-25T11:30:00'],
    ['in 2 days at 9am', '2026-11-27T09:00:00'],
    ['2 days from now', '2026-11-27'],
    ['a week from friday', '2026-12-04'],
    // Days of a month
    ['15 Mar', '2027-03-15'],
    ['Mar 15', '2027-03-15'],
    ['Mar. 15', '2027-03-15'],
    ['the 15th of March', '2027-03-15'],
    ['March 15th, 2028', '2028-03-15'],
    ['15 mar 2020', '2020-03-15'],
    ['30 Nov', '2026-11-30'],
    ['25 Nov', '2026-11-25'],
    ['25 Nov 9am', '2026-11-25T09:00:00'],
    ['24 Nov', '2027-11-24'],
    ['May 5', '2027-05-05'],
    ['march 3', '2027-03-03'],
    ['Feb 29', '2028-02-29'],
    ['Friday, 15 March 2030 at noon', '2030-03-15T12:00:00'],
    ['on the 15th', '2026-12-15'],
    ['on the 31st', '2026-12-31'],
    ['by the 25th at 9am', '2026-12-25T09:00:00'],
    ['the 5th of next month', '2026-12-05'],
    ['15.3.', '2027-03-15'],
    ['15.3.2028', '2028-03-15'],
    ['12/24', '2026-12-24'],
    ['12/24/2027', '2027-12-24'],
    ['12/24/27', '2027-12-24'],
    ['on 1/2', '2027-01-02'],
    ['2026-12-01', '2026-12-01'],
    ['2026-12-01 14:00', '2026-12-01T14:00:00'],
    ['2026-12-01T14:00', '2026-12-01T14:00:00'],
    ['2026-12-01T14:00:30Z', '2026-12-01T15:00:30'],
    ['2026-12-01T14:00+05:30', '2026-12-01T09:30:00'],
    // Times: today, or tomorrow when it has passed
    ['11am', '2026-11-25T11:00:00'],
    ['9am', '2026-11-26T09:00:00'],
    ['10am', '2026-11-26T10:00:00'],
    ['at 17:30', '2026-11-25T17:30:00'],
    ['17:30', '2026-11-25T17:30:00'],
    ['@5pm', '2026-11-25T17:00:00'],
    ['@ 5pm', '2026-11-25T17:00:00'],
    ['5.30pm', '2026-11-25T17:30:00'],
    ['9 p.m.', '2026-11-25T21:00:00'],
    ['12am', '2026-11-26T00:00:00'],
    ['12pm', '2026-11-25T12:00:00'],
    ['noon', '2026-11-25T12:00:00'],
    ['midnight', '2026-11-26T00:00:00'],
    ['at 13', '2026-11-25T13:00:00'],
    // One to seven are in the afternoon, eight to eleven in the morning.
    ['at 5', '2026-11-25T17:00:00'],
    ["at 5 o'clock", '2026-11-25T17:00:00'],
    ['at 7', '2026-11-25T19:00:00'],
    ['at 8', '2026-11-26T08:00:00'],
    ['at 12', '2026-11-25T12:00:00'],
    ['tomorrow at 5:30', '2026-11-26T05:30:00'],
    ['tomorrow at 05', '2026-11-26T05:00:00'],
    ['tomorrow morning at 5', '2026-11-26T05:00:00'],
    ['at 5 in the morning', '2026-11-26T05:00:00'],
    ['tomorrow at 9 in the evening', '2026-11-26T21:00:00'],
    // Parts of the day
    ['tomorrow morning', '2026-11-26T09:00:00'],
    ['tomorrow afternoon', '2026-11-26T15:00:00'],
    ['tomorrow evening', '2026-11-26T18:00:00'],
    ['fri night', '2026-11-27T20:00:00'],
    ['this afternoon', '2026-11-25T15:00:00'],
    ['in the morning', '2026-11-26T09:00:00'],
    ['tonight', '2026-11-25T20:00:00'],
    ['tonight at 9', '2026-11-25T21:00:00'],
    ['eod', '2026-11-25T17:00:00'],
    ['eod tomorrow', '2026-11-26T17:00:00'],
    ['tomorrow eod', '2026-11-26T17:00:00'],
    ['by the end of the day on friday', '2026-11-27T17:00:00'],
    ['tonight 7:30', '2026-11-25T19:30:00'],
    ['tonight 12:30', '2026-11-26T00:30:00'],
    ['tomorrow morning 7:30', '2026-11-26T07:30:00'],
    ['7:30 tomorrow evening', '2026-11-26T19:30:00'],
    ['at 8 tonight', '2026-11-25T20:00:00'],
    ['fri midnight', '2026-11-28T00:00:00'],
    ['today at 8am', '2026-11-25T08:00:00'],
  ])('%s', (said, due_date) => {
    const result = readLine(`x ${said}`);
    expect(result).toMatchObject({ title: 'x', due_date, recurrence_rule: null, reminders: null });
    expect(result.spans).toEqual([{ start: 2, end: 2 + said.length, kind: 'due_date', text: said, value: due_date }]);
    // At the start of a line, and with more text behind it, only clearer words count.
    if (/^(?:to|tmr|in \d|15 Mar|2026|at 17|this)/.test(said)) {
      expect(readLine(`${said} x y`)).toMatchObject({ title: 'x y', due_date });
    }
  });
});

describe('a date and a time that stand apart', () => {
  it.each([
    ['at 9am call mom tomorrow', 'call mom', '2026-11-26T09:00:00'],
    ['tomorrow call mom at 9am', 'call mom', '2026-11-26T09:00:00'],
    ['call mom at 9am #Home tomorrow', 'call mom', '2026-11-26T09:00:00'],
    ['tonight watch it at 9pm', 'watch it', '2026-11-25T21:00:00'],
    // The first of two counts.
    ['report today or friday', 'report or friday', '2026-11-25'],
    ['meet fri 5pm or sat 6pm', 'meet or sat 6pm', '2026-11-27T17:00:00'],
    ['meet at 3pm or at 4pm tomorrow', 'meet or at 4pm tomorrow', '2026-11-25T15:00:00'],
    ['x in 3 hours at 9am', 'x at 9am', '2026-11-25T13:00:00'],
    // `at 9 tomorrow morning` reads across.
    ['Call Bob at 6 tomorrow morning', 'Call Bob', '2026-11-26T06:00:00'],
    ['cat sat #Home @x', 'cat', '2026-11-28'],
    ['buy sun cream for sat, then go', 'buy sun cream then go', '2026-11-28'],
    ['Saturday Mark sat down', 'Mark sat down', '2026-11-28'],
  ])('%s', (line, title, due_date) => {
    expect(readLine(line)).toMatchObject({ title, due_date });
  });
});

describe('late in the day', () => {
  it.each([
    ['tonight', '2026-11-25T23:59:00'],
    ['eod', '2026-11-25T23:59:00'],
    ['at 5', '2026-11-26T17:00:00'],
    ['this evening', '2026-11-25T18:00:00'],
    ['in 3 hours', '2026-11-26T00:30:00'],
    ['wed 9pm', '2026-12-02T21:00:00'],
  ])('%s', (said, due_date) => {
    expect(readLine(`x ${said}`, wednesday({ now: '2026-11-25T20:30:00Z' }))).toMatchObject({ title: 'x', due_date });
  });
});

describe('the user’s calendar', () => {
  const now = '2026-11-25T11:30:00Z';
  it.each([
    ['Pacific/Auckland', 'today', '2026-11-26'],
    ['Pacific/Auckland', 'tomorrow', '2026-11-27'],
    ['Pacific/Auckland', 'thu', '2026-11-26'],
    ['Pacific/Auckland', 'wed', '2026-12-02'],
    ['Pacific/Auckland', 'at 1am', '2026-11-26T01:00:00'],
    ['Pacific/Auckland', 'in 1 hour', '2026-11-26T01:30:00'],
    ['Pacific/Auckland', 'every thu', '2026-11-26'],
    ['America/Los_Angeles', 'today', '2026-11-25'],
    ['America/Los_Angeles', 'wed', '2026-11-25'],
    ['America/Los_Angeles', 'at 1am', '2026-11-26T01:00:00'],
    ['America/Los_Angeles', 'in 1 hour', '2026-11-25T04:30:00'],
    ['America/Los_Angeles', 'every wed at 9am', '2026-11-25T09:00:00'],
    ['Asia/Kathmandu', 'in 15 min', '2026-11-25T17:30:00'],
  ])('in %s, %s', (time_zone, said, due_date) => {
    expect(readLine(`x ${said}`, wednesday({ now, time_zone })).due_date).toBe(due_date);
  });

  it.each([
    ['next sun', '2026-11-29'],
    ['next mon', '2026-11-30'],
    ['next week', '2026-11-30'],
    ['next sat', '2026-12-05'],
  ])('with weeks from Sunday, %s', (said, due_date) => {
    expect(readLine(`x ${said}`, wednesday({ week_start: 'SU' })).due_date).toBe(due_date);
  });

  it('takes a day start in the morning for the morning', () => {
    expect(readLine('x tomorrow morning', wednesday({ day_start: '07:15' })).due_date).toBe('2026-11-26T07:15:00');
    expect(readLine('x tomorrow morning', wednesday({ day_start: '14:00' })).due_date).toBe('2026-11-26T09:00:00');
  });

  it('stays in the weekend that has begun', () => {
    expect(readLine('x this weekend', wednesday({ now: '2026-11-29T12:00:00Z' })).due_date).toBe('2026-11-29');
  });
});

describe('when the clocks change in Berlin', () => {
  const spring = (now: string) => wednesday({ now });

  it.each([
    // 2027-03-28: 02:00 becomes 03:00 at 01:00 UTC.
    ['2027-03-27T20:00:00Z', 'tomorrow at 2:30am', '2027-03-28T02:30:00'],
    ['2027-03-28T00:00:00Z', 'in 90 minutes', '2027-03-28T03:30:00'],
    ['2027-03-28T00:30:00Z', '2:30am', '2027-03-28T02:30:00'],
    // 02:30 means 03:30 on that day, and that has not passed at 03:10.
    ['2027-03-28T01:10:00Z', '2:30am', '2027-03-28T02:30:00'],
    ['2027-03-28T01:40:00Z', '2:30am', '2027-03-29T02:30:00'],
    ['2027-03-28T00:30:00Z', 'every day at 2:30am', '2027-03-28T02:30:00'],
    ['2027-03-28T00:30:00Z', 'every hour', '2027-03-28T03:00:00'],
    ['2027-03-27T12:00:00Z', 'in 1 day', '2027-03-28'],
    // 2027-10-31: 03:00 becomes 02:00 at 01:00 UTC; 02:30 means the first one.
    ['2027-10-31T00:15:00Z', '2:30am', '2027-10-31T02:30:00'],
    ['2027-10-31T01:10:00Z', '2:30am', '2027-11-01T02:30:00'],
    ['2027-10-31T00:15:00Z', 'in 2 hours', '2027-10-31T03:15:00'],
    // 02:15 for the second time cannot be said as a wall-clock time: late rather than at once.
    ['2027-10-31T00:15:00Z', 'in 1 hour', '2027-10-31T03:00:00'],
  ])('at %s, %s', (now, said, due_date) => {
    expect(readLine(`x ${said}`, spring(now))).toMatchObject({ title: 'x', due_date });
  });

  it('keeps a reminder in the repeated hour exact, and moves one out of the gap', () => {
    expect(readLine('x remind me in 1 hour', spring('2027-10-31T00:15:00Z')).reminders).toEqual([
      { at: '2027-10-31T01:15:00Z' },
    ]);
    expect(readLine('x 28 Mar 9am remind me at 2:30am', spring('2027-03-27T00:00:00Z')).reminders).toEqual([
      { at: '2027-03-28T01:30:00Z' },
    ]);
  });

  it('never sets a length of time to less than it says', () => {
    const context = spring('2026-11-25T09:00:00.5Z');
    expect(readLine('x in 1 minute', context).due_date).toBe('2026-11-25T10:01:01');
    expect(readLine('x remind me in 1 minute', context).reminders).toEqual([{ at: '2026-11-25T09:01:01Z' }]);
  });
});
