/** A rule as quick add builds it: written as an RRULE value, and the first day that it names. */
import type { Clock } from './times.ts';
import { type DayPart, WEEKDAYS } from './words.ts';

export interface Rule {
  freq: 'MINUTELY' | 'HOURLY' | 'DAILY' | 'WEEKLY' | 'MONTHLY' | 'YEARLY';
  interval: number;
  months: number[];
  month_days: number[];
  /** `[ordinal or 0, 1 … 7]`. */
  weekdays: (readonly [number, number])[];
  /** Only 1 and -1, with weekdays, in a month. */
  position: number | null;
  /** `every morning`, `every noon`. */
  part: DayPart | null;
  clock: Clock | null;
}

export const rule = (freq: Rule['freq'], more: Partial<Rule> = {}): Rule => ({
  freq,
  interval: 1,
  months: [],
  month_days: [],
  weekdays: [],
  position: null,
  part: null,
  clock: null,
  ...more,
});

export const plain = (weekdays: readonly number[]): Rule['weekdays'] =>
  [...new Set(weekdays)].sort((a, b) => a - b).map((weekday) => [0, weekday] as const);

export const ON_WORKDAYS = plain([1, 2, 3, 4, 5]);
export const ON_WEEKENDS = plain([6, 7]);

/** The RRULE value; `end` is the COUNT or UNTIL part. */
export function ruleText(said: Rule, end: string | null, week_start: 1 | 7): string {
  const parts = [`FREQ=${said.freq}`];
  if (said.interval > 1) parts.push(`INTERVAL=${said.interval}`);
  if (end !== null) parts.push(end);
  // Where the week begins decides which days share a week only when weeks are skipped (RFC 5545, section 3.3.10).
  if (said.freq === 'WEEKLY' && said.interval > 1 && said.weekdays.length > 0 && week_start === 7)
    parts.push('WKST=SU');
  if (said.months.length > 0) parts.push(`BYMONTH=${said.months.join(',')}`);
  if (said.month_days.length > 0) parts.push(`BYMONTHDAY=${said.month_days.join(',')}`);
  if (said.weekdays.length > 0) {
    parts.push(
      `BYDAY=${said.weekdays.map(([nth, weekday]) => `${nth === 0 ? '' : nth}${WEEKDAYS[weekday - 1]}`).join(',')}`,
    );
  }
  if (said.position !== null) parts.push(`BYSETPOS=${said.position}`);
  return parts.join(';');
}

/** The first day from `from` on that the rule names; an interval counts from there. Null when there is none in nine years. */
export function firstDay(said: Rule, from: Temporal.PlainDate): Temporal.PlainDate | null {
  const last = from.add({ years: 9 });
  let date = from;
  while (Temporal.PlainDate.compare(date, last) < 0) {
    if (said.months.length > 0 && !said.months.includes(date.month)) date = date.with({ day: 1 }).add({ months: 1 });
    else if (names(said, date)) return date;
    else date = date.add({ days: 1 });
  }
  return null;
}

function names(said: Rule, date: Temporal.PlainDate): boolean {
  const from_end = date.day - date.daysInMonth - 1;
  if (said.month_days.length > 0 && !said.month_days.includes(date.day) && !said.month_days.includes(from_end))
    return false;
  if (
    said.weekdays.length > 0 &&
    !said.weekdays.some(([nth, weekday]) => weekday === date.dayOfWeek && isNth(nth, date))
  )
    return false;
  if (said.position === null) return true;
  const step = said.position > 0 ? -1 : 1;
  for (let other = date.add({ days: step }); other.month === date.month; other = other.add({ days: step })) {
    if (said.weekdays.some(([, weekday]) => weekday === other.dayOfWeek)) return false;
  }
  return true;
}

const isNth = (nth: number, date: Temporal.PlainDate): boolean =>
  nth === 0 || nth === Math.ceil(date.day / 7) || nth === -Math.ceil((date.daysInMonth - date.day + 1) / 7);
