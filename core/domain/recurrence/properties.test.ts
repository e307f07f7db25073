/** What holds for every schedule: order, agreement of the ways to ask, and agreement with two other expansions of RFC 5545. */
import fc from 'fast-check';
import { RRuleTemporal } from 'rrule-temporal';
import { expect, test } from 'vitest';
import { Failure } from '../failure.ts';
import {
  instantOf,
  latestOccurrenceAtOrBefore,
  nextOccurrence,
  occurrencesBetween,
  parseRule,
  type Schedule,
} from '../recurrence.ts';
import { firstOf } from './a-schedule.ts';
import { DAY_S, readLocal, writeLocal } from './calendar.ts';
import { daysByScan } from './days-by-scan.ts';
import { readRule } from './read-rule.ts';
import { type Rule, WEEKDAYS } from './rule.ts';

const ZONES = ['UTC', 'Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe', 'America/Santiago', 'Pacific/Apia'];
const COARSE = ['YEARLY', 'MONTHLY', 'WEEKLY', 'DAILY'];
const FINE = ['HOURLY', 'MINUTELY', 'SECONDLY'];

const sometimes = <T>(arbitrary: fc.Arbitrary<T>, weight = 1): fc.Arbitrary<T | null> =>
  fc.oneof({ weight: 4, arbitrary: fc.constant(null) }, { weight, arbitrary });
const numbers = (min: number, max: number, maxLength = 3): fc.Arbitrary<string> =>
  fc.uniqueArray(fc.integer({ min, max }), { minLength: 1, maxLength }).map(String);
const signed = (max: number, maxLength = 4): fc.Arbitrary<string> =>
  fc
    .uniqueArray(
      fc.integer({ min: -max, max }).filter((n) => n !== 0),
      { minLength: 1, maxLength },
    )
    .map(String);
const byDay = fc
  .uniqueArray(fc.tuple(fc.constantFrom('', '', '', '1', '2', '-1', '-5', '20'), fc.constantFrom(...WEEKDAYS)), {
    minLength: 1,
    maxLength: 4,
    selector: ([, weekday]) => weekday,
  })
  .map((days) => days.map(([n, weekday]) => n + weekday).join(','));

/** Rules that RFC 5545 allows: parts that the frequency forbids are left out, and BYSETPOS alone. */
function ruleText(frequencies: string[]): fc.Arbitrary<string> {
  return fc
    .record({
      FREQ: fc.constantFrom(...frequencies),
      INTERVAL: fc.integer({ min: 1, max: 7 }),
      BYMONTH: sometimes(numbers(1, 12)),
      BYWEEKNO: sometimes(signed(53)),
      BYYEARDAY: sometimes(signed(366)),
      BYMONTHDAY: sometimes(signed(31, 6)),
      BYDAY: sometimes(byDay, 3),
      BYHOUR: sometimes(numbers(0, 23)),
      BYMINUTE: sometimes(fc.constantFrom('0', '30', '0,30', '15,45', '0,20,40')),
      BYSETPOS: sometimes(signed(6)),
      WKST: sometimes(fc.constantFrom(...WEEKDAYS)),
    })
    .map((parts) => {
      const { FREQ } = parts;
      const allowed = Object.entries(parts).filter(([name, value]) => value !== null && isAllowed(name, FREQ));
      return allowed
        .map(([name, value]) => `${name}=${name === 'BYDAY' && !takesNumbers(parts) ? withoutNumbers(value) : value}`)
        .join(';');
    })
    .filter((text) => !/^FREQ=\w+;INTERVAL=\d(;BYSETPOS=[^;]*)(;WKST=..)?$/.test(text));
}

function isAllowed(name: string, freq: string): boolean {
  if (name === 'BYWEEKNO') return freq === 'YEARLY';
  if (name === 'BYYEARDAY') return freq === 'YEARLY' || FINE.includes(freq);
  return name !== 'BYMONTHDAY' || freq !== 'WEEKLY';
}
const takesNumbers = (parts: { FREQ: string; BYWEEKNO: string | null }): boolean =>
  parts.FREQ === 'MONTHLY' || (parts.FREQ === 'YEARLY' && parts.BYWEEKNO === null);
