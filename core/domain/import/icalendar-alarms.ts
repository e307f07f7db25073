/** Alarms of a to-do become reminders that come at the same moment, counted from when our task is due. */
import { isAllDay } from '../due-date.ts';
import type { Report } from './fit.ts';
import type { Component } from './icalendar-lines.ts';
import { type Property, readProperties } from './icalendar-properties.ts';
import { type Clock, durationOf, type Moment, momentsOf, zonedTime } from './icalendar-time.ts';
import type { ImportedTask } from './plan.ts';

export interface AlarmBase {
  due: Moment | null;
  start: Moment | null;
  day_start: string;
  clock: Clock;
}
type Reminder = { offset: string } | { at: string };

const reminders_max = 20;
/** Some of them may be repetitions, or no reminders at all. */
const alarms_max = 100;
const alarm_properties: ReadonlySet<string> = new Set(['ACTION', 'TRIGGER', 'REPEAT']);

/** Null when there is no alarm that says anything. */
export function remindersOf(alarms: readonly Component[], base: AlarmBase, report: Report): ImportedTask['reminders'] {
  const reminders = new Map<string, Reminder>();
  if (alarms.length > alarms_max)
    report('reminders', `${alarms.length - alarms_max} of ${alarms.length} alarms were left out`);
  for (const alarm of alarms.slice(0, alarms_max)) {
    const properties = readProperties(alarm.lines, alarm_properties, () =>
      report('reminders', 'an alarm has a broken line'),
    );
    const trigger = properties.get('TRIGGER')?.[0];
    // Apple writes this for "no alarm, not even the default one".
    if (properties.get('ACTION')?.[0]?.raw.toUpperCase() === 'NONE') continue;
    const reminder = trigger ? reminderOf(trigger, base, report) : null;
    if (!trigger) report('reminders', 'an alarm without a trigger was left out');
    if (reminder === null) continue;
    if (properties.has('REPEAT')) report('reminders', 'an alarm rings once; its repetitions were left out');
    reminders.set(reminder.key, reminder.reminder);
  }
  if (reminders.size > reminders_max)
    report('reminders', `${reminders.size - reminders_max} of ${reminders.size} were left out`);
  return reminders.size === 0 ? null : [...reminders.values()].slice(0, reminders_max);
}

function reminderOf(trigger: Property, base: AlarmBase, report: Report): { key: string; reminder: Reminder } | null {
  const shown = trigger.raw.slice(0, 40);
  if (!/^[+-]?P/i.test(trigger.raw)) {
    const moment = momentsOf(trigger, base.clock, (message) => report('reminders', message))[0];
    if (!moment || isAllDay(moment.local)) return null;
    const at = zonedTime(moment).toInstant().toString({ smallestUnit: 'second' });
    return { key: at, reminder: { at } };
  }
  const duration = durationOf(trigger.raw);
  if (duration === null || base.due === null) {
    report(
      'reminders',
      `the alarm “${shown}” was left out: ${duration === null ? 'it is no duration' : 'there is no date to count from'}`,
    );
    return null;
  }
  const from_end = String(trigger.params.related ?? '').toUpperCase() === 'END';
  const offset = fromOurDue(duration, from_end ? base.due : (base.start ?? base.due), base.due, base.day_start);
  if (Math.abs(offset.total('days')) > 3_650) {
    report('reminders', `the alarm “${shown}” was left out: it is more than ten years from the due date`);
    return null;
  }
  // As the domain compares them: days are of the wall clock, 24 hours are not a day.
  return { key: `${offset.days}d${offset.total('seconds')}`, reminder: { offset: offset.toString() } };
}

/** RFC 5545, 3.8.6.3: counted from the start unless it says END, on a day without a time from its midnight. */
function fromOurDue(trigger: Temporal.Duration, from: Moment, due: Moment, day_start: string): Temporal.Duration {
  const [hours = 0, minutes = 0] = day_start.split(':').map(Number);
  const late = isAllDay(due.local) ? Temporal.Duration.from({ hours, minutes }) : new Temporal.Duration();
  const apart =
    from.local === due.local && from.zone === due.zone
      ? null
      : zonedTime(due).until(zonedTime(from), { largestUnit: 'hour' });
  if (apart === null && late.blank) return trigger;
  return trigger.add(apart ?? new Temporal.Duration()).subtract(late);
}
