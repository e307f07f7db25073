/** The worker of the distributed mode: settings from the environment, and the one place that chooses its adapters. */
import { daprJobScheduler } from '@taskflow/adapters/dapr/job-scheduler.ts';
import { settleDeliveries } from '@taskflow/adapters/dapr/settle-deliveries.ts';
import { openSidecar } from '@taskflow/adapters/dapr/sidecar.ts';
import { daprStateStore } from '@taskflow/adapters/dapr/state-store.ts';
import { webhookDelivery } from '@taskflow/adapters/delivery/webhook.ts';
import { BACKEND_TIMEOUT_MS, openBackendClient } from '@taskflow/adapters/http/backend-client.ts';
import { Failure } from '@taskflow/core/domain/failure.ts';
import { pino } from 'pino';
import { buildWorker } from './app.ts';
import { readWorkerConfig, type WorkerConfig } from './config.ts';

/** Service invocation (Dapr docs, "Service invocation API reference"). */
const BACKEND = '/v1.0/invoke/backend-service/method';
/** The component that remembers what has been delivered. */
const STATE_STORE = 'taskflow-statestore';
/** The scheduler blocks a call for up to 30 s while it is away; the alarm is put again then. */
const SIDECAR_TIMEOUT_MS = 5_000;

try {
  await run(readWorkerConfig(process.env));
} catch (error) {
  console.error(error instanceof Failure ? error.message : error);
  process.exit(1);
}

async function run(config: WorkerConfig): Promise<void> {
  const logger = pino({ level: config.log_level, base: { service: 'worker' } });
  const clock = { now: () => Temporal.Now.instant() };
  const address = { http_port: config.dapr_http_port, api_token: config.dapr_api_token };
  const [sidecar, invocation] = [openSidecar(address, SIDECAR_TIMEOUT_MS), openSidecar(address, BACKEND_TIMEOUT_MS)];
  const scheduler = daprJobScheduler(sidecar);
  const worker = buildWorker({
    backend: openBackendClient(invocation, BACKEND),
    scheduler,
    delivery: {
      channels: config.webhook === null ? [] : [webhookDelivery({ ...config.webhook, clock })],
      memory: daprStateStore(sidecar, STATE_STORE),
      jobs: scheduler,
      pauses_s: config.delivery_pauses_s,
    },
    settle: settleDeliveries({ sidecar, logger }),
    clock,
    logger,
    config,
  });
  const port = await worker.start({ host: config.host, port: config.port });
  logger.info({ port }, 'the worker serves');
  const end = async () => {
    await worker.stop();
    for (const client of [sidecar, invocation]) client.close();
  };
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void end());
}
