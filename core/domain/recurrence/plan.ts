/** A rule bound to its DTSTART: what RFC 5545 takes "from DTSTART" is filled in, and each test of a day or time is a table look-up. */
import {
  civilDate,
  DAY_S,
  dayNumber,
  daysInMonth,
  daysInYear,
  firstWeekStart,
  LAST_SECOND,
  type Weekday,
  weekdayOf,
  weekStart,
  weeksInYear,
  weekYear,
} from './calendar.ts';
import { FREQUENCIES, type Frequency, isSubDaily, type Rule } from './rule.ts';

/** How much more a search may do: one unit is a day tested or a period entered. Below zero it has given up. */
export interface Work {
  left: number;
}

export interface Plan {
  freq: Frequency;
  interval: number;
  /** Seconds of a period for DAILY and finer, 0 for the others. */
  unit_s: number;
  wkst: Weekday;
  anchor: number;
  first_period: number;
  last_period: number;
  /** The parts with DTSTART's own values where the rule leaves them open. */
  by_month: readonly number[];
  by_week_no: readonly number[];
  by_year_day: readonly number[];
  by_month_day: readonly number[];
  by_set_pos: readonly number[];
  /** Instances of a period are each base (midnight of its days; for finer rules its start) plus each of these. */
  offsets: readonly number[];
  /** No part names days: most rules finer than weekly, whose searches then need no calendar. */
  takes_every_day: boolean;
  months: Uint8Array | null;
  month_days: Uint8Array | null;
  year_days: Uint8Array | null;
  week_nos: Uint8Array | null;
  /** Weekdays without a number; null when the rule has no BYDAY. */
  weekdays: Uint8Array | null;
  ordinal_days: readonly { n: number; weekday: Weekday }[];
  ordinals_in: 'month' | 'year';
  /** Next and previous allowed value for each hour, minute and second, where the part limits the frequency. */
  hours: Steps | null;
  minutes: Steps | null;
  seconds: Steps | null;
  /** The bases of the period last looked at: stepping stays in a period for a while. */
  memo_period: number;
  memo_bases: readonly number[];
  /** What BYSETPOS chooses from a set of so many instances: at most one entry for each number of days in a period. */
  places_by_size: Map<number, readonly number[]>;
}

export interface Steps {
  /** next[v]: the smallest allowed value >= v, or the length of the range. */
  next: Uint8Array;
  /** previous[v]: the largest allowed value <= v, or 255. */
  previous: Uint8Array;
}

const UNIT_S: Record<Frequency, number> = {
  SECONDLY: 1,
  MINUTELY: 60,
  HOURLY: 3600,
  DAILY: DAY_S,
  WEEKLY: 0,
  MONTHLY: 0,
  YEARLY: 0,
};

export function planRule(rule: Rule, anchor: number, all_day: boolean): Plan {
  const open = fillFromAnchor(rule, anchor);
  const plan: Plan = {
    freq: rule.freq,
    interval: rule.interval,
    unit_s: UNIT_S[rule.freq],
    wkst: rule.wkst,
    anchor,
    first_period: 0,
    last_period: 0,
    by_month: open.by_month,
    by_week_no: rule.by_week_no,
    by_year_day: rule.by_year_day,
    by_month_day: open.by_month_day,
    by_set_pos: rule.by_set_pos,
    offsets: all_day ? [0] : offsetsOf(rule, anchor),
    takes_every_day: [open.by_month, rule.by_week_no, rule.by_year_day, open.by_month_day, open.by_day].every(
      (values) => values.length === 0,
    ),
    months: table(open.by_month, 0, 13),
    month_days: table(open.by_month_day, 31, 63),
    year_days: table(rule.by_year_day, 366, 733),
    week_nos: table(rule.by_week_no, 53, 107),
    weekdays: open.by_day.length === 0 ? null : new Uint8Array(7),
    ordinal_days: open.by_day.filter(({ n }) => n !== 0),
    ordinals_in: rule.freq === 'MONTHLY' || rule.by_month.length > 0 ? 'month' : 'year',
    hours: isSubDaily(rule.freq) ? steps(rule.by_hour, 24) : null,
    minutes: rule.freq === 'MINUTELY' || rule.freq === 'SECONDLY' ? steps(rule.by_minute, 60) : null,
    seconds: rule.freq === 'SECONDLY' ? steps(rule.by_second, 60) : null,
    memo_period: Number.NaN,
    memo_bases: [],
    places_by_size: new Map(),
  };
  for (const { n, weekday } of open.by_day) if (n === 0) plan.weekdays![weekday] = 1;
  plan.first_period = periodOf(plan, anchor);
  plan.last_period = periodOf(plan, LAST_SECOND);
  return plan;
}

