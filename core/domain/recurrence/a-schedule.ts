/** Builders for tests of recurrence: a schedule from its few interesting parts, and dates written as in RFC 5545's examples. */
import { nextOccurrence, type Occurrence, parseRule, type Schedule } from '../recurrence.ts';

/** The rule goes through parseRule, as every rule that is stored has. */
export function aSchedule(rule: string, anchor: string, time_zone = 'UTC', exceptions: string[] = []): Schedule {
  return { rule: parseRule(rule, anchor, time_zone), anchor, time_zone, exceptions };
}

/** The first `count` occurrences, or fewer if the schedule ends, one step at a time. */
export function firstOf(schedule: Schedule, count: number): Occurrence[] {
  const occurrences: Occurrence[] = [];
  let at = nextOccurrence(schedule, null);
  while (at !== null && occurrences.length < count) {
    occurrences.push(at);
    at = nextOccurrence(schedule, at);
  }
  return occurrences;
}

const MONTHS = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ');

/** '1997 Sep 2 9-11 Oct 7' is the days 1997-09-02, -09, -10, -11 and 1997-10-07, each at `time` (none: all day). */
export function dates(text: string, time: string | null = '09:00:00'): string[] {
  let [year, month] = ['', ''];
  const found: string[] = [];
  for (const word of text.split(/\s+/)) {
    if (/^\d{4}$/.test(word)) year = word;
    else if (MONTHS.includes(word)) month = String(MONTHS.indexOf(word) + 1).padStart(2, '0');
    else {
      const [from, to] = word.split('-').map(Number);
      for (let day = from!; day <= (to ?? from!); day++) {
        found.push(`${year}-${month}-${String(day).padStart(2, '0')}${time === null ? '' : `T${time}`}`);
      }
    }
  }
  return found;
}
