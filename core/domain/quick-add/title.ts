/** What is left of a line is its title: understood parts go with the punctuation that held them, quoted text stays without its marks. */
import type { Quote } from './tokens.ts';

export interface Gap {
  start: number;
  end: number;
}

/** `gaps` are the places that were understood, sorted and apart. */
export function titleOf(line: string, gaps: readonly Gap[], quotes: readonly Quote[]): string {
  const kept = new Uint8Array(line.length).fill(1);
  const drop = (start: number, end: number) => kept.fill(0, start, end);
  let is_blank_before = true;
  let from = 0;
  for (const gap of merged(line, gaps)) {
    is_blank_before &&= line.slice(from, gap.start).trim() === '' || line.slice(from, gap.start) === '(';
    const end = afterGap(line, gap, is_blank_before);
    const bracketed = isBracketed(line, gap);
    const start = bracketed ? gap.start - 1 : gap.start;
    // Punctuation behind a gap moves up to the word before it.
    drop(/[.!?)\]}]/.test(line[end] ?? '') ? skipBack(line, kept, start) : start, end);
    from = end;
  }
  if (gaps.length > 0 && /^[.!?]*$/.test(line.slice(from).trim())) drop(withoutLead(line, kept, from), from);
  for (const quote of quotes) {
    drop(quote.start, quote.start + 1);
    drop(quote.end - 1, quote.end);
  }
  let title = '';
  for (let at = 0; at < line.length; at++) if (kept[at] === 1) title += line[at];
  title = title.replace(/\s+/g, ' ').trim();
  return gaps.length > 0 && quotes.length === 0 && /^[.!?]*$/.test(title) ? '' : title;
}

const isBlank = (char: string | undefined): boolean => char !== undefined && /\s/.test(char);

const isBracketed = (line: string, gap: Gap): boolean =>
  /[([{]/.test(line[gap.start - 1] ?? '') && /[)\]}]/.test(line[gap.end] ?? '');

/** The end of a gap with its closing bracket, the comma behind it and, at the start of a line, a dash. */
function afterGap(line: string, gap: Gap, is_first: boolean): number {
  let end = isBracketed(line, gap) ? gap.end + 1 : gap.end;
  while (line[end] === ',' || line[end] === ';' || line[end] === ':') end++;
  if (!is_first) return end;
  let at = end;
  while (isBlank(line[at])) at++;
  return /[-–—]/.test(line[at] ?? '') && isBlank(line[at + 1]) ? at + 1 : end;
}

function skipBack(line: string, kept: Uint8Array, from: number): number {
  let at = from;
  while (at > 0 && (kept[at - 1] === 0 || isBlank(line[at - 1]))) at--;
  return at;
}

/** Where the title ends without the dash or the comma that led to what is gone: `Meeting - tomorrow`. */
function withoutLead(line: string, kept: Uint8Array, from: number): number {
  for (let at = from; ; at--) {
    at = skipBack(line, kept, at);
    const last = line[at - 1] ?? '';
    const dangles =
      /[,;:]/.test(last) || (/[-–—]/.test(last) && (at === 1 || isBlank(line[at - 2]) || kept[at - 2] === 0));
    if (!dangles) return at;
  }
}

/** Gaps with nothing but space and commas between them are one: `(tomorrow, #Home)` goes with its brackets. */
function merged(line: string, gaps: readonly Gap[]): Gap[] {
  const result: Gap[] = [];
  for (const { start, end } of gaps) {
    const last = result.at(-1);
    if (last !== undefined && /^[\s,;]*$/.test(line.slice(last.end, start))) last.end = end;
    else result.push({ start, end });
  }
  return result;
}
