/** For all files of a project: one TaskFlow on the real engine, Dapr, Kafka and PostgreSQL, in a folder of its own. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { startTaskFlow } from '@taskflow/engine/src/start-taskflow.ts';
import type { TestProject } from 'vitest/node';

export interface DaprTaskFlow {
  url: string;
  backend_url: string;
  app_api_token: string;
}

declare module 'vitest' {
  export interface ProvidedContext {
    dapr_taskflow: DaprTaskFlow;
  }
}

/** A suite signs up more people in a minute than a family. */
export const NO_LIMITS = { TASKFLOW_SIGN_INS_PER_MINUTE: '100000', TASKFLOW_REQUESTS_PER_MINUTE: '1000000' };

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = mkdtempSync(path.join(tmpdir(), 'taskflow-dapr-'));
  const taskflow = await startTaskFlow({ folder, environment: NO_LIMITS, say: console.log });
  const [backend] = taskflow.services['backend-service'];
  project.provide('dapr_taskflow', {
    url: taskflow.url,
    backend_url: backend!.url,
    app_api_token: taskflow.tokens.app_api_token,
  });
  return async () => {
    await taskflow.stop();
    rmSync(folder, { recursive: true, force: true });
  };
}
