/** The API's requests go on to the sidecar as they came, streams included, and its answers come back: no browser sees a sidecar. */
import { randomUUID } from 'node:crypto';
import http, { type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import type { SidecarConfig } from './config.ts';
import { pathFault, refuse, UNAVAILABLE } from './problem.ts';
import { invocationPath } from './sidecar.ts';

export interface Forwarder {
  handle(request: IncomingMessage, response: ServerResponse): void;
  /** Ends what would never end by itself: event streams, whose clients come back elsewhere. */
  close(): void;
}

/** RFC 9110, section 7.6.1: meant for the next hop only. */
const HOP_BY_HOP = new Set(
  'connection keep-alive proxy-authenticate proxy-authorization proxy-connection te trailer transfer-encoding upgrade'.split(
    ' ',
  ),
);

export function openForwarder({ http_port, api_token }: SidecarConfig): Forwarder {
  const agent = new http.Agent({ keepAlive: true });
  const open = new Set<ServerResponse>();
  return {
    handle(request, response) {
      const fault = pathFault(request.url ?? '/');
      if (fault !== null) return refuse(response, fault);
      open.add(response);
      response.once('close', () => open.delete(response));
      const upstream = http.request({
        agent,
        host: '127.0.0.1',
        port: http_port,
        method: request.method,
        path: invocationPath(request.url ?? '/'),
        headers: forwardedHeaders(request, api_token),
      });
      // What was answered before it was read to its end is read to its end: the next request comes on the same connection.
      response.once('finish', () => {
        request.unpipe(upstream);
        request.resume();
      });
      // Whoever goes away is not answered any more.
      response.once('close', () => upstream.destroy());
      upstream.once('error', () => refuse(response, UNAVAILABLE));
      upstream.once('response', (answer) => give(answer, request, response));
      if (hasBody(request.headers)) request.pipe(upstream);
      else upstream.end();
    },
    close() {
      for (const response of open) response.destroy();
      agent.destroy();
    },
  };
}

function forwardedHeaders(request: IncomingMessage, api_token: string): http.OutgoingHttpHeaders {
  const { headers, socket } = request;
  const kept = withoutHops(headers);
  // `dapr-app-id` would send the request to another application.
  for (const name of Object.keys(kept)) if (name.startsWith('dapr-')) delete kept[name];
  const { host = '', 'x-forwarded-for': forwarded_for, 'x-forwarded-proto': proto = 'http' } = headers;
  return {
    ...kept,
    host: 'backend-service',
    'dapr-api-token': api_token,
    'x-forwarded-for': [forwarded_for, socket.remoteAddress].filter(Boolean).join(', '),
    'x-forwarded-host': headers['x-forwarded-host'] ?? host,
    'x-forwarded-proto': proto,
    // A sidecar repeats a call by itself when the connection to the other one breaks: it must still happen once.
    ...(request.method === 'POST' ? { 'idempotency-key': headers['idempotency-key'] ?? randomUUID() } : {}),
    // Without a type of their own, requests with no body would be given one by the sidecar that the API does not take.
    ...(hasBody(headers)
      ? {}
      : { 'content-length': '0', 'content-type': headers['content-type'] ?? 'application/json' }),
    // For this type alone it would answer 200 or 500, whatever the API says (Dapr 1.18.2, pkg/sse); streams come in pieces anyway.
    ...(headers.accept?.trim() === 'text/event-stream'
      ? { accept: 'text/event-stream, application/problem+json' }
      : {}),
  };
}

const hasBody = (headers: IncomingHttpHeaders): boolean =>
  headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;

function withoutHops(headers: IncomingHttpHeaders): http.OutgoingHttpHeaders {
  const named = (headers.connection ?? '').toLowerCase().split(/\s*,\s*/);
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !HOP_BY_HOP.has(name) && !named.includes(name)));
}

function give(answer: IncomingMessage, request: IncomingMessage, response: ServerResponse): void {
  const { statusCode: status = 502, headers } = answer;
  // The backend speaks of its own faults as problems; anything else is the sidecar, which cannot reach it.
  if (status >= 500 && !/^application\/problem\+json/.test(headers['content-type'] ?? '')) {
    answer.resume();
    refuse(response, UNAVAILABLE);
    return;
  }
  response.writeHead(status, answeredHeaders(answer, request.method));
  response.flushHeaders();
  answer.once('error', () => response.destroy());
  answer.once('aborted', () => response.destroy());
  answer.pipe(response);
}

function answeredHeaders({ headers }: IncomingMessage, method: string | undefined): http.OutgoingHttpHeaders {
  // The sidecar's own: which trace it is, is nobody's business outside.
  const { traceparent: _trace, tracestate: _state, ...kept } = withoutHops(headers);
  // It says 0 of an answer without a body, where HEAD is told the length that GET would have, or none (RFC 9110, section 8.6).
  if (method === 'HEAD') delete kept['content-length'];
  return kept;
}
