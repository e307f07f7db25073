/** The instances of a plan, next and previous from any second, without stepping through those between: bounded by `work`. */
import { civilDate, DAY_S, dayNumber, LAST_SECOND } from './calendar.ts';
import { basesOf, dayMatches, type Plan, periodOf, type Work } from './plan.ts';
import type { Frequency } from './rule.ts';

/**
 * The Gregorian calendar repeats after 400 years, weekdays included (146,097 days are 20,871 weeks). So many periods,
 * each `interval` after the one before, show every constellation there is: finding nothing in them is a proof.
 */
const CYCLE_PERIODS: Record<Frequency, number> = {
  YEARLY: 400,
  MONTHLY: 4800,
  WEEKLY: 20_871,
  DAILY: 146_097,
  HOURLY: 146_097 * 24,
  MINUTELY: 146_097 * 1440,
  SECONDLY: 146_097 * DAY_S,
};

/** The first instance of the rule after `after` and not before the anchor; null: there is none, or `work` is used up. */
export function nextInstance(plan: Plan, after: number, work: Work): number | null {
  if (after >= LAST_SECOND) return null;
  const first = alignUp(plan, periodOf(plan, Math.max(after, plan.anchor)));
  const last = Math.min(plan.last_period, first + CYCLE_PERIODS[plan.freq] * plan.interval);
  for (let period = first; period <= last; period += plan.interval) {
    if (plan.unit_s > 0) period = allowedFrom(plan, period, last, work);
    if (--work.left < 0 || period > last) return null;
    const found = firstAfter(plan, period, Math.max(after, plan.anchor - 1), work);
    if (found !== null) return found <= LAST_SECOND ? found : null;
  }
  return null;
}

/** The last instance of the rule at or before `until` and not before the anchor. */
export function previousInstance(plan: Plan, until: number, work: Work): number | null {
  if (until < plan.anchor) return null;
  const last = alignDown(plan, periodOf(plan, Math.min(until, LAST_SECOND)));
  const first = Math.max(plan.first_period, last - CYCLE_PERIODS[plan.freq] * plan.interval);
  for (let period = last; period >= first; period -= plan.interval) {
    if (plan.unit_s > 0) period = allowedUpTo(plan, period, first, work);
    if (--work.left < 0 || period < first) return null;
    const found = lastUpTo(plan, period, Math.min(until, LAST_SECOND), work);
    if (found !== null) return found >= plan.anchor ? found : null;
  }
  return null;
}

const alignUp = (plan: Plan, period: number): number =>
  plan.first_period + Math.ceil((period - plan.first_period) / plan.interval) * plan.interval;

const alignDown = (plan: Plan, period: number): number =>
  plan.first_period + Math.floor((period - plan.first_period) / plan.interval) * plan.interval;

/** The first aligned day, hour, minute or second from `period` on that the limiting parts let through. */
function allowedFrom(plan: Plan, period: number, last: number, work: Work): number {
  const { unit_s } = plan;
  let at = period;
  while (at <= last) {
    const start = at * unit_s;
    const skip_to = refusedUntil(plan, start);
    if (skip_to === start) return at;
    if (--work.left < 0) return Number.POSITIVE_INFINITY;
    at = alignUp(plan, Math.ceil(skip_to / unit_s));
  }
  return at;
}

/** `start` itself when it is allowed, else a later second before which nothing is. */
function refusedUntil(plan: Plan, start: number): number {
  const day = Math.floor(start / DAY_S);
  if (!dayMatches(plan, day)) return nextDay(plan, day) * DAY_S;
  const time = start - day * DAY_S;
  if (plan.hours !== null) {
    const hour = Math.floor(time / 3600);
    if (plan.hours.next[hour] !== hour) return day * DAY_S + plan.hours.next[hour]! * 3600;
  }
  if (plan.minutes !== null) {
    const minute = Math.floor(time / 60) % 60;
    if (plan.minutes.next[minute] !== minute) {
      return start - (time % 3600) + plan.minutes.next[minute]! * 60;
    }
  }
  if (plan.seconds !== null) {
    const second = time % 60;
    if (plan.seconds.next[second] !== second) return start - second + plan.seconds.next[second]!;
  }
  return start;
}

