/** Marks stay on their words while the text is edited, until the next reading of it arrives. */
import type { QuickAddSpan } from '@taskflow/core/contracts/quick-add.ts';

/** Spans before the edit stay, spans behind it move with the text, spans that the edit touches go. */
export function carrySpans(read: string, now: string, spans: readonly QuickAddSpan[]): QuickAddSpan[] {
  if (read === now) return [...spans];
  const shorter = Math.min(read.length, now.length);
  let prefix = 0;
  while (prefix < shorter && read[prefix] === now[prefix]) prefix++;
  let suffix = 0;
  while (suffix < shorter - prefix && read.at(-1 - suffix) === now.at(-1 - suffix)) suffix++;
  const moved = now.length - read.length;
  return spans.flatMap((span) => {
    if (span.end <= prefix) return [span];
    if (span.start >= read.length - suffix) return [{ ...span, start: span.start + moved, end: span.end + moved }];
    return [];
  });
}

export interface Piece {
  text: string;
  start: number;
  kind: QuickAddSpan['kind'] | null;
}

/** The text cut into marked and plain pieces, in order; spans that overlap an earlier one are left out. */
export function piecesOf(text: string, spans: readonly QuickAddSpan[]): Piece[] {
  const pieces: Piece[] = [];
  let at = 0;
  for (const span of [...spans].sort((a, b) => a.start - b.start)) {
    if (span.start < at || span.end > text.length || span.end <= span.start) continue;
    if (span.start > at) pieces.push({ text: text.slice(at, span.start), start: at, kind: null });
    pieces.push({ text: text.slice(span.start, span.end), start: span.start, kind: span.kind });
    at = span.end;
  }
  if (at < text.length) pieces.push({ text: text.slice(at), start: at, kind: null });
  return pieces;
}
