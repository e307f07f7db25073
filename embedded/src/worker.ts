/** The worker's process in the embedded mode: the worker as it is everywhere, with timers for a scheduler and sockets for a network. */
import { rmSync } from 'node:fs';
import { startScheduler } from '@taskflow/adapters/embedded/scheduler.ts';
import { BACKEND_TIMEOUT_MS, openBackendClient } from '@taskflow/adapters/http/backend-client.ts';
import { openHttpClient } from '@taskflow/adapters/http/http-client.ts';
import { buildWorker } from '@taskflow/worker/src/app.ts';
import { pino } from 'pino';
import type { ChildSetup } from './child-protocol.ts';
import { type RunningPart, runChild } from './run-child.ts';

runChild(async ({ config, secrets }: ChildSetup): Promise<RunningPart> => {
  const logger = pino({ name: 'worker', level: config.log_level });
  const clock = { now: () => Temporal.Now.instant() };
  const token = secrets.internal_token;
  const client = openHttpClient({
    target: { socket_path: config.sockets.backend },
    headers: { 'dapr-api-token': token },
    timeout_ms: BACKEND_TIMEOUT_MS,
  });
  const backend = openBackendClient(client);
  const scheduler = startScheduler({ clock, logger, onAlarm: async (name) => void (await worker.runJob(name, null)) });
  const worker = buildWorker({ backend, scheduler, clock, logger, config: { app_api_token: token } });
  // The socket of one that was killed is a file in the way.
  if (process.platform !== 'win32') rmSync(config.sockets.worker, { force: true });
  await worker.start({ socket_path: config.sockets.worker });
  return {
    async close() {
      scheduler.stop();
      await worker.stop();
      client.close();
    },
  };
});