const withoutNumbers = (value: unknown): string => String(value).replaceAll(/[-\d]/g, '');

/** From 1970 to 2053, with clock changes of many kinds in between. */
const moment = fc
  .tuple(fc.integer({ min: 0, max: 30_000 }), fc.constantFrom(0, 2.5, 3, 9, 23.75))
  .map(([day, hour]) => writeLocal(day * DAY_S + hour * 3600, false));

function schedules(frequencies: string[]): fc.Arbitrary<Schedule> {
  return fc
    .record({
      text: ruleText(frequencies),
      anchor: moment,
      all_day: fc.boolean(),
      time_zone: fc.constantFrom(...ZONES),
      end: sometimes(fc.constantFrom(';COUNT=5', ';COUNT=60', ';UNTIL=20400329T010000Z', ';UNTIL=20350101'), 2),
    })
    .map(({ text, anchor, all_day, time_zone, end }) => {
      const start = all_day && COARSE.includes(/FREQ=(\w+)/.exec(text)![1]!) && !/BYHOUR|BYMINUTE/.test(text);
      return { rule: text + (end ?? ''), anchor: start ? anchor.slice(0, 10) : anchor, time_zone, exceptions: [] };
    })
    .map((schedule) => ({ ...schedule, rule: acceptedRule(schedule) ?? '' }))
    .filter(({ rule }) => rule !== '');
}

function acceptedRule({ rule, anchor, time_zone }: Schedule): string | null {
  try {
    return parseRule(rule, anchor, time_zone);
  } catch (error) {
    if (error instanceof Failure) return null;
    throw error;
  }
}

const ALL = [...COARSE, ...FINE];
const isBefore = (a: string, b: string): boolean => readLocal(a, 'a').seconds < readLocal(b, 'b').seconds;

test('the canonical form of a rule is its own', () => {
  fc.assert(
    fc.property(schedules(ALL), ({ rule, anchor, time_zone }) => {
      expect(parseRule(rule, anchor, time_zone)).toBe(rule);
      expect(parseRule(`rrule:${rule.toLowerCase()};`, anchor, time_zone)).toBe(rule);
    }),
    { numRuns: 100 },
  );
});

test('wall-clock times and instants both increase strictly', () => {
  fc.assert(
    fc.property(schedules(ALL), (schedule) => {
      const occurrences = firstOf(schedule, 40);
      expect(occurrences[0]).toBe(schedule.anchor);
      for (let index = 1; index < occurrences.length; index++) {
        const [earlier, later] = [occurrences[index - 1]!, occurrences[index]!];
        expect(isBefore(earlier, later)).toBe(true);
        const [from, to] = [earlier, later].map((it) => instantOf(it, schedule.time_zone));
        expect(Temporal.Instant.compare(from!, to!)).toBe(-1);
      }
    }),
    { numRuns: 100 },
  );
});

test('a preview is what stepping finds, with and without exceptions', () => {
  fc.assert(
    fc.property(schedules(ALL), fc.nat({ max: 3 }), (schedule, skipped) => {
      const exceptions = firstOf(schedule, 12).filter((_, index) => skipped > 0 && index % (skipped + 1) === 0);
      const excepted = { ...schedule, exceptions };
      const steps = firstOf(excepted, 25);
      expect(occurrencesBetween(excepted, schedule.anchor, '9999-12-31', 25)).toEqual(steps);
      for (const exception of exceptions) expect(steps).not.toContain(exception);
    }),
    { numRuns: 100 },
  );
});

test('forwards and backwards meet, near and far from the anchor', () => {
  fc.assert(
    fc.property(schedules(ALL), moment, (schedule, after) => {
      const next = nextOccurrence(schedule, after);
      const latest = latestOccurrenceAtOrBefore(schedule, after);
      if (latest !== null) expect(isBefore(after, latest)).toBe(false);
      if (next === null) return;
      expect(isBefore(after, next)).toBe(true);
      expect(latestOccurrenceAtOrBefore(schedule, next)).toBe(next);
      const just_before = writeLocal(readLocal(next, 'next').seconds - 1, false);
      expect(latestOccurrenceAtOrBefore(schedule, just_before)).toBe(latest);
      if (latest !== null) expect(nextOccurrence(schedule, latest)).toBe(next);
    }),
    { numRuns: 200 },
  );
});

