/** `tomorrow`, `next fri`, `15 Mar`, `in 2 weeks`: a day in plain English, read only where the words can hardly mean anything else. */
import {
  ahead,
  type DaySaid,
  dateOf,
  day,
  dayOfMonth,
  isKnownYear,
  type Scene,
  wallClock,
  weekdayFrom,
  weekdayOfNextWeek,
  yearlessDate,
} from './calendar.ts';
import { readLength } from './durations.ts';
import { textFollows } from './follows.ts';
import { readTime } from './times.ts';
import type { Run } from './tokens.ts';
import {
  AMBIGUOUS_DAYS,
  AMBIGUOUS_MONTHS,
  dayPartOf,
  isArticle,
  monthOf,
  numericOrdinalOf,
  weekdayOf,
} from './words.ts';

export interface DateFound {
  said: DaySaid;
  next: number;
}
type Reader = (run: Run, at: number, scene: Scene, connected: boolean) => DateFound | null;

/** Reads a day. `connected`: a word like `on` or a time stands before it, so that shorter forms are dates too. */
export const readDate: Reader = (run, at, scene, connected) =>
  readPlainDate(run, at, scene, connected) ?? readFromDate(run, at, scene);

const readPlainDate: Reader = (run, at, scene, connected) => {
  if (run[at] === undefined) return null;
  for (const reader of READERS) {
    const found = reader(run, at, scene, connected);
    if (found !== null) return found;
  }
  return null;
};

const found = (said: DaySaid | null, next: number): DateFound | null => (said === null ? null : { said, next });

const customary = (hour: number, minute = 0) => ({ hour, minute, second: 0, bare: false, midnight: false });

/** `tod` is a date, `Tod` a man. */
const readNearDay: Reader = (run, at, scene) => {
  const { word, raw } = run[at]!;
  const today = scene.today;
  if (word === 'today' || (word === 'tod' && raw !== 'Tod')) return found(day(today), at + 1);
  if (word === 'tomorrow' || word === 'tmr' || word === 'tmrw') return found(day(today.add({ days: 1 })), at + 1);
  if (word === 'tonight') {
    return found(
      scene.now.hour < 20 ? day(today, { part: 'night' }) : day(today, { part: 'night', clock: customary(23, 59) }),
      at + 1,
    );
  }
  if (word === 'eod') return readEndOfDay(run, at + 1, scene);
  const from = word === 'the' ? at + 1 : at;
  const words = [0, 1, 2].map((i) => run[from + i]?.word).join(' ');
  return words === 'day after tomorrow' ? found(day(today.add({ days: 2 })), from + 3) : null;
};

/** `eod`, `eod tomorrow`, `end of day on friday`. */
function readEndOfDay(run: Run, next: number, scene: Scene): DateFound {
  const other = run[next - 1]!.comma
    ? null
    : readPlainDate(run, run[next]?.word === 'on' ? next + 1 : next, scene, true);
  if (other === null || other.said.clock !== null) return { said: endOfDay(scene), next };
  return { said: { ...other.said, clock: customary(17) }, next: other.next };
}

/** The working day ends at 17:00; once that has passed, the day itself is meant. */
const endOfDay = (scene: Scene): DaySaid =>
  day(scene.today, { clock: scene.now.hour < 17 ? customary(17) : customary(23, 59) });

