/** Local time as whole numbers: days and seconds since 1970-01-01T00:00:00 on the wall clock, so that no time zone can touch an expansion. */
import { invalid } from '../failure.ts';

export const DAY_S = 86_400;

/** Monday is 0, so a week that starts on `wkst` holds (weekday - wkst + 7) % 7 as its place. */
export type Weekday = 0 | 1 | 2 | 3 | 4 | 5 | 6;

export interface CivilDate {
  year: number;
  month: number;
  day: number;
}

const MONTH_DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

export const isLeapYear = (year: number): boolean => year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);

export const daysInYear = (year: number): number => (isLeapYear(year) ? 366 : 365);

export const daysInMonth = (year: number, month: number): number =>
  month === 2 && isLeapYear(year) ? 29 : MONTH_DAYS[month - 1]!;

/** Days since 1970-01-01. A year is counted from March, so that the leap day is its last day and needs no special case. */
export function dayNumber(year: number, month: number, day: number): number {
  const shifted = month <= 2 ? year - 1 : year;
  const era = Math.floor(shifted / 400);
  const year_of_era = shifted - era * 400;
  const day_of_year = Math.floor((153 * (month > 2 ? month - 3 : month + 9) + 2) / 5) + day - 1;
  const day_of_era = year_of_era * 365 + Math.floor(year_of_era / 4) - Math.floor(year_of_era / 100) + day_of_year;
  return era * 146_097 + day_of_era - 719_468;
}

export function civilDate(day_number: number): CivilDate {
  const shifted = day_number + 719_468;
  const era = Math.floor(shifted / 146_097);
  const day_of_era = shifted - era * 146_097;
  const year_of_era = Math.floor(
    (day_of_era - Math.floor(day_of_era / 1460) + Math.floor(day_of_era / 36_524) - Math.floor(day_of_era / 146_096)) /
      365,
  );
  const day_of_year = day_of_era - (365 * year_of_era + Math.floor(year_of_era / 4) - Math.floor(year_of_era / 100));
  const march_month = Math.floor((5 * day_of_year + 2) / 153);
  const day = day_of_year - Math.floor((153 * march_month + 2) / 5) + 1;
  const month = march_month < 10 ? march_month + 3 : march_month - 9;
  return { year: year_of_era + era * 400 + (month <= 2 ? 1 : 0), month, day };
}

/** 1970-01-01 was a Thursday (3). */
export const weekdayOf = (day_number: number): Weekday => ((((day_number + 3) % 7) + 7) % 7) as Weekday;

export const weekStart = (day_number: number, wkst: Weekday): number =>
  day_number - ((weekdayOf(day_number) - wkst + 7) % 7);

/** RFC 5545 3.3.10: week 1 is the first week with at least four days in the year, so it is the week of 4 January. */
export const firstWeekStart = (year: number, wkst: Weekday): number => weekStart(dayNumber(year, 1, 4), wkst);

export const weeksInYear = (year: number, wkst: Weekday): number =>
  (firstWeekStart(year + 1, wkst) - firstWeekStart(year, wkst)) / 7;

/** The year whose week a day lies in: the last days of December may lie in week 1 of the next year. */
export function weekYear(day_number: number, wkst: Weekday): number {
  const { year } = civilDate(day_number);
  if (day_number < firstWeekStart(year, wkst)) return year - 1;
  return day_number >= firstWeekStart(year + 1, wkst) ? year + 1 : year;
}

export interface LocalTime {
  /** Seconds since 1970-01-01T00:00:00 on the wall clock; midnight for a date. */
  seconds: number;
  all_day: boolean;
}

const LOCAL = /^(\d{4})-(\d\d)-(\d\d)(?:T([01]\d|2[0-3]):([0-5]\d):([0-5]\d))?$/;

/**
 * 9998-12-31T23:59:59: where due dates end. RFC 3339 and iCalendar know four digits of a year, and a local time at the end
 * of 9999 would have five in UTC.
 */
export const LAST_SECOND = dayNumber(9_999, 1, 1) * DAY_S - 1;

/** Reads 'YYYY-MM-DD' or 'YYYY-MM-DDTHH:mm:ss'. */
export function readLocal(text: string, field: string): LocalTime {
  const part = LOCAL.exec(text);
  if (part === null) throw invalid(field, 'must look like 2026-12-01 or 2026-12-01T09:00:00');
  const [year, month, day] = [Number(part[1]), Number(part[2]), Number(part[3])];
  if (month < 1 || month > 12 || day < 1 || day > daysInMonth(year, month)) {
    throw invalid(field, `${text.slice(0, 10)} is not a date of the calendar`);
  }
  const all_day = part[4] === undefined;
  const time = all_day ? 0 : Number(part[4]) * 3600 + Number(part[5]) * 60 + Number(part[6]);
  return { seconds: dayNumber(year, month, day) * DAY_S + time, all_day };
}

const two = (value: number): string => (value < 10 ? `0${value}` : `${value}`);

export function writeLocal(seconds: number, all_day: boolean): string {
  const day_number = Math.floor(seconds / DAY_S);
  const { year, month, day } = civilDate(day_number);
  const date = `${String(year).padStart(4, '0')}-${two(month)}-${two(day)}`;
  if (all_day) return date;
  const time = seconds - day_number * DAY_S;
  return `${date}T${two(Math.floor(time / 3600))}:${two(Math.floor(time / 60) % 60)}:${two(time % 60)}`;
}
