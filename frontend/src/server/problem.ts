/** What this process itself refuses, in the form that the API refuses in (RFC 9457). */
import { type ServerResponse, STATUS_CODES } from 'node:http';

interface Fault {
  status: 400 | 404 | 503;
  detail: string;
  field?: { field: string; message: string };
}

export const UNAVAILABLE: Fault = {
  status: 503,
  detail: 'TaskFlow cannot be reached just now. Try again in a few seconds.',
};

export function refuse(response: ServerResponse, { status, detail, field }: Fault): void {
  if (response.headersSent || response.destroyed) {
    response.destroy();
    return;
  }
  const title = STATUS_CODES[status]!;
  const type = `urn:taskflow:problem:${title.toLowerCase().replaceAll(' ', '-')}`;
  const headers = {
    'content-type': 'application/problem+json',
    'x-content-type-options': 'nosniff',
    ...(status === 503 ? { 'retry-after': '2' } : {}),
  };
  response.writeHead(status, headers);
  response.end(JSON.stringify({ type, title, status, detail, ...(field ? { errors: [field] } : {}) }));
}

/**
 * A sidecar decodes a path and resolves its dots before it asks who may call it, so one that means something else by then
 * is not handed to it.
 */
export function pathFault(url: string): Fault | null {
  const path = url.split('?', 1)[0]!;
  let decoded: string;
  try {
    decoded = decodeURIComponent(path);
  } catch {
    const message = 'is not a well-formed URL';
    return { status: 400, detail: `The path ${message}.`, field: { field: 'path', message } };
  }
  if (!/(?:^|\/)\.{1,2}(?:\/|$)|\\|[\x00-\x1f]/.test(decoded)) return null;
  const message = 'is not one of this API';
  return { status: 404, detail: 'There is nothing at this path.', field: { field: 'path', message } };
}
