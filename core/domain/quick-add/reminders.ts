/** `remind me 1 day before and at 8am`, `no reminder`: when the user wants to be told, relative to the due time or as an instant. */
import type { QuickAddResult } from '../quick-add.ts';
import type { DaySaid, Scene } from './calendar.ts';
import { type Due, dueWall, nextTime } from './due.ts';
import { readLength } from './durations.ts';
import { readPhrase } from './phrases.ts';
import { type Clock, clockTime, readTime, settleTime } from './times.ts';
import type { Run } from './tokens.ts';
import { type DayPart, dayPartOf, isAnd, type Unit } from './words.ts';

/** A reminder as said; what it means is known once the due date is. */
export type ReminderSaid =
  | { kind: 'offset'; amounts: Partial<Record<Unit, number>>; sign: 1 | -1 }
  /** A time on the due day, or so many days before it. */
  | { kind: 'time'; days_before: number; clock: Clock }
  | { kind: 'moment'; day: DaySaid; clock: Clock | null; part: DayPart | null };

export interface RemindersFound {
  /** Empty: the line wants none. */
  said: ReminderSaid[];
  next: number;
}
type Reminder = NonNullable<QuickAddResult['reminders']>[number];

/** As many as a task can have. */
const REMINDERS_MAX = 20;
/** A task's reminders lie within ten years of its due date. */
const DAYS_MAX = 3_660;

export function readReminders(run: Run, at: number, scene: Scene): RemindersFound | null {
  const none = readNone(run, at);
  if (none !== null) return { said: [], next: none };
  const from = afterHead(run, at);
  if (from === null) return null;
  // `Remind me to call Bob at 5`: the whole line is the reminder.
  if (run[from]?.word === 'to' && run[at]!.index === 0 && run[from - 1]!.word === 'me') {
    return { said: [{ kind: 'offset', amounts: {}, sign: -1 }], next: from + 1 };
  }
  const said: ReminderSaid[] = [];
  let next = from;
  while (said.length < REMINDERS_MAX) {
    const item_at: number | null =
      said.length === 0 ? from : isAnd(run[next]?.word) ? next + 1 : run[next - 1]?.comma ? next : null;
    const item: Item | null = item_at === null || run[item_at] === undefined ? null : readItem(run, item_at, scene);
    // `remind me 1 day before, tomorrow`: behind a mere comma a day is the due date.
    if (item === null || (item.said.kind === 'moment' && item_at !== from && item_at === next)) break;
    said.push(item.said);
    next = item.next;
  }
  return said.length === 0 ? null : { said, next };
}

function readNone(run: Run, at: number): number | null {
  const [first, second, third] = [0, 1, 2].map((i) => run[at + i]?.word);
  if ((first === 'no' || first === 'without') && /^reminders?$/.test(second ?? '')) return at + 2;
  if (first === 'without' && second === 'a' && third === 'reminder') return at + 3;
  const not = first === "don't" || first === 'dont' ? at + 1 : first === 'do' && second === 'not' ? at + 2 : null;
  if (not === null || run[not]?.word !== 'remind') return null;
  return run[not + 1]?.word === 'me' ? not + 2 : not + 1;
}

/** Behind `remind`, `remind me`, `reminder:`, `and remind me`, `with a reminder`. */
function afterHead(run: Run, at: number): number | null {
  let from = at;
  if (isAnd(run[from]?.word) || run[from]?.word === 'with') from++;
  if (from > at && run[from]?.word === 'a' && run[from + 1]?.word === 'reminder') from++;
  const word = run[from]?.word;
  if (word === 'remind') return run[from + 1]?.word === 'me' ? from + 2 : from + 1;
  return word === 'reminder' || word === 'reminders' ? from + 1 : null;
}

type Item = { said: ReminderSaid; next: number };

function readItem(run: Run, at: number, scene: Scene): Item | null {
  return (
    readOnTime(run, at) ?? readBefore(run, at, scene) ?? readTimeOfDay(run, at, scene) ?? readMoment(run, at, scene)
  );
}

const ON_TIME = ['on time', 'at due time', 'at the due time', 'when due', "when it's due", 'when it is due'].map(
  (said) => said.split(' '),
);

function readOnTime(run: Run, at: number): Item | null {
  const words = ON_TIME.find((candidate) => candidate.every((word, i) => run[at + i]?.word === word));
  return words === undefined ? null : { said: { kind: 'offset', amounts: {}, sign: -1 }, next: at + words.length };
}

/** `1 day before`, `30m`, `2 hours after`, `the day before at 8am`, `the evening before`. */
function readBefore(run: Run, at: number, scene: Scene): Item | null {
  const article = /^(?:a|the)$/.test(run[at]?.word ?? '') ? at + 1 : at;
  const part = dayPartOf(run[article]?.word);
  if (part !== undefined && run[article + 1]?.word === 'before') {
    return {
      said: { kind: 'time', days_before: 1, clock: settleTime(null, part, scene.day_start)! },
      next: article + 2,
    };
  }
  const day_before = run[at]?.word === 'day' && run[at + 1]?.word === 'before';
  const length = day_before ? { amounts: { days: 1 }, next: at + 1 } : readLength(run, at, true);
  if (length === null || daysOf(length.amounts) > DAYS_MAX) return null;
  const side = readSide(run, length.next);
  // `remind the day …` is a length only with `before` behind it.
  if (side === null && (run[at]!.word === 'the' || run[at]!.word === 'a' || run[at]!.word === 'an')) return null;
  const { next, sign } = side ?? { next: length.next, sign: -1 as const };
  const whole_days = daysOf(length.amounts);
  const time =
    sign === -1 && length.amounts.hours === undefined && length.amounts.minutes === undefined
      ? readTime(run, next, false)
      : null;
  if (time?.clock && Number.isInteger(whole_days)) {
    return {
      said: { kind: 'time', days_before: whole_days, clock: settleTime(time.clock, time.part, scene.day_start)! },
      next: time.next,
    };
  }
  return { said: { kind: 'offset', amounts: length.amounts, sign }, next };
}

