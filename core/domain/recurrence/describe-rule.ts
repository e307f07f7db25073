/** A rule in plain English, for people who never see an RRULE: 'every month on the 1st'. */
import { civilDate, DAY_S } from './calendar.ts';
import { readRule } from './read-rule.ts';
import { type ByDay, type Frequency, isSubDaily, type Rule } from './rule.ts';

const UNITS: Record<Frequency, string> = {
  SECONDLY: 'second',
  MINUTELY: 'minute',
  HOURLY: 'hour',
  DAILY: 'day',
  WEEKLY: 'week',
  MONTHLY: 'month',
  YEARLY: 'year',
};
const DAY_NAMES = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'];
const MONTH_NAMES = 'January February March April May June July August September October November December'.split(' ');
const TIMES_WRITTEN_MAX = 12;

export function describeRule(rule_text: string): string {
  const rule = readRule(rule_text);
  const phrases = [every(rule), days(rule), times(rule), chosenPlaces(rule)].filter((phrase) => phrase !== '');
  return phrases.join(' ') + ending(rule);
}

function every(rule: Rule): string {
  if (rule.freq === 'WEEKLY' && rule.interval === 1 && isWorkWeek(rule.by_day)) return 'every weekday';
  const unit = UNITS[rule.freq];
  return rule.interval === 1 ? `every ${unit}` : `every ${rule.interval.toLocaleString('en')} ${unit}s`;
}

function days(rule: Rule): string {
  const phrases: string[] = [];
  const months = list(rule.by_month.map((month) => MONTH_NAMES[month - 1]!));
  if (rule.by_month_day.length > 0) {
    phrases.push(`on the ${list(rule.by_month_day.map(monthDay))}${months && ` of ${months}`}`);
  } else if (months) {
    phrases.push(`in ${months}`);
  }
  if (rule.by_week_no.length > 0) phrases.push(`in ${list(rule.by_week_no.map(weekNumber))}`);
  if (rule.by_year_day.length > 0) phrases.push(`on ${list(rule.by_year_day.map(yearDay))} of the year`);
  const named = weekdays(rule);
  if (named) phrases.push(named);
  return phrases.join(' ');
}

function weekdays(rule: Rule): string {
  const { by_day, by_set_pos } = rule;
  if (by_day.length === 0 || (rule.freq === 'WEEKLY' && rule.interval === 1 && isWorkWeek(by_day))) return '';
  const is_limit = rule.by_month_day.length > 0 || rule.by_year_day.length > 0;
  if (is_limit) return `if it is a ${list(by_day.map(dayName), 'or')}`;
  if (choosesDays(rule)) {
    const places = list(by_set_pos.map(place));
    if (isWorkWeek(by_day)) return `on the ${places} weekday`;
    if (by_day.length === 7) return `on the ${places} day`;
    return by_day.length === 1
      ? `on the ${places} ${dayName(by_day[0]!)}`
      : `on the ${places} ${list(by_day.map(dayName), 'or')}`;
  }
  return isWorkWeek(by_day) ? 'on weekdays' : `on ${list(by_day.map(dayName))}`;
}

/** BYSETPOS reads as part of the weekdays when they alone are what it chooses from. */
const choosesDays = (rule: Rule): boolean =>
  rule.by_set_pos.length > 0 &&
  rule.by_day.length > 0 &&
  rule.by_day.every(({ n }) => n === 0) &&
  rule.by_month_day.length + rule.by_year_day.length === 0 &&
  Math.max(rule.by_hour.length, rule.by_minute.length, rule.by_second.length) <= 1;

/** Without BYMINUTE the minute is the due time's, which is not known here: hours alone are written as 'hour 9'. */
function times(rule: Rule): string {
  const { by_hour, by_minute, by_second } = rule;
  const is_whole = by_hour.length > 0 && by_minute.length > 0 && by_second.every((second) => second === 0);
  if (is_whole && !isSubDaily(rule.freq) && by_hour.length * by_minute.length <= TIMES_WRITTEN_MAX) {
    return `at ${list(by_hour.flatMap((hour) => by_minute.map((minute) => `${two(hour)}:${two(minute)}`)))}`;
  }
  const phrases: string[] = [];
  if (by_hour.length > 0) phrases.push(`${isSubDaily(rule.freq) ? 'in' : 'at'} hour ${list(by_hour.map(String))}`);
  if (by_minute.length > 0) phrases.push(`at minute ${list(by_minute.map(String))}`);
  if (by_second.length > 0) phrases.push(`at second ${list(by_second.map(String))}`);
  return phrases.join(' ');
}

const chosenPlaces = (rule: Rule): string =>
  rule.by_set_pos.length === 0 || choosesDays(rule) ? '' : `(only the ${list(rule.by_set_pos.map(place))} of these)`;

function ending(rule: Rule): string {
  if (rule.count !== null) return rule.count === 1 ? ', once' : `, ${rule.count.toLocaleString('en')} times`;
  if (rule.until === null) return '';
  const { year, month, day } = civilDate(Math.floor(rule.until.seconds / DAY_S));
  return `, until ${day} ${MONTH_NAMES[month - 1]} ${year}`;
}

const isWorkWeek = (by_day: readonly ByDay[]): boolean =>
  by_day.length === 5 && by_day.every(({ n, weekday }) => n === 0 && weekday < 5);

const dayName = ({ n, weekday }: ByDay): string => (n === 0 ? '' : `the ${place(n)} `) + DAY_NAMES[weekday]!;
const monthDay = (n: number): string => (n > 0 ? ordinal(n) : `${place(n)} day`);
const yearDay = (n: number): string => (n > 0 ? `day ${n}` : `the ${place(n)} day`);
const weekNumber = (n: number): string => (n > 0 ? `week ${n}` : `the ${place(n)} week`);

/** 1st, 2nd … and, from the end, last, 2nd last … */
const place = (n: number): string => (n > 0 ? ordinal(n) : n === -1 ? 'last' : `${ordinal(-n)} last`);

function ordinal(n: number): string {
  const suffix = ['th', 'st', 'nd', 'rd'][n % 10] ?? 'th';
  return `${n}${n % 100 >= 11 && n % 100 <= 13 ? 'th' : suffix}`;
}

function list(items: readonly string[], word = 'and'): string {
  return items.length < 2 ? (items[0] ?? '') : `${items.slice(0, -1).join(', ')} ${word} ${items.at(-1)}`;
}

const two = (value: number): string => String(value).padStart(2, '0');