/** The number of the period a second lies in. With BYWEEKNO a year is its weeks, so that INTERVAL=2 takes whole weeks. */
export function periodOf(plan: Plan, seconds: number): number {
  if (plan.unit_s > 0) return Math.floor(seconds / plan.unit_s);
  const day = Math.floor(seconds / DAY_S);
  // 4 is the Monday 1970-01-05: weeks are counted from the week of that day.
  if (plan.freq === 'WEEKLY') return (weekStart(day, plan.wkst) - weekStart(4, plan.wkst)) / 7;
  if (plan.week_nos !== null) return weekYear(day, plan.wkst);
  const { year, month } = civilDate(day);
  return plan.freq === 'YEARLY' ? year : year * 12 + month - 1;
}

/** The days (as midnights) of a week, month or year that the rule names: the column of RFC 5545's table for the frequency. */
export function basesOf(plan: Plan, period: number, work: Work): readonly number[] {
  if (plan.memo_period === period) return plan.memo_bases;
  const days = candidateDays(plan, period);
  work.left -= days.length;
  const bases: number[] = [];
  for (const day of days) if (dayMatches(plan, day)) bases.push(day * DAY_S);
  bases.sort((a, b) => a - b);
  plan.memo_period = period;
  plan.memo_bases = bases.filter((base, index) => index === 0 || base !== bases[index - 1]);
  return plan.memo_bases;
}

/** All parts that name days hold for this day: whichever of them expand, the set is what they have in common. */
export function dayMatches(plan: Plan, day_number: number): boolean {
  if (plan.takes_every_day) return true;
  const { year, month, day } = civilDate(day_number);
  if (plan.months !== null && plan.months[month] === 0) return false;
  if (plan.month_days !== null) {
    if (plan.month_days[31 + day] === 0 && plan.month_days[31 + day - daysInMonth(year, month) - 1] === 0) return false;
  }
  if (plan.year_days !== null) {
    const year_day = day_number - dayNumber(year, 1, 1) + 1;
    if (plan.year_days[366 + year_day] === 0 && plan.year_days[366 + year_day - daysInYear(year) - 1] === 0) {
      return false;
    }
  }
  if (plan.week_nos !== null && !weekMatches(plan, day_number)) return false;
  return plan.weekdays === null || weekdayMatches(plan, day_number, year, month, day);
}

function weekMatches(plan: Plan, day_number: number): boolean {
  const year = weekYear(day_number, plan.wkst);
  const week = Math.floor((day_number - firstWeekStart(year, plan.wkst)) / 7) + 1;
  return plan.week_nos![53 + week] === 1 || plan.week_nos![53 + week - weeksInYear(year, plan.wkst) - 1] === 1;
}

/** RFC 5545 3.3.10, notes 1 and 2: a numbered weekday counts within the month (MONTHLY, or YEARLY with BYMONTH), else the year. */
function weekdayMatches(plan: Plan, day_number: number, year: number, month: number, day: number): boolean {
  const weekday = weekdayOf(day_number);
  if (plan.weekdays![weekday] === 1) return true;
  if (plan.ordinal_days.length === 0) return false;
  const in_month = plan.ordinals_in === 'month';
  const place = in_month ? day : day_number - dayNumber(year, 1, 1) + 1;
  const length = in_month ? daysInMonth(year, month) : daysInYear(year);
  const from_start = Math.floor((place - 1) / 7) + 1;
  const from_end = -(Math.floor((length - place) / 7) + 1);
  return plan.ordinal_days.some((it) => it.weekday === weekday && (it.n === from_start || it.n === from_end));
}

/** A superset of the period's days, taken from its narrowest part: testing all days of 400 years would take 40 times as long. */
function candidateDays(plan: Plan, period: number): number[] {
  if (plan.freq === 'WEEKLY') return weekdayCandidates(plan, weekStart(4, plan.wkst) + period * 7, 7);
  if (plan.freq === 'MONTHLY') {
    const month = (period % 12) + 1;
    return plan.months !== null && plan.months[month] === 0
      ? []
      : monthCandidates(plan, Math.floor(period / 12), month);
  }
  const first = dayNumber(period, 1, 1);
  if (plan.week_nos !== null) return weekCandidates(plan, period);
  if (plan.year_days !== null) {
    const length = daysInYear(period);
    return plan.by_year_day
      .map((n) => (n > 0 ? n : length + n + 1))
      .filter((n) => n >= 1 && n <= length)
      .map((n) => first + n - 1);
  }
  if (plan.month_days === null && plan.months === null) return weekdayCandidates(plan, first, daysInYear(period));
  const months = plan.months === null ? range(1, 12) : plan.by_month;
  return months.flatMap((month) => monthCandidates(plan, period, month));
}