/** The mirror of `allowedFrom`. */
function allowedUpTo(plan: Plan, period: number, first: number, work: Work): number {
  const { unit_s } = plan;
  let at = period;
  while (at >= first) {
    const start = at * unit_s;
    const skip_to = refusedDownTo(plan, start);
    if (skip_to === start) return at;
    if (--work.left < 0) return Number.NEGATIVE_INFINITY;
    at = alignDown(plan, Math.floor(skip_to / unit_s));
  }
  return at;
}

/** `start` itself when it is allowed, else an earlier second after which nothing is. */
function refusedDownTo(plan: Plan, start: number): number {
  const day = Math.floor(start / DAY_S);
  if (!dayMatches(plan, day)) return previousDay(plan, day) * DAY_S + DAY_S - 1;
  const time = start - day * DAY_S;
  if (plan.hours !== null) {
    const hour = Math.floor(time / 3600);
    const allowed = plan.hours.previous[hour]!;
    if (allowed !== hour) return day * DAY_S + (allowed === 255 ? 0 : (allowed + 1) * 3600) - 1;
  }
  if (plan.minutes !== null) {
    const minute = Math.floor(time / 60) % 60;
    const allowed = plan.minutes.previous[minute]!;
    if (allowed !== minute) return start - (time % 3600) + (allowed === 255 ? 0 : (allowed + 1) * 60) - 1;
  }
  if (plan.seconds !== null) {
    const second = time % 60;
    const allowed = plan.seconds.previous[second]!;
    if (allowed !== second) return start - second + (allowed === 255 ? -1 : allowed);
  }
  return start;
}

/** The next day; or, in a month the rule leaves out, the first of the next month. */
function nextDay(plan: Plan, day_number: number): number {
  const { year, month } = civilDate(day_number);
  if (plan.months === null || plan.months[month] === 1) return day_number + 1;
  return month === 12 ? dayNumber(year + 1, 1, 1) : dayNumber(year, month + 1, 1);
}

function previousDay(plan: Plan, day_number: number): number {
  const { year, month } = civilDate(day_number);
  return plan.months === null || plan.months[month] === 1 ? day_number - 1 : dayNumber(year, month, 1) - 1;
}

const periodBases = (plan: Plan, period: number, work: Work): readonly number[] =>
  plan.unit_s > 0 ? [period * plan.unit_s] : basesOf(plan, period, work);

function firstAfter(plan: Plan, period: number, after: number, work: Work): number | null {
  const { offsets } = plan;
  const bases = periodBases(plan, period, work);
  if (plan.by_set_pos.length > 0) {
    for (const place of chosenPlaces(plan, bases.length * offsets.length, work)) {
      const instance = instanceAt(plan, bases, place);
      if (instance > after) return instance;
    }
    return null;
  }
  const last_offset = offsets.at(-1)!;
  for (const base of bases) {
    if (base + last_offset <= after) continue;
    for (const offset of offsets) if (base + offset > after) return base + offset;
  }
  return null;
}

function lastUpTo(plan: Plan, period: number, until: number, work: Work): number | null {
  const { offsets } = plan;
  const bases = periodBases(plan, period, work);
  if (plan.by_set_pos.length > 0) {
    const places = chosenPlaces(plan, bases.length * offsets.length, work);
    const place = places.findLast((it) => instanceAt(plan, bases, it) <= until);
    return place === undefined ? null : instanceAt(plan, bases, place);
  }
  for (let b = bases.length - 1; b >= 0; b--) {
    const base = bases[b]!;
    if (base + offsets[0]! > until) continue;
    for (let o = offsets.length - 1; o >= 0; o--) if (base + offsets[o]! <= until) return base + offsets[o]!;
  }
  return null;
}

/** The set of a period is every base with every offset, in order; it is never built. */
const instanceAt = ({ offsets }: Plan, bases: readonly number[], place: number): number =>
  bases[Math.floor(place / offsets.length)]! + offsets[place % offsets.length]!;

/** BYSETPOS picks from the whole set of the period, also from what lies before DTSTART. Sets come in few sizes. */
function chosenPlaces(plan: Plan, size: number, work: Work): readonly number[] {
  const known = plan.places_by_size.get(size);
  if (known !== undefined) return known;
  work.left -= plan.by_set_pos.length;
  const places = plan.by_set_pos.map((n) => (n > 0 ? n - 1 : size + n)).filter((place) => place >= 0 && place < size);
  const sorted = [...new Set(places)].sort((a, b) => a - b);
  plan.places_by_size.set(size, sorted);
  return sorted;
}
