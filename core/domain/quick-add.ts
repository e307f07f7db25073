/**
 * A line of plain English becomes a task, and every character of it either became something that the answer names or
 * stays in the title. Pure, and linear in the line. What each phrase means is in docs/quick-add.md.
 */
import { type DaySaid, type Scene, sceneOf } from './quick-add/calendar.ts';
import { dueText, ruleValue, settleDue, type When } from './quick-add/due.ts';
import { readBound } from './quick-add/ends.ts';
import { readMarkers } from './quick-add/markers.ts';
import { isClaimed, readPhrase } from './quick-add/phrases.ts';
import { type ReminderSaid, readReminders, settleReminder } from './quick-add/reminders.ts';
import { type RuleFound, readAdverb, readRule } from './quick-add/rules.ts';
import { titleOf } from './quick-add/title.ts';
import { type Run, runsOf, type Token, take, tokenize } from './quick-add/tokens.ts';

export interface QuickAddContext {
  now: Temporal.Instant;
  time_zone: string;
  /** `HH:mm`: when an all-day task counts as due. */
  day_start: string;
  week_start?: 'MO' | 'SU';
}

export interface QuickAddSpan {
  /** UTF-16 offsets into the line, `end` exclusive. */
  start: number;
  end: number;
  kind: 'project' | 'tag' | 'priority' | 'due_date' | 'recurrence_rule' | 'reminder';
  text: string;
  /** What it was understood as. */
  value: string;
}

export interface QuickAddResult {
  /** May be empty: the caller refuses that. */
  title: string;
  project: string | null;
  tags: string[];
  priority: 'none' | 'low' | 'medium' | 'high' | 'urgent';
  /** `YYYY-MM-DD`, or wall-clock time in the zone, `YYYY-MM-DDTHH:mm:ss`. */
  due_date: string | null;
  recurrence_rule: string | null;
  repeat_from: 'due' | 'completion';
  /** Null: not said. */
  reminders: ({ offset: string } | { at: string })[] | null;
  spans: QuickAddSpan[];
}

type Kind = QuickAddSpan['kind'];
/** Places understood as one thing, by the words' indexes, `to` exclusive. */
interface Piece {
  kind: Kind;
  from: number;
  to: number;
  said: ReminderSaid[] | null;
}

export function parseQuickAdd(line: string, context: QuickAddContext): QuickAddResult {
  const { tokens, quotes } = tokenize(line);
  const markers = readMarkers(line, tokens);
  const scene = sceneOf(context, tokens);
  const when: When = { day: null, starting: false, clock: null, part: null, rule: null, end: null };
  const pieces: Piece[] = [];
  const repeat = takeRule(scene, when, pieces);
  takeReminders(scene, pieces);
  if (when.rule !== null) takeBounds(scene, when, pieces);
  takeDates(scene, when, pieces);
  if (when.rule !== null) takeBounds(scene, when, pieces);

  const due = settleDue(when, scene);
  const due_date = due && dueText(due);
  const recurrence_rule = due && ruleValue(when, due, scene);
  const spans = [...markers.spans];
  let reminders: QuickAddResult['reminders'] = null;
  for (const piece of joined(pieces, tokens)) {
    let value = piece.kind === 'due_date' ? due_date : recurrence_rule;
    if (piece.said !== null) {
      const settled = piece.said.map((said) => settleReminder(said, due, recurrence_rule !== null, scene));
      const known = settled.filter((reminder) => reminder !== null);
      // `remind 30m` without a due date means nothing yet, so it stays in the title.
      value =
        known.length < settled.length
          ? null
          : known.map((one) => ('at' in one ? one.at : one.offset)).join(', ') || 'none';
      if (value !== null) reminders = distinct([...(reminders ?? []), ...known]);
    }
    if (value === null) continue;
    const [start, end] = [tokens[piece.from]!.start, tokens[piece.to - 1]!.end];
    spans.push({ start, end, kind: piece.kind, text: line.slice(start, end), value });
  }
  spans.sort((a, b) => a.start - b.start);
  return {
    title: titleOf(line, spans, quotes),
    project: markers.project,
    tags: markers.tags,
    priority: markers.priority ?? 'none',
    due_date,
    recurrence_rule,
    repeat_from: recurrence_rule !== null && repeat ? 'completion' : 'due',
    reminders,
    spans,
  };
}

