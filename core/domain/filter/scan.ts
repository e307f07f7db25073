/** Cuts a filter into tokens that know where they stood, so that every fault can name its position. */
import { type Failure, invalid } from '../failure.ts';

export type FilterToken = { position: number } & (
  | { kind: 'open' | 'close' | 'or' | 'not' }
  | { kind: 'text'; value: string; exact: boolean }
  | { kind: 'key'; key: string; value: string; value_position: number }
);

const text_length_max = 1_000;

/** Every fault of a filter has this form; the position counts UTF-16 units from 1. */
export const filterFault = (position: number, message: string): Failure =>
  invalid('filter', `at position ${position}: ${message}`);

export function scanFilter(text: string): FilterToken[] {
  rejectUnsearchable(text);
  const tokens: FilterToken[] = [];
  let at = 0;
  while (at < text.length) {
    if (/\s/.test(text.charAt(at))) {
      at += 1;
      continue;
    }
    const { token, end } = tokenAt(text, at);
    tokens.push(token);
    at = end;
  }
  return tokens;
}

function rejectUnsearchable(text: string): void {
  if (text.length > text_length_max) {
    throw filterFault(text_length_max + 1, `a filter has at most ${text_length_max} characters`);
  }
  // A database can't store either of them, so nothing could ever match.
  const unstorable = text.search(/\0|\p{Surrogate}/u);
  if (unstorable >= 0) throw filterFault(unstorable + 1, 'this character can not be searched for');
}

function tokenAt(text: string, at: number): { token: FilterToken; end: number } {
  const position = at + 1;
  const first = text.charAt(at);
  if (first === '(') return { token: { kind: 'open', position }, end: at + 1 };
  if (first === ')') return { token: { kind: 'close', position }, end: at + 1 };
  if (first === '-') return { token: { kind: 'not', position }, end: at + 1 };
  if (first === '"') {
    const { value, end } = quotedAt(text, at);
    return { token: { kind: 'text', value, exact: true, position }, end };
  }
  const word = wordAt(text, at);
  const end = at + word.length;
  if (word === 'OR') return { token: { kind: 'or', position }, end };
  const key = keyOf(word);
  if (key === null) return { token: { kind: 'text', value: word, exact: false, position }, end };
  const value_at = at + key.length + 1;
  const value_position = value_at + 1;
  if (text.charAt(value_at) === '"') {
    const quoted = quotedAt(text, value_at);
    return { token: { kind: 'key', key, value: quoted.value, position, value_position }, end: quoted.end };
  }
  return { token: { kind: 'key', key, value: word.slice(key.length + 1), position, value_position }, end };
}

const wordAt = (text: string, at: number): string => /[^\s()"]*/.exec(text.slice(at))?.[0] ?? '';

/** The name before a colon. `http://…` and `12:30` are text: an address has two slashes, a name starts with a letter. */
function keyOf(word: string): string | null {
  const name = /^(\p{L}[\p{L}\p{N}_-]*):(?!\/\/)/u.exec(word)?.[1];
  return name ?? null;
}

function quotedAt(text: string, at: number): { value: string; end: number } {
  let value = '';
  for (let i = at + 1; i < text.length; i += 1) {
    const char = text.charAt(i);
    const next = text.charAt(i + 1);
    if (char === '\\' && (next === '"' || next === '\\')) {
      value += next;
      i += 1;
    } else if (char === '"') {
      if (value.trim() === '') throw filterFault(at + 1, 'there is nothing between the quotes');
      return { value, end: i + 1 };
    } else {
      value += char;
    }
  }
  throw filterFault(at + 1, 'this quote is never closed');
}
