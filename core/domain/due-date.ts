/** A due date keeps its wall-clock time: what was 09:00 stays 09:00, whatever happens to the rules of the zone. */
import { invalid } from './failure.ts';

/** Far enough for people; well inside what Temporal and PostgreSQL can hold in any time zone. */
const EARLIEST = '1970-01-01';
export const LATEST = '9998-12-31';

/** Takes the text of a date or an instant; one beyond the year 9999 begins with a sign, and is outside as well. */
export function checkRange(text: string, field: string): void {
  const date = text.slice(0, 10);
  if (date < EARLIEST || date > LATEST) throw invalid(field, `lies outside ${EARLIEST} to ${LATEST}`);
}

export const isAllDay = (due_date: string): boolean => due_date.length === 10;

/** The wall-clock part: `2026-12-01T09:00:00`, or the date of an all-day task. */
export const localPart = (due_date: string): string => due_date.slice(0, 19);

/**
 * The canonical form of a due date from a request: a date, or a date-time to the second with the offset that
 * `time_zone` has then. With an offset in the input, that instant is meant; without one, wall-clock time in the zone.
 */
export function readDueDate(input: string, time_zone: string, field = 'due_date'): string {
  try {
    const canonical = canonicalDueDate(input.toUpperCase(), time_zone);
    checkRange(canonical, field);
    return canonical;
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw invalid(field, 'is not a date or time that exists');
  }
}

function canonicalDueDate(input: string, time_zone: string): string {
  if (input.length === 10) return Temporal.PlainDate.from(input, { overflow: 'reject' }).toString();
  if (/(?:Z|[+-]\d{2}:\d{2})$/.test(input)) {
    return zonedText(ceilSecond(Temporal.Instant.from(input).toZonedDateTimeISO(time_zone)));
  }
  return zonedText(ceilSecond(Temporal.PlainDateTime.from(input, { overflow: 'reject' }).toZonedDateTime(time_zone)));
}

const ceilSecond = (time: Temporal.ZonedDateTime) => time.round({ smallestUnit: 'second', roundingMode: 'ceil' });

const zonedText = (time: Temporal.ZonedDateTime): string =>
  time.toString({ timeZoneName: 'never', smallestUnit: 'second' });

/**
 * The time a due date means in its zone. An offset that the zone does not have (any more) gives way to the wall-clock
 * time; one that it has tells the two passes of a repeated hour apart.
 */
export function dueTime(due_date: string, time_zone: string, day_start: string): Temporal.ZonedDateTime {
  if (isAllDay(due_date)) return Temporal.PlainDateTime.from(`${due_date}T${day_start}`).toZonedDateTime(time_zone);
  return Temporal.ZonedDateTime.from(`${due_date}[${time_zone}]`, { offset: 'prefer' });
}

/** `due_at` of a task: the instant of its due date, ISO 8601 in UTC to the millisecond, or null. */
export function dueAt(due_date: string | null, time_zone: string, day_start: string): string | null {
  return due_date === null ? null : instantText(dueTime(due_date, time_zone, day_start).toInstant());
}

/** The same wall-clock time under the rules that hold now, or in another zone. */
export function rezoneDueDate(due_date: string, time_zone: string, keep_offset: boolean): string {
  if (isAllDay(due_date)) return due_date;
  if (keep_offset) return zonedText(Temporal.ZonedDateTime.from(`${due_date}[${time_zone}]`, { offset: 'prefer' }));
  return zonedText(Temporal.PlainDateTime.from(localPart(due_date)).toZonedDateTime(time_zone));
}

/** How instants are written everywhere: UTC, milliseconds. */
export const instantText = (instant: Temporal.Instant): string => instant.toString({ fractionalSecondDigits: 3 });

/** The name of a time zone as its database spells it; a name it does not know is the client's error. */
export function readTimeZone(name: string, field = 'time_zone'): string {
  const known = zones.get(name);
  if (known !== undefined) return known;
  try {
    const canonical = Temporal.ZonedDateTime.from(`2000-01-01T00:00[${name}]`).timeZoneId;
    zones.set(name, canonical);
    return canonical;
  } catch {
    throw invalid(field, `is not a time zone this server knows: ${name}`);
  }
}

/** Only names that exist get in, in at most a few spellings: bounded by the database of zones. */
const zones = new Map<string, string>();

/** Today, and now, on a wall clock in a zone. */
export const localDate = (now: Temporal.Instant, time_zone: string): string =>
  now.toZonedDateTimeISO(time_zone).toPlainDate().toString();

export const localDateTime = (now: Temporal.Instant, time_zone: string): string =>
  now
    .toZonedDateTimeISO(time_zone)
    .toPlainDateTime()
    .round({ smallestUnit: 'second', roundingMode: 'trunc' })
    .toString({ smallestUnit: 'second' });
