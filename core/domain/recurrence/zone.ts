/** Where wall-clock time meets instants: skipped and repeated hours, skipped days, and an UNTIL in UTC. */
import { invalid } from '../failure.ts';
import { civilDate, DAY_S, dayNumber, writeLocal } from './calendar.ts';

/** A stretch of wall-clock time that never was: `start` up to `start + length` (seconds). */
export interface Gap {
  start: number;
  length: number;
}

const EPOCH = Temporal.PlainDateTime.from('1970-01-01T00:00:00');

/** 'compatible' is the rule of RFC 5545 3.3.5: a time in a gap moves on by its length, an ambiguous one is the first. */
export function localToInstant(local: string, time_zone: string): Temporal.Instant {
  const date_time = Temporal.PlainDateTime.from(local);
  return zoned(() => date_time.toZonedDateTime(time_zone, { disambiguation: 'compatible' }).toInstant());
}

export const secondsToInstant = (seconds: number, time_zone: string): Temporal.Instant =>
  localToInstant(writeLocal(seconds, false), time_zone);

/** The wall-clock second in the zone at a UTC second. */
export function utcToLocalSeconds(utc_seconds: number, time_zone: string): number {
  const instant = Temporal.Instant.fromEpochMilliseconds(utc_seconds * 1000);
  return localSeconds(zoned(() => instant.toZonedDateTimeISO(time_zone)).toPlainDateTime());
}

/** A zone's gaps in a year: two or three look-ups of 2 µs each, so they are kept. */
const GAP_YEARS_KEPT = 5000;
const gaps_by_zone_year = new Map<string, readonly Gap[]>();

export function gapsOf(time_zone: string, year: number): readonly Gap[] {
  const key = `${time_zone} ${year}`;
  const known = gaps_by_zone_year.get(key);
  if (known !== undefined) return known;
  if (gaps_by_zone_year.size >= GAP_YEARS_KEPT) gaps_by_zone_year.clear();
  const gaps = findGaps(time_zone, year);
  gaps_by_zone_year.set(key, gaps);
  return gaps;
}

/** Two days to either side, so that a gap at the turn of the year is found from both of its ends. */
function findGaps(time_zone: string, year: number): Gap[] {
  const from = (dayNumber(year, 1, 1) - 2) * DAY_S * 1000;
  const to = (dayNumber(year + 1, 1, 1) + 2) * DAY_S * 1000;
  const gaps: Gap[] = [];
  let at = zoned(() => Temporal.Instant.fromEpochMilliseconds(from).toZonedDateTimeISO(time_zone));
  for (;;) {
    const next = at.getTimeZoneTransition('next');
    if (next === null || next.epochMilliseconds > to) return gaps;
    const before = next.subtract({ nanoseconds: 1 }).offsetNanoseconds;
    const length = (next.offsetNanoseconds - before) / 1e9;
    if (length > 0) gaps.push({ start: localSeconds(next.toPlainDateTime()) - length, length });
    at = next;
  }
}

/** The gap whose hours, moved on, cover this second: times in it and this one can be the same instant. */
export function gapBefore(time_zone: string, seconds: number): Gap | undefined {
  const { year } = civilDate(Math.floor(seconds / DAY_S));
  return gapsOf(time_zone, year).find(({ start, length }) => seconds >= start + length && seconds < start + 2 * length);
}

const localSeconds = (local: Temporal.PlainDateTime): number => local.since(EPOCH, { largestUnit: 'second' }).seconds;

function zoned<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof RangeError) throw invalid('time_zone', 'is not a time zone of the IANA database');
    throw error;
  }
}
