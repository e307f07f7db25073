/** `9am`, `17:30`, `at 5`, `noon`, `in the morning`: a time of day, with how sure the words are about it. */
import type { Run } from './tokens.ts';
import { type DayPart, dayPartOf, unitOf } from './words.ts';

export interface Clock {
  hour: number;
  minute: number;
  second: number;
  /** Without am or pm (`at 5`, `7:30`): a part of the day said with it decides between morning and evening. */
  bare: boolean;
  /** The 00:00 that ends a day, not the one that begins it. */
  midnight: boolean;
}
export interface TimePhrase {
  clock: Clock | null;
  part: DayPart | null;
  next: number;
}

const clock = (hour: number, minute = 0, more: Partial<Clock> = {}): Clock | null =>
  hour < 24 && minute < 60 ? { hour, minute, second: 0, bare: false, midnight: false, ...more } : null;

const CONNECTORS = new Set(['at', '@', 'by']);

/**
 * Reads a time, its connector included. `attached` says that it stands next to a date or a rule: then words that are
 * unlikely on their own (`9:30`, `midnight`) are times too.
 */
export function readTime(run: Run, at: number, attached: boolean): TimePhrase | null {
  const connected = CONNECTORS.has(run[at]?.word ?? '');
  const from = connected ? at + 1 : at;
  const glued = !connected && /^@\d/.test(run[at]?.word ?? '') ? run[at]!.word.slice(1) : null;
  const read =
    readClock(glued ?? run[from]?.word, run, from, connected || attached || glued !== null) ??
    (connected || glued !== null ? readBareHour(glued ?? run[from]?.word, run, from) : null);
  if (read !== null) {
    const part = run[read.next - 1]?.comma ? null : readDayPart(run, read.next);
    return { clock: read.clock, part: part?.part ?? null, next: part?.next ?? read.next };
  }
  if (connected)
    return run[at]!.word === 'at' && run[from]?.word === 'night'
      ? { clock: null, part: 'night', next: from + 1 }
      : null;
  const part = readDayPart(run, at);
  // A part of the day on its own (`morning run`) is not a time; `in the morning` and `tomorrow morning` are.
  if (part === null || (!attached && part.next === at + 1)) return null;
  if (run[part.next - 1]?.comma) return { clock: null, ...part };
  const exact = readTime(run, part.next, true);
  return exact?.clock && exact.part === null
    ? { clock: exact.clock, part: part.part, next: exact.next }
    : { clock: null, ...part };
}

function readClock(
  word: string | undefined,
  run: Run,
  at: number,
  sure: boolean,
): { clock: Clock; next: number } | null {
  if (word === undefined) return null;
  if (word === 'eod' && sure) return { clock: clock(17)!, next: at + 1 };
  if (word === 'noon' || word === 'midday') return { clock: clock(12)!, next: at + 1 };
  if (word === 'midnight') {
    return sure || run[at + 1] === undefined ? { clock: clock(0, 0, { midnight: true })!, next: at + 1 } : null;
  }
  const joined = /^(\d{1,2})(?:[:.](\d\d))?([ap])\.?m$/.exec(word);
  const digits = joined ?? /^(\d{1,2})(?:[:.](\d\d))?$/.exec(word);
  const half =
    joined?.[3] ?? (digits && !run[at]?.comma ? /^([ap])\.?m$/.exec(run[at + 1]?.word ?? '')?.[1] : undefined);
  if (digits && half !== undefined) {
    const hour = Number(digits[1]);
    const read = hour >= 1 && hour <= 12 ? clock((hour % 12) + (half === 'p' ? 12 : 0), Number(digits[2] ?? 0)) : null;
    return read && { clock: read, next: at + (joined ? 1 : 2) };
  }
  const exact = /^(\d{1,2}):(\d\d)(?::([0-5]\d))?$/.exec(word);
  // On its own `3:16` may be a verse or a score; with two digits for the hour it is a time.
  if (exact === null || (!sure && exact[1]!.length < 2)) return null;
  const hour = Number(exact[1]);
  const read = clock(hour, Number(exact[2]), { second: Number(exact[3] ?? 0), bare: isBare(hour, word) });
  return read && { clock: read, next: at + 1 };
}

const COUNTED = new Set(
  '% percent pct points km kms miles mph euros euro dollars bucks people persons guys kids items pages cents degrees kg each least most street st avenue ave road rd downing'.split(
    ' ',
  ),
);

/** `at 5`: one to seven are taken for the afternoon, eight to eleven for the morning, twelve for noon. */
function readBareHour(word: string | undefined, run: Run, at: number): { clock: Clock; next: number } | null {
  if (word === undefined || !/^\d{1,2}$/.test(word)) return null;
  const following = run[at]!.comma ? undefined : run[at + 1];
  let next = at + 1;
  if (following !== undefined) {
    if (following.word === "o'clock") next++;
    // `at 5 Main Street`, `by 5 percent`, `at 3 weeks`: something is counted or named.
    else if (COUNTED.has(following.word) || unitOf(following.word) !== undefined || /^\d/.test(following.word))
      return null;
    else if (/^\p{Lu}\p{Ll}/u.test(following.raw) && run[at + 2] !== undefined && /^\p{Lu}/u.test(run[at + 2]!.raw))
      return null;
  }
  const hour = Number(word);
  const read = clock(hour >= 1 && hour <= 7 && word.length === 1 ? hour + 12 : hour, 0, {
    bare: isBare(hour, word),
  });
  return read && { clock: read, next };
}

const isBare = (hour: number, word: string): boolean => hour >= 1 && hour <= 12 && word[0] !== '0';

/** `morning`, `in the morning`, `at night`. */
export function readDayPart(run: Run, at: number): { part: DayPart; next: number } | null {
  const bare = dayPartOf(run[at]?.word);
  if (bare !== undefined) return { part: bare, next: at + 1 };
  const from = run[at]?.word === 'in' && run[at + 1]?.word === 'the' ? at + 2 : run[at]?.word === 'at' ? at + 1 : -1;
  const part = from < 0 ? undefined : dayPartOf(run[from]?.word);
  if (part === undefined || (run[at]!.word === 'at' && part !== 'night')) return null;
  return { part, next: from + 1 };
}

const PART_HOURS: Record<DayPart, number> = { morning: 9, afternoon: 15, evening: 18, night: 20 };

/** The time that a phrase comes down to. The user's day start is the morning, as long as it lies in one. */
export function settleTime(said: Clock | null, part: DayPart | null, day_start: string): Clock | null {
  if (said === null) {
    if (part === null) return null;
    const [hour = 9, minute = 0] = day_start.split(':').map(Number);
    return part === 'morning' && hour >= 4 && hour < 12 ? clock(hour, minute) : clock(PART_HOURS[part]);
  }
  if (!said.bare || part === null) return said;
  const half_day = said.hour % 12;
  if (part === 'morning') return { ...said, hour: half_day };
  // `at 12 at night` ends the day; `at 2 at night` is early in the day that was said.
  if (part === 'night' && half_day === 0) return { ...said, hour: 0, midnight: true };
  return { ...said, hour: part === 'night' && half_day < 5 ? half_day : half_day + 12 };
}

export const clockTime = (said: Clock): Temporal.PlainTime =>
  new Temporal.PlainTime(said.hour, said.minute, said.second);
