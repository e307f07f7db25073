/**
 * Runs everything that must be true, on a clean clone: install, build, style, types, import rule, every test project, the
 * API fuzzer. Names the steps that failed and ends with the sum of all tests. `npm test -- unit e2e` runs only those.
 */
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { ensureBuilt, ensureInstalled, pinnedBinary, ROOT } from './prepare.mjs';

const RESULTS = path.join(ROOT, 'test-results');

const FOLDERS = ['core', 'adapters', 'backend', 'worker', 'embedded', 'engine', 'k8s', 'frontend/src'];

/** The real Dapr and Kafka come before the tests that run on them. */
const TESTS = [
  ...['unit', 'usecases', 'contract', 'manifests', 'behaviour', 'e2e', 'images', 'oke', 'workflows', 'chart', 'chaos'],
  ...['engine', 'behaviour on dapr', 'e2e on dapr', 'chaos on dapr'],
];

/** Each step is a program and its arguments, run by the pinned Node.js; those with `tests` report how many. */
const STEPS = [
  { name: 'style', bin: '@biomejs/biome/bin/biome', args: ['check', '.'] },
  { name: 'types', bin: 'ts7/bin/tsc', args: ['--noEmit', '-p', '.'] },
  { name: 'types of the page', bin: 'ts7/bin/tsc', args: ['--noEmit', '-p', 'frontend'] },
  {
    name: 'imports',
    bin: 'dependency-cruiser/bin/dependency-cruiser.mjs',
    args: ['--config', '.dependency-cruiser.cjs', ...FOLDERS],
  },
  { name: 'unused', bin: 'knip/bin/knip.js', args: [] },
  { name: 'contracts are generated', script: 'scripts/contracts.ts', args: ['--check'] },
  { name: 'programs of the engine', script: 'engine/src/main.ts', args: ['--build'] },
  ...TESTS.map((name) => ({
    name,
    bin: 'vitest/vitest.mjs',
    args: [
      'run',
      '--project',
      name,
      '--reporter=default',
      '--reporter=json',
      `--outputFile.json=test-results/${name}.json`,
    ],
    tests: `${name}.json`,
  })),
  { name: 'schemathesis', script: 'scripts/schemathesis.ts', args: [] },
];

const only = process.argv.slice(2);
await ensureInstalled();
await ensureBuilt();
rmSync(RESULTS, { recursive: true, force: true });
mkdirSync(RESULTS, { recursive: true });

const failed = [];
const total = { passed: 0, failed: 0, skipped: 0 };
for (const step of STEPS.filter(({ name }) => only.length === 0 || only.includes(name))) {
  const started = performance.now();
  console.log(`\n── ${step.name}`);
  const code = await run(step);
  const counted = step.tests === undefined || count(step.tests);
  if (code !== 0 || !counted) failed.push(step.name);
  console.log(
    `── ${step.name}: ${code === 0 && counted ? 'ok' : 'FAILED'}, ${Math.round((performance.now() - started) / 1000)} s`,
  );
}

if (failed.length > 0) console.log(`\nFailed: ${failed.join(', ')}`);
console.log(`\n${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
process.exit(failed.length === 0 ? 0 : 1);

function run({ bin, script, args }) {
  const program = bin === undefined ? path.join(ROOT, script) : path.join(ROOT, 'node_modules', bin);
  return new Promise((resolve) => {
    const child = spawn(pinnedBinary(), [program, ...args], { cwd: ROOT, stdio: ['ignore', 'inherit', 'inherit'] });
    child.on('exit', (code) => resolve(code ?? 1));
  });
}

/** Adds what a test project reports; false when it ran nothing, or skipped something where nothing may be skipped. */
function count(file) {
  const report = path.join(RESULTS, file);
  if (!existsSync(report)) return false;
  const { numPassedTests, numFailedTests, numPendingTests, numTotalTests } = JSON.parse(readFileSync(report, 'utf8'));
  total.passed += numPassedTests;
  total.failed += numFailedTests;
  total.skipped += numPendingTests;
  return numTotalTests > 0 && (process.env.CI !== 'true' || numPendingTests === 0);
}
