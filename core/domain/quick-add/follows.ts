/** Whether plain text goes on after a place: what ends a line, or is followed by another phrase, is more likely a date. */
import type { Scene } from './calendar.ts';
import type { Run } from './tokens.ts';
import { dayPartOf } from './words.ts';

const OPENERS = new Set(
  'at @ by due on every every! each remind reminder reminders no until till starting for noon midnight and - – —'.split(
    ' ',
  ),
);

export function textFollows(run: Run, next: number, scene: Scene): boolean {
  const before = run[next - 1];
  if (before?.comma || before?.stop) return false;
  let index = run[next]?.index ?? (before === undefined ? 0 : before.index + 1);
  while (scene.tokens[index] !== undefined && scene.tokens[index]!.taken !== null) index++;
  const token = scene.tokens[index];
  if (token === undefined) return false;
  if (token.closed) return true;
  return (
    !OPENERS.has(token.word) &&
    dayPartOf(token.word) === undefined &&
    !/^@?\d{1,2}(?:[:.]\d\d)?(?:[ap]\.?m)?$/.test(token.word)
  );
}
