/** For the tests of quick add: reads a line on a Wednesday morning in Berlin, and checks what holds for every answer. */
import { expect } from 'vitest';
import { parseQuickAdd, type QuickAddContext, type QuickAddResult } from '../quick-add.ts';

/** Wednesday, 25 November 2026, 10:00 in Berlin. */
export const wednesday = (more: Partial<Omit<QuickAddContext, 'now'>> & { now?: string } = {}): QuickAddContext => ({
  time_zone: 'Europe/Berlin',
  day_start: '09:00',
  ...more,
  now: Temporal.Instant.from(more.now ?? '2026-11-25T09:00:00Z'),
});

/** Letters and digits, in order: what must neither get lost nor be made up. */
const letters = (text: string): string => text.replace(/[^\p{L}\p{N}\p{S}]/gu, '');

export function readLine(line: string, context: QuickAddContext = wednesday()): QuickAddResult {
  const result = parseQuickAdd(line, context);
  let at = 0;
  let rest = '';
  for (const span of result.spans) {
    expect(span.start).toBeGreaterThanOrEqual(at);
    expect(span.end).toBeGreaterThan(span.start);
    expect(line.slice(span.start, span.end)).toBe(span.text);
    expect(span.value).not.toBe('');
    rest += line.slice(at, span.start);
    at = span.end;
  }
  expect(at).toBeLessThanOrEqual(line.length);
  expect(letters(result.title)).toBe(letters(rest + line.slice(at)));
  expect(result.title).toBe(result.title.trim().replace(/\s+/g, ' '));
  return result;
}

export const remindersOf = (result: QuickAddResult): string | null =>
  result.reminders?.map((one) => ('at' in one ? one.at : one.offset)).join(' ') ?? null;
