/** Text to rule and back: reads any RRULE value RFC 5545 3.3.10 allows, says what is wrong with others, writes one form only. */
import { type Failure, invalid } from '../failure.ts';
import { readLocal, type Weekday, writeLocal } from './calendar.ts';
import { type ByDay, FREQUENCIES, type Frequency, isSubDaily, type Rule, type Until, WEEKDAYS } from './rule.ts';

/** Longer rules than this are no one's plan for a task, and each number in a list costs work at every search. */
const TEXT_LENGTH_MAX = 1000;
/** Without a cap, finding the last of COUNT=1000000000 instances means stepping through them all; 10,000 take about 5 ms, once. */
const COUNT_MAX = 10_000;

const WORDS: Record<string, string> = {
  daily: 'FREQ=DAILY',
  weekdays: 'FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR',
  weekly: 'FREQ=WEEKLY',
  monthly: 'FREQ=MONTHLY',
  yearly: 'FREQ=YEARLY',
};

/** A thousand years between two occurrences, in each unit. */
const INTERVAL_MAX: Record<Frequency, number> = {
  YEARLY: 1000,
  MONTHLY: 12_000,
  WEEKLY: 52_178,
  DAILY: 365_243,
  HOURLY: 8_765_832,
  MINUTELY: 525_949_920,
  SECONDLY: 31_556_995_200,
};

export const refuse = (message: string): Failure => invalid('recurrence_rule', message);

export function readRule(input: string): Rule {
  const parts = splitParts(input);
  const freq = parts.get('FREQ');
  if (freq === undefined) throw refuse('needs FREQ, for example FREQ=WEEKLY');
  if (!isFrequency(freq)) throw refuse(`FREQ=${freq} is not one of ${FREQUENCIES.toReversed().join(', ')}`);
  const rule: Rule = {
    freq,
    interval: numberPart(parts, 'INTERVAL', INTERVAL_MAX[freq], 'a thousand years between two occurrences') ?? 1,
    count: numberPart(parts, 'COUNT', COUNT_MAX, 'leave it out, or end the rule with UNTIL'),
    until: parts.has('UNTIL') ? readUntil(parts.get('UNTIL')!) : null,
    wkst: parts.has('WKST') ? readWeekday(parts.get('WKST')!, 'WKST') : 0,
    by_month: listPart(parts, 'BYMONTH', 1, 12),
    by_week_no: signedListPart(parts, 'BYWEEKNO', 53),
    by_year_day: signedListPart(parts, 'BYYEARDAY', 366),
    by_month_day: signedListPart(parts, 'BYMONTHDAY', 31),
    by_day: parts.has('BYDAY') ? readByDay(parts.get('BYDAY')!) : [],
    by_hour: listPart(parts, 'BYHOUR', 0, 23),
    by_minute: listPart(parts, 'BYMINUTE', 0, 59),
    // RFC 5545 3.3.5: who does not support leap seconds reads second 60 as 59.
    by_second: sorted(listPart(parts, 'BYSECOND', 0, 60).map((second) => Math.min(second, 59))),
    by_set_pos: signedListPart(parts, 'BYSETPOS', 366),
  };
  checkParts(rule);
  return rule;
}

/** Parts in the order of the RFC's own examples; what is the default (INTERVAL=1, WKST=MO) is left out. */
export function writeRule(rule: Rule): string {
  const parts = [`FREQ=${rule.freq}`];
  const add = (name: string, values: readonly (string | number)[]) => {
    if (values.length > 0) parts.push(`${name}=${values.join(',')}`);
  };
  if (rule.interval !== 1) add('INTERVAL', [rule.interval]);
  if (rule.count !== null) add('COUNT', [rule.count]);
  if (rule.until !== null) add('UNTIL', [writeUntil(rule.until)]);
  if (rule.wkst !== 0) add('WKST', [WEEKDAYS[rule.wkst]]);
  add('BYMONTH', rule.by_month);
  add('BYWEEKNO', rule.by_week_no);
  add('BYYEARDAY', rule.by_year_day);
  add('BYMONTHDAY', rule.by_month_day);
  add(
    'BYDAY',
    rule.by_day.map(({ n, weekday }) => `${n === 0 ? '' : n}${WEEKDAYS[weekday]}`),
  );
  add('BYHOUR', rule.by_hour);
  add('BYMINUTE', rule.by_minute);
  add('BYSECOND', rule.by_second);
  add('BYSETPOS', rule.by_set_pos);
  return parts.join(';');
}

