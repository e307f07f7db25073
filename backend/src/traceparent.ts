/** Every change belongs to a trace: the caller's (W3C Trace Context), or one that begins with the request. */
import { randomBytes } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

const TRACEPARENT = /^00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}$/;

export function traceparentOf({ headers }: { headers: IncomingHttpHeaders }): string {
  const { traceparent } = headers;
  if (typeof traceparent === 'string' && TRACEPARENT.test(traceparent)) return traceparent;
  return `00-${randomBytes(16).toString('hex')}-${randomBytes(8).toString('hex')}-01`;
}
