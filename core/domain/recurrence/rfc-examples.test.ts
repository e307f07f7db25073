/** Every example of RFC 5545, section 3.8.5.3, with the dates that the RFC gives. */
import { expect, test } from 'vitest';
import { nextOccurrence } from '../recurrence.ts';
import { aSchedule, dates, firstOf } from './a-schedule.ts';

interface Example {
  what: string;
  rules: string[];
  start: string;
  expected: string[];
  /** The rule ends after the expected dates; else they are only its first ones. */
  ends: boolean;
  exceptions?: string[];
}

const example = (
  what: string,
  start: string,
  rules: string | string[],
  expected: string[],
  ends: boolean,
): Example => ({
  what,
  rules: [rules].flat(),
  start: start.includes('T') ? start : `${start}T09:00:00`,
  expected,
  ends,
});
const ends = (what: string, start: string, rules: string | string[], expected: string): Example =>
  example(what, start, rules, dates(expected), true);
const forever = (what: string, start: string, rules: string | string[], expected: string): Example =>
  example(what, start, rules, dates(expected), false);
const sameDay = (times: string[], date = '1997-09-02'): string[] => times.map((time) => `${date}T${time}:00`);

const SEP_TO_DEC_23 = '1997 Sep 2-30 Oct 1-31 Nov 1-30 Dec 1-23';
const JANUARIES = '1998 Jan 1-31 1999 Jan 1-31 2000 Jan 1-31';
const TUE_THU_FIVE_WEEKS = '1997 Sep 2 4 9 11 16 18 23 25 30 Oct 2';
const EVERY_20_MINUTES = ['1997-09-02', '1997-09-03'].flatMap((date) =>
  sameDay(
    ['09', '10', '11', '12', '13', '14', '15', '16'].flatMap((hour) => [`${hour}:00`, `${hour}:20`, `${hour}:40`]),
    date,
  ),
);