/** Marks a stretch of a run as understood and keeps it. */
function keep(
  pieces: Piece[],
  kind: Kind,
  run: Run,
  from: number,
  to: number,
  said: ReminderSaid[] | null = null,
): void {
  take(run, from, to, kind);
  pieces.push({ kind, from: run[from]!.index, to: run[to - 1]!.index + 1, said });
}

/** The first `every …` is the rule; without one, the first `daily` or the like. True when it repeats from completion. */
function takeRule(scene: Scene, when: When, pieces: Piece[]): boolean {
  const runs = runsOf(scene.tokens);
  for (const read of [readRule, readAdverb]) {
    for (const run of runs) {
      for (let at = 0; at < run.length; at++) {
        const found: RuleFound | null = read(run, at);
        if (found === null || (read === readAdverb && isClaimed(run, at, found.next, scene))) continue;
        when.rule = found.rule;
        keep(pieces, 'recurrence_rule', run, at, found.next);
        return found.completion;
      }
    }
  }
  return false;
}

function takeReminders(scene: Scene, pieces: Piece[]): void {
  let none: boolean | null = null;
  for (const run of runsOf(scene.tokens)) {
    let at = 0;
    while (at < run.length) {
      const found = readReminders(run, at, scene);
      // `no reminder` and `remind …` contradict each other: the first counts, the other stays text.
      if (found === null || (none !== null && none !== (found.said.length === 0))) at++;
      else {
        none = found.said.length === 0;
        keep(pieces, 'reminder', run, at, found.next, found.said);
        at = found.next;
      }
    }
  }
}

/** `starting …`, `until …` and `for …`: each once, and close to the rule where they could belong to something else. */
function takeBounds(scene: Scene, when: When, pieces: Piece[]): void {
  for (const run of runsOf(scene.tokens)) {
    let at = 0;
    while (at < run.length) {
      const before = scene.tokens[run[at]!.index - 1];
      const adjacent = before?.taken === 'recurrence_rule' || before?.taken === 'due_date';
      const bound = readBound(run, at, scene, adjacent);
      if (bound === null || (bound.kind === 'start' ? when.day !== null : when.end !== null)) {
        at++;
        continue;
      }
      if (bound.kind === 'start') {
        Object.assign(when, {
          day: bound.day,
          starting: true,
          clock: bound.clock ?? when.clock,
          part: bound.part ?? when.part,
        });
        keep(pieces, 'due_date', run, at, bound.next);
      } else {
        when.end = bound.end;
        keep(pieces, 'recurrence_rule', run, at, bound.next);
      }
      at = bound.next;
    }
  }
}

/** The first date and the first time count; a phrase that brings a second one of either stays in the title. */
function takeDates(scene: Scene, when: When, pieces: Piece[]): void {
  for (const run of runsOf(scene.tokens)) {
    let at = 0;
    while (at < run.length) {
      const phrase = readPhrase(run, at, scene);
      if (phrase === null) {
        at++;
        continue;
      }
      if (
        !isClaimed(run, at, phrase.next, scene) &&
        fits(phrase.day, phrase.clock !== null || phrase.part !== null, when)
      ) {
        when.day ??= phrase.day;
        when.clock ??= phrase.clock;
        when.part ??= phrase.part;
        keep(pieces, 'due_date', run, at, phrase.next);
      }
      at = phrase.next;
    }
  }
}

function fits(day: DaySaid | null, timed: boolean, when: When): boolean {
  if (day !== null && when.day !== null) return false;
  const has_time = when.clock !== null || when.part !== null;
  if (day?.exact && has_time) return false;
  return !timed || (!has_time && !when.day?.exact);
}

/** Pieces of one kind with nothing but space between them are one span. */
function joined(pieces: readonly Piece[], tokens: readonly Token[]): Piece[] {
  const result: Piece[] = [];
  for (const piece of [...pieces].sort((a, b) => a.from - b.from)) {
    const last = result.at(-1);
    const apart = last === undefined || last.kind !== piece.kind || last.to !== piece.from || last.said !== null;
    if (apart || tokens[piece.from]!.fresh || tokens[last.to - 1]!.stop) result.push({ ...piece });
    else last.to = piece.to;
  }
  return result;
}

function distinct(reminders: NonNullable<QuickAddResult['reminders']>): NonNullable<QuickAddResult['reminders']> {
  const seen = new Set<string>();
  return reminders.filter((one) => {
    const key = 'at' in one ? one.at : one.offset;
    return !seen.has(key) && seen.add(key);
  });
}
