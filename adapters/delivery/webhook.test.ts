/** What a receiver of the webhook sees, and what its answers mean. */
import { createHmac } from 'node:crypto';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { EVENT_EXAMPLES } from '@taskflow/core/contracts/event-examples.ts';
import { ReminderDue } from '@taskflow/core/contracts/events.ts';
import { Undeliverable } from '@taskflow/core/ports.ts';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { keyOf, signature, webhookDelivery } from './webhook.ts';

const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
const event = ReminderDue.parse(EVENT_EXAMPLES.find(({ type }) => type === 'reminder.due'));
const clock = { now: () => Temporal.Instant.from('2026-12-01T08:00:00.9Z') };
const never = new AbortController().signal;

let server: http.Server;
let url: string;
let seen: { method: string; url: string; headers: http.IncomingHttpHeaders; body: string }[];
let answer: (response: http.ServerResponse) => void;

beforeAll(async () => {
  server = http.createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    seen.push({ method: request.method!, url: request.url!, headers: request.headers, body });
    answer(response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook?key=hidden`;
});
beforeEach(() => {
  seen = [];
  answer = (response) => response.writeHead(204).end();
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

const deliver = (given: { url?: string; timeout_ms?: number } = {}, signal = never) =>
  webhookDelivery({ url, secret: SECRET, clock, ...given }).deliver(event, signal);

it('signs as the libraries of Standard Webhooks do', () => {
  // TestWebhookSign of the project's own library for Go.
  const signed = signature(keyOf(SECRET), 'msg_p5jXN8AQM9LWM0D4loKWxJek', '1614265330', '{"test": 2432232314}');
  expect(signed).toBe('v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=');
});

it('sends the event as it is, under its own id, with the time of the try and a signature over all three', async () => {
  await deliver();
  expect(seen).toHaveLength(1);
  const [{ method, url: path, headers, body }] = seen as [(typeof seen)[0]];
  expect([method, path, headers['content-type']]).toEqual([
    'POST',
    '/hook?key=hidden',
    'application/cloudevents+json; charset=utf-8',
  ]);
  expect(JSON.parse(body)).toEqual(event);
  expect(headers).toMatchObject({ 'webhook-id': event.id, 'webhook-timestamp': '1796112000' });
  const key = Buffer.from(SECRET.slice('whsec_'.length), 'base64');
  const expected = createHmac('sha256', key).update(`${event.id}.1796112000.${body}`).digest('base64');
  expect(headers['webhook-signature']).toBe(`v1,${expected}`);
});

it.each([200, 201, 299])('takes %i as delivered', async (status) => {
  answer = (response) => response.writeHead(status).end('thanks');
  await deliver();
});

it.each([301, 307, 404, 429, 500])('takes %i as a failure, and follows nothing', async (status) => {
  answer = (response) => response.writeHead(status, { location: url }).end();
  const failure = await deliver().catch((error: unknown) => error);
  expect(failure).toEqual(new Error(`the webhook answers ${status}`));
  expect(failure).not.toBeInstanceOf(Undeliverable);
  expect(seen).toHaveLength(1);
});

it('takes 410 as the last word', async () => {
  answer = (response) => response.writeHead(410).end();
  await expect(deliver()).rejects.toBeInstanceOf(Undeliverable);
});

it('waits no longer than its time-out, nor than whoever asked it', async () => {
  answer = () => undefined;
  await expect(deliver({ timeout_ms: 50 })).rejects.toThrow('the webhook cannot be reached: no answer in 50 ms');
  await expect(deliver({}, AbortSignal.timeout(50))).rejects.toThrow('the webhook cannot be reached');
});

it('says why it was not reached, and not where', async () => {
  const failure = await deliver({ url: 'http://127.0.0.1:1/hook?key=hidden' }).catch((error: Error) => error);
  expect(failure).toEqual(new Error('the webhook cannot be reached: ECONNREFUSED'));
});
