/** `every …`, `daily`, `the 1st of every month`: how a task repeats, in plain English, becomes a rule. */

import { ON_WEEKENDS, ON_WORKDAYS, plain, type Rule, rule } from './rule.ts';
import { readMonthDays, readOrdinals, readWeekdays } from './rule-parts.ts';
import { readDayPart, readTime } from './times.ts';
import type { Run } from './tokens.ts';
import {
  countOf,
  dayPartOf,
  monthOf,
  numericOrdinalOf,
  ordinalOf,
  pluralWeekdayOf,
  type Unit,
  unitOf,
} from './words.ts';

export interface RuleFound {
  rule: Rule;
  completion: boolean;
  next: number;
}
interface Part {
  rule: Rule;
  next: number;
}

/** A rule that begins at this place of a run: `every …`, `on mondays`, `the first monday of every month`. */
export function readRule(run: Run, at: number): RuleFound | null {
  const word = run[at]!.word;
  if (word === 'every' || word === 'each' || word === 'every!') {
    const from = run[at + 1]?.word === 'single' ? at + 2 : at + 1;
    const found = readEvery(run, from);
    return found && { ...withDayPart(run, found), completion: word === 'every!' };
  }
  const found = readPlural(run, at) ?? readInverted(run, at);
  return found && { ...withDayPart(run, found), completion: false };
}

const ADVERBS: Readonly<Record<string, Rule>> = {
  daily: rule('DAILY'),
  weekly: rule('WEEKLY'),
  biweekly: rule('WEEKLY', { interval: 2 }),
  'bi-weekly': rule('WEEKLY', { interval: 2 }),
  fortnightly: rule('WEEKLY', { interval: 2 }),
  monthly: rule('MONTHLY'),
  quarterly: rule('MONTHLY', { interval: 3 }),
  yearly: rule('YEARLY'),
  annually: rule('YEARLY'),
  hourly: rule('HOURLY'),
  weekdays: rule('WEEKLY', { weekdays: ON_WORKDAYS }),
  weekends: rule('WEEKLY', { weekdays: ON_WEEKENDS }),
};

/** `daily` and its kin: only where the line holds no `every …`, and not after an article (`the weekly report`). */
export function readAdverb(run: Run, at: number): RuleFound | null {
  const from = run[at]!.word === 'on' && /^(?:weekdays|weekends)$/.test(run[at + 1]?.word ?? '') ? at + 1 : at;
  const word = run[from]!.word;
  if (!Object.hasOwn(ADVERBS, word)) return null;
  let found = { rule: ADVERBS[word]!, next: from + 1 };
  if (word === 'weekly' || word === 'monthly' || word === 'yearly' || word.endsWith('weekly'))
    found = withOn(run, found);
  return { ...withDayPart(run, found), completion: false };
}

function withDayPart(run: Run, found: Part): Part {
  if (run[found.next - 1]?.comma || found.rule.part !== null || found.rule.clock !== null) return found;
  const part = readDayPart(run, found.next);
  return part === null ? found : { rule: { ...found.rule, part: part.part }, next: part.next };
}

function readEvery(run: Run, at: number): Part | null {
  return (
    readDailyTime(run, at) ??
    readInterval(run, at) ??
    readEveryDate(run, at) ??
    readEveryOrdinal(run, at) ??
    readEveryWeekday(run, at)
  );
}

/** `morning`, `night`, `noon`. */
function readDailyTime(run: Run, at: number): Part | null {
  const part = dayPartOf(run[at]?.word);
  if (part !== undefined) return { rule: rule('DAILY', { part }), next: at + 1 };
  const word = run[at]?.word;
  if (word !== 'noon' && word !== 'midday' && word !== 'midnight') return null;
  return { rule: rule('DAILY', { clock: readTime(run, at, true)!.clock }), next: at + 1 };
}

