/** One line of text becomes one tree that means the same to everyone, or a fault that names its position. */
import type { FilterContext, FilterNode } from './filter/node.ts';
import { type FilterToken, filterFault, scanFilter } from './filter/scan.ts';
import { keyTerm } from './filter/terms.ts';

export type {
  FilterContext,
  FilterDateField,
  FilterHas,
  FilterNode,
  PriorityRank,
} from './filter/node.ts';

const terms_max = 100;
const depth_max = 20;

interface Reading {
  tokens: readonly FilterToken[];
  next: number;
  terms: number;
  context: FilterContext;
}

/** Null for a filter without a term: it lets everything pass. */
export function parseFilter(text: string, context: FilterContext): FilterNode | null {
  const reading: Reading = { tokens: scanFilter(text), next: 0, terms: 0, context };
  if (reading.tokens.length === 0) return null;
  const node = alternatives(reading, 0);
  const rest = reading.tokens[reading.next];
  if (rest) throw filterFault(rest.position, 'this bracket was never opened');
  return node;
}

/** a OR b OR c: the last to bind, so `a b OR c` is `(a b) OR c`. */
function alternatives(reading: Reading, depth: number): FilterNode {
  const children: FilterNode[] = [];
  for (;;) {
    const token = reading.tokens[reading.next];
    const before = reading.tokens[reading.next - 1];
    if (token === undefined || token.kind === 'close' || token.kind === 'or') throw emptySide(token, before);
    children.push(conjunction(reading, depth));
    if (reading.tokens[reading.next]?.kind !== 'or') return joined('or', children);
    reading.next += 1;
  }
}

function emptySide(token: FilterToken | undefined, before: FilterToken | undefined): Error {
  if (before?.kind === 'or') return filterFault(before.position, 'there is nothing behind this OR');
  if (token?.kind === 'or') return filterFault(token.position, 'there is nothing before this OR');
  if (before?.kind !== 'open') return filterFault(token?.position ?? 1, 'this bracket was never opened');
  const message = token === undefined ? 'this bracket is never closed' : 'there is nothing in these brackets';
  return filterFault(before.position, message);
}

function conjunction(reading: Reading, depth: number): FilterNode {
  const children: FilterNode[] = [];
  for (;;) {
    const token = reading.tokens[reading.next];
    if (token === undefined || token.kind === 'close' || token.kind === 'or') return joined('and', children);
    children.push(term(reading, token, depth));
  }
}

function term(reading: Reading, token: FilterToken, depth: number): FilterNode {
  if (depth > depth_max) throw filterFault(token.position, `brackets and minus signs nest at most ${depth_max} deep`);
  reading.next += 1;
  if (token.kind === 'open') return bracket(reading, token, depth);
  if (token.kind === 'not') return negation(reading, token, depth);
  reading.terms += 1;
  if (reading.terms > terms_max) throw filterFault(token.position, `a filter has at most ${terms_max} terms`);
  if (token.kind === 'key') return keyTerm(token, reading.context);
  if (token.kind === 'text') return { kind: 'text', value: token.value, exact: token.exact };
  throw new Error(`A ${token.kind} token is no term.`);
}

function bracket(reading: Reading, open: FilterToken, depth: number): FilterNode {
  const node = alternatives(reading, depth + 1);
  if (reading.tokens[reading.next]?.kind !== 'close') throw filterFault(open.position, 'this bracket is never closed');
  reading.next += 1;
  return node;
}

/** A minus belongs to what it touches: `a - b` is more likely a slip than a wish. */
function negation(reading: Reading, minus: FilterToken, depth: number): FilterNode {
  const token = reading.tokens[reading.next];
  const touches = token?.position === minus.position + 1;
  if (!token || !touches || token.kind === 'close' || token.kind === 'or') {
    throw filterFault(minus.position, 'a minus needs a term right behind it');
  }
  return { kind: 'not', child: term(reading, token, depth + 1) };
}

const joined = (kind: 'and' | 'or', children: FilterNode[]): FilterNode =>
  children.length === 1 ? children[0]! : { kind, children };
