/** A rule that has been parsed can be kept: it is in its one canonical form, has instances, and not too many of them. */
import { DAY_S, dayNumber, readLocal } from './calendar.ts';
import { nextInstance } from './instances.ts';
import { planRule } from './plan.ts';
import { checkAllDay, readRule, refuse, writeRule } from './read-rule.ts';
import type { Rule } from './rule.ts';
import { SEARCH_WORK_MAX, seriesOf } from './series-of.ts';
import { isTooFrequent, SPACING_MIN_S } from './spacing.ts';

/**
 * Canonical form of a rule a person or client gives: RFC 5545's RRULE value with or without 'RRULE:', in any case, or one
 * of the words daily, weekdays, weekly, monthly, yearly. Throws Failure 'invalid' for `recurrence_rule` otherwise.
 * With `anchor` (DTSTART) it also refuses a rule that no day from there on fits.
 */
export function parseRule(input: string, anchor?: string, time_zone = 'UTC'): string {
  const rule = readRule(input);
  const canonical = writeRule(rule);
  if (anchor === undefined) checkRule(rule);
  else checkFrom(rule, anchor, canonical, time_zone);
  return canonical;
}

/** 2000-01-01, the start of a cycle of the calendar, and the next six days for a rule that takes its weekday from DTSTART. */
const EARLY_ANCHORS = [0, 1, 2, 3, 4, 5, 6].map((days) => (dayNumber(2000, 1, 1) + days) * DAY_S);

function checkRule(rule: Rule): void {
  const endless: Rule = { ...rule, interval: 1, count: null, until: null };
  const work = { left: SEARCH_WORK_MAX };
  const takes_weekday = rule.by_week_no.length > 0 && rule.by_day.length === 0;
  const possible = EARLY_ANCHORS.slice(0, takes_weekday ? 7 : 1).some(
    (anchor) => nextInstance(planRule(endless, anchor, false), anchor - 1, work) !== null,
  );
  if (!possible) throw refuse('has no possible instance: no date in the calendar fits all of its parts');
  checkSpacing(rule, EARLY_ANCHORS[0]!);
}

function checkFrom(rule: Rule, anchor_text: string, canonical: string, time_zone: string): void {
  const anchor = readLocal(anchor_text, 'due_date');
  if (anchor.all_day) checkAllDay(rule);
  const series = seriesOf({ rule: canonical, anchor: anchor_text, time_zone });
  if (series.last < series.anchor) throw refuse('ends (UNTIL) before the due date');
  const work = { left: SEARCH_WORK_MAX };
  const first = nextInstance(series.plan, series.anchor - 1, work);
  if (first === null || first > series.last) {
    throw refuse('has no possible instance: no date from the due date on fits all of its parts');
  }
  const second_work = { left: SEARCH_WORK_MAX };
  nextInstance(series.plan, first, second_work);
  if (second_work.left < 0 || series.is_unfinished) {
    throw refuse('has its instances too far apart to be found: use a coarser FREQ');
  }
  checkSpacing(rule, series.anchor);
}

function checkSpacing(rule: Rule, anchor: number): void {
  if (isTooFrequent(rule, planRule(rule, anchor, false), { left: SEARCH_WORK_MAX })) {
    throw refuse(`repeats within ${SPACING_MIN_S / 60} minutes, which is too often for a task`);
  }
}
