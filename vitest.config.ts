import { defineConfig } from 'vitest/config';

/** Unit tests sit beside the code; everything that needs a running part is a project of its own under tests/. */
const project = (name: string, include: string[], timeout_ms = 30_000) => ({
  test: { name, include, testTimeout: timeout_ms, hookTimeout: 120_000, fileParallelism: name === 'unit' },
});

/** The same tests, unchanged, on Dapr, Kafka and PostgreSQL. */
const on_dapr = (name: string, include: string[], timeout_ms: number) => ({
  test: {
    ...project(`${name} on dapr`, include, timeout_ms).test,
    env: { TASKFLOW_MODE: 'dapr' },
    globalSetup: 'tests/support/dapr-taskflow.ts',
  },
});

/** What of the page depends on how it reaches the API: cookies, streams, refusals. The rest is the same page. */
const PAGES_ON_DAPR = 'completing,isolation,live,offline,quick-add,reminders,sign-in';

export default defineConfig({
  test: {
    projects: [
      project(
        'unit',
        [
          'core/**/*.test.ts',
          'adapters/**/*.test.ts',
          'backend/**/*.test.ts',
          'worker/**/*.test.ts',
          'embedded/**/*.test.ts',
          'engine/**/*.test.ts',
          'frontend/src/**/*.test.ts',
          'scripts/**/*.test.ts',
        ],
        10_000,
      ),
      project('usecases', ['tests/usecases/**/*.test.ts'], 60_000),
      project('contract', ['tests/contract/**/*.test.ts'], 60_000),
      project('manifests', ['tests/manifests/**/*.test.ts'], 60_000),
      {
        test: {
          ...project('chart', ['tests/chart/**/*.test.ts'], 60_000).test,
          globalSetup: 'tests/chart/build-programs.ts',
        },
      },
      project('behaviour', ['tests/behaviour/**/*.test.ts'], 60_000),
      project('images', ['tests/images/**/*.test.ts'], 60_000),
      project('oke', ['tests/oke/**/*.test.ts'], 60_000),
      project('workflows', ['tests/workflows/**/*.test.ts'], 60_000),
      // The same engine as in a cluster, without the cluster.
      project('engine', ['tests/engine/**/*.test.ts', 'tests/dapr/**/*.test.ts'], 180_000),
      // A Kubernetes of its own, and TaskFlow on it as an operator installs it.
      project('cluster', ['tests/cluster/**/*.test.ts'], 180_000),
      on_dapr('behaviour', ['tests/behaviour/**/*.test.ts'], 60_000),
      project('chaos', ['tests/chaos/*.test.ts'], 900_000),
      project('chaos on dapr', ['tests/chaos/dapr/*.test.ts'], 1_800_000),
      project('e2e', ['tests/e2e/**/*.test.ts'], 120_000),
      on_dapr('e2e', [`tests/e2e/{${PAGES_ON_DAPR}}.test.ts`], 120_000),
    ],
  },
});
