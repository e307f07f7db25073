/** Kafka by Dapr keeps the contract of every bus: the real broker, two sidecars, and the project's own manifests. */

import { daprEventBus } from '@taskflow/adapters/dapr/event-bus.ts';
import { type ReplayLoop, startReplayLoop } from '@taskflow/adapters/dapr/replay-loop.ts';
import { settleDeliveries } from '@taskflow/adapters/dapr/settle-deliveries.ts';
import { openSidecar } from '@taskflow/adapters/dapr/sidecar.ts';
import type { HttpClient } from '@taskflow/adapters/http/http-client.ts';
import { busTables } from '@taskflow/adapters/postgres/bus-tables.ts';
import { deadLetters } from '@taskflow/adapters/postgres/dead-letters.ts';
import { migrate } from '@taskflow/adapters/postgres/migrate.ts';
import { deadLetterRoute } from '@taskflow/backend/src/api/dead-letters.ts';
import type { Api } from '@taskflow/backend/src/parts.ts';
import { validatorCompiler } from '@taskflow/backend/src/validate.ts';
import type { DeadLetters, EventBus } from '@taskflow/core/ports.ts';
import type { Sidecar } from '@taskflow/engine/src/sidecar.ts';
import Fastify from 'fastify';
import pg from 'pg';
import { afterAll, beforeAll } from 'vitest';
import { eventBusContract } from '../contract/event-bus.suite.ts';
import { TOKENS, withEngine } from '../support/engine.ts';
import { quiet } from '../support/quiet-logger.ts';
import { makeSubscriber, type Subscriber } from '../support/subscriber.ts';

const clock = { now: () => Temporal.Now.instant() };
const under_test = withEngine();

let pool: pg.Pool;
let backend: Api;
let subscriber_port: number;
let worker_sidecar: Sidecar;
let publisher: HttpClient;
let settler: HttpClient;

beforeAll(async () => {
  const { engine, manifests } = under_test;
  await migrate(engine.postgres.connection);
  pool = new pg.Pool({ ...engine.postgres.connection, max: 4 });
  pool.on('error', () => undefined);

  // The backend's own route for dead letters, and nothing else of it.
  backend = Fastify() as unknown as Api;
  backend.setValidatorCompiler(validatorCompiler);
  backend.get('/healthz', async () => ({}));
  deadLetterRoute(backend, { sink: deadLetters(pool, clock), token: TOKENS.app_api_token });
  const backend_port = await engine.port('test.backend');
  await backend.listen({ host: '127.0.0.1', port: backend_port });

  subscriber_port = await engine.port('test.subscriber');
  const sidecar = (app_id: 'backend-service' | 'worker', app_port: number) =>
    engine.sidecar({
      ...{ app_id, app_port, tokens: TOKENS },
      resources: manifests.resources[app_id],
      configuration: manifests.configurations[app_id],
    });
  const [backend_sidecar, worker] = await Promise.all([
    sidecar('backend-service', backend_port),
    sidecar('worker', subscriber_port),
  ]);
  worker_sidecar = worker;
  const client = ({ http_port }: Sidecar) => openSidecar({ http_port, api_token: TOKENS.dapr_api_token }, 5_000);
  [publisher, settler] = [client(backend_sidecar), client(worker)];
});
afterAll(async () => {
  for (const client of [publisher, settler]) client?.close();
  await backend?.close();
  await pool?.end();
});

eventBusContract('Kafka by Dapr', { finds_killers: false, patience_ms: 30_000 }, async () => {
  await pool.query('truncate bus_retry, dead_letter');
  const inner = daprEventBus(publisher);
  const mine = ownEvents();
  const settle = settleDeliveries({ sidecar: settler, logger: quiet, attempts_max: 3 });
  const subscriber = mine.only(makeSubscriber({ port: subscriber_port }, settle));
  subscriber.token = TOKENS.app_api_token;
  await subscriber.start();
  await worker_sidecar.awaitApplication();
  const tables = busTables(pool, 'tasks');
  const replay: ReplayLoop = startReplayLoop({ tables, bus: inner, clock, logger: quiet, poll_ms: 50 });
  return {
    bus: {
      publish(events) {
        mine.add(events);
        return inner.publish(events);
      },
    },
    dead_letters: mine.among(deadLetters(pool, clock)),
    subscriber,
    async restart() {
      await worker_sidecar.kill();
      await worker_sidecar.awaitReady();
    },
    async close() {
      await replay.stop();
      await subscriber.stop();
    },
  };
});

/**
 * One topic serves all tests of this file, and Kafka gives again what a sidecar had not yet confirmed when it was killed: what
 * is not of the test at hand is taken, and not looked at.
 */
function ownEvents() {
  const ids = new Set<string>();
  const bodies = new Set<string>();
  const isMine = ({ id, body }: { id: string; body: string }) => ids.has(id) || bodies.has(body);
  return {
    add(events: Parameters<EventBus['publish']>[0]): void {
      for (const { id, body } of events) {
        ids.add(id);
        bodies.add(body);
      }
    },
    only(subscriber: Subscriber): Subscriber {
      let { react } = subscriber;
      return Object.defineProperty(subscriber, 'react', {
        get: () => (event: { id: string; subject: string }) => (ids.has(event.id) ? react(event) : 'SUCCESS'),
        set: (given: Subscriber['react']) => {
          react = given;
        },
      });
    },
    among(letters: DeadLetters): DeadLetters {
      const list = async (limit: number) => (await letters.list(1_000)).filter(isMine).slice(0, limit);
      return {
        list,
        async replay(id) {
          if (id !== null) return letters.replay(id);
          const waiting = (await list(1_000)).filter(({ replayed_at }) => replayed_at === null);
          const counts = await Promise.all(waiting.map((letter) => letters.replay(letter.id)));
          return counts.reduce((sum, count) => sum + count, 0);
        },
      };
    },
  };
}
