/** A schedule made ready to search: parsed once, kept, with the second at which it ends. */
import { DAY_S, readLocal } from './calendar.ts';
import { nextInstance, previousInstance } from './instances.ts';
import { type Plan, planRule, type Work } from './plan.ts';
import { checkAllDay, readRule } from './read-rule.ts';
import { isSubDaily, type Rule } from './rule.ts';
import { gapBefore, secondsToInstant, utcToLocalSeconds } from './zone.ts';

/** Days tested and periods entered by one call at most, about 20 ms. No rule by days needs more than 150,000 to be decided. */
export const SEARCH_WORK_MAX = 200_000;
const SERIES_KEPT = 2000;
/** No zone has ever moved its clocks by more than a day. */
const SHIFT_MAX_S = DAY_S;
/** Later rules of a zone are a yearly pattern of at most some hours; days were skipped by decree, in the past. */
const LAST_SKIPPED_DAY_YEAR = 2037;

export interface Series {
  plan: Plan;
  time_zone: string;
  anchor: number;
  all_day: boolean;
  /** No instance after this second: UNTIL, or the instance at which COUNT is reached. */
  last: number;
  /** UNTIL in UTC: an instant to compare with, needed only within a day of it. */
  until_utc: number | null;
  /** COUNT was not reached within the bound of a search. */
  is_unfinished: boolean;
  is_finer_than_daily: boolean;
}

const kept = new Map<string, Series>();

/** The most recently used stay. */
export function seriesOf(schedule: { rule: string; anchor: string; time_zone: string }): Series {
  const key = `${schedule.anchor} ${schedule.time_zone} ${schedule.rule}`;
  const known = kept.get(key);
  if (known !== undefined) {
    kept.delete(key);
    kept.set(key, known);
    return known;
  }
  const anchor = readLocal(schedule.anchor, 'due_date');
  const series = makeSeries(readRule(schedule.rule), anchor.seconds, anchor.all_day, schedule.time_zone);
  if (kept.size >= SERIES_KEPT) kept.delete(kept.keys().next().value!);
  kept.set(key, series);
  return series;
}

export function makeSeries(rule: Rule, anchor: number, all_day: boolean, time_zone: string): Series {
  if (all_day) checkAllDay(rule);
  const series: Series = {
    plan: planRule(rule, anchor, all_day),
    time_zone,
    anchor,
    all_day,
    last: Number.POSITIVE_INFINITY,
    until_utc: null,
    is_unfinished: false,
    is_finer_than_daily: isFiner(rule),
  };
  if (rule.until !== null) applyUntil(series, rule.until);
  if (rule.count !== null) applyCount(series, rule.count);
  return series;
}

export const isFiner = (rule: Rule): boolean =>
  isSubDaily(rule.freq) || rule.by_hour.length > 1 || rule.by_minute.length > 1 || rule.by_second.length > 1;

/** The first instance after `after`, the anchor being one whether or not it fits the rule. */
export function nextOf(series: Series, after: number, work: Work): number | null {
  if (after < series.anchor) return series.anchor;
  for (let at = after; ; ) {
    const next = nextInstance(series.plan, at, work);
    if (next === null || next > series.last) return null;
    if (isKept(series, next, work)) return next;
    at = next;
  }
}

/** The last instance at or before `until`. */
export function previousOf(series: Series, until: number, work: Work): number | null {
  if (until < series.anchor) return null;
  for (let at = Math.min(until, series.last); ; ) {
    const previous = previousInstance(series.plan, at, work);
    if (previous === null || previous <= series.anchor) return series.anchor;
    if (isKept(series, previous, work)) return previous;
    at = previous - 1;
  }
}

/** RFC 5545 3.3.10: UNTIL "bounds the recurrence rule in an inclusive manner"; a date lets its whole day through. */
function applyUntil(series: Series, until: NonNullable<Rule['until']>): void {
  if (until.form === 'utc') {
    const local = utcToLocalSeconds(until.seconds, series.time_zone);
    series.until_utc = until.seconds;
    series.last = local + SHIFT_MAX_S;
  } else {
    series.last = until.form === 'date' ? until.seconds + DAY_S - 1 : until.seconds;
  }
}

/** RFC 5545 3.3.10: "The DTSTART property value always counts as the first occurrence." */
function applyCount(series: Series, count: number): void {
  const work: Work = { left: SEARCH_WORK_MAX };
  let last = series.anchor;
  for (let counted = 1; counted < count; counted++) {
    const next = nextInstance(series.plan, last, work);
    if (next === null) {
      series.is_unfinished = work.left < 0;
      break;
    }
    last = next;
  }
  series.last = last;
}

function isKept(series: Series, instance: number, work: Work): boolean {
  if (series.until_utc !== null && instance > series.last - 2 * SHIFT_MAX_S) {
    const at = secondsToInstant(instance, series.time_zone).epochMilliseconds;
    if (at > series.until_utc * 1000) return false;
  }
  return !isOvertaken(series, instance, work);
}

/**
 * Times inside a gap move on by its length and can so meet, or pass, later times of the same rule: every 30 minutes,
 * 02:30 becomes 03:30 and 03:00 stays 03:00. Of those the first by wall clock is kept; the others are no instances that
 * day. So instants increase as strictly as wall-clock times do. COUNT counts on the wall clock, before this.
 */
function isOvertaken(series: Series, instance: number, work: Work): boolean {
  if (!series.is_finer_than_daily && instance > LAST_SKIPPED_DAY_S) return false;
  const gap = gapBefore(series.time_zone, instance);
  if (gap === undefined) return false;
  const inside = previousInstance(series.plan, gap.start + gap.length - 1, work);
  const earlier = Math.max(inside ?? series.anchor, series.anchor);
  return earlier >= gap.start && earlier < gap.start + gap.length && earlier + gap.length >= instance;
}

const LAST_SKIPPED_DAY_S = readLocal(`${LAST_SKIPPED_DAY_YEAR}-12-31`, '').seconds;
