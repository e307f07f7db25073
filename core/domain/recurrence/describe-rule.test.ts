/** A rule reads as a person would say it. */
import { expect, test } from 'vitest';
import { describeRule } from '../recurrence.ts';

test.each([
  ['FREQ=DAILY', 'every day'],
  ['FREQ=DAILY;INTERVAL=3', 'every 3 days'],
  ['FREQ=DAILY;BYHOUR=9,17;BYMINUTE=30', 'every day at 09:30 and 17:30'],
  ['FREQ=DAILY;BYHOUR=9', 'every day at hour 9'],
  ['FREQ=DAILY;BYHOUR=9;BYMINUTE=0;BYSECOND=30', 'every day at hour 9 at minute 0 at second 30'],
  ['FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR', 'every weekday'],
  ['FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,TU,WE,TH,FR', 'every 2 weeks on weekdays'],
  ['FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,FR', 'every 2 weeks on Monday and Friday'],
  ['FREQ=MONTHLY;BYMONTHDAY=1', 'every month on the 1st'],
  ['FREQ=MONTHLY;BYMONTHDAY=-1', 'every month on the last day'],
  ['FREQ=MONTHLY;BYMONTHDAY=2,3,11,22', 'every month on the 2nd, 3rd, 11th and 22nd'],
  ['FREQ=MONTHLY;BYDAY=2TU', 'every month on the 2nd Tuesday'],
  ['FREQ=MONTHLY;BYDAY=1MO,-2FR', 'every month on the 2nd last Friday and the 1st Monday'],
  ['FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1', 'every month on the last weekday'],
  ['FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR,SA,SU;BYSETPOS=2', 'every month on the 2nd day'],
  ['FREQ=MONTHLY;BYDAY=SA,SU;BYSETPOS=1', 'every month on the 1st Saturday or Sunday'],
  ['FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13', 'every month on the 13th if it is a Friday'],
  ['FREQ=MONTHLY;BYMONTHDAY=1,15;BYSETPOS=-1', 'every month on the 1st and 15th (only the last of these)'],
  ['FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=25', 'every year on the 25th of December'],
  ['FREQ=YEARLY;BYMONTH=1,7', 'every year in January and July'],
  ['FREQ=YEARLY;BYMONTH=11;BYDAY=4TH', 'every year in November on the 4th Thursday'],
  ['FREQ=YEARLY;BYWEEKNO=20,-1;BYDAY=MO', 'every year in the last week and week 20 on Monday'],
  ['FREQ=YEARLY;BYYEARDAY=100,-1', 'every year on the last day and day 100 of the year'],
  ['FREQ=HOURLY;INTERVAL=2;BYHOUR=8,10', 'every 2 hours in hour 8 and 10'],
  ['FREQ=MINUTELY;INTERVAL=1440', 'every 1,440 minutes'],
  ['FREQ=DAILY;COUNT=1', 'every day, once'],
  ['FREQ=DAILY;COUNT=10', 'every day, 10 times'],
  ['FREQ=DAILY;UNTIL=20261231T230000Z', 'every day, until 31 December 2026'],
])('%s: %s', (rule, text) => {
  expect(describeRule(rule)).toBe(text);
});
