/** Versions as entity tags (RFC 9110, section 8.8.3): `"7"`; If-Match compares strongly. */
import { Failure } from '@taskflow/core/domain/failure.ts';

export const etagOf = (version: number): string => `"${version}"`;

const ENTITY_TAG = /^(W\/)?"([\x21\x23-\x7e\x80-\xff]*)"$/;
const VERSION = /^[1-9]\d{0,8}$/;

/** The version a change may start from, or null for any. A tag that none of ours can equal is a failed precondition. */
export function parseIfMatch(header: string | undefined): number | null {
  if (header === undefined || header.trim() === '*') return null;
  const tag = ENTITY_TAG.exec(header.trim());
  if (tag === null) {
    const message = 'is neither * nor one entity tag such as "7"';
    throw new Failure('malformed', `If-Match ${message}.`, [{ field: 'If-Match', message }]);
  }
  const [, weak, value = ''] = tag;
  if (weak !== undefined || !VERSION.test(value)) {
    const message = 'is not an entity tag that this resource can have';
    throw new Failure('precondition_failed', `If-Match ${message}.`, [{ field: 'If-Match', message }]);
  }
  return Number(value);
}

/** If-None-Match compares weakly, and any tag of the list will do. */
export function isKnown(header: string | undefined, etag: string): boolean {
  if (header === undefined) return false;
  if (header.trim() === '*') return true;
  return header.split(',').some((tag) => tag.trim().replace(/^W\//, '') === etag);
}

/** Inside a JSON text every quote is escaped, so only the member itself can match. */
export function versionOfJson(json: string): number {
  const version = /"version":\s?(\d+)/.exec(json)?.[1];
  if (version === undefined) throw new Error('The task as JSON has no version.');
  return Number(version);
}
