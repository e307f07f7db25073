/** Lists of days in a rule: `mon, wed and fri`, `the 1st and 15th`, `the last friday`, `15 Mar`. Lists are bounded. */
import { ON_WEEKENDS, ON_WORKDAYS, plain, type Rule } from './rule.ts';
import type { Run } from './tokens.ts';
import { isAnd, monthOf, numericOrdinalOf, ordinalOf, pluralWeekdayOf, weekdayOf } from './words.ts';

const LIST_MAX = 31;

/** The place behind `,`, `and` or both, when the list goes on there; otherwise null. */
function listGoesOn(run: Run, at: number): number | null {
  const comma = run[at - 1]?.comma ?? false;
  if (isAnd(run[at]?.word)) return at + 1;
  return comma ? at : null;
}

export function readWeekdays(run: Run, at: number): { weekdays: Rule['weekdays']; next: number } | null {
  const first = weekdaysIn(run[at]?.word);
  if (first === null) return null;
  const all = [...first];
  let next = at + 1;
  for (let n = 0; n < LIST_MAX; n++) {
    // `every mon wed fri`: between names of days no comma is needed.
    const item_at = listGoesOn(run, next) ?? next;
    const more = weekdaysIn(run[item_at]?.word);
    if (more === null) break;
    all.push(...more);
    next = item_at + 1;
  }
  return { weekdays: plain(all), next };
}

/** One word: `mon`, `mondays`, `weekday`, `mon-fri`, `mon/wed/fri`. */
function weekdaysIn(word: string | undefined): number[] | null {
  if (word === undefined || word.length > 80) return null;
  if (/^(?:weekday|weekdays|workday|workdays)$/.test(word)) return ON_WORKDAYS.map(([, weekday]) => weekday);
  if (word === 'weekend' || word === 'weekends') return ON_WEEKENDS.map(([, weekday]) => weekday);
  const range = word.split(/[-–]/).map(weekdayName);
  if (range.length === 2 && range[0] !== undefined && range[1] !== undefined) {
    const length = ((range[1] - range[0] + 7) % 7) + 1;
    return Array.from({ length }, (_, i) => ((range[0]! - 1 + i) % 7) + 1);
  }
  const named = word.split(/[/,]/).map(weekdayName);
  return named.every((weekday) => weekday !== undefined) ? named : null;
}

const weekdayName = (word: string): number | undefined => weekdayOf(word) ?? pluralWeekdayOf(word);

type OrdinalParts = Partial<Pick<Rule, 'month_days' | 'weekdays' | 'position'>>;

/**
 * Days of a month by number: `the 1st and 15th`, `day 15`, `the last day`, `first monday`, `last weekday`. Bare
 * numbers count only where `numbers_too`. A list holds days or weekdays, not both: one rule could not say that.
 */
export function readOrdinals(run: Run, at: number, numbers_too: boolean): { parts: OrdinalParts; next: number } | null {
  const first = readOrdinal(run, at, numbers_too);
  if (first === null) return null;
  const month_days = first.month_day === null ? [] : [first.month_day];
  const weekdays = [...first.weekdays];
  let next = first.next;
  if (first.position !== null) return { parts: { weekdays, position: first.position }, next };
  for (let n = 0; n < LIST_MAX; n++) {
    const item_at = listGoesOn(run, next);
    const more = item_at === null ? null : readOrdinal(run, item_at, numbers_too);
    if (more === null || more.position !== null) break;
    if (more.month_day === null && month_days.length > 0) {
      // `the first and third monday`: the numbers before the name were of the same weekday.
      if (more.weekdays.length !== 1 || month_days.some((nth) => nth < 1 || nth > 5)) break;
      weekdays.push(...month_days.splice(0).map((nth) => [nth, more.weekdays[0]![1]] as const));
    } else if (more.month_day !== null && weekdays.length > 0) break;
    if (more.month_day !== null) month_days.push(more.month_day);
    weekdays.push(...more.weekdays.filter(([nth, day]) => !weekdays.some((had) => had[0] === nth && had[1] === day)));
    next = more.next;
  }
  if (month_days.length > 0)
    return {
      parts: { month_days: [...new Set(month_days)].sort((a, b) => a - b) },
      next,
    };
  return { parts: { weekdays: weekdays.sort((a, b) => a[0] - b[0] || a[1] - b[1]) }, next };
}

interface Ordinal {
  month_day: number | null;
  weekdays: Rule['weekdays'];
  position: number | null;
  next: number;
}

function readOrdinal(run: Run, at: number, numbers_too: boolean): Ordinal | null {
  let from = run[at]?.word === 'the' ? at + 1 : at;
  if (numbers_too && run[from]?.word === 'day' && /^\d{1,2}$/.test(run[from + 1]?.word ?? '')) from++;
  const word = run[from]?.word;
  const nth = ordinalOf(word) ?? (numbers_too && /^\d{1,2}$/.test(word ?? '') ? Number(word) : undefined);
  if (nth === undefined || nth === 0 || nth > 31) return null;
  const what = run[from]!.comma ? undefined : run[from + 1]?.word;
  const one = { month_day: null, weekdays: [] as Rule['weekdays'], position: null };
  const weekday = weekdayOf(what);
  if (weekday !== undefined) return nth > 5 ? null : { ...one, weekdays: [[nth, weekday]], next: from + 2 };
  const several = what === 'weekday' || what === 'workday' ? ON_WORKDAYS : what === 'weekend' ? ON_WEEKENDS : null;
  if (several !== null)
    return nth === 1 || nth === -1 ? { ...one, weekdays: several, position: nth, next: from + 2 } : null;
  if (what === 'day') return { ...one, month_day: nth, next: from + 2 };
  // `the last` needs a noun; `the first of the month` does not.
  return nth === -1 ? null : { ...one, month_day: nth, next: from + 1 };
}

/** A day that comes once a year, `15 Mar`, `March 15th`, `the 1st of January`; it must exist in some year. */
export function readMonthDays(
  run: Run,
  at: number,
): { parts: Pick<Rule, 'months' | 'month_days'>; next: number } | null {
  const from = run[at]?.word === 'the' ? at + 1 : at;
  const day = dayNumber(run[from]?.word);
  if (day !== undefined) {
    const name_at = run[from + 1]?.word === 'of' ? from + 2 : from + 1;
    return yearly(monthOf(run[name_at]?.word), day, name_at + 1);
  }
  const number_at = run[from + 1]?.word === 'the' ? from + 2 : from + 1;
  return yearly(monthOf(run[from]?.word), dayNumber(run[number_at]?.word), number_at + 1);
}

const dayNumber = (word: string | undefined): number | undefined =>
  word !== undefined && /^\d{1,2}$/.test(word)
    ? Number(word)
    : (numericOrdinalOf(word) ?? (word === 'first' ? 1 : undefined));

function yearly(month: number | undefined, day: number | undefined, next: number) {
  if (month === undefined || day === undefined || day < 1) return null;
  const days = new Temporal.PlainDate(2024, month, 1).daysInMonth;
  return day > days ? null : { parts: { months: [month], month_days: [day] }, next };
}
