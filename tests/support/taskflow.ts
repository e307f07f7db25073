/**
 * A running TaskFlow for the behaviour suite, in whatever mode; the tests only know its address. TASKFLOW_MODE chooses:
 * `embedded` (default: the whole process tree, as `npm start` runs it), `backend` (the API alone, in the test's process) or
 * `dapr` (the one that tests/support/dapr-taskflow.ts has started for all files).
 */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, inject } from 'vitest';
import { startBackend } from './backend.ts';
import { startTree } from './process-tree.ts';

export interface RunningTaskFlow {
  /** Where a browser finds it. */
  url: string;
  /** Where whoever runs it finds the backend's probes and metrics. */
  operations_url: string;
  /** What the worker does when an alarm rings, for tests that do not want to wait for one. */
  internal(method: string, path: string, body?: unknown): Promise<Response>;
  stop(): Promise<unknown>;
}

const MODES: Record<string, () => Promise<RunningTaskFlow>> = {
  backend: inProcess,
  embedded: processTree,
  dapr: shared,
};

export function startTaskFlow(mode = process.env.TASKFLOW_MODE ?? 'embedded'): Promise<RunningTaskFlow> {
  const start = MODES[mode];
  if (start === undefined) throw new Error(`There is no mode ${mode}, only ${Object.keys(MODES).join(', ')}.`);
  return start();
}

async function inProcess(): Promise<RunningTaskFlow> {
  const { url, internal_token, stop } = await startBackend();
  return { url, operations_url: url, internal: worker(url, internal_token), stop };
}

async function processTree(): Promise<RunningTaskFlow> {
  // A suite signs up more people in a minute than a family.
  const tree = await startTree({
    environment: { TASKFLOW_SIGN_INS_PER_MINUTE: '100000', TASKFLOW_REQUESTS_PER_MINUTE: '1000000' },
  });
  const { internal_token } = JSON.parse(readFileSync(path.join(tree.data_dir, 'secrets.json'), 'utf8'));
  const { url, stop } = tree;
  return { url, operations_url: url, internal: worker(url, internal_token), stop };
}

async function shared(): Promise<RunningTaskFlow> {
  const { url, backend_url, app_api_token } = inject('dapr_taskflow');
  return {
    url,
    operations_url: backend_url,
    internal: worker(backend_url, app_api_token),
    stop: async () => undefined,
  };
}

const worker =
  (url: string, token: string): RunningTaskFlow['internal'] =>
  (method, path, body) =>
    fetch(url + path, {
      method,
      headers: { 'dapr-api-token': token, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });

/** One for a test file. Its `url` is there from the first hook of the file on. */
export function withTaskFlow(start: () => Promise<RunningTaskFlow> = startTaskFlow): RunningTaskFlow {
  let running: RunningTaskFlow | undefined;
  const there = (): RunningTaskFlow => {
    if (running === undefined) throw new Error('TaskFlow has not been started yet.');
    return running;
  };
  beforeAll(async () => {
    running = await start();
  });
  afterAll(async () => {
    await running?.stop();
  });
  return {
    get url() {
      return there().url;
    },
    get operations_url() {
      return there().operations_url;
    },
    internal: (...request) => there().internal(...request),
    stop: () => there().stop(),
  };
}
