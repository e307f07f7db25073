/** Days counted from today, as the user's calendar has them: weeks, months' ends, the next such day. */
import type { QuickAddContext } from '../quick-add.ts';
import type { Clock } from './times.ts';
import type { Token } from './tokens.ts';
import type { DayPart, Unit } from './words.ts';

/** What the words of a line are read against. */
export interface Scene {
  tokens: readonly Token[];
  now: Temporal.ZonedDateTime;
  today: Temporal.PlainDate;
  day_start: string;
  /** 1 (Monday) or 7 (Sunday). */
  week_start: 1 | 7;
}

/** A day that was said, with what came along with it. */
export interface DaySaid {
  date: Temporal.PlainDate;
  /** How far the same words reach next, when their time has passed today (`fri 9am` on a Friday evening). */
  roll: 'week' | 'month' | null;
  /** Without a year: it can move on by one. */
  yearless: boolean;
  part: DayPart | null;
  clock: Clock | null;
  /** The clock is part of the words (`in 3 hours`), not a custom (`eod`). */
  exact: boolean;
  /** What an exact time is, also where the wall clock cannot say it. */
  instant: Temporal.Instant | null;
}

export function sceneOf(context: QuickAddContext, tokens: readonly Token[]): Scene {
  const now = context.now.toZonedDateTimeISO(context.time_zone);
  return {
    tokens,
    now,
    today: now.toPlainDate(),
    day_start: context.day_start,
    week_start: context.week_start === 'SU' ? 7 : 1,
  };
}

export const day = (date: Temporal.PlainDate, more: Partial<DaySaid> = {}): DaySaid => ({
  date,
  roll: null,
  yearless: false,
  part: null,
  clock: null,
  exact: false,
  instant: null,
  ...more,
});

/** Due dates may lie in these years (see `due-date.ts`). */
export const isKnownYear = (year: number): boolean => year >= 1970 && year <= 9998;

/** A date that exists, or null. */
export function dateOf(year: number, month: number, of_month: number): Temporal.PlainDate | null {
  if (!isKnownYear(year) || month < 1 || month > 12 || of_month < 1) return null;
  const first = new Temporal.PlainDate(year, month, 1);
  return of_month > first.daysInMonth ? null : first.with({ day: of_month });
}

/** The first such day of the year from `from` on; 29 February may take eight years. */
export function yearlessDate(from: Temporal.PlainDate, month: number, of_month: number): Temporal.PlainDate | null {
  for (let year = from.year; year <= from.year + 8; year++) {
    const date = dateOf(year, month, of_month);
    if (date !== null && Temporal.PlainDate.compare(date, from) >= 0) return date;
  }
  return null;
}

/** The first day with this number from `from` on, in a month that has it. */
export function dayOfMonth(from: Temporal.PlainDate, of_month: number): Temporal.PlainDate | null {
  for (let months = 0; months <= 2; months++) {
    const start = from.with({ day: 1 }).add({ months });
    const date = dateOf(start.year, start.month, of_month);
    if (date !== null && Temporal.PlainDate.compare(date, from) >= 0) return date;
  }
  return null;
}

/** The weekday from `from` on, `from` itself included. */
export const weekdayFrom = (from: Temporal.PlainDate, weekday: number): Temporal.PlainDate =>
  from.add({ days: (weekday - from.dayOfWeek + 7) % 7 });

/** A weekday of the week that comes after this one. */
export function weekdayOfNextWeek(scene: Scene, weekday: number): Temporal.PlainDate {
  const into_week = (scene.today.dayOfWeek - scene.week_start + 7) % 7;
  return weekdayFrom(scene.today.add({ days: 7 - into_week }), weekday);
}

/** The day and, when hours or less were said, the exact time that lies `amounts` ahead of now. */
export function ahead(scene: Scene, amounts: Partial<Record<Unit, number>>): DaySaid | null {
  if (!isReachable(scene.today, amounts)) return null;
  if (amounts.hours === undefined && amounts.minutes === undefined && amounts.seconds === undefined) {
    const date = scene.today.add(amounts);
    return isKnownYear(date.year) ? day(date) : null;
  }
  const time = scene.now.add(amounts);
  const wall = wallClock(time);
  const clock = { hour: wall.hour, minute: wall.minute, second: wall.second, bare: false, midnight: false };
  return day(wall.toPlainDate(), { clock, exact: true, instant: time.toInstant() });
}

const isReachable = (from: Temporal.PlainDate, amounts: Partial<Record<Unit, number>>): boolean =>
  from.year +
    (amounts.years ?? 0) +
    (amounts.months ?? 0) / 12 +
    (amounts.weeks ?? 0) / 52 +
    (amounts.days ?? 0) / 365 <
  9998;

/**
 * The wall-clock time of an instant, to the second, rounded up. A wall-clock time that occurs twice is read as the
 * first one (spec section 3), so an instant in the second pass becomes the end of that pass: late rather than long ago.
 */
export function wallClock(time: Temporal.ZonedDateTime): Temporal.PlainDateTime {
  const wall = time.toPlainDateTime().round({ smallestUnit: 'second', roundingMode: 'ceil' });
  if (Temporal.ZonedDateTime.compare(wall.toZonedDateTime(time.timeZoneId), time) >= 0) return wall;
  const change = time.getTimeZoneTransition('previous');
  return change === null ? wall : change.subtract({ seconds: 1 }).toPlainDateTime().add({ seconds: 1 });
}
