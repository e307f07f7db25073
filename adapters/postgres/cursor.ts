/** A cursor is a place in one order: what it was made for is in it, and anything else is refused in a sentence. */
import { invalid } from '@taskflow/core/domain/failure.ts';

const LENGTH_MAX = 2_000;

export function cursorText(sort: string, values: readonly string[]): string {
  return Buffer.from(JSON.stringify([sort, ...values])).toString('base64url');
}

/** The values of the last row of the page before, or null for the first page. */
export function readCursor(
  cursor: string | null,
  sort: string,
  keys: readonly { accepts(value: string): boolean }[],
): readonly string[] | null {
  if (cursor === null) return null;
  const [made_for, ...values] = decode(cursor);
  if (made_for !== sort) throw invalid('cursor', 'belongs to a list in another order');
  if (values.length !== keys.length || !keys.every((key, index) => key.accepts(values[index]!))) throw notOurs();
  return values;
}

const notOurs = () => invalid('cursor', 'is not one that this list has given out');

function decode(cursor: string): string[] {
  if (cursor.length > LENGTH_MAX || !/^[\w-]+$/.test(cursor)) throw notOurs();
  try {
    const parts: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString());
    if (Array.isArray(parts) && parts.every((part) => typeof part === 'string')) return parts;
  } catch {
    // Said below.
  }
  throw notOurs();
}

/** What PostgreSQL writes for an instant, in UTC. */
export function isTime(value: string): boolean {
  if (/^-?infinity$/.test(value)) return true;
  if (!/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d{1,3})?\+00$/.test(value)) return false;
  try {
    return Temporal.PlainDateTime.from(value.slice(0, -3), { overflow: 'reject' }) !== null;
  } catch {
    return false;
  }
}
export const isText = (value: string): boolean => !value.includes('\0');
export const isId = (value: string): boolean => /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(value);
