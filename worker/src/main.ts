/** The worker as a program of its own (the distributed mode): settings from the environment, and the one place that chooses its adapters. */
import { startScheduler } from '@taskflow/adapters/embedded/scheduler.ts';
import { openBackendClient } from '@taskflow/adapters/http/backend-client.ts';
import { Failure } from '@taskflow/core/domain/failure.ts';
import { pino } from 'pino';
import { buildWorker } from './app.ts';
import { readWorkerConfig, type WorkerConfig } from './config.ts';

try {
  await run(readWorkerConfig(process.env));
} catch (error) {
  console.error(error instanceof Failure ? error.message : error);
  process.exit(1);
}

async function run(config: WorkerConfig): Promise<void> {
  const logger = pino({ name: 'worker', level: config.log_level });
  const clock = { now: () => Temporal.Now.instant() };
  const backend = openBackendClient({ target: { url: config.backend_url }, token: config.internal_token });
  // Timers of this process: every replica has all alarms, and rings that coincide share the work.
  const scheduler = startScheduler({ clock, logger, onAlarm: async (name) => void (await worker.runJob(name)) });
  const worker = buildWorker({ backend, scheduler, clock, logger, config });

  const port = await worker.start({ host: config.host, port: config.port });
  logger.info({ port }, 'the worker serves');
  const end = async () => {
    scheduler.stop();
    await worker.stop();
    backend.close();
  };
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void end());
}