const FREQ: Record<Exclude<Unit, 'seconds'>, Rule['freq']> = {
  minutes: 'MINUTELY',
  hours: 'HOURLY',
  days: 'DAILY',
  weeks: 'WEEKLY',
  months: 'MONTHLY',
  years: 'YEARLY',
};

/** `day`, `2 weeks`, `other month`, `3rd day`, `quarter`, with `on …` behind it. */
function readInterval(run: Run, at: number): Part | null {
  const word = run[at]?.word;
  const nth = ordinalOf(word);
  const counted = word === 'other' ? 2 : (countOf(word) ?? (nth !== undefined && nth > 0 ? nth : undefined));
  const from = counted === undefined ? at : at + 1;
  const interval = counted ?? 1;
  const unit_word = run[from]?.word;
  if (interval < 1 || interval > 1_000) return null;
  if (unit_word === 'quarter' || unit_word === 'quarters')
    return withOn(run, { rule: rule('MONTHLY', { interval: interval * 3 }), next: from + 1 });
  if (unit_word === 'fortnight')
    return withOn(run, { rule: rule('WEEKLY', { interval: interval * 2 }), next: from + 1 });
  const unit = unitOf(unit_word);
  if (unit === undefined || unit === 'seconds' || (counted === undefined && unit_word!.length < 3))
    return joinedInterval(run, at);
  // Too often for people's tasks (spec section 3); and `every second day` has its own unit behind it.
  if (unit === 'minutes' && interval < 5) return null;
  // `every first day of the month` counts days in a month.
  if (nth !== undefined && run[from + 1]?.word === 'of') return null;
  return withOn(run, { rule: rule(FREQ[unit], { interval }), next: from + 1 });
}

/** `every 2h`, `every 30min`. */
function joinedInterval(run: Run, at: number): Part | null {
  const [, digits, name] = /^(\d{1,3})([a-z]{1,7})$/.exec(run[at]?.word ?? '') ?? [];
  const unit = unitOf(name);
  const interval = Number(digits);
  if (unit === undefined || unit === 'seconds' || interval < 1 || (unit === 'minutes' && interval < 5)) return null;
  return withOn(run, { rule: rule(FREQ[unit], { interval }), next: at + 1 });
}

/** What may stand behind a period: the days of a week, of a month or of a year. */
function withOn(run: Run, found: Part): Part {
  const { freq } = found.rule;
  const word = run[found.next]?.word;
  if (freq === 'DAILY' && (word === 'except' || word === 'but')) return withoutDays(run, found);
  if (freq === 'YEARLY' && word === 'in') {
    const month = monthOf(run[found.next + 1]?.word);
    return month === undefined
      ? found
      : { rule: { ...found.rule, months: [month], month_days: [1] }, next: found.next + 2 };
  }
  if (run[found.next - 1]?.comma) return found;
  const on = word === 'on' ? found.next + 1 : found.next;
  if (freq === 'WEEKLY' && word === 'on') {
    const days = readWeekdays(run, on);
    if (days !== null) return { rule: { ...found.rule, weekdays: days.weekdays }, next: days.next };
  }
  if (freq === 'MONTHLY' && (word === 'on' || word === 'the')) {
    const days = readOrdinals(run, on, true);
    if (days !== null) return { rule: { ...found.rule, ...days.parts }, next: afterOfTheMonth(run, days.next) };
  }
  if (freq === 'YEARLY' && word === 'on') {
    const days = readMonthDays(run, on) ?? readOrdinalsOfMonth(run, on);
    if (days !== null) return { rule: { ...found.rule, ...days.parts }, next: days.next };
  }
  return found;
}

/** `every day except sunday`: the days that are left. */
function withoutDays(run: Run, found: Part): Part {
  const days =
    found.rule.interval > 1
      ? null
      : readWeekdays(run, run[found.next + 1]?.word === 'on' ? found.next + 2 : found.next + 1);
  if (days === null) return found;
  const left = [1, 2, 3, 4, 5, 6, 7].filter((weekday) => !days.weekdays.some(([, not]) => not === weekday));
  return left.length === 0 ? found : { rule: rule('WEEKLY', { weekdays: plain(left) }), next: days.next };
}

