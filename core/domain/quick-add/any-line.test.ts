import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseRule } from '../recurrence.ts';
import { readLine, remindersOf, wednesday } from './read-line.ts';

describe('any line', () => {
  const word = fc.constantFrom(
    ...'every every! each day days week weeks month mon, wed and fri tue 2 3rd 15 1st 31 last first of the on at by due for until starting from in before remind me reminder no 1 hour before, 9am 17:30 5 noon midnight tonight morning tomorrow next this weekend Mar 15.3. 12/24 2026-12-01 Feb 29 a an other daily weekly - ( ) # @ #Home @tag @"x y" !high p1 "quoted every day" " times 10 years 9999 eod'.split(
      / (?=(?:[^"]*"[^"]*")*[^"]*$)/,
    ),
  );
  const zone = fc.constantFrom(
    'Europe/Berlin',
    'America/Los_Angeles',
    'Pacific/Auckland',
    'UTC',
    'Asia/Kathmandu',
    'Australia/Lord_Howe',
  );
  const now = fc.date({ min: new Date('1971-01-01'), max: new Date('2200-01-01'), noInvalidDate: true });

  it('is read without an error, and its answer holds together', () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof({ weight: 9, arbitrary: word }, fc.string({ maxLength: 8 })), { maxLength: 14 }),
        zone,
        now,
        (words, time_zone, date) => {
          const context = wednesday({ now: date.toISOString(), time_zone, week_start: words.length % 2 ? 'SU' : 'MO' });
          const result = readLine(words.join(' '), context);
          expect(result.due_date ?? '2026-01-01').toMatch(/^\d{4}-\d\d-\d\d(?:T\d\d:\d\d:\d\d)?$/);
          for (const offset of remindersOf(result)?.split(' ').filter(Boolean) ?? []) {
            expect(offset).toMatch(/^-?P|^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
          }
          if (result.recurrence_rule === null) return;
          expect(result.due_date).not.toBeNull();
          // An explicit end may lie before the start: the rule is well formed all the same.
          expect(parseRule(result.recurrence_rule)).toBe(result.recurrence_rule);
        },
      ),
      { numRuns: 2_000 },
    );
  });

  it('is read without an error when it is any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (line) => {
        readLine(line);
      }),
    );
  });
});

describe('a hostile line', () => {
  const parts = [
    'every ',
    'every 1st and ',
    'mon, ',
    'every mon, ',
    'remind ',
    'remind 1 day before and ',
    '"',
    '" ',
    '#"',
    '(',
    ' ',
    '-',
    '1',
    '1 ',
    '15 Mar ',
    'on ',
    'the ',
    'a week from ',
    'in 1 hour ',
    'at ',
    ', ',
    '!',
    '@a ',
    'sat @a ',
    '1h',
    '1.',
    'mon/',
    'until ',
    'every day until ',
    '\u00a0',
    '.',
    '1st and ',
  ];

  it.each(parts)('of %j is read without an error, however long', (part) => {
    const line = part.repeat(20_000 / part.length).padEnd(20_000, 'x');
    expect(readLine(line).title.length).toBeLessThanOrEqual(line.length);
  });
});
