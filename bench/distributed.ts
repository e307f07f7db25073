/** How fast is the distributed mode, and what does it hold? All of it on this machine, on the real engine, which is built first where it is missing. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { cacheFolder } from '@taskflow/engine/src/config.ts';
import { startTaskFlow } from '@taskflow/engine/src/start-taskflow.ts';
import { ensureBuilt } from '../scripts/prepare.mjs';
import { listen, signUp } from '../tests/support/client.ts';
import { observe } from './application.ts';
import { measureEventLatency } from './event-latency.ts';
import { burstRows, type House, measureBurst, measureBursts, measureSingles } from './lateness.ts';
import { memoryOfParts, memoryRows } from './part-memory.ts';
import type { Row } from './report.ts';
import { measureSchedulerStorage } from './scheduler-storage.ts';
import { measureSidecarCost } from './sidecar-cost.ts';
import { type Stage, untilQuiet } from './stage.ts';
import { measureSustainedChange } from './sustained-change.ts';
import { followHandling } from './worker-log.ts';

const ENVIRONMENT = {
  TASKFLOW_REQUESTS_PER_MINUTE: '1000000000',
  TASKFLOW_SIGN_INS_PER_MINUTE: '1000',
  // The worker's log says when it handles an event.
  TASKFLOW_LOG_LEVEL: 'debug',
};
/** The sweep comes every 10 s. */
const WITHOUT_SCHEDULER_MS_MAX = 10_500;

export async function measure(): Promise<Row[]> {
  await ensureBuilt();
  const folder = mkdtempSync(path.join(tmpdir(), 'taskflow-bench-'));
  const cache = cacheFolder(process.env);
  const taskflow = await startTaskFlow({ folder, cache, environment: ENVIRONMENT, say: console.log });
  const observer = await observe(taskflow.engine.postgres.connection);
  try {
    const client = await signUp(taskflow.url);
    const handled = followHandling(taskflow.services.worker[0]!.app.log_file);
    const stage: Stage = { taskflow, client, observer, handled };
    const started = await memoryOfParts(taskflow);
    const rows = [
      ...(await measureEventLatency(stage)),
      ...(await measureReminders(stage)),
      ...(await measureSustainedChange(stage)),
      ...(await measureSidecarCost(stage)),
      ...(await measureSchedulerStorage(stage)),
    ];
    rows.push(...memoryRows(started, await memoryOfParts(taskflow)));
    return rows.map((row) => ({ ...row, name: `distributed: ${row.name}` }));
  } finally {
    await observer.end();
    await taskflow.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function measureReminders(stage: Stage): Promise<Row[]> {
  const stream = listen(stage.client);
  await stream.opened;
  const house: House = { client: stage.client, received: stream.received, untilQuiet: () => untilQuiet(stage) };
  await house.untilQuiet();
  const rows = burstRows(await measureBursts(house));
  rows.push(await withoutScheduler(stage, house));
  stream.stop();
  return rows;
}

/** Nobody rings but the sweep. */
async function withoutScheduler({ taskflow }: Stage, house: House): Promise<Row> {
  const { scheduler } = taskflow.engine;
  await scheduler.kill();
  const singles = await measureSingles(house);
  const burst = await measureBurst(house);
  await scheduler.start();
  await house.untilQuiet();
  return {
    name: 'reminders without a scheduler, the latest late by',
    value: Math.max(...singles.reminders_ms, ...burst.reminders_ms),
    unit: 'ms',
    limit: WITHOUT_SCHEDULER_MS_MAX,
    detail: `one in each of ${singles.reminders_ms.length} seconds ${Math.max(...singles.reminders_ms)}, ${burst.reminders_ms.length} in one ${Math.max(...burst.reminders_ms)} ms`,
  };
}
