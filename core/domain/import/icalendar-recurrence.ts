/** The rule of a to-do and its exceptions, checked by our own rules of recurrence and counted from when the task is due. */
import { isAllDay } from '../due-date.ts';
import { Failure } from '../failure.ts';
import type { Report } from './fit.ts';
import type { Properties } from './icalendar-properties.ts';
import { type Clock, inZone, type Moment, momentsOf } from './icalendar-time.ts';
import type { ImportedTask } from './plan.ts';
import type { RuleChecker } from './rule-checker.ts';

type Recurrence = { due: Moment | null } & Pick<ImportedTask, 'recurrence_rule' | 'exceptions'>;
interface Base {
  due: Moment | null;
  start: Moment | null;
  status: ImportedTask['status'];
  checkRule: RuleChecker;
}

const exceptions_max = 1_000;

/** `due` comes back too: whether a date in UTC goes to the user's zone or stays depends on the rule. */
export function recurrenceOf(properties: Properties, base: Base, clock: Clock, report: Report): Recurrence {
  const { due } = base;
  const rules = properties.get('RRULE') ?? [];
  if (properties.has('RDATE')) report('recurrence_rule', 'extra dates (RDATE) were left out');
  if (properties.has('EXRULE')) report('recurrence_rule', 'a rule of exceptions (EXRULE) was left out');
  const rule = rules[0]?.raw;
  if (rule === undefined) return { due, recurrence_rule: null, exceptions: [] };
  if (rules.length > 1) report('recurrence_rule', 'only the first of its rules was taken');
  const anchor = due?.utc ? inZone(due, 'UTC') : due;
  const recurrence_rule = takenRule(rule, anchor, base, report);
  if (recurrence_rule === null || anchor === null) return { due, recurrence_rule: null, exceptions: [] };
  // A rule whose start is in UTC runs on the clocks of UTC, which know no summer (RFC 5545, 3.3.10).
  return { due: anchor, recurrence_rule, exceptions: exceptionsOf(properties, anchor, clock, report) };
}

function takenRule(rule: string, anchor: Moment | null, base: Base, report: Report): string | null {
  const shown = rule.slice(0, 100);
  if (anchor === null) {
    report('recurrence_rule', `“${shown}” was left out: there is no date to count from`);
    return null;
  }
  // In a calendar a completed to-do is completed with all that repeats; here completing brings the next one.
  if (base.status === 'completed') {
    report('recurrence_rule', `“${shown}” was left out: the task is completed`);
    return null;
  }
  const checked = base.checkRule(rule, anchor.local);
  if (checked instanceof Failure) {
    report('recurrence_rule', `“${shown}” was left out: ${checked.errors[0]?.message ?? checked.message}`);
    return null;
  }
  if (base.start && inZone(base.start, anchor.zone).local !== anchor.local) {
    report('recurrence_rule', 'is counted from the due date, not from the start');
  }
  return checked;
}

/** In the form of the due date: days for a task that lasts the day, otherwise wall-clock times in its zone. */
function exceptionsOf(properties: Properties, anchor: Moment, clock: Clock, report: Report): string[] {
  const exceptions = new Set<string>();
  for (const property of properties.get('EXDATE') ?? []) {
    if (exceptions.size > exceptions_max) break;
    for (const moment of momentsOf(property, clock, (message) => report('exceptions', message))) {
      if (moment === null) continue;
      const { local } = inZone(moment, anchor.zone);
      if (isAllDay(anchor.local)) exceptions.add(local.slice(0, 10));
      else exceptions.add(isAllDay(local) ? `${local}${anchor.local.slice(10)}` : local);
    }
  }
  if (exceptions.size > exceptions_max) report('exceptions', `only the first ${exceptions_max} were taken`);
  return [...exceptions].slice(0, exceptions_max);
}
