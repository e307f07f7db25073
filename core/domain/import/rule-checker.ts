/** Rules of a file are checked by our own, each once, and only so many of those that may take long. */
import { Failure, invalid } from '../failure.ts';
import { parseRule } from '../recurrence.ts';

/** The canonical rule, or the refusal. */
export type RuleChecker = (rule: string, anchor: string) => string | Failure;

/**
 * To find that a rule never comes true takes 25 to 65 ms (measured: FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30), so ten
 * thousand of them ten minutes. No one's own file has more than a few.
 */
const refused_max = 30;
/** One that does come true, but finer than daily and late, takes 2 ms. */
const finer_max = 500;

export function ruleChecker(): RuleChecker {
  const known = new Map<string, string | Failure>();
  let refused = 0;
  let finer = 0;
  return (rule, anchor) => {
    const key = `${anchor} ${rule}`;
    const before = known.get(key);
    if (before !== undefined) return before;
    if (refused === refused_max) {
      return invalid('recurrence_rule', `${refused_max} rules of this file were refused; no more are checked`);
    }
    if (finer === finer_max) return invalid('recurrence_rule', `${finer_max} rules finer than daily are enough`);
    const checked = check(rule, anchor);
    if (checked instanceof Failure) refused += 1;
    else if (/FREQ=(?:SECOND|MINUTE|HOUR)LY/i.test(rule)) finer += 1;
    known.set(key, checked);
    return checked;
  };
}

function check(rule: string, anchor: string): string | Failure {
  try {
    return parseRule(rule, anchor);
  } catch (error) {
    if (error instanceof Failure) return error;
    throw error;
  }
}
