/** A receiver of webhooks that answers as a test tells it to, can be away, and remembers what it was sent. */
import http from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Posted {
  headers: http.IncomingHttpHeaders;
  body: string;
}

export interface WebhookReceiver {
  url: string;
  posted: Posted[];
  /** The status of the next answers. */
  status: number;
  /** Nobody listens any more; what is sent is refused. */
  leave(): Promise<void>;
  /** At the same address as before. */
  comeBack(): Promise<void>;
}

export async function startWebhookReceiver(): Promise<WebhookReceiver> {
  const server = http.createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
    receiver.posted.push({ headers: request.headers, body: Buffer.concat(chunks).toString() });
    response.writeHead(receiver.status).end();
  });
  const listen = (port: number) => new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  await listen(0);
  const { port } = server.address() as AddressInfo;
  const receiver: WebhookReceiver = {
    url: `http://127.0.0.1:${port}/reminders`,
    posted: [],
    status: 204,
    leave: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
    comeBack: () => listen(port),
  };
  return receiver;
}
