/** The worker's routes; `/subscribe` and `/job` are for those who know the token. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { BulkDelivery } from '@taskflow/core/contracts/events.ts';
import type { Delivered, Settlement } from '@taskflow/core/ports.ts';
import { handleEvents, type SubscribeParts } from './subscribe.ts';
import { tokenCheck } from './tokens.ts';

export interface RouteParts extends SubscribeParts {
  token: string;
  settle: Settlement;
  runJob(name: string, data: unknown): Promise<'done' | 'ignored'>;
  /** What is not there yet, by name. */
  missing(): string[];
}

interface Answer {
  status: number;
  body: object;
}

/** A batch of Dapr's: 100 events, of which the largest has 400 kB. One that is refused is tried for 30 s and is a dead letter then. */
const BODY_BYTES_MAX = 48_000_000;

export function routeRequest(parts: RouteParts): (request: IncomingMessage, response: ServerResponse) => void {
  const isToken = tokenCheck(parts.token);
  const route = async (request: IncomingMessage): Promise<Answer> => {
    const path = (request.url ?? '/').split('?', 1)[0] ?? '/';
    if (path === '/healthz') return { status: 200, body: { status: 'ok' } };
    if (path === '/readyz') return readiness(parts.missing());
    const job = /^\/job\/([^/]+)$/.exec(path)?.[1];
    if (job === undefined && path !== '/subscribe') return { status: 404, body: { error: 'no such route' } };
    if (!isToken(request.headers['dapr-api-token'])) return { status: 401, body: { error: 'dapr-api-token is wrong' } };
    if (request.method !== 'POST') return { status: 405, body: { error: 'POST is what this route takes' } };
    return job === undefined ? await subscribe(request, parts) : await doJob(job, request, parts);
  };
  return (request, response) => {
    route(request).then(
      (answer) => send(request, response, answer),
      (error: Error) => {
        if (request.destroyed && !request.complete) return;
        parts.logger.error({ err: error, url: request.url }, 'a request failed');
        send(request, response, { status: 500, body: { error: 'this is a fault of the worker; its log has more' } });
      },
    );
  };
}

const readiness = (missing: string[]): Answer =>
  missing.length === 0
    ? { status: 200, body: { status: 'ok' } }
    : { status: 503, body: { status: 'starting', missing } };

async function doJob(name: string, request: IncomingMessage, { runJob, logger }: RouteParts): Promise<Answer> {
  const data = parse((await readBody(request)) ?? '');
  try {
    return { status: 200, body: (await runJob(decode(name), data)) === 'ignored' ? { ignored: true } : {} };
  } catch (error) {
    logger.warn({ job: name, err: error }, 'a job could not be done; the scheduler repeats it');
    return { status: 503, body: { error: 'what it needs cannot be reached' } };
  }
}

/** A bulk delivery, or one CloudEvent by itself, which is answered by itself. */
async function subscribe(request: IncomingMessage, parts: RouteParts): Promise<Answer> {
  const text = await readBody(request);
  if (text === null) return { status: 413, body: { error: `more than ${BODY_BYTES_MAX} bytes` } };
  const body = parse(text);
  if (body === undefined) return { status: 400, body: { error: 'not JSON' } };
  if (body === null || typeof body !== 'object' || !('entries' in body)) {
    const [status] = await handle([{ entryId: '', event: body }], parts);
    if (status?.reason !== undefined) parts.logger.warn({ reason: status.reason }, 'an event was not taken');
    return { status: 200, body: { status: status?.status } };
  }
  const bulk = BulkDelivery.safeParse(body);
  if (!bulk.success) return { status: 400, body: { error: 'neither a bulk delivery nor a CloudEvent' } };
  return { status: 200, body: { statuses: await handle(bulk.data.entries, parts) } };
}

const handle = async (delivered: readonly Delivered[], parts: RouteParts) =>
  parts.settle(delivered, await handleEvents(delivered, parts));

async function readBody(request: IncomingMessage): Promise<string | null> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    // Read to its end but not kept, so that the answer finds a reader.
    if (bytes <= BODY_BYTES_MAX) chunks.push(chunk);
    else if (bytes > 2 * BODY_BYTES_MAX) return null;
  }
  return bytes > BODY_BYTES_MAX ? null : Buffer.concat(chunks).toString();
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function decode(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}

function send(request: IncomingMessage, response: ServerResponse, { status, body }: Answer): void {
  const text = JSON.stringify(body);
  response.writeHead(status, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) });
  response.end(text);
  // What was refused without being read is not waited for.
  if (!request.complete) request.resume();
}