function readSide(run: Run, at: number): { sign: 1 | -1; next: number } | null {
  const word = run[at]?.word ?? '';
  const next = /^(?:due|it|that)$/.test(run[at + 1]?.word ?? '') ? at + 2 : at + 1;
  if (word === 'before') return { sign: -1, next };
  if (/^(?:earlier|ahead|prior|beforehand|early)$/.test(word)) return { sign: -1, next: at + 1 };
  if (word === 'in' && run[at + 1]?.word === 'advance') return { sign: -1, next: at + 2 };
  return word === 'after' || word === 'later' ? { sign: 1, next } : null;
}

/** `at 8am`, `at noon`, `at 8pm the day before`. */
function readTimeOfDay(run: Run, at: number, scene: Scene): Item | null {
  const phrase = readPhrase(run, at, scene);
  if (phrase === null || phrase.day !== null || phrase.clock === null) return null;
  const clock = settleTime(phrase.clock, phrase.part, scene.day_start)!;
  const { next } = phrase;
  const day_at = run[next]?.word === 'the' || run[next]?.word === 'a' ? next + 1 : next;
  const before = run[day_at]?.word === 'day' && run[day_at + 1]?.word === 'before';
  return { said: { kind: 'time', days_before: before ? 1 : 0, clock }, next: before ? day_at + 2 : next };
}

/** `tomorrow 9am`, `on friday`, `in 20 minutes`. */
function readMoment(run: Run, at: number, scene: Scene): Item | null {
  const phrase = readPhrase(run, at, scene);
  if (!phrase?.day) return null;
  return { said: { kind: 'moment', day: phrase.day, clock: phrase.clock, part: phrase.part }, next: phrase.next };
}

/** Months and years have no fixed length as an offset: 30 and 365 days. */
const daysOf = (amounts: Partial<Record<Unit, number>>): number =>
  (amounts.days ?? 0) +
  (amounts.weeks ?? 0) * 7 +
  (amounts.months ?? 0) * 30 +
  (amounts.years ?? 0) * 365 +
  (amounts.hours ?? 0) / 24 +
  (amounts.minutes ?? 0) / 1_440;

/**
 * What it comes to, or null when it hangs on a due date that the line does not have. A time of day is an instant for
 * a task that is done once, and an offset for one that repeats, so that each occurrence has its own.
 */
export function settleReminder(said: ReminderSaid, due: Due | null, repeats: boolean, scene: Scene): Reminder | null {
  const zone = scene.now.timeZoneId;
  if (said.kind === 'moment') {
    if (said.day.instant !== null) return { at: instantText(said.day.instant.toZonedDateTimeISO(zone)) };
    const clock = said.day.exact ? said.day.clock : settleTime(said.clock, said.part ?? said.day.part, scene.day_start);
    const time = clock ?? said.day.clock;
    const wall = said.day.date.toPlainDateTime(
      time === null ? Temporal.PlainTime.from(scene.day_start) : clockTime(time),
    );
    return { at: instantText(wall.add({ days: time?.midnight ? 1 : 0 }).toZonedDateTime(zone)) };
  }
  if (said.kind === 'offset') return due && { offset: offsetText(said.amounts, said.sign) };
  if (due === null) {
    if (said.days_before > 0) return null;
    const next = nextTime(said.clock, scene);
    return { at: instantText(dueWall(next, scene).toZonedDateTime(zone)) };
  }
  const due_wall = dueWall(due, scene);
  const wall = due.date.subtract({ days: said.days_before }).toPlainDateTime(clockTime(said.clock));
  if (!repeats) return { at: instantText(wall.toZonedDateTime(zone)) };
  const apart = due_wall.until(wall, { largestUnit: 'day' });
  return { offset: apart.blank ? 'PT0S' : apart.toString() };
}

/** Rounded up: a reminder is never early. */
const instantText = (time: Temporal.ZonedDateTime): string =>
  time.toInstant().toString({ smallestUnit: 'second', roundingMode: 'ceil' });

function offsetText(amounts: Partial<Record<Unit, number>>, sign: 1 | -1): string {
  const days = (amounts.days ?? 0) + (amounts.weeks ?? 0) * 7 + (amounts.months ?? 0) * 30 + (amounts.years ?? 0) * 365;
  const { hours = 0, minutes = 0, seconds = 0 } = amounts;
  const duration = Temporal.Duration.from({ days, hours, minutes, seconds });
  return duration.blank ? 'PT0S' : (sign < 0 ? duration.negated() : duration).toString();
}