const readIsoDate: Reader = (run, at, scene) => {
  const word = run[at]!.word;
  const fields = /^(\d{4})[-/](\d{1,2})[-/](\d{1,2})$/.exec(word);
  if (fields !== null) {
    const date = dateOf(Number(fields[1]), Number(fields[2]), Number(fields[3]));
    return date && found(day(date), at + 1);
  }
  if (!/^\d{4}-\d\d-\d\dt\d\d:\d\d(?::\d\d)?(?:z|[+-]\d\d:\d\d)?$/.test(word)) return null;
  try {
    const instant = /(?:z|[+-]\d\d:\d\d)$/.test(word.slice(16)) ? Temporal.Instant.from(word) : null;
    const local =
      instant === null
        ? Temporal.PlainDateTime.from(word)
        : wallClock(instant.toZonedDateTimeISO(scene.now.timeZoneId));
    if (!isKnownYear(local.year)) return null;
    const clock = { ...customary(local.hour, local.minute), second: local.second };
    return found(day(local.toPlainDate(), { clock, exact: true, instant }), at + 1);
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
};

/** `15.3.` and `15.3.2027` are day and month; `12/24` and `12/24/2027` month and day, as in US English. */
const readNumericDate: Reader = (run, at, scene, connected) => {
  const word = run[at]!.word;
  const dotted = /^(\d{1,2})\.(\d{1,2})\.(\d{4})?$/.exec(word);
  const slashed = /^(\d{1,2})\/(\d{1,2})(?:\/(\d{4}|\d\d))?$/.exec(word);
  const [of_month, month, year] = dotted
    ? [dotted[1], dotted[2], dotted[3]]
    : [slashed?.[2], slashed?.[1], slashed?.[3]];
  if (of_month === undefined) return null;
  // `1/2 cup`, `3/4`: a fraction that people use.
  if (!connected && year === undefined && /^(?:1\/[2-9]|1\/10|2\/[35]|3\/[458]|4\/5|5\/[68]|7\/8)$/.test(word))
    return null;
  return found(monthDay(scene, Number(month), Number(of_month), year), at + 1);
};

function monthDay(scene: Scene, month: number, of_month: number, year: string | undefined): DaySaid | null {
  if (year !== undefined) {
    const date = dateOf(Number(year) + (year.length === 2 ? 2000 : 0), month, of_month);
    return date && day(date);
  }
  const date = yearlessDate(scene.today, month, of_month);
  return date && day(date, { yearless: true });
}

/** `15 Mar`, `15th of March 2027`, `the 15th of March`, `Mar 15`, `March 15th, 2027`. */
const readMonthDay: Reader = (run, at, scene, connected) => {
  const from = run[at]!.word === 'the' && numericOrdinalOf(run[at + 1]?.word) !== undefined ? at + 1 : at;
  const of_month = dayNumber(run[from]?.word);
  if (of_month !== undefined) {
    const name_at = run[from + 1]?.word === 'of' ? from + 2 : from + 1;
    const month = monthOf(run[name_at]?.word);
    return month === undefined ? null : withYear(run, name_at + 1, scene, month, of_month);
  }
  const month = monthOf(run[at]!.word);
  const number_at = run[at + 1]?.word === 'the' ? at + 2 : at + 1;
  const number = dayNumber(run[number_at]?.word);
  if (month === undefined || number === undefined) return null;
  // `you may 5 times`, `march 15 miles`: a verb, a number, and what is counted.
  const verb = AMBIGUOUS_MONTHS.has(run[at]!.raw) && numericOrdinalOf(run[number_at]?.word) === undefined;
  if (verb && !connected && textFollows(run, number_at + 1, scene)) return null;
  return withYear(run, number_at + 1, scene, month, number);
};

const dayNumber = (word: string | undefined): number | undefined =>
  word !== undefined && /^\d{1,2}$/.test(word) ? Number(word) : numericOrdinalOf(word);

function withYear(run: Run, at: number, scene: Scene, month: number, of_month: number): DateFound | null {
  const year = /^(?:19|20|21)\d\d$/.exec(run[at]?.word ?? '')?.[0];
  return found(monthDay(scene, month, of_month, year), year === undefined ? at : at + 1);
}

/** `fri`, `this fri`, `next fri`, `fri next week`, `Friday, 15 March`. A weekday is the next one, today included. */
const readWeekday: Reader = (run, at, scene, connected) => {
  const which = run[at]!.word;
  const modified = which === 'this' || which === 'next' || which === 'coming';
  const name_at = modified ? at + 1 : at;
  const name = run[name_at];
  const weekday = weekdayOf(name?.word);
  if (name === undefined || weekday === undefined) return null;
  const next = name_at + 1;
  if (run[next]?.word === 'next' && run[next + 1]?.word === 'week') {
    return found(day(weekdayOfNextWeek(scene, weekday)), next + 2);
  }
  if (which === 'next') return found(day(weekdayOfNextWeek(scene, weekday)), next);
  const dated =
    run[next] &&
    (readMonthDay(run, next, scene, true) ??
      readNumericDate(run, next, scene, true) ??
      readIsoDate(run, next, scene, true));
  if (dated) return dated;
  // `Friday the 13th` is a film.
  if (run[next]?.word === 'the' && numericOrdinalOf(run[next + 1]?.word) !== undefined) return null;
  // `sun cream`, `wed him`, `sat down`: only where a day must be meant.
  if (AMBIGUOUS_DAYS.has(name.word) && !modified && !connected) {
    const timed = !name.comma && readTime(run, next, true) !== null;
    if (!timed && textFollows(run, next, scene)) return null;
  }
  return found(day(weekdayFrom(scene.today, weekday), { roll: 'week' }), next);
};

/** `next week` is its Monday, `next month` and `next year` their first day, a weekend its Saturday (or today, in it). */
const readPeriod: Reader = (run, at, scene) => {
  const [first, second] = [run[at]!.word, run[at + 1]?.word];
  const { today } = scene;
  if (first === 'next') {
    if (second === 'week') {
      const day_at = run[at + 2]?.word === 'on' ? at + 3 : at + 2;
      const weekday = weekdayOf(run[day_at]?.word);
      return weekday === undefined
        ? found(day(weekdayOfNextWeek(scene, 1)), at + 2)
        : found(day(weekdayOfNextWeek(scene, weekday)), day_at + 1);
    }
    if (second === 'month') return found(day(today.with({ day: 1 }).add({ months: 1 })), at + 2);
    if (second === 'year') return found(day(new Temporal.PlainDate(today.year + 1, 1, 1)), at + 2);
    if (second === 'weekend') return found(day(weekdayOfNextWeek({ ...scene, week_start: 1 }, 6)), at + 2);
  }
  const part = first === 'this' ? dayPartOf(second) : undefined;
  if (part !== undefined) return found(day(today, { part }), at + 2);
  const from = ['this', 'the', 'at'].includes(first) ? (first === 'at' && second === 'the' ? at + 2 : at + 1) : -1;
  if (from < 0 || run[from]?.word !== 'weekend' || (first === 'the' && run[at - 1]?.word !== 'on')) return null;
  return found(day(today.dayOfWeek >= 6 ? today : weekdayFrom(today, 6)), from + 1);
};

/** `in 2 weeks`, `in 3 hours`, `2 weeks from now`. */
const readAhead: Reader = (run, at, scene) => {
  const said_in = run[at]!.word === 'in';
  const length = readLength(run, said_in ? at + 1 : at);
  if (length === null) return null;
  if (said_in) return found(ahead(scene, length.amounts), length.next);
  if (run[length.next]?.word !== 'from') return null;
  const now_or_today = run[length.next + 1]?.word;
  return now_or_today === 'now' || now_or_today === 'today'
    ? found(ahead(scene, length.amounts), length.next + 2)
    : null;
};

/** `a week from friday`: a length counted from another day. */
const readFromDate = (run: Run, at: number, scene: Scene): DateFound | null => {
  const length = run[at] === undefined ? null : readLength(run, at);
  if (length === null || run[length.next]?.word !== 'from') return null;
  const { hours, minutes, seconds, ...amounts } = length.amounts;
  const base = readPlainDate(run, length.next + 1, scene, true);
  if (base === null || base.said.exact || hours !== undefined || minutes !== undefined || seconds !== undefined)
    return null;
  const date = base.said.date.year + (amounts.years ?? 0) > 9998 ? null : base.said.date.add(amounts);
  return date !== null && isKnownYear(date.year) ? found({ ...base.said, date, roll: null }, base.next) : null;
};

/** `on the 15th`, `by the 1st`, `the 5th of next month`. `the 15th floor` is not a date. */
const readDayOfMonth: Reader = (run, at, scene, connected) => {
  const from = run[at]!.word === 'the' ? at + 1 : at;
  const of_month = numericOrdinalOf(run[from]?.word);
  if (of_month === undefined) return null;
  const words = [1, 2, 3].map((i) => run[from + i]?.word);
  const of = words[0] === 'of' ? 1 : 0;
  if ((words[of] === 'next' || (words[of] === 'this' && of === 1)) && words[of + 1] === 'month') {
    const month = scene.today.with({ day: 1 }).add({ months: words[of] === 'next' ? 1 : 0 });
    const date = dateOf(month.year, month.month, of_month);
    return date && found(day(date), from + 3 + of);
  }
  if (!connected || textFollows(run, from + 1, scene)) return null;
  const date = dayOfMonth(scene.today, of_month);
  return date && found(day(date, { roll: 'month' }), from + 1);
};

/** `end of month`, `the end of next week` (a Friday), `start of next month`, `eom`. */
const readEdge: Reader = (run, at, scene) => {
  const { today } = scene;
  if (run[at]!.word === 'eom') return found(day(endOf('month', today)!), at + 1);
  if (run[at]!.word === 'eoy') return found(day(endOf('year', today)!), at + 1);
  let from = run[at]!.word === 'the' ? at + 1 : at;
  const edge = run[from]?.word;
  if (!(edge === 'end' || edge === 'start' || edge === 'beginning') || run[from + 1]?.word !== 'of') return null;
  from += 2;
  const which = run[from]?.word;
  if (isArticle(which) || which === 'this' || which === 'next') from++;
  const period = run[from]?.word;
  const next = which === 'next';
  if (edge !== 'end' && !next) return null;
  if (period === 'day' && edge === 'end') return readEndOfDay(run, from + 1, scene);
  if (period === 'week') {
    const friday = next ? weekdayOfNextWeek(scene, 5) : weekdayFrom(today, 5);
    return found(day(edge === 'end' ? friday : weekdayOfNextWeek(scene, 1)), from + 1);
  }
  const base =
    period === 'month'
      ? today.with({ day: 1 }).add({ months: next ? 1 : 0 })
      : new Temporal.PlainDate(today.year + (next ? 1 : 0), 1, 1);
  const date = edge === 'end' ? endOf(period, base) : period === 'month' || period === 'year' ? base : null;
  return date && found(day(date), from + 1);
};

function endOf(period: string | undefined, date: Temporal.PlainDate): Temporal.PlainDate | null {
  if (period === 'month') return date.with({ day: date.daysInMonth });
  return period === 'year' ? new Temporal.PlainDate(date.year, 12, 31) : null;
}

const READERS: readonly Reader[] = [
  readNearDay,
  readIsoDate,
  readNumericDate,
  readMonthDay,
  readWeekday,
  readPeriod,
  readAhead,
  readDayOfMonth,
  readEdge,
];
