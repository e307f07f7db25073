/** Repeating: which occurrence a series brings next, when it appears, and what is passed over after time without service. */
import { dueTime, instantText, isAllDay, localDate, localDateTime } from './due-date.ts';
import type { SeriesRecord, UserSettings } from './model.ts';
import {
  countOf,
  instantOf,
  isFinerThanDaily,
  latestOccurrenceAtOrBefore,
  nextAfterCompletion,
  nextOccurrence,
  occurrencesBetween,
  type Schedule,
} from './recurrence.ts';
import { earliestReminder } from './reminders.ts';

/** After a long time without service, so many of the occurrences passed over are kept in the history, the newest ones. */
export const MISSED_KEPT_MAX = 1_000;

export const scheduleOf = (series: SeriesRecord): Schedule => ({
  rule: series.recurrence_rule,
  anchor: series.anchor,
  time_zone: series.time_zone,
  exceptions: series.exceptions,
});

/** The due date of an occurrence: its wall-clock time with the offset of that day, moved out of a gap. */
export function dueDateOf(occurrence: string, time_zone: string): string {
  if (isAllDay(occurrence)) return occurrence;
  return instantOf(occurrence, time_zone)
    .toZonedDateTimeISO(time_zone)
    .toString({ timeZoneName: 'never', smallestUnit: 'second' });
}

/** When the occurrence's own time has come: its local day begins, or its time for a rule finer than daily. */
export function beginsAt(series: SeriesRecord, occurrence: string): Temporal.Instant {
  if (!isAllDay(occurrence) && isFinerThanDaily(series.recurrence_rule)) return instantOf(occurrence, series.time_zone);
  const day = Temporal.PlainDate.from(dueDateOf(occurrence, series.time_zone).slice(0, 10));
  return day.toZonedDateTime(series.time_zone).toInstant();
}

/**
 * When an occurrence appears by itself: when it begins, or at its earliest reminder if that is before. A reminder a day
 * ahead needs a task to point at; without this it would be lost whenever the occurrence before it was not done.
 */
export function appearsAt(series: SeriesRecord, occurrence: string, settings: UserSettings): Temporal.Instant {
  const begins = beginsAt(series, occurrence);
  const due = dueTime(dueDateOf(occurrence, series.time_zone), series.time_zone, settings.day_start);
  const reminder = earliestReminder(series.template.reminders, due);
  return reminder !== null && Temporal.Instant.compare(reminder, begins) < 0 ? reminder : begins;
}

/** What a series brings: the occurrence to make, and those before it that are passed over for good. */
export interface Advance {
  occurrence: string;
  missed: string[];
}

/**
 * The occurrence that comes now, or null when none does. With `completed_on` (a local date) the latest one has been
 * completed or skipped, and the next comes at once; without, only one whose time to appear has come. Of several that
 * have begun only the newest comes, the others are missed.
 */
export function advance(
  series: SeriesRecord,
  settings: UserSettings,
  now: Temporal.Instant,
  completed_on: string | null,
): Advance | null {
  if (series.paused || series.ended_at !== null) return null;
  if (series.repeat_from === 'completion') {
    if (completed_on === null) return null;
    const next = nextFromCompletion(series, completed_on);
    return next === null ? null : { occurrence: next, missed: [] };
  }
  const schedule = scheduleOf(series);
  const next = nextOccurrence(schedule, series.latest_occurrence);
  if (next === null) return null;
  const newest = newestBegun(series, now);
  if (newest !== null && newest > next) {
    return { occurrence: newest, missed: passedOver(schedule, next, newest) };
  }
  if (completed_on !== null) return { occurrence: next, missed: [] };
  return Temporal.Instant.compare(appearsAt(series, next, settings), now) <= 0
    ? { occurrence: next, missed: [] }
    : null;
}

/** COUNT runs over the occurrences there have been, wherever completion has moved them. */
function nextFromCompletion(series: SeriesRecord, completed_on: string): string | null {
  const count = countOf(series.recurrence_rule);
  if (count !== null && series.occurrence_count >= count) return null;
  return nextAfterCompletion(scheduleOf(series), completed_on);
}

