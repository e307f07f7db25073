/** A date in a filter becomes the days it covers, counted from the user's today. */
import type { FilterContext, FilterDateField, FilterNode } from './node.ts';
import { filterFault } from './scan.ts';

interface Place {
  field: FilterDateField;
  today: Temporal.PlainDate;
  position: number;
}
type Days = { from: Temporal.PlainDate | null; to: Temporal.PlainDate | null };

export function dateTerm(field: FilterDateField, value: string, position: number, context: FilterContext): FilterNode {
  const place: Place = { field, today: Temporal.PlainDate.from(context.today), position };
  const { from, to } = daysOf(value.toLowerCase(), place);
  for (const end of [from, to]) {
    // Four digits fit every date of the database; in the east, year 1 begins in a year that it does not know.
    if (end !== null && (end.year < 2 || end.year > 9999)) throw filterFault(position, 'this date is out of range');
  }
  return { kind: 'date', field, from: from?.toString() ?? null, to: to?.toString() ?? null };
}

function daysOf(value: string, place: Place): Days {
  const compared = /^(<=|>=|<|>)(.*)$/s.exec(value);
  if (compared) return comparison(compared[1]!, dayOf(compared[2]!, place));
  const gap = value.indexOf('..');
  if (gap >= 0) return range(value.slice(0, gap), value.slice(gap + 2), place);
  const span = spanOf(value, place);
  if (span !== null) return spanDays(span, place);
  const day = dayOf(value, place);
  return { from: day, to: day.add({ days: 1 }) };
}

function comparison(op: string, day: Temporal.PlainDate): Days {
  if (op === '<') return { from: null, to: day };
  if (op === '<=') return { from: null, to: day.add({ days: 1 }) };
  if (op === '>') return { from: day.add({ days: 1 }), to: null };
  return { from: day, to: null };
}

function range(first: string, last: string, place: Place): Days {
  if (first === '' && last === '') throw filterFault(place.position, 'a range needs a date on at least one side');
  const from = first === '' ? null : dayOf(first, place);
  const end = last === '' ? null : dayOf(last, { ...place, position: place.position + first.length + 2 });
  if (from && end && Temporal.PlainDate.compare(from, end) > 0) {
    throw filterFault(place.position, 'this range ends before it starts');
  }
  return { from, to: end?.add({ days: 1 }) ?? null };
}

/** `7d` alone: for what is due the next seven days, for what has happened the last seven, today included in both. */
function spanDays(span: Temporal.Duration, { field, today }: Place): Days {
  if (field === 'due') return { from: today, to: today.add(span) };
  return { from: today.subtract(span).add({ days: 1 }), to: today.add({ days: 1 }) };
}

/** One day. In a comparison or a range `7d` is the day that far ahead for what is due, that far back for the past. */
function dayOf(value: string, place: Place): Temporal.PlainDate {
  const { field, today, position } = place;
  if (value === 'today') return today;
  if (value === 'tomorrow') return today.add({ days: 1 });
  if (value === 'yesterday') return today.subtract({ days: 1 });
  const span = spanOf(value, place);
  if (span !== null) return field === 'due' ? today.add(span) : today.subtract(span);
  if (/^\d{4}-\d{2}-\d{2}$/.test(value)) {
    try {
      return Temporal.PlainDate.from(value);
    } catch {
      throw filterFault(position, `${value} is not a day of the calendar`);
    }
  }
  const words = field === 'due' ? 'today, tomorrow, yesterday, overdue' : 'today, tomorrow, yesterday';
  throw filterFault(position, `${field} takes a date such as 2026-12-31, ${words}, 7d, 2w, 3m, 1y, or a range a..b`);
}

const units = { d: 'days', w: 'weeks', m: 'months', y: 'years' } as const;

/** Five digits are 273 years of days; more would leave the years that are stored. */
function spanOf(value: string, { position }: Place): Temporal.Duration | null {
  const found = /^(\d{1,5})([dwmy])$/.exec(value);
  if (!found) return null;
  const amount = Number(found[1]);
  if (amount < 1) throw filterFault(position, 'a span has at least one day');
  return Temporal.Duration.from({ [units[found[2] as keyof typeof units]]: amount });
}