function monthCandidates(plan: Plan, year: number, month: number): number[] {
  const first = dayNumber(year, month, 1);
  const length = daysInMonth(year, month);
  if (plan.month_days === null) return weekdayCandidates(plan, first, length);
  return plan.by_month_day
    .map((n) => (n > 0 ? n : length + n + 1))
    .filter((n) => n >= 1 && n <= length)
    .map((n) => first + n - 1);
}

/** `first` and `length` span what numbered weekdays count in. */
function weekdayCandidates(plan: Plan, first: number, length: number): number[] {
  const days: number[] = [];
  for (let weekday = 0; weekday < 7; weekday++) {
    if (plan.weekdays![weekday] === 0) continue;
    for (let place = (weekday - weekdayOf(first) + 7) % 7; place < length; place += 7) days.push(first + place);
  }
  for (const { n, weekday } of plan.ordinal_days) {
    const from_start = (weekday - weekdayOf(first) + 7) % 7;
    const from_end = length - 1 - ((weekdayOf(first + length - 1) - weekday + 7) % 7);
    const place = n > 0 ? from_start + (n - 1) * 7 : from_end + (n + 1) * 7;
    if (place >= 0 && place < length) days.push(first + place);
  }
  return days;
}

function weekCandidates(plan: Plan, year: number): number[] {
  const first = firstWeekStart(year, plan.wkst);
  const weeks = weeksInYear(year, plan.wkst);
  return plan.by_week_no
    .map((n) => (n > 0 ? n : weeks + n + 1))
    .filter((n) => n >= 1 && n <= weeks)
    .flatMap((n) => {
      const start = first + (n - 1) * 7;
      return plan.weekdays === null ? range(start, 7) : weekdayCandidates(plan, start, 7);
    });
}

/**
 * RFC 5545 3.3.10: "Information, not contained in the rule, necessary to determine the various recurrence instance
 * start time and dates are derived from the Start Time (DTSTART)": FREQ=YEARLY;BYMONTH=1 keeps DTSTART's day of the month.
 */
function fillFromAnchor(rule: Rule, anchor: number): Pick<Rule, 'by_month' | 'by_month_day' | 'by_day'> {
  const { by_month, by_month_day, by_day } = rule;
  const anchor_day = Math.floor(anchor / DAY_S);
  const { month, day } = civilDate(anchor_day);
  const this_weekday = [{ n: 0, weekday: weekdayOf(anchor_day) }];
  const names_days = by_month_day.length + by_day.length + rule.by_year_day.length > 0;
  if (names_days || FREQUENCIES.indexOf(rule.freq) <= FREQUENCIES.indexOf('DAILY')) {
    return { by_month, by_month_day, by_day };
  }
  if (rule.freq === 'WEEKLY' || rule.by_week_no.length > 0) return { by_month, by_month_day, by_day: this_weekday };
  const every_month = rule.freq === 'MONTHLY' || by_month.length > 0;
  return { by_month: every_month ? by_month : [month], by_month_day: [day], by_day };
}

/** BYHOUR, BYMINUTE and BYSECOND expand a coarser frequency; at and below their own unit they limit (see `hours` …). */
function offsetsOf(rule: Rule, anchor: number): number[] {
  const time = anchor - Math.floor(anchor / DAY_S) * DAY_S;
  const or = (values: readonly number[], own: number) => (values.length > 0 ? values : [own]);
  if (rule.freq === 'SECONDLY') return [0];
  const seconds = or(rule.by_second, time % 60);
  if (rule.freq === 'MINUTELY') return [...seconds];
  const minutes = or(rule.by_minute, Math.floor(time / 60) % 60);
  const in_hour = minutes.flatMap((minute) => seconds.map((second) => minute * 60 + second));
  if (rule.freq === 'HOURLY') return in_hour;
  return or(rule.by_hour, Math.floor(time / 3600)).flatMap((hour) => in_hour.map((offset) => hour * 3600 + offset));
}

function table(values: readonly number[], zero_at: number, length: number): Uint8Array | null {
  if (values.length === 0) return null;
  const allowed = new Uint8Array(length);
  for (const value of values) allowed[zero_at + value] = 1;
  return allowed;
}

function steps(values: readonly number[], length: number): Steps | null {
  if (values.length === 0) return null;
  const next = new Uint8Array(length).fill(length);
  const previous = new Uint8Array(length).fill(255);
  for (let v = 0; v < length; v++) {
    next[v] = values.find((value) => value >= v) ?? length;
    previous[v] = values.findLast((value) => value <= v) ?? 255;
  }
  return { next, previous };
}

const range = (first: number, length: number): number[] => Array.from({ length }, (_, index) => first + index);
