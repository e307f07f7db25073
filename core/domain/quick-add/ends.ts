/** What bounds a rule: `starting next monday`, `until 1 Dec`, `for 10 times`, `for 3 weeks`. */
import type { DaySaid, Scene } from './calendar.ts';
import { readDate } from './dates.ts';
import { readLength } from './durations.ts';
import { readPhrase } from './phrases.ts';
import type { Clock } from './times.ts';
import type { Run } from './tokens.ts';
import { countOf, type DayPart, type Unit } from './words.ts';

export type RuleEnd = { count: number } | { until: DaySaid } | { lasting: Partial<Record<Unit, number>> };
export type Bound =
  | { kind: 'start'; day: DaySaid; clock: Clock | null; part: DayPart | null; next: number }
  | { kind: 'end'; end: RuleEnd; next: number };

const START = new Set(['starting', 'starts', 'start', 'beginning', 'from']);
const END = new Set(['until', 'till', 'til', 'through', 'ending', 'ends']);

/** Reads a bound. `adjacent`: it stands directly behind the rule, so that `from` and `10 times` belong to it. */
export function readBound(run: Run, at: number, scene: Scene, adjacent: boolean): Bound | null {
  const word = run[at]!.word;
  if (START.has(word) && (adjacent || (word !== 'from' && word !== 'start'))) {
    const phrase = readPhrase(run, run[at + 1]?.word === 'from' ? at + 2 : at + 1, scene);
    if (!phrase?.day) return null;
    return { kind: 'start', day: phrase.day, clock: phrase.clock, part: phrase.part, next: phrase.next };
  }
  if (END.has(word)) {
    const date = run[at + 1] && readDate(run, run[at + 1]!.word === 'on' ? at + 2 : at + 1, scene, true);
    return date ? { kind: 'end', end: { until: date.said }, next: date.next } : null;
  }
  const from = word === 'for' ? at + 1 : at;
  const count = countOf(run[from]?.word);
  if (
    (word === 'for' || adjacent) &&
    count !== undefined &&
    count > 0 &&
    /^(?:times?|occurrences?|repetitions?)$/.test(run[from + 1]?.word ?? '')
  ) {
    return { kind: 'end', end: { count }, next: from + 2 };
  }
  const length = word === 'for' && adjacent ? readLength(run, at + 1) : null;
  const { days, weeks, months, years } = length?.amounts ?? {};
  if (length === null || !(days || weeks || months || years)) return null;
  return { kind: 'end', end: { lasting: length.amounts }, next: length.next };
}

/**
 * COUNT or UNTIL. The last day counts as a whole: UNTIL is a date for an all-day task, otherwise the end of that day in
 * UTC (RFC 5545, section 3.3.10: UNTIL has the value type of DTSTART, and is in UTC when that has a zone).
 */
export function endText(
  end: RuleEnd,
  first: Temporal.PlainDateTime,
  all_day: boolean,
  time_zone: string,
): string | null {
  if ('count' in end) return `COUNT=${end.count}`;
  const start = first.toPlainDate();
  let last: Temporal.PlainDate;
  if ('lasting' in end) {
    if ((end.lasting.years ?? 0) > 1_000) return null;
    last = start.add(end.lasting).subtract({ days: 1 });
  } else {
    last = end.until.date;
    // `until friday`, `until 1 Dec`: the first one that does not lie before the first day of the rule.
    const step = end.until.yearless ? { years: 1 } : end.until.roll === 'week' ? { weeks: 1 } : null;
    while (step !== null && Temporal.PlainDate.compare(last, start) < 0) last = last.add(step);
  }
  if (last.year > 9998) return null;
  if (all_day) return `UNTIL=${compact(last.toString())}`;
  const moment = last.toPlainDateTime(Temporal.PlainTime.from('23:59:59')).toZonedDateTime(time_zone).toInstant();
  return `UNTIL=${compact(moment.toString({ smallestUnit: 'second' }))}`;
}

const compact = (text: string): string => text.replace(/[-:]/g, '');
