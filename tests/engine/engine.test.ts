/** The engine itself, before TaskFlow is put on it: events, jobs, identities, and what happens when a part dies. */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { processIdentity } from '@taskflow/adapters/embedded/process-identity.ts';
import { probeTopics } from '@taskflow/engine/src/kafka-protocol.ts';
import type { Part } from '@taskflow/engine/src/part.ts';
import type { Sidecar } from '@taskflow/engine/src/sidecar.ts';
import { startEngine } from '@taskflow/engine/src/start-engine.ts';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { TOKENS, withEngine } from '../support/engine.ts';
import { openPortsOf } from '../support/open-ports.ts';
import { type RecordingApp, startRecordingApp } from './recording-app.ts';

const under_test = withEngine();
const APPS = ['backend-service', 'worker', 'frontend'] as const;
type App = (typeof APPS)[number];
const apps = {} as Record<App, RecordingApp>;
const sidecars = {} as Record<App, Sidecar>;

beforeAll(async () => {
  const { engine, manifests } = under_test;
  await Promise.all(
    APPS.map(async (app_id) => {
      apps[app_id] = await startRecordingApp(handled);
      sidecars[app_id] = await engine.sidecar({
        app_id,
        app_port: apps[app_id].port,
        resources: manifests.resources[app_id],
        configuration: manifests.configurations[app_id],
        tokens: TOKENS,
      });
      await sidecars[app_id].awaitApplication();
    }),
  );
});

afterAll(() => {
  for (const app of Object.values(apps)) app.close();
});

/** A batch of events wants an answer for each. */
function handled({ path, body }: { path: string; body: string }): unknown {
  if (path !== '/subscribe') return {};
  const { entries } = JSON.parse(body) as { entries: { entryId: string }[] };
  return { statuses: entries.map(({ entryId }) => ({ entryId, status: 'SUCCESS' })) };
}

const call = (app: App, method: string, place: string, body?: unknown): Promise<Response> =>
  fetch(`${sidecars[app].url}/v1.0/${place}`, {
    method,
    headers: { 'content-type': 'application/json', 'dapr-api-token': TOKENS.dapr_api_token },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    signal: AbortSignal.timeout(45_000),
  });

/** Publishes until it is acknowledged, as a relay does. */
async function publish(text: string): Promise<void> {
  for (const deadline = performance.now() + 60_000; ; await sleep(200)) {
    const response = await call('backend-service', 'POST', 'publish/taskflow-pubsub/tasks', { text }).catch(() => null);
    if (response?.ok) return;
    if (performance.now() > deadline) throw new Error(`Not published: ${await response?.text()}`);
  }
}

async function expectEvent(text: string): Promise<void> {
  await publish(text);
  const { token } = await apps.worker.awaitRequest(
    ({ path, body }) => path === '/subscribe' && body.includes(text),
    60_000,
  );
  expect(token).toBe(TOKENS.app_api_token);
}

async function putJob(name: string, due: string): Promise<void> {
  const failurePolicy = { constant: { interval: '1s' } };
  for (const deadline = performance.now() + 90_000; ; await sleep(200)) {
    const job = { dueTime: due, data: { name }, failurePolicy, overwrite: true };
    const response = await call('worker', 'POST', `jobs/${name}`, job).catch(() => null);
    if (response?.ok) return;
    if (performance.now() > deadline) throw new Error(`The job was not taken: ${await response?.text()}`);
  }
}

const expectRing = (name: string): Promise<unknown> =>
  apps.worker.awaitRequest(({ path }) => path === `/job/${name}`, 90_000);

describe('a running engine', () => {
  it('brings an event through Kafka to the service that subscribes', () => expectEvent('an event'));

  it('rings a job', async () => {
    await putJob('rings', '500ms');
    await expectRing('rings');
  });

  it('lets a service call what access control allows it, and nothing else', async () => {
    expect((await call('worker', 'POST', 'invoke/backend-service/method/internal/ring', {})).status).toBe(200);
    expect((await call('frontend', 'GET', 'invoke/backend-service/method/api/tasks')).status).toBe(200);
    const refused = await call('frontend', 'POST', 'invoke/backend-service/method/internal/ring', {});
    expect(refused.status).toBe(403);
    const rings = apps['backend-service'].received.filter(({ path }) => path === '/internal/ring');
    expect(rings).toHaveLength(1);
  });

  it('asks whoever calls a sidecar for its token', async () => {
    const place = `${sidecars['backend-service'].url}/v1.0/publish/taskflow-pubsub/tasks`;
    expect((await fetch(place, { method: 'POST', body: '{}' })).status).toBe(401);
  });

  it('makes the topics it is asked for, and no others', async () => {
    const { kafka } = under_test.engine;
    const port = Number(kafka.brokers.split(':')[1]);
    await kafka.createTopics([{ name: 'asked-for', partitions: 2 }]);
    await kafka.createTopics([{ name: 'asked-for', partitions: 2 }]);
    await probeTopics(port, ['asked-for']);
    // The first question would make it, if Kafka made topics by itself.
    for (const _time of ['first', 'second']) await expect(probeTopics(port, ['not-asked-for'])).rejects.toThrow();
  });

  it.runIf(process.platform === 'linux')(
    'listens on loopback, but for health endpoints, which Dapr has everywhere',
    () => {
      const open = under_test.engine.parts().flatMap(({ name, pid }) => openPortsOf(pid!).map(() => name));
      expect(open.sort()).toEqual(['placement', 'scheduler', 'sentry']);
    },
  );
});

