/**
 * The worker: events become alarms, alarms ring the backend, reminders go out by the channels, the sweep makes good what was
 * lost. It owns no data.
 *
 * Four routes on node:http: fastify would cost 6 MB of memory here (81 MB instead of 75), an eighth of what the worker may have.
 */
import http from 'node:http';
import type { Logger } from '@taskflow/core/logger.ts';
import type { BackendClient, Clock, JobScheduler, Settlement } from '@taskflow/core/ports.ts';
import { makeAlarms } from './alarms.ts';
import { type DeliveryParts, makeDeliveries } from './deliveries.ts';
import { runJob } from './jobs.ts';
import { makeRinger } from './ringer.ts';
import { routeRequest } from './routes.ts';
import { type Sweep, startSweep } from './sweep.ts';

export interface WorkerParts {
  backend: BackendClient;
  scheduler: JobScheduler;
  clock: Clock;
  logger: Logger;
  /** For a bus that keeps no reasons. */
  settle?: Settlement;
  /** Where reminders go beside the page; without it, nowhere. */
  delivery?: DeliveryParts;
  config: { app_api_token: string };
}

export interface WorkerApp {
  /** For a scheduler in this process; one outside calls `POST /job/{name}`. Rejects when it must ring again. */
  runJob(name: string, data: unknown): Promise<'done' | 'ignored'>;
  /** Serves, and begins to sweep; the port is that of a TCP address. */
  start(address: WorkerAddress): Promise<number | null>;
  stop(): Promise<void>;
}

export type WorkerAddress = { socket_path: string } | { host: string; port: number };

const NO_CHANNELS: DeliveryParts = {
  channels: [],
  memory: { get: async () => null, create: async () => true },
  jobs: {
    async putJob() {
      throw new Error('there is no scheduler for deliveries');
    },
  },
};

export function buildWorker(parts: WorkerParts): WorkerApp {
  const { backend, scheduler, clock, logger, settle, config, delivery = NO_CHANNELS } = parts;
  const ringer = makeRinger(backend);
  const alarms = makeAlarms(scheduler, clock, logger);
  const deliveries = makeDeliveries({ ...delivery, backend, clock, logger });
  let sweep: Sweep | null = null;
  const run = (name: string, data: unknown) => runJob(name, data, { ringer, deliveries, backend, logger });
  const answer = routeRequest({
    token: config.app_api_token,
    alarms,
    deliveries,
    logger,
    settle: settle ?? (async (_delivered, statuses) => statuses),
    runJob: run,
    missing: () => (sweep?.ready() ? [] : ['backend']),
  });
  const server = http.createServer(answer);
  // Longer than clients keep idle connections, so that they are the ones who close them.
  server.keepAliveTimeout = 75_000;
  return {
    runJob: run,
    async start(address) {
      await new Promise<void>((resolve, reject) => {
        server.once('error', reject);
        server.listen('socket_path' in address ? { path: address.socket_path } : address, () => resolve());
      });
      sweep = startSweep({ backend, ringer, alarms, clock, logger });
      const bound = server.address();
      return bound !== null && typeof bound === 'object' ? bound.port : null;
    },
    async stop() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      // One that was in use when we began to close stays open afterwards.
      const closing = setInterval(() => server.closeIdleConnections(), 20);
      alarms.stop();
      await sweep?.stop();
      await closed;
      await deliveries.idle();
      clearInterval(closing);
    },
  };
}
