/** The same Idempotency-Key and the same request get the same answer again, and change nothing a second time. */
import { createHash } from 'node:crypto';
import { Failure, invalid } from '@taskflow/core/domain/failure.ts';
import type { StoredAnswer } from '@taskflow/core/ports.ts';

/** An answer before it is sent, so that it can be stored in the transaction it speaks of. */
export interface Rendered {
  status: number;
  headers: Record<string, string>;
  /** JSON text; empty for none. */
  body: string;
}

const KEY_FORM = /^[!-~]{1,255}$/;

/** The key of a POST, or null. */
export function readIdempotencyKey(method: string, header: string | string[] | undefined): string | null {
  if (method !== 'POST' || header === undefined) return null;
  if (typeof header === 'string' && KEY_FORM.test(header)) return header;
  const message = 'is not 1 to 255 printable characters without spaces';
  throw new Failure('malformed', `Idempotency-Key ${message}.`, [{ field: 'Idempotency-Key', message }]);
}

/** What makes two requests the same: method, path with query, and body. */
export function requestHash(method: string, url: string, body: unknown): string {
  const text = typeof body === 'string' ? body : JSON.stringify(body ?? null);
  return createHash('sha256').update(`${method}\n${url}\n${text}`).digest('base64url');
}

export const toStored = (key: string, request_hash: string, answer: Rendered): StoredAnswer => ({
  key,
  request_hash,
  status: answer.status,
  headers: answer.headers,
  body: answer.body,
});

/** The stored answer as it is given again. */
export function replayOf(stored: StoredAnswer, request_hash: string): Rendered {
  if (stored.request_hash !== request_hash) {
    throw invalid('Idempotency-Key', 'was used for another request already');
  }
  return {
    status: stored.status,
    headers: { ...stored.headers, 'idempotent-replayed': 'true' },
    body: stored.body,
  };
}