const EXAMPLES: Example[] = [
  ends('daily for 10 occurrences', '1997-09-02', 'FREQ=DAILY;COUNT=10', '1997 Sep 2-11'),
  ends('daily until December 24, 1997', '1997-09-02', 'FREQ=DAILY;UNTIL=19971224T000000Z', SEP_TO_DEC_23),
  forever(
    'every other day',
    '1997-09-02',
    'FREQ=DAILY;INTERVAL=2',
    '1997 Sep 2 4 6 8 10 12 14 16 18 20 22 24 26 28 30 Oct 2 4 6 8 10 12 14 16 18 20 22 24 26 28 30 Nov 1 3 5',
  ),
  ends('every 10 days, 5 occurrences', '1997-09-02', 'FREQ=DAILY;INTERVAL=10;COUNT=5', '1997 Sep 2 12 22 Oct 2 12'),
  ends(
    'every day in January, for 3 years',
    '1998-01-01',
    [
      'FREQ=YEARLY;UNTIL=20000131T140000Z;BYMONTH=1;BYDAY=SU,MO,TU,WE,TH,FR,SA',
      'FREQ=DAILY;UNTIL=20000131T140000Z;BYMONTH=1',
    ],
    JANUARIES,
  ),
  ends('weekly for 10 occurrences', '1997-09-02', 'FREQ=WEEKLY;COUNT=10', '1997 Sep 2 9 16 23 30 Oct 7 14 21 28 Nov 4'),
  ends(
    'weekly until December 24, 1997',
    '1997-09-02',
    'FREQ=WEEKLY;UNTIL=19971224T000000Z',
    '1997 Sep 2 9 16 23 30 Oct 7 14 21 28 Nov 4 11 18 25 Dec 2 9 16 23',
  ),
  forever(
    'every other week',
    '1997-09-02',
    'FREQ=WEEKLY;INTERVAL=2;WKST=SU',
    '1997 Sep 2 16 30 Oct 14 28 Nov 11 25 Dec 9 23 1998 Jan 6 20 Feb 3 17',
  ),
  ends(
    'weekly on Tuesday and Thursday for five weeks',
    '1997-09-02',
    ['FREQ=WEEKLY;UNTIL=19971007T000000Z;WKST=SU;BYDAY=TU,TH', 'FREQ=WEEKLY;COUNT=10;WKST=SU;BYDAY=TU,TH'],
    TUE_THU_FIVE_WEEKS,
  ),
  ends(
    'every other week on Monday, Wednesday and Friday until December 24, 1997',
    '1997-09-01',
    'FREQ=WEEKLY;INTERVAL=2;UNTIL=19971224T000000Z;WKST=SU;BYDAY=MO,WE,FR',
    '1997 Sep 1 3 5 15 17 19 29 Oct 1 3 13 15 17 27 29 31 Nov 10 12 14 24 26 28 Dec 8 10 12 22',
  ),
  ends(
    'every other week on Tuesday and Thursday, for 8 occurrences',
    '1997-09-02',
    'FREQ=WEEKLY;INTERVAL=2;COUNT=8;WKST=SU;BYDAY=TU,TH',
    '1997 Sep 2 4 16 18 30 Oct 2 14 16',
  ),
  ends(
    'monthly on the first Friday for 10 occurrences',
    '1997-09-05',
    'FREQ=MONTHLY;COUNT=10;BYDAY=1FR',
    '1997 Sep 5 Oct 3 Nov 7 Dec 5 1998 Jan 2 Feb 6 Mar 6 Apr 3 May 1 Jun 5',
  ),
  ends(
    'monthly on the first Friday until December 24, 1997',
    '1997-09-05',
    'FREQ=MONTHLY;UNTIL=19971224T000000Z;BYDAY=1FR',
    '1997 Sep 5 Oct 3 Nov 7 Dec 5',
  ),
  ends(
    'every other month on the first and last Sunday for 10 occurrences',
    '1997-09-07',
    'FREQ=MONTHLY;INTERVAL=2;COUNT=10;BYDAY=1SU,-1SU',
    '1997 Sep 7 28 Nov 2 30 1998 Jan 4 25 Mar 1 29 May 3 31',
  ),
  ends(
    'monthly on the second-to-last Monday for 6 months',
    '1997-09-22',
    'FREQ=MONTHLY;COUNT=6;BYDAY=-2MO',
    '1997 Sep 22 Oct 20 Nov 17 Dec 22 1998 Jan 19 Feb 16',
  ),
  forever(
    'monthly on the third-to-the-last day',
    '1997-09-28',
    'FREQ=MONTHLY;BYMONTHDAY=-3',
    '1997 Sep 28 Oct 29 Nov 28 Dec 29 1998 Jan 29 Feb 26',
  ),
  ends(
    'monthly on the 2nd and 15th for 10 occurrences',
    '1997-09-02',
    'FREQ=MONTHLY;COUNT=10;BYMONTHDAY=2,15',
    '1997 Sep 2 15 Oct 2 15 Nov 2 15 Dec 2 15 1998 Jan 2 15',
  ),
  ends(
    'monthly on the first and last day for 10 occurrences',
    '1997-09-30',
    'FREQ=MONTHLY;COUNT=10;BYMONTHDAY=1,-1',
    '1997 Sep 30 Oct 1 31 Nov 1 30 Dec 1 31 1998 Jan 1 31 Feb 1',
  ),
  ends(
    'every 18 months on the 10th to 15th for 10 occurrences',
    '1997-09-10',
    'FREQ=MONTHLY;INTERVAL=18;COUNT=10;BYMONTHDAY=10,11,12,13,14,15',
    '1997 Sep 10-15 1999 Mar 10-13',
  ),
  forever(
    'every Tuesday, every other month',
    '1997-09-02',
    'FREQ=MONTHLY;INTERVAL=2;BYDAY=TU',
    '1997 Sep 2 9 16 23 30 Nov 4 11 18 25 1998 Jan 6 13 20 27 Mar 3 10 17 24 31',
  ),
  ends(
    'yearly in June and July for 10 occurrences',
    '1997-06-10',
    'FREQ=YEARLY;COUNT=10;BYMONTH=6,7',
    '1997 Jun 10 Jul 10 1998 Jun 10 Jul 10 1999 Jun 10 Jul 10 2000 Jun 10 Jul 10 2001 Jun 10 Jul 10',
  ),
  ends(
    'every other year in January, February and March for 10 occurrences',
    '1997-03-10',
    'FREQ=YEARLY;INTERVAL=2;COUNT=10;BYMONTH=1,2,3',
    '1997 Mar 10 1999 Jan 10 Feb 10 Mar 10 2001 Jan 10 Feb 10 Mar 10 2003 Jan 10 Feb 10 Mar 10',
  ),
  ends(
    'every third year on the 1st, 100th and 200th day for 10 occurrences',
    '1997-01-01',
    'FREQ=YEARLY;INTERVAL=3;COUNT=10;BYYEARDAY=1,100,200',
    '1997 Jan 1 Apr 10 Jul 19 2000 Jan 1 Apr 9 Jul 18 2003 Jan 1 Apr 10 Jul 19 2006 Jan 1',
  ),
  forever(
    'every 20th Monday of the year',
    '1997-05-19',
    'FREQ=YEARLY;BYDAY=20MO',
    '1997 May 19 1998 May 18 1999 May 17',
  ),
  forever(
    'Monday of week number 20',
    '1997-05-12',
    'FREQ=YEARLY;BYWEEKNO=20;BYDAY=MO',
    '1997 May 12 1998 May 11 1999 May 17',
  ),
  forever(
    'every Thursday in March',
    '1997-03-13',
    'FREQ=YEARLY;BYMONTH=3;BYDAY=TH',
    '1997 Mar 13 20 27 1998 Mar 5 12 19 26 1999 Mar 4 11 18 25',
  ),
  forever(
    'every Thursday, but only in June, July and August',
    '1997-06-05',
    'FREQ=YEARLY;BYDAY=TH;BYMONTH=6,7,8',
    '1997 Jun 5 12 19 26 Jul 3 10 17 24 31 Aug 7 14 21 28 1998 Jun 4 11 18 25 Jul 2 9 16 23 30 Aug 6 13 20 27 1999 Jun 3 10 17 24 Jul 1 8 15 22 29 Aug 5 12 19 26',
  ),
  {
    ...forever(
      'every Friday the 13th',
      '1997-09-02',
      'FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13',
      '1998 Feb 13 Mar 13 Nov 13 1999 Aug 13 2000 Oct 13',
    ),
    exceptions: ['1997-09-02T09:00:00'],
  },
  forever(
    'the first Saturday that follows the first Sunday of the month',
    '1997-09-13',
    'FREQ=MONTHLY;BYDAY=SA;BYMONTHDAY=7,8,9,10,11,12,13',
    '1997 Sep 13 Oct 11 Nov 8 Dec 13 1998 Jan 10 Feb 7 Mar 7 Apr 11 May 9 Jun 13',
  ),
  forever(
    'every 4 years, the first Tuesday after a Monday in November',
    '1996-11-05',
    'FREQ=YEARLY;INTERVAL=4;BYMONTH=11;BYDAY=TU;BYMONTHDAY=2,3,4,5,6,7,8',
    '1996 Nov 5 2000 Nov 7 2004 Nov 2',
  ),
  ends(
    'the third instance of Tuesday, Wednesday or Thursday in the month, for 3 months',
    '1997-09-04',
    'FREQ=MONTHLY;COUNT=3;BYDAY=TU,WE,TH;BYSETPOS=3',
    '1997 Sep 4 Oct 7 Nov 6',
  ),
  forever(
    'the second-to-last weekday of the month',
    '1997-09-29',
    'FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-2',
    '1997 Sep 29 Oct 30 Nov 27 Dec 30 1998 Jan 29 Feb 26 Mar 30',
  ),
  // The RFC prints UNTIL=19970902T170000Z, which is 13:00 in New York; 17:00 there, which its text means, is 21:00 UTC.
  example(
    'every 3 hours from 9:00 to 17:00 on a day',
    '1997-09-02',
    'FREQ=HOURLY;INTERVAL=3;UNTIL=19970902T210000Z',
    sameDay(['09:00', '12:00', '15:00']),
    true,
  ),
  example(
    'the same with the UNTIL that the RFC prints',
    '1997-09-02',
    'FREQ=HOURLY;INTERVAL=3;UNTIL=19970902T170000Z',
    sameDay(['09:00', '12:00']),
    true,
  ),
  example(
    'every 15 minutes for 6 occurrences',
    '1997-09-02',
    'FREQ=MINUTELY;INTERVAL=15;COUNT=6',
    sameDay(['09:00', '09:15', '09:30', '09:45', '10:00', '10:15']),
    true,
  ),
  example(
    'every hour and a half for 4 occurrences',
    '1997-09-02',
    'FREQ=MINUTELY;INTERVAL=90;COUNT=4',
    sameDay(['09:00', '10:30', '12:00', '13:30']),
    true,
  ),
  example(
    'every 20 minutes from 9:00 to 16:40 every day',
    '1997-09-02',
    [
      'FREQ=DAILY;BYHOUR=9,10,11,12,13,14,15,16;BYMINUTE=0,20,40',
      'FREQ=MINUTELY;INTERVAL=20;BYHOUR=9,10,11,12,13,14,15,16',
    ],
    EVERY_20_MINUTES,
    false,
  ),
  ends(
    'WKST=MO decides which weeks are the other ones',
    '1997-08-05',
    'FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=MO',
    '1997 Aug 5 10 19 24',
  ),
  ends(
    'WKST=SU decides otherwise',
    '1997-08-05',
    'FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=SU',
    '1997 Aug 5 17 19 31',
  ),
  ends(
    'an invalid date (February 30) is ignored',
    '2007-01-15',
    'FREQ=MONTHLY;BYMONTHDAY=15,30;COUNT=5',
    '2007 Jan 15 30 Feb 15 Mar 15 30',
  ),
];

test.each(EXAMPLES)('$what', ({ rules, start, expected, ends, exceptions }) => {
  for (const rule of rules) {
    const schedule = aSchedule(rule, start, 'America/New_York', exceptions);
    expect(firstOf(schedule, expected.length)).toEqual(expected);
    if (ends) expect(nextOccurrence(schedule, expected.at(-1)!)).toBeNull();
    else expect(nextOccurrence(schedule, expected.at(-1)!)).not.toBeNull();
  }
});
