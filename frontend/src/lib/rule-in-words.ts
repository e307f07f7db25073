/** A recurrence rule as a sentence, for the rules people make; anything rarer stays the rule it is. */
import { addDays } from './dates.ts';

const DAYS: Record<string, string> = {
  MO: 'Monday',
  TU: 'Tuesday',
  WE: 'Wednesday',
  TH: 'Thursday',
  FR: 'Friday',
  SA: 'Saturday',
  SU: 'Sunday',
};
const CODES = ['SU', 'MO', 'TU', 'WE', 'TH', 'FR', 'SA'];
const MONTHS = 'January February March April May June July August September October November December'.split(' ');
const UNITS: Record<string, string> = {
  HOURLY: 'hour',
  DAILY: 'day',
  WEEKLY: 'week',
  MONTHLY: 'month',
  YEARLY: 'year',
  MINUTELY: 'minute',
};
const WORKDAYS = 'MO,TU,WE,TH,FR';
const UNDERSTOOD = new Set(['FREQ', 'INTERVAL', 'BYDAY', 'BYMONTHDAY', 'BYMONTH', 'COUNT', 'UNTIL', 'WKST']);

type Parts = Record<string, string>;

export function ruleInWords(rule: string, repeat_from: 'due' | 'completion' = 'due'): string {
  const parts = partsOf(rule);
  const unit = UNITS[parts.FREQ ?? ''];
  if (!unit || Object.keys(parts).some((key) => !UNDERSTOOD.has(key))) return `custom: ${rule}`;
  const on = onWords(parts);
  if (on === null) return `custom: ${rule}`;
  return `${every(parts, unit)}${on}${endWords(parts)}${repeat_from === 'completion' ? ' after completion' : ''}`;
}

export interface Preset {
  rule: string;
  words: string;
}

/** The rules that suit a due date; the editor offers them in words. */
export function rulePresets(date: string): Preset[] {
  const [, month = 1, day = 1] = date.split('-').map(Number);
  const code = CODES[new Date(`${date}T00:00Z`).getUTCDay()]!;
  const rules = [
    'FREQ=DAILY',
    `FREQ=WEEKLY;BYDAY=${WORKDAYS}`,
    `FREQ=WEEKLY;BYDAY=${code}`,
    `FREQ=WEEKLY;INTERVAL=2;BYDAY=${code}`,
    `FREQ=MONTHLY;BYMONTHDAY=${day}`,
    `FREQ=MONTHLY;BYDAY=${nthOfMonth(date)}${code}`,
  ];
  if (addDays(date, 1).slice(5, 7) !== date.slice(5, 7)) rules.push('FREQ=MONTHLY;BYMONTHDAY=-1');
  rules.push(`FREQ=YEARLY;BYMONTH=${month};BYMONTHDAY=${day}`);
  return rules.map((rule) => ({ rule, words: ruleInWords(rule) }));
}

/** Few months have a fifth: then the last is meant. */
function nthOfMonth(date: string): number {
  const nth = Math.ceil(Number(date.slice(8)) / 7);
  return nth > 4 ? -1 : nth;
}

function partsOf(rule: string): Parts {
  return Object.fromEntries(
    rule
      .replace(/^RRULE:/i, '')
      .split(';')
      .map((part) => part.toUpperCase().split('=') as [string, string]),
  );
}

function every(parts: Parts, unit: string): string {
  const interval = Number(parts.INTERVAL ?? 1);
  if (interval !== 1) return `every ${interval} ${unit}s`;
  if (parts.BYDAY === WORKDAYS && parts.FREQ === 'WEEKLY') return 'every weekday';
  return `every ${unit}`;
}

/** Null when the combination has no plain sentence here. */
function onWords({ FREQ, INTERVAL = '1', BYDAY, BYMONTHDAY, BYMONTH }: Parts): string | null {
  const weekdays = BYDAY?.split(',');
  if (FREQ === 'WEEKLY') {
    if (BYMONTHDAY || BYMONTH) return null;
    if (!weekdays || (BYDAY === WORKDAYS && INTERVAL === '1')) return '';
    return ` on ${list(weekdays.map((one) => DAYS[one] ?? one))}`;
  }
  if (FREQ === 'MONTHLY' && !BYMONTH) {
    if (BYMONTHDAY && BYDAY) return null;
    if (BYMONTHDAY) return ` on the ${list(BYMONTHDAY.split(',').map(monthDay))}`;
    return weekdays ? nthDays(weekdays) : '';
  }
  if (FREQ === 'YEARLY') {
    if (!BYDAY && !BYMONTHDAY && !BYMONTH) return '';
    const months = BYMONTH?.split(',').map((one) => MONTHS[Number(one) - 1] ?? one);
    if (!months) return null;
    if (BYMONTHDAY && !BYDAY && months.length === 1) return ` on ${BYMONTHDAY} ${months[0]}`;
    if (!BYMONTHDAY && !BYDAY) return ` in ${list(months)}`;
    const nth = weekdays && !BYMONTHDAY ? nthDays(weekdays) : null;
    return nth === null ? null : `${nth} of ${list(months)}`;
  }
  return BYDAY || BYMONTHDAY || BYMONTH ? null : '';
}

function nthDays(days: string[]): string | null {
  const words = days.map((one) => {
    const [, nth, day = ''] = /^([+-]?\d+)([A-Z]{2})$/.exec(one) ?? [];
    return nth === undefined ? null : `${monthDay(nth).replace(' day', '')} ${DAYS[day]}`;
  });
  return words.includes(null) ? null : ` on the ${list(words as string[])}`;
}

function monthDay(text: string): string {
  const day = Number(text);
  if (day === -1) return 'last day';
  return day < 0 ? `${ordinal(-day)} last day` : ordinal(day);
}

export function ordinal(n: number): string {
  const tens = n % 100;
  if (tens >= 11 && tens <= 13) return `${n}th`;
  return `${n}${['th', 'st', 'nd', 'rd'][n % 10] ?? 'th'}`;
}

function endWords({ COUNT, UNTIL }: Parts): string {
  if (COUNT) return COUNT === '1' ? ', once' : `, ${COUNT} times`;
  if (!UNTIL) return '';
  return `, until ${Number(UNTIL.slice(6, 8))} ${MONTHS[Number(UNTIL.slice(4, 6)) - 1]} ${UNTIL.slice(0, 4)}`;
}

function list(words: string[]): string {
  return words.length < 2 ? (words[0] ?? '') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;
}
