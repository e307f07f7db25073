import { defineConfig } from 'vitest/config';

/** Unit tests sit beside the code; everything that needs a running part is a project of its own under tests/. */
const project = (name: string, include: string[], timeout_ms = 30_000) => ({
  test: { name, include, testTimeout: timeout_ms, hookTimeout: 120_000, fileParallelism: name === 'unit' },
});

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
          'frontend/src/**/*.test.ts',
          'scripts/**/*.test.ts',
        ],
        10_000,
      ),
      project('usecases', ['tests/usecases/**/*.test.ts'], 60_000),
      project('contract', ['tests/contract/**/*.test.ts'], 60_000),
      project('behaviour', ['tests/behaviour/**/*.test.ts'], 60_000),
      project('chaos', ['tests/chaos/**/*.test.ts'], 900_000),
      project('e2e', ['tests/e2e/**/*.test.ts'], 120_000),
    ],
  },
});
