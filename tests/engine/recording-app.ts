/** A service in ten lines: healthy, and it remembers what it was sent. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

export interface Received {
  method: string;
  path: string;
  token: string | undefined;
  body: string;
}

export interface RecordingApp {
  port: number;
  received: Received[];
  /** The first request that fits, as soon as there is one. */
  awaitRequest(fits: (request: Received) => boolean, patience_ms?: number): Promise<Received>;
  close(): void;
}

export async function startRecordingApp(answer: (request: Received) => unknown = () => ({})): Promise<RecordingApp> {
  const received: Received[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const entry: Received = {
      method: request.method ?? '',
      path: request.url ?? '',
      token: request.headers['dapr-api-token']?.toString(),
      body: Buffer.concat(chunks).toString(),
    };
    if (entry.path !== '/healthz') received.push(entry);
    const isKnown = !entry.path.startsWith('/dapr/');
    response.writeHead(isKnown ? 200 : 404, { 'content-type': 'application/json' }).end(JSON.stringify(answer(entry)));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    received,
    async awaitRequest(fits, patience_ms = 20_000) {
      for (const deadline = performance.now() + patience_ms; performance.now() < deadline; await sleep(20)) {
        const found = received.find(fits);
        if (found) return found;
      }
      throw new Error(`Nothing of the kind arrived; what did: ${JSON.stringify(received).slice(0, 2000)}`);
    },
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}