describe('a part that was killed works again, on the same ports and data', () => {
  const killAndStart = async (part: Part) => {
    const { pid } = part;
    await part.kill();
    expect(part.pid).toBeNull();
    await part.start();
    expect(part.pid).not.toBe(pid);
  };

  it('kafka', async () => {
    await killAndStart(under_test.engine.kafka);
    await expectEvent('after kafka');
  });

  it('scheduler, with the jobs it had', async () => {
    await putJob('survives', '3s');
    await killAndStart(under_test.engine.scheduler);
    await expectRing('survives');
    await putJob('after', '100ms');
    await expectRing('after');
  });

  it('placement and sentry', async () => {
    await killAndStart(under_test.engine.placement);
    await killAndStart(under_test.engine.sentry);
    expect((await call('worker', 'GET', 'invoke/backend-service/method/internal/moments')).status).toBe(200);
  });

  it('postgres, with what it had acknowledged', async () => {
    const key = 'written before';
    await call('worker', 'POST', 'state/taskflow-statestore', [{ key, value: 1 }]);
    await killAndStart(under_test.engine.postgres);
    // The sidecar finds out that a connection is dead when it uses it.
    const read = async () => (await call('worker', 'GET', `state/taskflow-statestore/${key}`)).json();
    await vi.waitFor(async () => expect(await read()).toBe(1), { timeout: 30_000, interval: 100 });
  });

  it('a sidecar, by itself', async () => {
    const { pid } = sidecars.worker;
    await sidecars.worker.kill();
    await sidecars.worker.awaitApplication();
    expect(sidecars.worker.pid).not.toBe(pid);
    await expectEvent('after its sidecar');
  });

  it('a sidecar that finds no Kafka at its start, as soon as there is one', async () => {
    const { kafka } = under_test.engine;
    await kafka.stop();
    await sidecars['backend-service'].kill();
    await sleep(3000);
    await kafka.start();
    await sidecars['backend-service'].awaitApplication();
    await expectEvent('after both');
  });

  it('one that was frozen, too', async () => {
    const { kafka } = under_test.engine;
    await kafka.freeze();
    const published = publish('while frozen');
    await sleep(1000);
    expect(apps.worker.received.some(({ body }) => body.includes('while frozen'))).toBe(false);
    kafka.thaw();
    await published;
    await apps.worker.awaitRequest(({ body }) => body.includes('while frozen'), 60_000);
  });
});

describe('nothing outlives the engine', () => {
  const livingOf = (identities: readonly (string | null)[]) =>
    identities.filter((identity) => identity !== null && processIdentity(Number.parseInt(identity, 10)) === identity);

  async function inFolder(check: (folder: string) => Promise<void>): Promise<void> {
    const folder = mkdtempSync(path.join(tmpdir(), 'taskflow-engine-'));
    try {
      await check(folder);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }

  it('when it is stopped; and another one cannot have its folder meanwhile', () =>
    inFolder(async (folder) => {
      const engine = await startEngine({ folder });
      await expect(startEngine({ folder })).rejects.toThrow(/already running/);
      const identities = engine.parts().map(({ pid }) => processIdentity(pid!));
      expect(livingOf(identities)).toHaveLength(5);
      await engine.stop();
      expect(livingOf(identities)).toEqual([]);
    }));

  it('when its process is killed; and the next one in its folder has its data and ports', () =>
    inFolder(async (folder) => {
      const main = path.join(import.meta.dirname, '..', '..', 'engine', 'src', 'main.ts');
      const child = spawn(process.execPath, [main], {
        env: { ...process.env, TASKFLOW_ENGINE_DATA: folder },
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      let said = '';
      for await (const chunk of child.stdout) {
        said += chunk;
        if (said.includes('Started')) break;
      }
      const identities = [...said.matchAll(/process (\d+)/g)].map(([, pid]) => processIdentity(Number(pid)));
      expect(livingOf(identities)).toHaveLength(5);
      child.kill('SIGKILL');
      for (let tries = 0; tries < 100 && livingOf(identities).length > 0; tries++) await sleep(50);
      expect(livingOf(identities)).toEqual([]);

      const engine = await startEngine({ folder });
      expect(said).toContain(engine.kafka.brokers);
      await engine.stop();
    }));
});
