/** A subscriber that does what a test tells it to, and remembers what it was given and in which order. */
import { rmSync } from 'node:fs';
import http from 'node:http';
import type { BulkDeliveryAnswer } from '@taskflow/core/contracts/events.ts';
import type { Settlement } from '@taskflow/core/ports.ts';

export interface Delivered {
  id: string;
  key: string;
}

/** `die` breaks the connection in the middle of the request, as a killed process does; it is back after a moment. */
export type Reaction = 'SUCCESS' | 'RETRY' | 'DROP' | 'silence' | 'die' | { status: number };

export interface Subscriber {
  /** Every event of every delivery, in the order they came. */
  delivered: Delivered[];
  /** How many deliveries there were. */
  calls: number;
  deaths: number;
  react: (event: { id: string; subject: string }) => Reaction;
  token: string;
  start(): Promise<void>;
  stop(): Promise<void>;
}

export const REASON = 'the test wants it so';

/** `settle`: what the worker does with its answers on a bus that keeps no reasons. */
export function makeSubscriber(
  address: { socket_path: string } | { port: number },
  settle: Settlement = async (_delivered, statuses) => statuses,
): Subscriber {
  let server: http.Server | null = null;
  let revival: NodeJS.Timeout | undefined;
  const subscriber: Subscriber = {
    delivered: [],
    calls: 0,
    deaths: 0,
    react: () => 'SUCCESS',
    token: 'token-of-the-test',
    async start() {
      if ('socket_path' in address) rmSync(address.socket_path, { force: true });
      server = http.createServer((request, response) => void answer(request, response));
      const place = 'socket_path' in address ? { path: address.socket_path } : { host: '127.0.0.1', ...address };
      await new Promise<void>((resolve) => server!.listen(place, resolve));
    },
    async stop() {
      clearTimeout(revival);
      const stopping = server;
      server = null;
      stopping?.closeAllConnections();
      await new Promise<void>((resolve) => (stopping === null ? resolve() : stopping.close(() => resolve())));
    },
  };

  async function answer(request: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
    if (request.url === '/healthz') return void response.writeHead(200).end();
    // Dapr asks for subscriptions that a program makes itself; one that is declared stands elsewhere.
    if (request.method === 'GET') return void response.writeHead(404).end();
    if (request.headers['dapr-api-token'] !== subscriber.token) return void response.writeHead(401).end();
    const entries = read(Buffer.concat(chunks).toString());
    if (entries === null) return void response.writeHead(400).end();
    subscriber.calls += 1;
    const statuses: BulkDeliveryAnswer['statuses'] = [];
    for (const { entryId, event } of entries) {
      const reaction = subscriber.react(event);
      if (reaction === 'die') return await die();
      subscriber.delivered.push({ id: event.id, key: event.subject });
      if (typeof reaction === 'object') return void response.writeHead(reaction.status).end();
      if (reaction === 'silence') continue;
      statuses.push({ entryId, status: reaction, ...(reaction === 'SUCCESS' ? {} : { reason: REASON }) });
    }
    const settled = { statuses: await settle(entries, statuses) };
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(settled));
  }
  async function die(): Promise<void> {
    subscriber.deaths += 1;
    await subscriber.stop();
    revival = setTimeout(() => void subscriber.start(), 50);
  }
  return subscriber;
}

function read(text: string): { entryId: string; event: { id: string; subject: string } }[] | null {
  try {
    return (JSON.parse(text) as { entries: { entryId: string; event: { id: string; subject: string } }[] }).entries;
  } catch {
    return null;
  }
}
