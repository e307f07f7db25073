/** A recurrence rule as values: every list sorted and without duplicates, every number in its range. */
import type { Weekday } from './calendar.ts';

/** From fine to coarse. */
export const FREQUENCIES = ['SECONDLY', 'MINUTELY', 'HOURLY', 'DAILY', 'WEEKLY', 'MONTHLY', 'YEARLY'] as const;
export type Frequency = (typeof FREQUENCIES)[number];

export const WEEKDAYS = ['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU'] as const;

/** `n` 0: every such weekday; 2: the second one; -1: the last one. */
export interface ByDay {
  n: number;
  weekday: Weekday;
}

/** `seconds` is the wall-clock time as written: local, UTC, or the midnight of a date. */
export interface Until {
  form: 'date' | 'local' | 'utc';
  seconds: number;
}

export interface Rule {
  freq: Frequency;
  interval: number;
  count: number | null;
  until: Until | null;
  wkst: Weekday;
  by_month: readonly number[];
  by_week_no: readonly number[];
  by_year_day: readonly number[];
  by_month_day: readonly number[];
  by_day: readonly ByDay[];
  by_hour: readonly number[];
  by_minute: readonly number[];
  by_second: readonly number[];
  by_set_pos: readonly number[];
}

export const isSubDaily = (freq: Frequency): boolean => FREQUENCIES.indexOf(freq) < FREQUENCIES.indexOf('DAILY');
