/** Reminders go to a URL of the operator's as CloudEvents, signed so that the receiver knows them for ours and can tell repetitions. */
import { createHmac } from 'node:crypto';
import http from 'node:http';
import https from 'node:https';
import type { ReminderDue } from '@taskflow/core/contracts/events.ts';
import { type Clock, type Delivery, Undeliverable } from '@taskflow/core/ports.ts';

export interface WebhookOptions {
  url: string;
  /** As Standard Webhooks writes it: `whsec_` and base64. */
  secret: string;
  clock: Clock;
  timeout_ms?: number;
}

const TIMEOUT_MS = 5_000;
/** "The receiver does not want any more of them" (Standard Webhooks 1.0, "Delivery considerations"). */
const GONE = 410;

/** Reasons never name the URL: users see them, and it is the operator's. */
export function webhookDelivery({ url, secret, clock, timeout_ms = TIMEOUT_MS }: WebhookOptions): Delivery {
  const key = keyOf(secret);
  const target = new URL(url);
  return {
    name: 'webhook',
    async deliver(event, signal) {
      const body = JSON.stringify(event);
      const timestamp = String(Math.floor(clock.now().epochMilliseconds / 1_000));
      const headers = {
        ...headersOf(event, body),
        'webhook-id': event.id,
        'webhook-timestamp': timestamp,
        'webhook-signature': signature(key, event.id, timestamp, body),
      };
      const status = await post({ target, headers, body, signal, timeout_ms });
      if (status === GONE) throw new Undeliverable('the webhook answers 410: it wants no more of them');
      if (status < 200 || status > 299) throw new Error(`the webhook answers ${status}`);
    },
  };
}

/** What is signed is what is sent, byte for byte; the time is that of the try (Standard Webhooks 1.0, "Signature scheme"). */
export function signature(key: Buffer, id: string, timestamp: string, body: string): string {
  return `v1,${createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64')}`;
}

export const keyOf = (secret: string): Buffer => Buffer.from(secret.replace(/^whsec_/, ''), 'base64');

/** The structured mode of CloudEvents over HTTP (1.0.2, 3.2). */
const headersOf = ({ traceparent }: ReminderDue, body: string) => ({
  'content-type': 'application/cloudevents+json; charset=utf-8',
  'content-length': String(Buffer.byteLength(body)),
  'user-agent': 'TaskFlow',
  ...(traceparent === undefined ? {} : { traceparent }),
});

interface Posting {
  target: URL;
  headers: Record<string, string>;
  body: string;
  signal: AbortSignal;
  timeout_ms: number;
}

/**
 * The status of the answer, whose body nobody reads; node's client follows no redirect. Each has a connection of its own: one
 * that the receiver has closed meanwhile would cost the first pause.
 */
function post({ target, headers, body, signal, timeout_ms }: Posting): Promise<number> {
  return new Promise((resolve, reject) => {
    const transport = target.protocol === 'https:' ? https : http;
    const request = transport.request(target, { agent: false, method: 'POST', headers, signal });
    const timer = setTimeout(() => request.destroy(new Error(`no answer in ${timeout_ms} ms`)), timeout_ms);
    request.on('error', (error: NodeJS.ErrnoException) => {
      clearTimeout(timer);
      reject(new Error(`the webhook cannot be reached: ${error.code ?? error.message}`));
    });
    request.once('response', (response) => {
      clearTimeout(timer);
      resolve(response.statusCode ?? 0);
      response.destroy();
    });
    request.end(body);
  });
}
