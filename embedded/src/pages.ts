/** The web pages, served by Next.js in the backend's process: requests that come before it is ready wait for it. */

import type { IncomingMessage, ServerResponse } from 'node:http';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import type { Logger } from '@taskflow/core/logger.ts';

export interface Pages {
  handle(request: IncomingMessage, response: ServerResponse): void;
  close(): Promise<void>;
}

/** What we use of Next.js's server for programs. */
interface NextServer {
  prepare(): Promise<void>;
  getRequestHandler(): (request: IncomingMessage, response: ServerResponse) => Promise<void>;
  close(): Promise<void>;
}

const FRONTEND = fileURLToPath(new URL('../../frontend/', import.meta.url));

/** Returns at once. A page that cannot be had does not keep the API from working. */
export function openPages(logger: Logger): Pages {
  // Next.js is the frontend's dependency: it is found from there.
  const next = createRequire(`${FRONTEND}package.json`)('next') as (options: object) => NextServer;
  const server = next({ dev: false, dir: FRONTEND });
  const ready = server.prepare().then(() => server.getRequestHandler());
  ready.catch((error: Error) => logger.error({ err: error }, 'the web pages cannot be served'));
  return {
    handle(request, response) {
      ready
        .then((handler) => handler(request, response))
        .catch((error: Error) => {
          logger.error({ err: error, url: request.url }, 'a page could not be served');
          if (!response.headersSent) response.writeHead(503, { 'content-type': 'text/plain', 'retry-after': '5' });
          response.end('This page cannot be shown just now.\n');
        });
    },
    close: () => ready.then(() => server.close()).catch(() => undefined),
  };
}