const afterOfTheMonth = (run: Run, at: number): number => {
  if (run[at]?.word !== 'of') return at;
  const article = /^(?:the|every|each)$/.test(run[at + 1]?.word ?? '') ? at + 2 : at + 1;
  return run[article]?.word === 'month' ? article + 1 : at;
};

/** `15 Mar`, `Feb 29`, `1st of January`, `january`. */
function readEveryDate(run: Run, at: number): Part | null {
  const days = readMonthDays(run, at);
  if (days !== null) return { rule: rule('YEARLY', days.parts), next: days.next };
  const month = monthOf(run[at]?.word);
  // `every feb 30` is no day of any year; its month alone would be another date than was written.
  if (month === undefined || /^\d{1,2}(?:st|nd|rd|th)?$/.test(run[at + 1]?.word ?? '')) return null;
  return { rule: rule('YEARLY', { months: [month], month_days: [1] }), next: at + 1 };
}

function readOrdinalsOfMonth(run: Run, at: number): { parts: Partial<Rule>; next: number } | null {
  const days = readOrdinals(run, at, false);
  if (days === null || !/^(?:of|in)$/.test(run[days.next]?.word ?? '')) return null;
  const month = monthOf(run[days.next + 1]?.word);
  return month === undefined ? null : { parts: { ...days.parts, months: [month] }, next: days.next + 2 };
}

/** `last friday of the month`, `1st and 15th`, `third thursday of november`, `last day of the month`. */
function readEveryOrdinal(run: Run, at: number): Part | null {
  const yearly = readOrdinalsOfMonth(run, at);
  if (yearly !== null) return { rule: rule('YEARLY', yearly.parts), next: yearly.next };
  const days = readOrdinals(run, at, false);
  if (days === null) return null;
  const next = afterOfTheMonth(run, days.next);
  // `every first` says nothing yet; `every 15th` and `every last friday` do.
  const clear =
    next > days.next ||
    (days.parts.weekdays ?? []).length > 0 ||
    numericOrdinalOf(run[days.next - 1]?.word) !== undefined ||
    run[days.next - 1]?.word === 'day';
  return clear ? { rule: rule('MONTHLY', days.parts), next } : null;
}

/** `mon, wed and fri`, `weekday`, `weekend`, `other tuesday`. */
function readEveryWeekday(run: Run, at: number): Part | null {
  const other = run[at]?.word === 'other';
  const days = readWeekdays(run, other ? at + 1 : at);
  return days && { rule: rule('WEEKLY', { interval: other ? 2 : 1, weekdays: days.weekdays }), next: days.next };
}

/** `on mondays and thursdays`. */
function readPlural(run: Run, at: number): Part | null {
  if (run[at]!.word !== 'on' || pluralWeekdayOf(run[at + 1]?.word) === undefined) return null;
  const days = readWeekdays(run, at + 1);
  return days && { rule: rule('WEEKLY', { weekdays: days.weekdays }), next: days.next };
}

/** `on the 1st of every month`, `the last friday of each month`. */
function readInverted(run: Run, at: number): Part | null {
  const days = readOrdinals(run, run[at]!.word === 'on' ? at + 1 : at, true);
  if (days === null || run[days.next]?.word !== 'of') return null;
  if (!/^(?:every|each)$/.test(run[days.next + 1]?.word ?? '')) return null;
  const period = run[days.next + 2]?.word;
  if (period === 'month') return { rule: rule('MONTHLY', days.parts), next: days.next + 3 };
  const month = monthOf(period);
  return month === undefined ? null : { rule: rule('YEARLY', { ...days.parts, months: [month] }), next: days.next + 3 };
}
