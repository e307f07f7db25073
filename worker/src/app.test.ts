/** The worker as its callers see it: over HTTP, with and without the token. */
import { mkdtempSync, rmSync } from 'node:fs';
import http from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Receipt } from '@taskflow/core/contracts/jobs.ts';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { buildWorker, type WorkerApp } from './app.ts';
import { clock, created, logger, reminderDue } from './worker.test-parts.ts';

const TOKEN = 'a token that only the bus knows';
const folder = mkdtempSync(path.join(tmpdir(), 'taskflow-worker-'));
const socket_path = path.join(folder, 's');

let worker: WorkerApp;
let rings: (string | null)[];
let put: string[];
let away: boolean;
let receipts: Receipt[];
let delivered: string[];

beforeEach(async () => {
  [rings, put, away, receipts, delivered] = [[], [], false, [], []];
  worker = buildWorker({
    backend: {
      async ring(moment) {
        if (away) throw new Error('away');
        rings.push(moment);
        return { reminders: 0, occurrences: 0 };
      },
      moments: async () => ({ moments: [], next: null }),
      async report(receipt) {
        if (away) throw new Error('away');
        receipts.push(receipt);
      },
    },
    scheduler: { put: async (alarms) => void put.push(...alarms.map(({ name }) => name)) },
    delivery: {
      channels: [{ name: 'webhook', deliver: async ({ id }) => void delivered.push(id) }],
      memory: { get: async () => null, create: async () => true },
      jobs: {
        async putJob() {
          throw new Error('away');
        },
      },
    },
    clock,
    logger,
    config: { app_api_token: TOKEN },
  });
  await worker.start({ socket_path });
  // The first sweep.
  await expect.poll(() => rings.length).toBe(1);
});
afterEach(async () => {
  await worker.stop();
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function call(method: string, url: string, body = '', token: string | null = TOKEN) {
  return new Promise<{ status: number; body: unknown }>((resolve, reject) => {
    const headers = token === null ? {} : { 'dapr-api-token': token };
    const request = http.request(
      { agent: false, socketPath: socket_path, method, path: url, headers },
      async (response) => {
        let text = '';
        for await (const chunk of response) text += chunk;
        resolve({ status: response.statusCode ?? 0, body: JSON.parse(text) });
      },
    );
    request.on('error', reject).end(body);
  });
}

const bulk = (...events: unknown[]) =>
  JSON.stringify({ id: 'x', topic: 'tasks', entries: events.map((event, index) => ({ entryId: `e${index}`, event })) });

describe('POST /subscribe', () => {
  it('answers a bulk delivery with a status for each event', async () => {
    const answer = await call('POST', '/subscribe', bulk(created(['2026-12-01T08:15:00Z']), { type: 'nonsense' }));
    expect(answer).toMatchObject({
      status: 200,
      body: {
        statuses: [
          { entryId: 'e0', status: 'SUCCESS' },
          { entryId: 'e1', status: 'DROP', reason: expect.stringContaining('type') },
        ],
      },
    });
    expect(put).toEqual(['alarm.20261201T081500Z']);
  });

  it('answers one CloudEvent with one status', async () => {
    expect(await call('POST', '/subscribe', JSON.stringify(created([])))).toEqual({
      status: 200,
      body: { status: 'SUCCESS' },
    });
    expect(await call('POST', '/subscribe', '{}')).toEqual({ status: 200, body: { status: 'DROP' } });
  });

  it.each([
    ['text that is no JSON', '{"entries":[', 400],
    ['entries that are no list', '{"entries":7}', 400],
    ['an entry without an id', '{"entries":[{"event":{}}]}', 400],
    ['more than 48 MB', `"${'x'.repeat(48_000_001)}"`, 413],
  ])('refuses %s', async (_, body, status) => {
    expect((await call('POST', '/subscribe', body)).status).toBe(status);
  });
});

describe('POST /job/{name}', () => {
  it('rings the moment of the alarm', async () => {
    expect(await call('POST', '/job/alarm.20261201T081500Z')).toEqual({ status: 200, body: {} });
    expect(rings.at(-1)).toBe('2026-12-01T08:15:00Z');
  });

  it('asks to be called again while the backend is away', async () => {
    away = true;
    expect((await call('POST', '/job/alarm.20261201T081500Z')).status).toBe(503);
  });

  it('delivers what is to be tried again, and reports it', async () => {
    const event = reminderDue();
    const job = JSON.stringify({ channel: 'webhook', attempt: 3, event });
    expect(await call('POST', `/job/delivery.${event.id}.webhook.3`, job)).toEqual({ status: 200, body: {} });
    expect(delivered).toEqual([event.id]);
    expect(receipts).toMatchObject([
      { notification_id: event.id, channel: 'webhook', status: 'delivered', attempts: 3, reason: null },
    ]);
  });

  it('asks to be called again with what could neither be reported nor put for later', async () => {
    away = true;
    const event = reminderDue();
    const job = JSON.stringify({ channel: 'webhook', attempt: 3, event });
    expect((await call('POST', `/job/delivery.${event.id}.webhook.3`, job)).status).toBe(503);
    const receipt = { notification_id: event.id, channel: 'webhook', status: 'delivered', attempts: 1, reason: null };
    const body = JSON.stringify({ ...receipt, at: '2026-12-01T08:00:00.000Z' });
    expect((await call('POST', `/job/receipt.${event.id}.webhook`, body)).status).toBe(503);
    away = false;
    expect((await call('POST', `/job/receipt.${event.id}.webhook`, body)).status).toBe(200);
    expect(receipts).toMatchObject([receipt]);
  });

  it.each(['delivery.1.webhook.1', 'receipt.1.webhook'])(
    'has %s without what belongs to it never come again',
    async (name) => {
      expect(await call('POST', `/job/${name}`, '{}')).toEqual({ status: 200, body: { ignored: true } });
    },
  );

  it.each(['spring-cleaning', 'alarm.tomorrow', '%ff'])('has %s never come again', async (name) => {
    expect(await call('POST', `/job/${name}`)).toEqual({ status: 200, body: { ignored: true } });
    expect(rings).toEqual([null]);
  });
});

describe('the token', () => {
  it.each([
    ['/subscribe', null],
    ['/subscribe', `${TOKEN}x`],
    ['/job/alarm.20261201T081500Z', null],
    ['/job/alarm.20261201T081500Z', ''],
  ])('is asked for at %s', async (url, token) => {
    expect((await call('POST', url, bulk(created(['2026-12-01T08:15:00Z'])), token)).status).toBe(401);
    expect(put).toEqual([]);
    expect(rings).toEqual([null]);
  });

  it('is not asked for by probes', async () => {
    expect(await call('GET', '/healthz', '', null)).toEqual({ status: 200, body: { status: 'ok' } });
    expect((await call('GET', '/readyz', '', null)).status).toBe(200);
  });
});

describe('other requests', () => {
  it('get 404 and 405', async () => {
    expect((await call('GET', '/tasks')).status).toBe(404);
    expect((await call('GET', '/subscribe')).status).toBe(405);
  });
});
