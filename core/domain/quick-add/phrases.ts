/** A date, a time, or both next to each other, with the small words that lead to them: `by friday 5pm`, `at 9am on 15 Mar`. */
import type { DaySaid, Scene } from './calendar.ts';
import { readDate } from './dates.ts';
import { textFollows } from './follows.ts';
import { type Clock, readDayPart, readTime, type TimePhrase } from './times.ts';
import type { Run } from './tokens.ts';
import { AMBIGUOUS_DAYS, type DayPart } from './words.ts';

export interface Phrase {
  day: DaySaid | null;
  clock: Clock | null;
  part: DayPart | null;
  next: number;
}

const CONNECTORS = new Set(['on', 'by', 'due', 'for', 'before', '@']);

/** After these words a date belongs to the text: `report since monday`, `move it to friday`, `Good Friday`. */
const CLAIMING = new Set(
  'until till til since from after past last about of to than between except through during black good cyber easter palm ash shrove super casual version'.split(
    ' ',
  ),
);
/** So do these where the text goes on (`the monday meeting`, `a 9am call`), and before words that are no dates alone. */
const POSSESSIVE = new Set('a an the my our your his her their its'.split(' '));

export function isClaimed(run: Run, at: number, next: number, scene: Scene): boolean {
  const before = run[at - 1];
  if (before === undefined || before.comma) return false;
  if (CLAIMING.has(before.word)) return true;
  return POSSESSIVE.has(before.word) && (AMBIGUOUS_DAYS.has(run[at]!.word) || textFollows(run, next, scene));
}

export function readPhrase(run: Run, at: number, scene: Scene): Phrase | null {
  let from = at;
  while (from < at + 2 && CONNECTORS.has(run[from]?.word ?? '')) from++;
  const phrase = readDateFirst(run, from, scene, from > at) ?? readTimeFirst(run, at, from, scene);
  if (phrase === null) return null;
  const before = run[at]!.word === 'before' || (from === at + 2 && run[at + 1]!.word === 'before');
  return before && textFollows(run, phrase.next, scene) ? null : phrase;
}

function readDateFirst(run: Run, at: number, scene: Scene, connected: boolean): Phrase | null {
  const date = readDate(run, at, scene, connected);
  if (date === null) return null;
  const time = date.said.exact ? null : readTime(run, run[date.next]?.word === 'for' ? date.next + 1 : date.next, true);
  return { day: date.said, clock: time?.clock ?? null, part: time?.part ?? null, next: time?.next ?? date.next };
}

function readTimeFirst(run: Run, at: number, from: number, scene: Scene): Phrase | null {
  const time =
    readTime(run, at, at === 0 && followsRule(run, scene)) ??
    (from > at ? (readTime(run, from, false) ?? readConnectedTime(run, at, from)) : null);
  if (time === null) return beforeDate(run, at, scene);
  return withDate(run, time, scene) ?? { day: null, clock: time.clock, part: time.part, next: time.next };
}

/** `5pm on friday`, `at 6 tomorrow morning`: the date behind a time. */
function withDate(run: Run, time: TimePhrase, scene: Scene): Phrase | null {
  const on = run[time.next]?.word === 'on' ? time.next + 1 : time.next;
  const date = readDate(run, on, scene, true);
  if (date === null || date.said.exact) return null;
  const behind = time.part === null && !run[date.next - 1]!.comma ? readDayPart(run, date.next) : null;
  return {
    day: date.said,
    clock: time.clock,
    part: time.part ?? behind?.part ?? null,
    next: behind?.next ?? date.next,
  };
}

/** `for noon`, `due 9:30`: a connector makes a shaky time sure, but a part of the day stays text (`for morning coffee`). */
function readConnectedTime(run: Run, at: number, from: number) {
  const time = readTime(run, from, true);
  return time?.clock && run[at]!.word !== 'on' ? time : null;
}

/** `9:30 tomorrow`, `midnight on friday`: words that are a time only because a date follows. */
function beforeDate(run: Run, at: number, scene: Scene): Phrase | null {
  const time = readTime(run, at, true);
  return time?.clock ? withDate(run, time, scene) : null;
}

/** Directly behind a rule `9:30` is a time, as it is behind a date. */
const followsRule = (run: Run, scene: Scene): boolean => scene.tokens[run[0]!.index - 1]?.taken === 'recurrence_rule';