const PART_NAMES = new Set(
  'FREQ INTERVAL COUNT UNTIL WKST BYMONTH BYWEEKNO BYYEARDAY BYMONTHDAY BYDAY BYHOUR BYMINUTE BYSECOND BYSETPOS'.split(
    ' ',
  ),
);

function splitParts(input: string): Map<string, string> {
  if (input.length > TEXT_LENGTH_MAX) throw refuse(`is longer than ${TEXT_LENGTH_MAX} characters`);
  const trimmed = input.trim();
  const text = (WORDS[trimmed.toLowerCase()] ?? trimmed).toUpperCase().replace(/^RRULE:/, '');
  const parts = new Map<string, string>();
  for (const part of text.replace(/;$/, '').split(';')) {
    const [name = '', value, ...rest] = part.split('=');
    if (name === 'RSCALE' || name === 'SKIP') {
      throw refuse(`${name} (RFC 7529) is not supported: rules follow the Gregorian calendar`);
    }
    if (value === undefined || value === '' || rest.length > 0) {
      throw refuse(
        `cannot read '${shorten(part)}'; a rule looks like FREQ=WEEKLY;BYDAY=MO, or is one of ${Object.keys(WORDS).join(', ')}`,
      );
    }
    if (!PART_NAMES.has(name)) throw refuse(`${shorten(name)} is not a part of a recurrence rule (RFC 5545 3.3.10)`);
    if (parts.has(name)) throw refuse(`${name} occurs twice`);
    parts.set(name, value);
  }
  return parts;
}

/** The combinations that RFC 5545 3.3.10 forbids ("MUST NOT"). */
function checkParts(rule: Rule): void {
  const { freq } = rule;
  if (rule.count !== null && rule.until !== null) throw refuse('COUNT and UNTIL exclude each other: keep one');
  if (rule.by_week_no.length > 0 && freq !== 'YEARLY') throw refuse('BYWEEKNO is allowed with FREQ=YEARLY only');
  if (rule.by_year_day.length > 0 && (freq === 'DAILY' || freq === 'WEEKLY' || freq === 'MONTHLY')) {
    throw refuse(`BYYEARDAY is not allowed with FREQ=${freq}`);
  }
  if (rule.by_month_day.length > 0 && freq === 'WEEKLY') throw refuse('BYMONTHDAY is not allowed with FREQ=WEEKLY');
  if (rule.by_day.some(({ n }) => n !== 0)) {
    if (freq !== 'MONTHLY' && freq !== 'YEARLY') {
      throw refuse(`BYDAY with a number is allowed with FREQ=MONTHLY or YEARLY only, not with ${freq}`);
    }
    if (rule.by_week_no.length > 0) throw refuse('BYDAY with a number is not allowed beside BYWEEKNO');
  }
  if (rule.by_set_pos.length > 0 && !hasByPart(rule)) throw refuse('BYSETPOS needs another BY… part to choose from');
}

/** RFC 5545 3.3.10: BYHOUR, BYMINUTE and BYSECOND "MUST NOT be specified when the associated DTSTART is a DATE". */
export function checkAllDay(rule: Rule): void {
  if (isSubDaily(rule.freq)) throw refuse(`FREQ=${rule.freq} needs a due date with a time of day`);
  if (rule.by_hour.length + rule.by_minute.length + rule.by_second.length > 0) {
    throw refuse('BYHOUR, BYMINUTE and BYSECOND need a due date with a time of day');
  }
}

