/** When a schedule repeats: always on the wall clock of its zone, always within a bounded search (docs/decisions/0004-recurrence.md). */
import { invalid } from './failure.ts';
import { DAY_S, LAST_SECOND, readLocal, writeLocal } from './recurrence/calendar.ts';
import type { Work } from './recurrence/plan.ts';
import { readRule } from './recurrence/read-rule.ts';
import {
  isFiner,
  makeSeries,
  nextOf,
  previousOf,
  SEARCH_WORK_MAX,
  type Series,
  seriesOf,
} from './recurrence/series-of.ts';
import { localToInstant } from './recurrence/zone.ts';

export { describeRule } from './recurrence/describe-rule.ts';
export { parseRule } from './recurrence/parse-rule.ts';

/** What repeats. All local, in wall-clock time. */
export interface Schedule {
  /** Canonical RRULE value without 'RRULE:'. */
  rule: string;
  /** DTSTART: 'YYYY-MM-DDTHH:mm:ss' or, all day, 'YYYY-MM-DD'. */
  anchor: string;
  /** IANA name. */
  time_zone: string;
  /** Occurrences removed, in the form of the anchor. COUNT counts them, as RFC 5545 counts an EXDATE. */
  exceptions: readonly string[];
}

/** Identity of an occurrence: the local wall-clock time the rule names, in the form of the anchor (not shifted by DST). */
export type Occurrence = string;

const OCCURRENCES_MAX = 1000;
const DAY_START_DEFAULT = '09:00';

/**
 * First occurrence strictly after `after`, which need not be one itself; null: the first of all, which is the anchor
 * unless excluded. Null when there is no further one up to the year 9998, or none within a bounded search: rules by
 * days are decided exactly, a rule finer than daily may be given up after SEARCH_WORK_MAX steps (thousands of years).
 */
export function nextOccurrence(schedule: Schedule, after: Occurrence | null): Occurrence | null {
  const series = seriesOf(schedule);
  const from = after === null ? series.anchor - 1 : readLocal(after, 'occurrence').seconds;
  return nextIncluded(series, from, exclusion(schedule), newWork());
}

/** The last occurrence at or before `local`, or null. It is looked for backwards from there, however many lie between. */
export function latestOccurrenceAtOrBefore(schedule: Schedule, local: string): Occurrence | null {
  const series = seriesOf(schedule);
  const work = newWork();
  const isExcluded = exclusion(schedule);
  let at = readLocal(local, 'occurrence').seconds;
  for (;;) {
    const previous = previousOf(series, at, work);
    if (previous === null) return null;
    const occurrence = writeLocal(previous, series.all_day);
    if (!isExcluded(occurrence)) return occurrence;
    at = previous - 1;
  }
}

/** All occurrences with from <= occurrence < to in order, at most `limit` (and never more than 1,000). */
export function occurrencesBetween(schedule: Schedule, from: string, to: string, limit: number): Occurrence[] {
  const series = seriesOf(schedule);
  const end = readLocal(to, 'to').seconds;
  const work = newWork();
  const isExcluded = exclusion(schedule);
  const occurrences: Occurrence[] = [];
  const most = Math.min(limit, OCCURRENCES_MAX);
  let at: number | null = readLocal(from, 'from').seconds - 1;
  while (occurrences.length < most) {
    at = nextOf(series, at, work);
    if (at === null || at >= end) break;
    const occurrence = writeLocal(at, series.all_day);
    if (!isExcluded(occurrence)) occurrences.push(occurrence);
  }
  return occurrences;
}

/**
 * The first occurrence strictly after the day of completion, as if the series had begun on that day at the anchor's
 * time of day. COUNT is the caller's to count; UNTIL and exceptions hold.
 */
export function nextAfterCompletion(schedule: Schedule, completed_on: string): Occurrence | null {
  const anchor = readLocal(schedule.anchor, 'due_date');
  const completed = readLocal(completed_on.slice(0, 10), 'completed_on').seconds;
  const time_of_day = anchor.seconds - Math.floor(anchor.seconds / DAY_S) * DAY_S;
  const rule = { ...readRule(schedule.rule), count: null };
  const series = makeSeries(rule, completed + time_of_day, anchor.all_day, schedule.time_zone);
  return nextIncluded(series, completed + DAY_S - 1, exclusion(schedule), newWork());
}

/** COUNT of a rule or null. */
export const countOf = (rule: string): number | null => readRule(rule).count;

/** True when a rule repeats more often than once a day: FREQ finer than DAILY, or several times of day. */
export const isFinerThanDaily = (rule: string): boolean => isFiner(readRule(rule));

/**
 * The instant of a wall-clock time: a time in a gap moves forward by the gap's length, one that occurs twice is the
 * first. An all-day occurrence needs its time of day.
 */
export function instantOf(
  occurrence: Occurrence,
  time_zone: string,
  time_of_day = DAY_START_DEFAULT,
): Temporal.Instant {
  const { seconds, all_day } = readLocal(occurrence, 'occurrence');
  if (!all_day) return localToInstant(occurrence, time_zone);
  if (!/^([01]\d|2[0-3]):[0-5]\d(:[0-5]\d)?$/.test(time_of_day)) throw invalid('time_of_day', 'must look like 09:00');
  return localToInstant(`${writeLocal(seconds, true)}T${time_of_day}`, time_zone);
}

const newWork = (): Work => ({ left: SEARCH_WORK_MAX });

function nextIncluded(
  series: Series,
  after: number,
  isExcluded: (occurrence: Occurrence) => boolean,
  work: Work,
): Occurrence | null {
  for (let at: number | null = after; at < LAST_SECOND; ) {
    at = nextOf(series, at, work);
    if (at === null) return null;
    const occurrence = writeLocal(at, series.all_day);
    if (!isExcluded(occurrence)) return occurrence;
  }
  return null;
}

/** A series skipped for years has many exceptions: a set for those, no set for the few of most. */
function exclusion({ exceptions }: Schedule): (occurrence: Occurrence) => boolean {
  if (exceptions.length <= 8) return (occurrence) => exceptions.includes(occurrence);
  const excluded = new Set(exceptions);
  return (occurrence) => excluded.has(occurrence);
}
