/** `2 weeks`, `an hour and a half`, `90 min`, `1h30m`: how long, in the units that were said. */
import type { Run } from './tokens.ts';
import { countOf, isArticle, type Unit, unitOf } from './words.ts';

export interface Length {
  amounts: Partial<Record<Unit, number>>;
  next: number;
}

/** Reads a length at a place of a run. `the day` counts as one only where `the_too`. */
export function readLength(run: Run, at: number, the_too = false): Length | null {
  const joined = joinedLength(run[at]?.word ?? '');
  if (joined !== null) return { amounts: joined, next: at + 1 };
  const first = readAmount(run, at, the_too);
  if (first === null) return null;
  const amounts: Length['amounts'] = { [first.unit]: first.count };
  let next = first.next;
  if (run[next - 1]?.comma) return { amounts, next };
  if (
    run[next]?.word === 'and' &&
    run[next + 1]?.word === 'a' &&
    run[next + 2]?.word === 'half' &&
    first.unit === 'hours'
  ) {
    return { amounts: { ...amounts, minutes: 30 }, next: next + 3 };
  }
  const second = first.unit === 'hours' ? readAmount(run, next, false) : null;
  if (second?.unit === 'minutes' && !isArticle(run[next]?.word)) {
    amounts.minutes = second.count;
    next = second.next;
  }
  return { amounts, next };
}

function readAmount(run: Run, at: number, the_too: boolean): { count: number; unit: Unit; next: number } | null {
  const word = run[at]?.word;
  if (word === 'half' && run[at + 1]?.word === 'an' && run[at + 2]?.word === 'hour') {
    return { count: 30, unit: 'minutes', next: at + 3 };
  }
  if (word === 'half' && run[at + 1]?.word === 'a' && run[at + 2]?.word === 'day') {
    return { count: 12, unit: 'hours', next: at + 3 };
  }
  const article = isArticle(word) && (word !== 'the' || the_too);
  const count = article ? 1 : countOf(word);
  const unit = unitOf(run[at + 1]?.word);
  // `a m`, `an h` are letters, not lengths, and `in a sec` is a way of speaking.
  if (count === undefined || unit === undefined || (article && (unit === 'seconds' || run[at + 1]!.word.length < 3)))
    return null;
  return { count, unit, next: at + 2 };
}

/** `30m`, `2h`, `1h30m`, `1.5h`, `15min`, `2-day` in one word. */
function joinedLength(word: string): Length['amounts'] | null {
  const hours = /^(\d{1,4})h(\d{1,2})m?$/.exec(word);
  if (hours !== null) return { hours: Number(hours[1]), minutes: Number(hours[2]) };
  const half = /^(\d{1,3})\.5(h|hr|hrs|hours)$/.exec(word);
  if (half !== null) return { hours: Number(half[1]), minutes: 30 };
  const [, digits, name] = /^(\d{1,4})([a-z]{1,7})$/.exec(word) ?? [];
  const unit = unitOf(name);
  return digits === undefined || unit === undefined ? null : { [unit]: Number(digits) };
}
