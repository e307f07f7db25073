/** Dates of a calendar file, in whichever of its four forms, become a date or wall-clock time in a zone with an IANA name. */
import { dueTime, isAllDay, localPart, readDueDate } from '../due-date.ts';
import { Failure } from '../failure.ts';
import type { Component } from './icalendar-lines.ts';
import { type Property, readProperties } from './icalendar-properties.ts';
import { type ZoneFinder, zoneFinder } from './zones.ts';

export interface Moment {
  /** YYYY-MM-DD, or YYYY-MM-DDTHH:mm:ss in `zone` */
  local: string;
  zone: string;
  /** Written in UTC: the zone is then a choice of ours. */
  utc: boolean;
}

/** What the dates of one calendar need to know: the user's zone, and what its own names for zones mean. */
export interface Clock {
  user_zone: string;
  zoneOf(tzid: string): string | null;
}

export function calendarClock(calendar: Component, user_zone: string): Clock {
  const zoneNamed = zoneFinder();
  const own = ownZones(calendar, zoneNamed);
  return { user_zone, zoneOf: (tzid) => zoneNamed(tzid) ?? own.get(tzid) ?? null };
}

const zone_properties: ReadonlySet<string> = new Set(['TZID', 'X-LIC-LOCATION']);

/** A VTIMEZONE may have any name; many say with X-LIC-LOCATION which place they mean. */
function ownZones(calendar: Component, zoneNamed: ZoneFinder): ReadonlyMap<string, string> {
  const zones = new Map<string, string>();
  for (const component of calendar.children) {
    if (component.name !== 'VTIMEZONE') continue;
    const properties = readProperties(component.lines, zone_properties, () => {});
    const zone = zoneNamed(properties.get('X-LIC-LOCATION')?.[0]?.raw ?? '');
    if (zone !== null) zones.set(properties.get('TZID')?.[0]?.raw ?? '', zone);
  }
  return zones;
}

/** More than a task may have exceptions, so that the caller still notices. */
const values_max = 1_001;

/** The moments of a property, which has several with commas between them; null for one that is none. */
export function momentsOf(property: Property, clock: Clock, report: (message: string) => void): (Moment | null)[] {
  const tzid = property.params.tzid;
  const named = typeof tzid === 'string' ? clock.zoneOf(tzid) : clock.user_zone;
  if (named === null) report(`the time zone “${String(tzid).slice(0, 60)}” is not known; ${clock.user_zone} was taken`);
  const zone = named ?? clock.user_zone;
  return property.raw.split(',', values_max).map((value) => {
    const moment = momentOf(value.trim(), zone, clock.user_zone);
    if (moment === null) report(`“${value.slice(0, 40)}” is not a date that can be taken`);
    return moment;
  });
}

function momentOf(value: string, zone: string, user_zone: string): Moment | null {
  const found = /^(\d{4})(\d{2})(\d{2})(?:T(\d{2})(\d{2})(\d{2})(Z?))?$/i.exec(value);
  if (!found) return null;
  const [, year, month, day, hour, minute, second, z] = found;
  const date = `${year}-${month}-${day}`;
  const utc = z !== undefined && z !== '';
  const own = utc ? user_zone : zone;
  // RFC 5545, 3.3.12: the second may be 60. The clocks here have no such second.
  const input =
    hour === undefined ? date : `${date}T${hour}:${minute}:${second === '60' ? '59' : second}${utc ? 'Z' : ''}`;
  try {
    return { local: localPart(readDueDate(input, own)), zone: own, utc };
  } catch (error) {
    if (error instanceof Failure) return null;
    throw error;
  }
}

/** The same instant on the clocks of another zone; a day is the same day everywhere. */
export function inZone(moment: Moment, zone: string): Moment {
  if (isAllDay(moment.local) || moment.zone === zone) return { ...moment, zone };
  const local = zonedTime(moment).withTimeZone(zone).toPlainDateTime().toString({ smallestUnit: 'second' });
  return { ...moment, local, zone };
}

/** A day begins at midnight in a calendar file, whenever ours is due. */
export const zonedTime = (moment: Moment): Temporal.ZonedDateTime => dueTime(moment.local, moment.zone, '00:00');

/** RFC 5545, 3.3.6: weeks, days and time, no months. Ten years each way are more than people plan. */
export function durationOf(text: string): Temporal.Duration | null {
  if (!/^[+-]?P(?:\d{1,6}W|(?=\d|T\d)(?:\d{1,6}D)?(?:T(?=\d)(?:\d{1,7}H)?(?:\d{1,8}M)?(?:\d{1,9}S)?)?)$/i.test(text))
    return null;
  const { weeks, days, hours, minutes, seconds } = Temporal.Duration.from(text);
  const duration = Temporal.Duration.from({ days: weeks * 7 + days, hours, minutes, seconds });
  return Math.abs(duration.total('days')) > 3_650 ? null : duration;
}
