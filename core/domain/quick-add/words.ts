/** The English words that quick add knows: names of days, months, numbers, units and parts of the day. */

export const WEEKDAYS = ['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU'] as const;

const DAY_NAMES: readonly (readonly string[])[] = [
  ['mon', 'monday'],
  ['tue', 'tues', 'tuesday'],
  ['wed', 'weds', 'wednesday'],
  ['thu', 'thur', 'thurs', 'thursday'],
  ['fri', 'friday'],
  ['sat', 'saturday'],
  ['sun', 'sunday'],
];
const MONTH_NAMES: readonly (readonly string[])[] = [
  ['jan', 'january'],
  ['feb', 'february'],
  ['mar', 'march'],
  ['apr', 'april'],
  ['may'],
  ['jun', 'june'],
  ['jul', 'july'],
  ['aug', 'august'],
  ['sep', 'sept', 'september'],
  ['oct', 'october'],
  ['nov', 'november'],
  ['dec', 'december'],
];
const index = (names: readonly (readonly string[])[]) =>
  new Map(names.flatMap((group, i) => group.map((name): [string, number] => [name, i + 1])));
const days = index(DAY_NAMES);
const months = index(MONTH_NAMES);

/** 1 is Monday, as in ISO 8601. */
export const weekdayOf = (word: string | undefined): number | undefined => days.get(word ?? '');
/** `mondays`: only the full names and the usual short ones have a plural. */
export const pluralWeekdayOf = (word: string | undefined): number | undefined =>
  word?.endsWith('s') ? days.get(word.slice(0, -1)) : undefined;
export const monthOf = (word: string | undefined): number | undefined => months.get(word ?? '');

/** Short names that are English words of their own: dates only where nothing else fits (see `dates.ts`). */
export const AMBIGUOUS_DAYS = new Set(['sat', 'sun', 'wed']);
/** Months that are verbs too. */
export const AMBIGUOUS_MONTHS = new Set(['may', 'march', 'mar']);

const COUNTS = new Map(
  ['one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten', 'eleven', 'twelve']
    .map((word, i): [string, number] => [word, i + 1])
    .concat([
      ['fifteen', 15],
      ['twenty', 20],
      ['thirty', 30],
      ['sixty', 60],
      ['ninety', 90],
    ]),
);

/** A whole number up to 9999, in digits or as a word. */
export function countOf(word: string | undefined): number | undefined {
  if (word === undefined) return undefined;
  return /^\d{1,4}$/.test(word) ? Number(word) : COUNTS.get(word);
}

const ORDINALS = new Map([
  ['first', 1],
  ['second', 2],
  ['third', 3],
  ['fourth', 4],
  ['fifth', 5],
]);

/** `1st`, `22nd`, `first` … `fifth`; `last` is -1. */
export function ordinalOf(word: string | undefined): number | undefined {
  if (word === undefined) return undefined;
  if (word === 'last') return -1;
  return numericOrdinalOf(word) ?? ORDINALS.get(word);
}

export function numericOrdinalOf(word: string | undefined): number | undefined {
  const digits = /^(\d{1,3})(?:st|nd|rd|th)$/.exec(word ?? '')?.[1];
  return digits === undefined ? undefined : Number(digits);
}

export type Unit = 'seconds' | 'minutes' | 'hours' | 'days' | 'weeks' | 'months' | 'years';

const UNITS = new Map<string, Unit>();
const unitNames: Record<Unit, string> = {
  seconds: 'sec secs second seconds',
  minutes: 'm min mins minute minutes',
  hours: 'h hr hrs hour hours',
  days: 'd day days',
  weeks: 'w wk wks week weeks',
  months: 'mo month months',
  years: 'y yr yrs year years',
};
for (const [unit, names] of Object.entries(unitNames)) {
  for (const name of names.split(' ')) UNITS.set(name, unit as Unit);
}
export const unitOf = (word: string | undefined): Unit | undefined => UNITS.get(word ?? '');

export type DayPart = 'morning' | 'afternoon' | 'evening' | 'night';
const DAY_PARTS = new Set<string>(['morning', 'afternoon', 'evening', 'night']);
export const dayPartOf = (word: string | undefined): DayPart | undefined =>
  DAY_PARTS.has(word ?? '') ? (word as DayPart) : undefined;

export const isArticle = (word: string | undefined): boolean => word === 'a' || word === 'an' || word === 'the';
export const isAnd = (word: string | undefined): boolean => word === 'and' || word === '&' || word === '+';