const hasByPart = (rule: Rule): boolean =>
  rule.by_month.length > 0 ||
  rule.by_week_no.length > 0 ||
  rule.by_year_day.length > 0 ||
  rule.by_month_day.length > 0 ||
  rule.by_day.length > 0 ||
  rule.by_hour.length > 0 ||
  rule.by_minute.length > 0 ||
  rule.by_second.length > 0;

const isFrequency = (text: string): text is Frequency => (FREQUENCIES as readonly string[]).includes(text);

const shorten = (text: string): string => (text.length > 40 ? `${text.slice(0, 40)}…` : text);

const sorted = (values: readonly number[]): number[] => [...new Set(values)].sort((a, b) => a - b);

function numberPart(parts: Map<string, string>, name: string, max: number, hint: string): number | null {
  const text = parts.get(name);
  if (text === undefined) return null;
  if (!/^\d+$/.test(text) || Number(text) === 0)
    throw refuse(`${name}=${shorten(text)} must be a whole number from 1 on`);
  if (Number(text) > max) throw refuse(`${name} may be at most ${max.toLocaleString('en')} (${hint})`);
  return Number(text);
}

function listPart(parts: Map<string, string>, name: string, min: number, max: number): number[] {
  const text = parts.get(name);
  if (text === undefined) return [];
  const values = text.split(',').map((item) => (/^[+-]?\d{1,3}$/.test(item) ? Number(item) : Number.NaN));
  for (const [index, value] of values.entries()) {
    if (Number.isNaN(value) || value < min || value > max) {
      throw refuse(`${name}: '${shorten(text.split(',')[index]!)}' is not a number from ${min} to ${max}`);
    }
  }
  return sorted(values);
}

function signedListPart(parts: Map<string, string>, name: string, max: number): number[] {
  const values = listPart(parts, name, -max, max);
  if (values.includes(0)) throw refuse(`${name}: 0 has no meaning; count from 1, or from -1 backwards from the end`);
  return values;
}

function readWeekday(text: string, name: string): Weekday {
  const weekday = (WEEKDAYS as readonly string[]).indexOf(text);
  if (weekday < 0) throw refuse(`${name}: '${shorten(text)}' is not one of ${WEEKDAYS.join(', ')}`);
  return weekday as Weekday;
}

function readByDay(text: string): ByDay[] {
  const days = new Map<string, ByDay>();
  for (const item of text.split(',')) {
    const part = /^([+-]?\d{1,2})?([A-Z]+)$/.exec(item);
    if (part === null) throw refuse(`BYDAY: '${shorten(item)}' is not a weekday such as MO, 2TU or -1FR`);
    const n = Number(part[1] ?? 0);
    if (part[1] !== undefined && (n === 0 || Math.abs(n) > 53)) {
      throw refuse(`BYDAY: '${shorten(item)}' must count from 1 to 53, or from -1 to -53`);
    }
    const day: ByDay = { n, weekday: readWeekday(part[2]!, 'BYDAY') };
    days.set(`${n}${day.weekday}`, day);
  }
  return [...days.values()].sort((a, b) => a.n - b.n || a.weekday - b.weekday);
}

function readUntil(text: string): Until {
  const part = /^(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d)(\d\d)(Z)?)?$/.exec(text);
  if (part === null) throw refuse(`UNTIL=${shorten(text)} must look like 20261231 or 20261231T235959Z`);
  const date = `${part[1]}-${part[2]}-${part[3]}`;
  if (part[4] === undefined) return { form: 'date', seconds: readLocal(date, 'recurrence_rule').seconds };
  const second = Math.min(Number(part[6]), Number(part[6]) === 60 ? 59 : 60);
  const time = `${part[4]}:${part[5]}:${String(second).padStart(2, '0')}`;
  const { seconds } = readLocal(`${date}T${time}`, 'recurrence_rule');
  return { form: part[7] === undefined ? 'local' : 'utc', seconds };
}

function writeUntil({ form, seconds }: Until): string {
  const compact = writeLocal(seconds, form === 'date').replaceAll(/[-:]/g, '');
  return form === 'utc' ? `${compact}Z` : compact;
}
