/** A user of the HTTP API: signs up, sends requests, listens to the event stream and resumes it when it breaks. */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { TaskFlowEvent } from '@taskflow/core/contracts/events.ts';

// biome-ignore lint/suspicious/noExplicitAny: a test says what it expects of a body by what it asserts about it.
type Body = any;

export interface Answer<T = Body> {
  status: number;
  headers: Headers;
  body: T;
}

export interface Client {
  url: string;
  token: string;
  call<T = Body>(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer<T>>;
}

/** A new account with a personal access token. */
export async function signUp(url: string, name = 'Someone'): Promise<Client> {
  const email = `${randomUUID()}@example.org`;
  const signed = await fetch(`${url}/api/auth/sign-up/email`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: url },
    body: JSON.stringify({ name, email, password: randomUUID() }),
  });
  if (!signed.ok) throw new Error(`sign-up: ${signed.status} ${await signed.text()}`);
  const cookie = signed.headers
    .getSetCookie()
    .map((line) => line.split(';')[0])
    .join('; ');
  const made = await fetch(`${url}/api/tokens`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: url, cookie },
    body: JSON.stringify({ name: 'tests', scopes: ['read', 'write'] }),
  });
  if (made.status !== 201) throw new Error(`token: ${made.status} ${await made.text()}`);
  const { token } = (await made.json()) as { token: string };
  return clientOf(url, token);
}

export function clientOf(url: string, token: string): Client {
  return {
    url,
    token,
    async call(method, path, body, headers = {}) {
      const response = await fetch(`${url}${path}`, {
        method,
        headers: {
          authorization: `Bearer ${token}`,
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...headers,
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        signal: AbortSignal.timeout(30_000),
      });
      const text = await response.text();
      return { status: response.status, headers: response.headers, body: text === '' ? null : parsed(text) };
    },
  };
}

function parsed(text: string): Body {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

export interface Received {
  place: string;
  event: TaskFlowEvent;
  received_at_ms: number;
}

/** Listens until stopped, resuming from the last place whenever the connection breaks, as a browser does. */
export function listen(client: Client, from?: string): { received: Received[]; opened: Promise<void>; stop(): void } {
  const received: Received[] = [];
  const control = new AbortController();
  let place = from;
  let markOpen: () => void;
  const opened = new Promise<void>((resolve) => {
    markOpen = resolve;
  });
  const run = async () => {
    while (!control.signal.aborted) {
      try {
        const headers: Record<string, string> = {
          authorization: `Bearer ${client.token}`,
          accept: 'text/event-stream',
        };
        if (place !== undefined) headers['last-event-id'] = place;
        const response = await fetch(`${client.url}/api/events`, { headers, signal: control.signal });
        if (response.ok && response.body !== null) {
          markOpen();
          for await (const frame of framesOf(response.body)) {
            if (frame.id === undefined || frame.data === undefined) continue;
            place = frame.id;
            // `ready` and `reset` tell a place and nothing else.
            if (frame.event === 'ready' || frame.event === 'reset') continue;
            received.push({ place, event: JSON.parse(frame.data), received_at_ms: Date.now() });
          }
        }
      } catch {
        // A broken connection is what this is for; the loop opens the next one.
      }
      await sleep(100);
    }
  };
  void run();
  return { received, opened, stop: () => control.abort() };
}

async function* framesOf(body: ReadableStream<Uint8Array>): AsyncGenerator<Record<string, string>> {
  let buffer = '';
  for await (const text of body.pipeThrough(new TextDecoderStream() as never) as unknown as AsyncIterable<string>) {
    buffer += text;
    for (let end = buffer.indexOf('\n\n'); end >= 0; end = buffer.indexOf('\n\n')) {
      const lines = buffer
        .slice(0, end)
        .split('\n')
        .filter((line) => !line.startsWith(':'));
      buffer = buffer.slice(end + 2);
      yield Object.fromEntries(
        lines.map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1).trimStart()]),
      );
    }
  }
}

/** Polls until `isTrue`, or fails with what was waited for. */
export async function until(
  what: string,
  isTrue: () => boolean | Promise<boolean>,
  timeout_ms = 30_000,
): Promise<void> {
  const end = performance.now() + timeout_ms;
  while (!(await isTrue())) {
    if (performance.now() > end) throw new Error(`waited ${timeout_ms} ms in vain for: ${what}`);
    await sleep(25);
  }
}
