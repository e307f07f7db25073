/** Dapr's scheduler keeps the contract of every scheduler, and gives back what an alarm was put with. */
import http from 'node:http';
import { daprJobScheduler } from '@taskflow/adapters/dapr/job-scheduler.ts';
import { openSidecar } from '@taskflow/adapters/dapr/sidecar.ts';
import type { HttpClient } from '@taskflow/adapters/http/http-client.ts';
import { AlarmData } from '@taskflow/core/contracts/jobs.ts';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { jobSchedulerContract, type SchedulerUnderTest } from '../contract/job-scheduler.suite.ts';
import { TOKENS, withEngine } from '../support/engine.ts';

const TRACE = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
const under_test = withEngine();

let app: http.Server;
let client: HttpClient;
/** What the test at hand wants done with a ring. */
let ring: (name: string, data: unknown) => void = () => undefined;

beforeAll(async () => {
  const { engine, manifests } = under_test;
  const app_port = await engine.port('test.jobs');
  app = http.createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
    const name = /^\/job\/(.+)$/.exec(request.url ?? '')?.[1];
    if (name === undefined) return void response.writeHead(request.url === '/healthz' ? 200 : 404).end();
    if (request.headers['dapr-api-token'] !== TOKENS.app_api_token) return void response.writeHead(401).end();
    try {
      ring(decodeURIComponent(name), JSON.parse(Buffer.concat(chunks).toString()));
      response.writeHead(200).end('{}');
    } catch {
      response.writeHead(503).end();
    }
  });
  await new Promise<void>((resolve) => app.listen(app_port, '127.0.0.1', resolve));
  const sidecar = await engine.sidecar({
    ...{ app_id: 'worker', app_port, tokens: TOKENS },
    resources: manifests.resources.worker,
    configuration: manifests.configurations.worker,
  });
  await sidecar.awaitApplication();
  client = openSidecar({ http_port: sidecar.http_port, api_token: TOKENS.dapr_api_token }, 5_000);
});
afterAll(async () => {
  client?.close();
  app?.closeAllConnections();
  await new Promise((resolve) => app.close(resolve));
});

jobSchedulerContract('Dapr’s scheduler', {
  // On an idle machine 20 ms; here it shares two cores with a broker and a database that have just started.
  late_ms_max: 3_000,
  repeat_ms_max: 7_000,
  async open() {
    const opened: SchedulerUnderTest = {
      scheduler: daprJobScheduler(client),
      rings: [],
      onRing: () => undefined,
      close: async () => {
        ring = () => undefined;
      },
    };
    ring = (name) => {
      opened.rings.push({ name, at_ms: Temporal.Now.instant().epochMilliseconds });
      opened.onRing(name);
    };
    return opened;
  },
});

it('an alarm gives back its moment and the trace it was put with', async () => {
  const rung: unknown[] = [];
  ring = (_name, data) => rung.push(data);
  const at = Temporal.Now.instant().add({ seconds: -30 }).toString({ smallestUnit: 'second' });
  await daprJobScheduler(client).put([{ name: 'alarm.trace', at, traceparent: TRACE }]);
  await expect.poll(() => rung, { timeout: 10_000 }).toHaveLength(1);
  expect(AlarmData.parse(rung[0])).toEqual({ moment: at, traceparent: TRACE });
});
