/** A change by request: the use case runs once with its context, its answer is stored with it, and then sent. */
import { Failure } from '@taskflow/core/domain/failure.ts';
import type { RequestContext } from '@taskflow/core/usecases/context.ts';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { etagOf, parseIfMatch } from './etag.ts';
import { type Rendered, readIdempotencyKey, replayOf, requestHash, toStored } from './idempotency.ts';
import type { Backend } from './parts.ts';
import type { Principal } from './principals.ts';
import { traceparentOf } from './traceparent.ts';

export interface Outcome {
  status?: number;
  headers?: Record<string, string>;
  body?: unknown;
}

export async function change<R>(
  { deps }: Pick<Backend, 'deps'>,
  request: FastifyRequest,
  reply: FastifyReply,
  run: (context: RequestContext) => Promise<R>,
  render: (result: R) => Outcome,
): Promise<FastifyReply> {
  const { settings, user_id } = principalOf(request);
  const key = readIdempotencyKey(request.method, request.headers['idempotency-key']);
  const context: RequestContext = {
    settings,
    traceparent: traceparentOf(request),
    if_match: parseIfMatch(request.headers['if-match']),
    answer: null,
  };
  if (key === null) return send(reply, toRendered(render(await run(context))));

  const hash = requestHash(request.method, request.url, request.body);
  const earlier = await deps.store.storedAnswer(user_id, key);
  if (earlier !== null) return send(reply, replayOf(earlier, hash));
  context.answer = (result) => toStored(key, hash, toRendered(render(result as R)));
  try {
    return send(reply, toRendered(render(await run(context))));
  } catch (error) {
    // The same request may have been running beside this one and have won.
    const stored = await deps.store.storedAnswer(user_id, key);
    if (stored === null) throw error;
    return send(reply, replayOf(stored, hash));
  }
}

/** Routes for users are only reached with a principal. */
export function principalOf(request: FastifyRequest): Principal {
  if (request.principal === null) throw new Failure('unauthorized', 'Sign in first.');
  return request.principal;
}

export const settingsOf = (request: FastifyRequest) => principalOf(request).settings;

/** What can be changed carries its version as ETag. */
export const versioned = (body: { version: number }): Outcome => ({
  headers: { etag: etagOf(body.version) },
  body,
});

export const created = (path: string, body: { id: string; version: number }): Outcome => ({
  status: 201,
  headers: { etag: etagOf(body.version), location: `${path}/${body.id}` },
  body,
});

export const gone = (): Outcome => ({ status: 204 });

function toRendered({ status = 200, headers = {}, body }: Outcome): Rendered {
  return { status, headers, body: body === undefined ? '' : JSON.stringify(body) };
}

function send(reply: FastifyReply, { status, headers, body }: Rendered): FastifyReply {
  reply.code(status).headers(headers);
  return body === '' ? reply.send() : sendJson(reply, body);
}

/** JSON text goes out as it is. */
export const sendJson = (reply: FastifyReply, json: string): FastifyReply =>
  reply.header('content-type', 'application/json; charset=utf-8').send(json);
