/** The real engine for a test file, in a folder of its own: Dapr, Kafka and PostgreSQL, and TaskFlow on it where wanted; ended with the file. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type Engine, startEngine } from '@taskflow/engine/src/start-engine.ts';
import { startTaskFlow, type TaskFlow } from '@taskflow/engine/src/start-taskflow.ts';
import { afterAll, beforeAll } from 'vitest';
import { type RenderedResources, renderResources } from '../../k8s/local/render.ts';

export const TOKENS = { dapr_api_token: 'shown to the sidecar', app_api_token: 'shown by the sidecar' };

export interface EngineUnderTest {
  readonly engine: Engine;
  /** The project's own manifests, for this engine. */
  readonly manifests: RenderedResources;
}

export function withEngine(): EngineUnderTest {
  let running: (EngineUnderTest & { folder: string }) | undefined;
  const there = () => {
    if (running === undefined) throw new Error('The engine has not been started yet.');
    return running;
  };
  beforeAll(async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'taskflow-engine-'));
    const engine = await startEngine({ folder, say: console.log });
    running = { folder, engine, manifests: await renderFor(engine) };
  });
  afterAll(async () => {
    await running?.engine.stop();
    if (running) rmSync(running.folder, { recursive: true, force: true });
  });
  return {
    get engine() {
      return there().engine;
    },
    get manifests() {
      return there().manifests;
    },
  };
}

/** The whole of TaskFlow, each service beside its sidecar. */
export function withTaskFlowOnEngine(environment: Readonly<Record<string, string>> = {}): {
  readonly taskflow: TaskFlow;
} {
  let running: TaskFlow | undefined;
  beforeAll(async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'taskflow-dapr-'));
    running = await startTaskFlow({ folder, environment, say: console.log });
  });
  afterAll(async () => {
    await running?.stop();
    if (running) rmSync(running.engine.folder, { recursive: true, force: true });
  });
  return {
    get taskflow() {
      if (running === undefined) throw new Error('TaskFlow has not been started yet.');
      return running;
    },
  };
}

async function renderFor(engine: Engine): Promise<RenderedResources> {
  await engine.postgres.ensureDatabase('dapr');
  return renderResources({
    folder: path.join(engine.folder, 'manifests'),
    brokers: engine.kafka.brokers,
    statestore_connection_string: engine.postgres.dsn('dapr'),
    secrets: { 'database-url': engine.postgres.url(), 'auth-secret': 'a secret of these tests, and long enough' },
    name_resolution_db: path.join(engine.folder, 'names.db'),
  });
}