test('the latest occurrence is the last that stepping finds', () => {
  fc.assert(
    fc.property(schedules(ALL), fc.nat({ max: 400 * DAY_S }), (schedule, seconds) => {
      const local = writeLocal(readLocal(schedule.anchor, 'anchor').seconds + seconds, false);
      const steps = firstOf(schedule, 60);
      const last = steps.at(-1)!;
      fc.pre(steps.length < 60 || isBefore(local, last));
      expect(latestOccurrenceAtOrBefore(schedule, local)).toBe(steps.findLast((it) => !isBefore(local, it)));
    }),
    { numRuns: 100 },
  );
});

test('rules by days agree with a scan of every day by the words of RFC 5545', () => {
  fc.assert(
    fc.property(ruleText(COARSE), moment, (text, start) => {
      const anchor = start.slice(0, 10);
      const rule = text.replaceAll(/;(BYHOUR|BYMINUTE|BYSETPOS|WKST)=[^;]*/g, '');
      const scanned = daysByScan(readRule(rule), anchor, 2500);
      const end = Temporal.PlainDate.from(anchor).add({ days: 2500 }).toString();
      const schedule = { rule, anchor, time_zone: 'UTC', exceptions: [] };
      const found = occurrencesBetween(schedule, anchor, end, 1000);
      expect(found).toEqual([...new Set([anchor, ...scanned])].slice(0, 1000));
    }),
    { numRuns: 150 },
  );
});

test('agrees with rrule-temporal where that follows the RFC', () => {
  let compared = 0;
  fc.assert(
    fc.property(ruleText(ALL), moment, (text, anchor) => {
      const rule = readRule(text);
      fc.pre(!isWrongInRRuleTemporal(rule) && !beginsInAnotherWeekYear(rule, anchor));
      fc.pre(acceptedRule({ rule: text, anchor, time_zone: 'UTC', exceptions: [] }) !== null);
      const ours = firstOf({ rule: text, anchor, time_zone: 'UTC', exceptions: [] }, 13);
      const theirs = theirFirst(text, anchor, 12);
      fc.pre(theirs !== null);
      compared++;
      expect([...new Set([anchor, ...theirs!])].slice(0, 12)).toEqual(ours.slice(0, 12));
    }),
    { numRuns: 150 },
  );
  expect(compared).toBeGreaterThanOrEqual(150);
});

/**
 * Version 2.2.8: YEARLY adds up what BYWEEKNO, BYYEARDAY, BYMONTHDAY and BYDAY each name where RFC 5545 lets them limit
 * each other, and drops plain weekdays beside numbered ones.
 */
function isWrongInRRuleTemporal(rule: Rule): boolean {
  if (rule.freq !== 'YEARLY') return false;
  const parts = [rule.by_week_no, rule.by_year_day, rule.by_month_day].filter((values) => values.length > 0).length;
  const numbered = rule.by_day.some(({ n }) => n !== 0);
  const mixed = numbered && rule.by_day.some(({ n }) => n === 0);
  return parts > 1 || mixed || (rule.by_day.length > 0 && rule.by_year_day.length > 0) || (numbered && parts > 0);
}

/**
 * With BYWEEKNO a year is its weeks here: from 1 January 2044, a Friday in the last week of 2043, INTERVAL=2 leads to the weeks
 * of 2045. The library counts from the year of the date, 2044.
 */
function beginsInAnotherWeekYear(rule: Rule, anchor: string): boolean {
  return rule.interval > 1 && rule.by_week_no.length > 0 && /-(01-0[1-3]|12-(29|30|31))T/.test(anchor);
}

/** Null where it gives up ("Maximum iterations"). */
function theirFirst(rule: string, anchor: string, count: number): string[] | null {
  try {
    const start = `${anchor.replaceAll(/[-:]/g, '')}Z`;
    const theirs = new RRuleTemporal({ rruleString: `DTSTART:${start}\nRRULE:${rule}` });
    return theirs.all((_, index) => index < count).map((it) => it.toString().slice(0, 19));
  } catch {
    return null;
  }
}
