import { describe, expect, it } from 'vitest';
import { nextOccurrence, parseRule } from '../recurrence.ts';
import { readLine, wednesday } from './read-line.ts';

const weekly = (days: string) => `FREQ=WEEKLY;BYDAY=${days}`;
const monthly = (part: string) => `FREQ=MONTHLY;${part}`;

/** What is said, the first date, the rule. */
const rules: [string, string, string][] = [
  ['every day', '2026-11-25', 'FREQ=DAILY'],
  ['Every Day', '2026-11-25', 'FREQ=DAILY'],
  ['every single day', '2026-11-25', 'FREQ=DAILY'],
  ['daily', '2026-11-25', 'FREQ=DAILY'],
  ['weekly', '2026-11-25', 'FREQ=WEEKLY'],
  ['monthly', '2026-11-25', 'FREQ=MONTHLY'],
  ['yearly', '2026-11-25', 'FREQ=YEARLY'],
  ['annually', '2026-11-25', 'FREQ=YEARLY'],
  ['biweekly', '2026-11-25', 'FREQ=WEEKLY;INTERVAL=2'],
  ['fortnightly', '2026-11-25', 'FREQ=WEEKLY;INTERVAL=2'],
  ['quarterly', '2026-11-25', 'FREQ=MONTHLY;INTERVAL=3'],
  ['weekdays', '2026-11-25', weekly('MO,TU,WE,TH,FR')],
  ['on weekends', '2026-11-28', weekly('SA,SU')],
  ['every other day', '2026-11-25', 'FREQ=DAILY;INTERVAL=2'],
  ['every second day', '2026-11-25', 'FREQ=DAILY;INTERVAL=2'],
  ['every 3rd day', '2026-11-25', 'FREQ=DAILY;INTERVAL=3'],
  ['every 3 months', '2026-11-25', 'FREQ=MONTHLY;INTERVAL=3'],
  ['every two weeks', '2026-11-25', 'FREQ=WEEKLY;INTERVAL=2'],
  ['every fortnight', '2026-11-25', 'FREQ=WEEKLY;INTERVAL=2'],
  ['every quarter', '2026-11-25', 'FREQ=MONTHLY;INTERVAL=3'],
  ['every year', '2026-11-25', 'FREQ=YEARLY'],
  // Weekdays
  ['every mon, wed and fri', '2026-11-25', weekly('MO,WE,FR')],
  ['every Monday, Wednesday, and Friday', '2026-11-25', weekly('MO,WE,FR')],
  ['every mon wed fri', '2026-11-25', weekly('MO,WE,FR')],
  ['every mon/wed/fri', '2026-11-25', weekly('MO,WE,FR')],
  ['every mon-fri', '2026-11-25', weekly('MO,TU,WE,TH,FR')],
  ['every sat-mon', '2026-11-28', weekly('MO,SA,SU')],
  ['every weekday', '2026-11-25', weekly('MO,TU,WE,TH,FR')],
  ['every weekend', '2026-11-28', weekly('SA,SU')],
  ['every sun', '2026-11-29', weekly('SU')],
  ['each tuesday', '2026-12-01', weekly('TU')],
  ['on mondays and thursdays', '2026-11-26', weekly('MO,TH')],
  ['every week on monday', '2026-11-30', weekly('MO')],
  ['every 2 weeks on tue', '2026-12-01', 'FREQ=WEEKLY;INTERVAL=2;BYDAY=TU'],
  ['every other tue', '2026-12-01', 'FREQ=WEEKLY;INTERVAL=2;BYDAY=TU'],
  ['every day except sunday', '2026-11-25', weekly('MO,TU,WE,TH,FR,SA')],
  ['every day except wed and weekends', '2026-11-26', weekly('MO,TU,TH,FR')],
  // Days of a month
  ['every month on the 1st', '2026-12-01', monthly('BYMONTHDAY=1')],
  ['every month on the 1st and 15th', '2026-12-01', monthly('BYMONTHDAY=1,15')],
  ['every month on the 31st', '2026-12-31', monthly('BYMONTHDAY=31')],
  ['every month on the last day', '2026-11-30', monthly('BYMONTHDAY=-1')],
  ['every month on day 20', '2026-12-20', monthly('BYMONTHDAY=20')],
  ['monthly on the 15th', '2026-12-15', monthly('BYMONTHDAY=15')],
  ['every 1st and 15th', '2026-12-01', monthly('BYMONTHDAY=1,15')],
  ['every first of the month', '2026-12-01', monthly('BYMONTHDAY=1')],
  ['every last day of the month', '2026-11-30', monthly('BYMONTHDAY=-1')],
  ['the 1st of every month', '2026-12-01', monthly('BYMONTHDAY=1')],
  ['every last friday of the month', '2026-11-27', monthly('BYDAY=-1FR')],
  ['every last wed', '2026-11-25', monthly('BYDAY=-1WE')],
  ['every first monday of the month', '2026-12-07', monthly('BYDAY=1MO')],
  ['every month on the second tuesday', '2026-12-08', monthly('BYDAY=2TU')],
  ['every month on the first and third monday', '2026-12-07', monthly('BYDAY=1MO,3MO')],
  ['every 1st and last fri of the month', '2026-11-27', monthly('BYDAY=-1FR,1FR')],
  ['every month on the 15th and the last day', '2026-11-30', monthly('BYMONTHDAY=-1,15')],
  ['on the first monday of every month', '2026-12-07', monthly('BYDAY=1MO')],
  ['every last weekday of the month', '2026-11-30', monthly('BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1')],
  ['every first workday of the month', '2026-12-01', monthly('BYDAY=MO,TU,WE,TH,FR;BYSETPOS=1')],
  ['every 2 months on the last friday', '2026-11-27', 'FREQ=MONTHLY;INTERVAL=2;BYDAY=-1FR'],
  // Days of a year
  ['every 15 Mar', '2027-03-15', 'FREQ=YEARLY;BYMONTH=3;BYMONTHDAY=15'],
  ['every March 15th', '2027-03-15', 'FREQ=YEARLY;BYMONTH=3;BYMONTHDAY=15'],
  ['every year on Feb 29', '2028-02-29', 'FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29'],
  ['every year on the 1st of May', '2027-05-01', 'FREQ=YEARLY;BYMONTH=5;BYMONTHDAY=1'],
  ['every year in september', '2027-09-01', 'FREQ=YEARLY;BYMONTH=9;BYMONTHDAY=1'],
  ['every may', '2027-05-01', 'FREQ=YEARLY;BYMONTH=5;BYMONTHDAY=1'],
  ['every fourth thursday of november', '2026-11-26', 'FREQ=YEARLY;BYMONTH=11;BYDAY=4TH'],
  ['every third thursday of november', '2027-11-18', 'FREQ=YEARLY;BYMONTH=11;BYDAY=3TH'],
  ['every year on the first monday of september', '2027-09-06', 'FREQ=YEARLY;BYMONTH=9;BYDAY=1MO'],
  // Times of day
  ['every morning', '2026-11-26T09:00:00', 'FREQ=DAILY'],
  ['every evening', '2026-11-25T18:00:00', 'FREQ=DAILY'],
  ['every night', '2026-11-25T20:00:00', 'FREQ=DAILY'],
  ['every noon', '2026-11-25T12:00:00', 'FREQ=DAILY'],
  ['every midnight', '2026-11-26T00:00:00', 'FREQ=DAILY'],
  ['every monday morning', '2026-11-30T09:00:00', weekly('MO')],
  ['every day in the afternoon', '2026-11-25T15:00:00', 'FREQ=DAILY'],
  // Finer than a day: at the next full hour, or slot
  ['every hour', '2026-11-25T11:00:00', 'FREQ=HOURLY'],
  ['every 2h', '2026-11-25T11:00:00', 'FREQ=HOURLY;INTERVAL=2'],
  ['every 15 min', '2026-11-25T10:15:00', 'FREQ=MINUTELY;INTERVAL=15'],
  ['every 90 minutes', '2026-11-25T11:30:00', 'FREQ=MINUTELY;INTERVAL=90'],
  // Ends
  ['every week until 1 Dec', '2026-11-25', 'FREQ=WEEKLY;UNTIL=20261201'],
  ['every sat until friday', '2026-11-28', 'FREQ=WEEKLY;UNTIL=20261204;BYDAY=SA'],
  ['every month on the 5th until 1 Dec', '2026-12-05', 'FREQ=MONTHLY;UNTIL=20271201;BYMONTHDAY=5'],
  ['every week for 10 times', '2026-11-25', 'FREQ=WEEKLY;COUNT=10'],
  ['every week 10 times', '2026-11-25', 'FREQ=WEEKLY;COUNT=10'],
  ['every day for 2 weeks', '2026-11-25', 'FREQ=DAILY;UNTIL=20261208'],
];