function newestBegun(series: SeriesRecord, now: Temporal.Instant): string | null {
  const local = isAllDay(series.anchor)
    ? localDate(now, series.time_zone)
    : `${localDate(now, series.time_zone)}T23:59:59`;
  let candidate = latestOccurrenceAtOrBefore(scheduleOf(series), local);
  // For a rule finer than daily today's later ones have not begun; a day of them is at most 288 (one in five minutes).
  for (let step = 0; candidate !== null && step < 300; step += 1) {
    if (Temporal.Instant.compare(beginsAt(series, candidate), now) <= 0) return candidate;
    candidate = latestOccurrenceAtOrBefore(scheduleOf(series), justBefore(candidate));
  }
  return null;
}

const justBefore = (occurrence: string): string =>
  isAllDay(occurrence)
    ? Temporal.PlainDate.from(occurrence).subtract({ days: 1 }).toString()
    : Temporal.PlainDateTime.from(occurrence).subtract({ seconds: 1 }).toString({ smallestUnit: 'second' });

/** The newest of those between; a bounded window behind the newest stands for a gap of years of a fine rule. */
function passedOver(schedule: Schedule, from: string, to: string): string[] {
  const all = occurrencesBetween(schedule, from, to, MISSED_KEPT_MAX);
  if (all.length < MISSED_KEPT_MAX) return all;
  const newest: string[] = [];
  for (
    let last = latestOccurrenceAtOrBefore(schedule, justBefore(to));
    last !== null && last >= from && newest.length < MISSED_KEPT_MAX;
  ) {
    newest.push(last);
    last = latestOccurrenceAtOrBefore(schedule, justBefore(last));
  }
  return newest.reverse();
}

/** The series after one of its occurrences came to be: what is next, when it appears, and whether anything is. */
export function withNext(series: SeriesRecord, settings: UserSettings, now: Temporal.Instant): SeriesRecord {
  const count = countOf(series.recurrence_rule);
  const from_completion = series.repeat_from === 'completion';
  const next = from_completion ? null : nextOccurrence(scheduleOf(series), series.latest_occurrence);
  const over = from_completion ? count !== null && series.occurrence_count >= count : next === null;
  const waits = next === null || series.paused || series.ended_at !== null;
  return {
    ...series,
    next_occurrence: next,
    appears_at: waits ? null : instantText(appearsAt(series, next, settings)),
    ended_at: series.ended_at ?? (over ? instantText(now) : null),
  };
}

/** After a pause nothing of it is made up for: the series goes on with the first occurrence that is not yet over. */
export function resumed(series: SeriesRecord, settings: UserSettings, now: Temporal.Instant): SeriesRecord {
  const today = localDate(now, series.time_zone);
  const yesterday = Temporal.PlainDate.from(today).subtract({ days: 1 }).toString();
  const passed = latestOccurrenceAtOrBefore(
    scheduleOf(series),
    isAllDay(series.anchor) ? yesterday : localDateTime(now, series.time_zone),
  );
  const latest_occurrence = passed !== null && passed > series.latest_occurrence ? passed : series.latest_occurrence;
  return withNext({ ...series, paused: false, latest_occurrence }, settings, now);
}

/**
 * The series from an occurrence on, under another rule, time or zone. A COUNT that was there before goes on counting
 * from where it was.
 */
export function rescheduled(
  series: SeriesRecord,
  to: { anchor: string; rule: string; time_zone: string; repeat_from: SeriesRecord['repeat_from'] },
  from_occurrence: string,
): SeriesRecord {
  const count = to.rule === series.recurrence_rule && to.repeat_from === 'due' ? countOf(to.rule) : null;
  const before =
    count === null
      ? 0
      : occurrencesBetween({ ...scheduleOf(series), exceptions: [] }, series.anchor, from_occurrence, 1_000).length;
  const recurrence_rule =
    count === null ? to.rule : to.rule.replace(/COUNT=\d+/, `COUNT=${Math.max(1, count - before)}`);
  return {
    ...series,
    anchor: to.anchor,
    recurrence_rule,
    time_zone: to.time_zone,
    repeat_from: to.repeat_from,
    exceptions: series.exceptions.filter((exception) => exception > to.anchor && exception.length === to.anchor.length),
    latest_occurrence: to.anchor,
  };
}
