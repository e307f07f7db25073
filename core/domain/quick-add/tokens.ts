/** A line becomes words with their places; quoted text becomes one closed word that nothing looks into. Linear in the line. */

export interface Token {
  index: number;
  /** The word without the punctuation around it. */
  start: number;
  end: number;
  /** In lower case, with straight apostrophes: what the grammar compares. */
  word: string;
  /** As typed. */
  raw: string;
  /** Punctuation that ends a phrase follows (`.`, `!`, a bracket …). */
  stop: boolean;
  /** Such punctuation, a bracket for one, comes directly before. */
  fresh: boolean;
  comma: boolean;
  colon: boolean;
  /** It holds quoted text. */
  closed: boolean;
  /** What it was already understood as. */
  taken: string | null;
}

export interface Quote {
  /** With its quotation marks. */
  start: number;
  end: number;
}

/** Words next to each other with nothing between them that would end a phrase. */
export type Run = readonly Token[];

const OPENING = new Set(['"', '“', '„']);
const CLOSING = new Set(['"', '”', '“']);
const BLANK = /\s/;
const TRAILING = new Set([...'.,;:!?)]}']);
const LEADING = new Set([...'([{']);
/** Their dot is part of the word, not the end of a sentence. */
const ABBREVIATION =
  /^(?:\d{1,2}(?:[:.]\d\d)?)?[ap]\.?m$|^(?:jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec|mon|tues?|wed|thu|thurs?|fri|sat|sun|mins?|hrs?)$/;
/** A day and a month with dots, `15.3.`, keep the last one. */
const DOTTED_DATE = /^\d{1,2}\.\d{1,2}$/;

export function tokenize(line: string): { tokens: Token[]; quotes: Quote[] } {
  const tokens: Token[] = [];
  const quotes: Quote[] = [];
  let last_closing = line.length;
  while (last_closing > 0 && !CLOSING.has(line[last_closing - 1]!)) last_closing--;
  last_closing--;
  let at = 0;
  while (at < line.length) {
    if (BLANK.test(line[at]!)) {
      at++;
      continue;
    }
    const start = at;
    let closed = false;
    while (at < line.length && !BLANK.test(line[at]!)) {
      const end = OPENING.has(line[at]!) && at < last_closing ? closingQuote(line, at) : -1;
      if (end === at + 2)
        at = end; // `""` quotes nothing.
      else if (end >= 0) {
        quotes.push({ start: at, end });
        closed = true;
        at = end;
      } else at++;
    }
    tokens.push(tokenOf(line, start, at, tokens.length, closed));
  }
  return { tokens, quotes };
}

/** The end of the text that is quoted from here, or -1. After a digit the mark means inches. */
function closingQuote(line: string, open: number): number {
  if (open > 0 && line[open] === '"' && /\d/.test(line[open - 1]!)) return -1;
  for (let at = open + 1; at < line.length; at++) {
    if (CLOSING.has(line[at]!)) return at + 1;
  }
  return -1;
}

function tokenOf(line: string, from: number, to: number, index: number, closed: boolean): Token {
  let start = from;
  let end = to;
  while (start < end - 1 && LEADING.has(line[start]!)) start++;
  while (end > start + 1 && TRAILING.has(line[end - 1]!)) end--;
  if (line[end] === '.' && DOTTED_DATE.test(line.slice(start, end))) end++;
  if (line[end] === '!' && end - start === 5 && line.slice(start, end).toLowerCase() === 'every') end++;
  const raw = line.slice(start, end);
  const word = raw.toLowerCase().replaceAll('’', "'");
  // The dot of `9 a.m.` and `Mar. 15` goes with the word.
  if (line[end] === '.' && ABBREVIATION.test(word)) end++;
  const tail = line.slice(end, to);
  return {
    index,
    start,
    end,
    word,
    raw,
    stop: tail !== '' && tail !== ',' && tail !== ':',
    fresh: start > from,
    comma: tail.endsWith(','),
    colon: tail === ':',
    closed,
    taken: null,
  };
}

/** The stretches in which a phrase may lie. A colon ends one, except after a word that announces what comes. */
export function runsOf(tokens: readonly Token[]): Run[] {
  const runs: Token[][] = [];
  let run: Token[] = [];
  const flush = () => {
    if (run.length > 0) runs.push(run);
    run = [];
  };
  for (const token of tokens) {
    if (token.closed || token.taken !== null) {
      flush();
      continue;
    }
    if (token.fresh) flush();
    run.push(token);
    if (token.stop || (token.colon && !ANNOUNCING.has(token.word))) flush();
  }
  flush();
  return runs;
}
const ANNOUNCING = new Set(['due', 'remind', 'reminder', 'reminders']);

/** Marks what lies between two places of a run as understood. */
export function take(run: Run, from: number, to: number, as: string): void {
  for (const token of run.slice(from, to)) token.taken = as;
}