describe('a rule and its first date, on Wednesday 25 November 2026 at 10:00', () => {
  it.each(rules)('%s', (said, due_date, recurrence_rule) => {
    const result = readLine(`x ${said}`);
    expect(result).toMatchObject({ title: 'x', due_date, recurrence_rule, repeat_from: 'due', reminders: null });
    expect(result.spans).toEqual([
      { start: 2, end: 2 + said.length, kind: 'recurrence_rule', text: said, value: recurrence_rule },
    ]);
    expect(parseRule(recurrence_rule, due_date, 'Europe/Berlin')).toBe(recurrence_rule);
  });

  it.each(rules.filter(([, , rule]) => /BY(?:DAY|MONTHDAY)/.test(rule) && !/INTERVAL|UNTIL/.test(rule)))(
    'the first date of %s is the first one of its rule',
    (_, due_date, rule) => {
      const schedule = { rule, anchor: '2026-11-24', time_zone: 'Europe/Berlin', exceptions: [] };
      expect(nextOccurrence(schedule, '2026-11-24')).toBe(due_date.slice(0, 10));
    },
  );
});

describe('a rule with a time or a date elsewhere in the line', () => {
  it.each([
    ['x every weekday at 8:30', '2026-11-26T08:30:00', weekly('MO,TU,WE,TH,FR')],
    ['at 8:30 x every weekday', '2026-11-26T08:30:00', weekly('MO,TU,WE,TH,FR')],
    ['x every weekday 9:30', '2026-11-26T09:30:00', weekly('MO,TU,WE,TH,FR')],
    ['x every wed at 11am', '2026-11-25T11:00:00', weekly('WE')],
    ['x every wed at 10am', '2026-12-02T10:00:00', weekly('WE')],
    ['x every 3 months at 9am', '2026-11-26T09:00:00', 'FREQ=MONTHLY;INTERVAL=3'],
    ['x every morning at 7', '2026-11-26T07:00:00', 'FREQ=DAILY'],
    ['x every evening at 7', '2026-11-25T19:00:00', 'FREQ=DAILY'],
    ['x every friday at midnight', '2026-11-27T00:00:00', weekly('FR')],
    ['x every 4 hours at 8am', '2026-11-26T08:00:00', 'FREQ=HOURLY;INTERVAL=4'],
    ['x every 3 hours starting tomorrow', '2026-11-26T09:00:00', 'FREQ=HOURLY;INTERVAL=3'],
    ['x every day starting next monday', '2026-11-30', 'FREQ=DAILY'],
    ['x every 3 days starting tomorrow at 7am', '2026-11-26T07:00:00', 'FREQ=DAILY;INTERVAL=3'],
    ['x every mon starting 1 Dec', '2026-12-07', weekly('MO')],
    ['x every day from 1 Dec until 10 Dec', '2026-12-01', 'FREQ=DAILY;UNTIL=20261210'],
    ['x every day at 9am for 10 times', '2026-11-26T09:00:00', 'FREQ=DAILY;COUNT=10'],
    ['x every fri at 5pm for 3 weeks', '2026-11-27T17:00:00', 'FREQ=WEEKLY;UNTIL=20261217T225959Z;BYDAY=FR'],
    ['x every day until 1 Jul at 9am', '2026-11-26T09:00:00', 'FREQ=DAILY;UNTIL=20270701T215959Z'],
    // A date that is no bound is the first one, whether the rule names it or not.
    ['x every mon 15 Mar', '2027-03-15', weekly('MO')],
    ['x tomorrow every 2 weeks', '2026-11-26', 'FREQ=WEEKLY;INTERVAL=2'],
    ['x daily, at 9am', '2026-11-26T09:00:00', 'FREQ=DAILY'],
  ])('%s', (line, due_date, recurrence_rule) => {
    expect(readLine(line)).toMatchObject({ title: 'x', due_date, recurrence_rule });
    expect(parseRule(recurrence_rule, due_date, 'Europe/Berlin')).toBe(recurrence_rule);
  });

  it.each([
    ['Weekly review every friday', 'Weekly review', weekly('FR')],
    ['Daily standup at 9:30', 'standup', 'FREQ=DAILY'],
    ['x every day every week', 'x every week', 'FREQ=DAILY'],
    ['x every monday until christmas', 'x until christmas', weekly('MO')],
    ['Rent for 2 weeks every year', 'Rent for 2 weeks', 'FREQ=YEARLY'],
  ])('%s', (line, title, recurrence_rule) => {
    expect(readLine(line)).toMatchObject({ title, recurrence_rule });
  });

  it.each(['x every feb 30', 'x every february 30th', 'x every 31 Nov', 'x every june 31st at noon'])(
    '%s names a day that never comes, and no other instead of it',
    (line) => {
      expect(readLine(line).recurrence_rule).toBeNull();
    },
  );

  it('names the rule and its bounds apart', () => {
    expect(readLine('x every day at 9am until 1 Dec').spans.map(({ kind, text }) => [kind, text])).toEqual([
      ['recurrence_rule', 'every day'],
      ['due_date', 'at 9am'],
      ['recurrence_rule', 'until 1 Dec'],
    ]);
  });
});

describe('from completion', () => {
  it.each([
    ['every! 10 days', 'FREQ=DAILY;INTERVAL=10'],
    ['every! week', 'FREQ=WEEKLY'],
    ['Every! mon and thu', weekly('MO,TH')],
  ])('%s', (said, recurrence_rule) => {
    expect(readLine(`x ${said}`)).toMatchObject({ title: 'x', recurrence_rule, repeat_from: 'completion' });
  });
});

describe('weeks that begin on Sunday', () => {
  it('matter where weeks are skipped', () => {
    const context = wednesday({ week_start: 'SU' });
    expect(readLine('x every 2 weeks on sun and mon', context).recurrence_rule).toBe(
      'FREQ=WEEKLY;INTERVAL=2;WKST=SU;BYDAY=MO,SU',
    );
    expect(readLine('x every sun and mon', context).recurrence_rule).toBe(weekly('MO,SU'));
  });
});
