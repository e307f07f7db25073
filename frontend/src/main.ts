/** The frontend of the distributed mode: a process of its own, with Next.js for the pages and a sidecar for the API. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createRequire } from 'node:module';
import path from 'node:path';
import { readFrontendConfig } from './server/config.ts';
import { openForwarder } from './server/forward.ts';
import { createFrontendServer } from './server/serve.ts';

/** What we use of Next.js's server for programs. */
interface NextServer {
  prepare(): Promise<void>;
  getRequestHandler(): (request: IncomingMessage, response: ServerResponse) => Promise<void>;
  close(): Promise<void>;
}

try {
  await run();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
}

async function run(): Promise<void> {
  const { host, port, sidecar } = readFrontendConfig(process.env);
  const next = createRequire(import.meta.url)('next') as (options: object) => NextServer;
  const pages = next({ dev: false, dir: path.join(import.meta.dirname, '..') });
  const forwarder = openForwarder(sidecar);
  const prepared = pages.prepare().then(() => pages.getRequestHandler());
  const server = createFrontendServer({ forwarder, pages: prepared, onFault: (error) => console.error(error) });
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, host, resolve));
  console.log(JSON.stringify({ service: 'frontend', msg: 'the frontend serves', port }));
  await prepared;

  const end = () => {
    server.close(() => void pages.close().then(() => process.exit(0)));
    forwarder.close();
    server.closeIdleConnections();
  };
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, end);
}
