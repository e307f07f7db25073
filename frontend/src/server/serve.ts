/** One port for browsers: pages by Next.js, the API through the sidecar, probes for whoever runs the process. */
import http, { type IncomingMessage, type ServerResponse } from 'node:http';
import type { Forwarder } from './forward.ts';

export interface ServeOptions {
  forwarder: Forwarder;
  /** Next.js's handler, once it can take requests. */
  pages: Promise<(request: IncomingMessage, response: ServerResponse) => Promise<void>>;
  onFault: (error: Error) => void;
}

const API = /^\/api(?:[/?]|$)/;
const HEADERS_MAX_BYTES = 16_384;

export function createFrontendServer({ forwarder, pages, onFault }: ServeOptions): http.Server {
  let ready = false;
  void pages.then(() => {
    ready = true;
  });
  const server = http.createServer({ maxHeaderSize: HEADERS_MAX_BYTES }, (request, response) => {
    const url = request.url ?? '/';
    if (url === '/healthz') return say(response, 200, { status: 'ok' });
    if (url === '/readyz')
      return ready
        ? say(response, 200, { status: 'ready', missing: [] })
        : say(response, 503, { status: 'starting', missing: ['pages'] });
    if (API.test(url)) return forwarder.handle(request, response);
    pages
      .then((handle) => handle(request, response))
      .catch((error: Error) => {
        onFault(error);
        if (!response.headersSent) response.writeHead(503, { 'content-type': 'text/plain', 'retry-after': '5' });
        response.end('This page cannot be shown just now.\n');
      });
  });
  // Longer than proxies in front keep idle connections, so that they are the ones who close them.
  server.keepAliveTimeout = 75_000;
  return server;
}

function say(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
}
