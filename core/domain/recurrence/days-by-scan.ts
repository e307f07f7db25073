/** A second expansion for tests: looks at each day by Temporal's own calendar, with nothing of the real one in it. Weeks start on Monday. */
import type { Rule } from './rule.ts';

export function daysByScan(rule: Rule, anchor_text: string, days: number): string[] {
  const anchor = Temporal.PlainDate.from(anchor_text);
  const found: string[] = [];
  for (let offset = 0; offset < days; offset++) {
    const date = anchor.add({ days: offset });
    if (inPeriod(rule, anchor, date) && matches(rule, anchor, date)) found.push(date.toString());
  }
  return found;
}

const mondayOf = (date: Temporal.PlainDate): Temporal.PlainDate => date.subtract({ days: date.dayOfWeek - 1 });
const daysBetween = (from: Temporal.PlainDate, to: Temporal.PlainDate): number =>
  from.until(to, { largestUnit: 'day' }).days;

function inPeriod(rule: Rule, anchor: Temporal.PlainDate, date: Temporal.PlainDate): boolean {
  const passed = {
    DAILY: () => daysBetween(anchor, date),
    WEEKLY: () => daysBetween(mondayOf(anchor), mondayOf(date)) / 7,
    MONTHLY: () => (date.year - anchor.year) * 12 + date.month - anchor.month,
    YEARLY: () => (rule.by_week_no.length > 0 ? date.yearOfWeek! - anchor.yearOfWeek! : date.year - anchor.year),
  }[rule.freq as 'DAILY' | 'WEEKLY' | 'MONTHLY' | 'YEARLY'];
  return passed() % rule.interval === 0;
}

/** A number and what it is when counted from the end: the 31st of 31 is also -1. */
const named = (values: readonly number[], value: number, length: number): boolean =>
  values.length === 0 || values.includes(value) || values.includes(value - length - 1);

function matches(rule: Rule, anchor: Temporal.PlainDate, date: Temporal.PlainDate): boolean {
  const weeks = Temporal.PlainDate.from({ year: date.yearOfWeek!, month: 12, day: 28 }).weekOfYear!;
  return (
    named(rule.by_month, date.month, 12) &&
    named(rule.by_week_no, date.weekOfYear!, weeks) &&
    named(rule.by_year_day, date.dayOfYear, date.daysInYear) &&
    named(rule.by_month_day, date.day, date.daysInMonth) &&
    weekdayMatches(rule, date) &&
    anchorMatches(rule, anchor, date)
  );
}

function weekdayMatches(rule: Rule, date: Temporal.PlainDate): boolean {
  if (rule.by_day.length === 0) return true;
  const in_year = rule.freq === 'YEARLY' && rule.by_month.length === 0;
  const [place, length] = in_year ? [date.dayOfYear, date.daysInYear] : [date.day, date.daysInMonth];
  return rule.by_day.some(({ n, weekday }) => {
    if (weekday + 1 !== date.dayOfWeek) return false;
    return n === 0 || n === Math.ceil(place / 7) || n === -Math.ceil((length - place + 1) / 7);
  });
}

/** What the rule leaves open is DTSTART's. */
function anchorMatches(rule: Rule, anchor: Temporal.PlainDate, date: Temporal.PlainDate): boolean {
  if (rule.by_day.length + rule.by_month_day.length + rule.by_year_day.length > 0 || rule.freq === 'DAILY') return true;
  if (rule.freq === 'WEEKLY' || rule.by_week_no.length > 0) return date.dayOfWeek === anchor.dayOfWeek;
  if (date.day !== anchor.day) return false;
  return rule.freq === 'MONTHLY' || rule.by_month.length > 0 || date.month === anchor.month;
}
