/** The day, the time and the rule of a line come together as one due date, ahead of now unless the line says otherwise. */
import { type DaySaid, dayOfMonth, isKnownYear, type Scene, wallClock } from './calendar.ts';
import { endText, type RuleEnd } from './ends.ts';
import { firstDay, type Rule, ruleText } from './rule.ts';
import { type Clock, clockTime, settleTime } from './times.ts';
import type { DayPart } from './words.ts';

/** All that a line said about when. */
export interface When {
  day: DaySaid | null;
  /** The day came with `starting`: the rule begins at its first day from then on. */
  starting: boolean;
  clock: Clock | null;
  part: DayPart | null;
  rule: Rule | null;
  end: RuleEnd | null;
}

export interface Due {
  date: Temporal.PlainDate;
  time: Clock | null;
}

/** Null when nothing was said, or nothing that exists. */
export function settleDue(said: When, scene: Scene): Due | null {
  const due = said.rule === null ? settleOnce(said, scene) : settleRule(said, said.rule, scene);
  return due !== null && isKnownYear(due.date.year) ? due : null;
}

function settleOnce(said: When, scene: Scene): Due | null {
  const { day } = said;
  const time = timeSaid(said, scene);
  if (day === null) return time === null ? null : nextTime(time, scene);
  if (time === null) return { date: day.date, time };
  if (time.midnight) return { date: day.date.add({ days: 1 }), time };
  if (day.roll === null || isAhead(day.date, time, scene)) return { date: day.date, time };
  const later = day.date.add({ days: 1 });
  return {
    date: day.roll === 'week' ? day.date.add({ weeks: 1 }) : (dayOfMonth(later, day.date.day) ?? day.date),
    time,
  };
}

const timeSaid = (said: When, scene: Scene): Clock | null => {
  if (said.day?.exact) return said.day.clock;
  const part = said.part ?? said.day?.part ?? said.rule?.part ?? null;
  if (said.clock !== null) return settleTime(said.clock, part, scene.day_start);
  return said.day?.clock ?? said.rule?.clock ?? settleTime(null, part, scene.day_start);
};

/** The next time that it is so late, today or tomorrow. */
export function nextTime(time: Clock, scene: Scene): Due {
  return { date: isAhead(scene.today, time, scene) ? scene.today : scene.today.add({ days: 1 }), time };
}

function settleRule(said: When, rule: Rule, scene: Scene): Due | null {
  const time = timeSaid(said, scene);
  if (said.day !== null && !said.starting) return { date: said.day.date, time: time ?? clockOfFineRule(rule, scene) };
  if (rule.freq === 'HOURLY' || rule.freq === 'MINUTELY') {
    if (said.day !== null) return { date: said.day.date, time: time ?? clockOfFineRule(rule, scene) };
    return time === null ? nextSlot(rule, scene) : nextTime(time, scene);
  }
  const from = said.day?.date ?? scene.today;
  const first = firstDay(rule, from);
  if (first === null || time === null || said.day !== null || isAhead(first, time, scene))
    return first && { date: first, time };
  const next = firstDay(rule, first.add({ days: 1 }));
  return next && { date: next, time };
}

/** A rule finer than a day needs a time to count from. */
const clockOfFineRule = (rule: Rule, scene: Scene): Clock | null =>
  rule.freq === 'HOURLY' || rule.freq === 'MINUTELY' ? settleTime(null, 'morning', scene.day_start) : null;

/** `every hour` begins at the next full hour, `every 15 minutes` at the next quarter. */
function nextSlot(rule: Rule, scene: Scene): Due {
  const minutes = rule.freq === 'HOURLY' ? 60 : 60 % rule.interval === 0 ? rule.interval : 1;
  const minute_now = scene.now.with({ second: 0, millisecond: 0, microsecond: 0, nanosecond: 0 });
  const slot = minute_now.add({ minutes: minutes - (scene.now.minute % minutes) });
  const wall = wallClock(minutes === 1 ? slot.add({ minutes: rule.interval - 1 }) : slot);
  return {
    date: wall.toPlainDate(),
    time: { hour: wall.hour, minute: wall.minute, second: 0, bare: false, midnight: false },
  };
}

const isAhead = (date: Temporal.PlainDate, time: Clock, scene: Scene): boolean =>
  Temporal.ZonedDateTime.compare(
    date.toPlainDateTime(clockTime(time)).toZonedDateTime(scene.now.timeZoneId),
    scene.now,
  ) > 0;

export function dueText(due: Due): string {
  if (due.time === null) return due.date.toString();
  return due.date.toPlainDateTime(clockTime(due.time)).toString({ smallestUnit: 'second' });
}

/** When the due date comes, on the wall clock: all-day tasks at the start of the user's day (spec section 4). */
export const dueWall = (due: Due, scene: Scene): Temporal.PlainDateTime =>
  due.date.toPlainDateTime(due.time === null ? Temporal.PlainTime.from(scene.day_start) : clockTime(due.time));

export function ruleValue(said: When, due: Due, scene: Scene): string | null {
  if (said.rule === null) return null;
  const end = said.end && endText(said.end, dueWall(due, scene), due.time === null, scene.now.timeZoneId);
  return ruleText(said.rule, end, scene.week_start);
}
