/** Rules for people's tasks: never more often than every five minutes. */
import { nextInstance } from './instances.ts';
import type { Plan, Work } from './plan.ts';
import { isSubDaily, type Rule } from './rule.ts';

export const SPACING_MIN_S = 300;
const INSTANCES_TRIED = 1000;

/** True when two instances can be less than five minutes apart on the wall clock. */
export function isTooFrequent(rule: Rule, plan: Plan, work: Work): boolean {
  const parts = rule.by_hour.length + rule.by_minute.length + rule.by_second.length;
  if (!isSubDaily(rule.freq) && parts === 0) return false;
  if (!canBeClose(rule)) return false;
  // BYSETPOS may leave out every second one of a close pair: only looking shows it.
  return rule.by_set_pos.length === 0 || isCloseIn(plan, work);
}

function isCloseIn(plan: Plan, work: Work): boolean {
  let last = Number.NEGATIVE_INFINITY;
  for (let tried = 0; tried < INSTANCES_TRIED; tried++) {
    const next = nextInstance(plan, Math.max(last, plan.anchor - 1), work);
    if (next === null) return false;
    if (next - last < SPACING_MIN_S) return true;
    last = next;
  }
  return false;
}

/**
 * Two instances within five minutes lie in the same hour or in neighbouring ones, so an hour's seconds are all there is
 * to compare. A step of the frequency (every 7 minutes) rules out pairs whose distance is no multiple of it.
 * Times either side of midnight count as neighbours even where the days of the rule are never neighbours.
 */
function canBeClose(rule: Rule): boolean {
  const step_s = stepSeconds(rule);
  if (rule.freq === 'SECONDLY' && step_s >= SPACING_MIN_S) return false;
  const close_hours = haveNeighbours(rule);
  const in_hour = secondsOfHour(rule);
  for (let at = 0; at < 3600; at++) {
    if (in_hour[at] === 0) continue;
    for (let distance = 1; distance < SPACING_MIN_S; distance++) {
      const other = at + distance;
      if (other >= 3600 ? !close_hours || in_hour[other - 3600] === 0 : in_hour[other] === 0) continue;
      const apart = rule.freq === 'MINUTELY' ? (Math.floor(other / 60) - Math.floor(at / 60)) * 60 : distance;
      if (step_s === 0 || apart % step_s === 0) return true;
    }
  }
  return false;
}

/** The step that the distance of two instances is a multiple of; 0: any distance. */
function stepSeconds(rule: Rule): number {
  if (rule.freq === 'SECONDLY') return rule.interval;
  return rule.freq === 'MINUTELY' ? rule.interval * 60 : 0;
}

function haveNeighbours(rule: Rule): boolean {
  if (rule.freq === 'HOURLY' && rule.interval > 1) return false;
  const hours = new Set(rule.by_hour);
  if (hours.size === 0) return isSubDaily(rule.freq);
  return rule.by_hour.some((hour) => hours.has((hour + 1) % 24));
}

/** An open minute or second is DTSTART's: one value, whichever it is. */
function secondsOfHour(rule: Rule): Uint8Array {
  const all = Array.from({ length: 60 }, (_, value) => value);
  const open = { SECONDLY: [all, all], MINUTELY: [all, [0]] } as Partial<Record<string, number[][]>>;
  const [minutes, seconds] = open[rule.freq] ?? [[0], [0]];
  const in_hour = new Uint8Array(3600);
  for (const minute of rule.by_minute.length > 0 ? rule.by_minute : minutes!) {
    for (const second of rule.by_second.length > 0 ? rule.by_second : seconds!) in_hour[minute * 60 + second] = 1;
  }
  return in_hour;
}
