/** What checkers have to say of the chart, for each set of values: nothing, or it is ignored in the chart with the reason beside it. */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { CHART, helm, kubeconform, kubeScore, ROOT, run } from './programs.ts';
import { parseManifests, renderText, VALUES } from './render.ts';
import { ensureSchemas, SCHEMA_FILES } from './schemas.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'taskflow-chart-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const CHECKOV_VERSION = /checkov==(\S+)/.exec(
  readFileSync(path.join(ROOT, 'tests/chart/requirements.txt'), 'utf8'),
)?.[1];

/** `CHECKOV`, or where .ci/run puts it. */
function checkov(): string | null {
  const cache = process.env.XDG_CACHE_HOME || path.join(homedir(), '.cache');
  const program = process.env.CHECKOV ?? path.join(cache, `taskflow/checkov-${CHECKOV_VERSION}/bin/checkov`);
  return existsSync(program) ? program : null;
}

describe.for(Object.entries(VALUES))('with the values %s', ([name, file]) => {
  test('helm lint --strict', async () => {
    const { code, stdout, stderr } = await run(await helm(), ['lint', '--strict', CHART, '--values', file]);
    expect(code, stdout + stderr).toBe(0);
  });

  test('kubeconform: the schemas of Kubernetes and of the operators know everything that is in it', async () => {
    const text = await renderText(name);
    expect(await conform(text)).toEqual({ valid: parseManifests(text).length, invalid: [] });
  });

  test('kube-score', async () => {
    // Why there is no limit on the CPU is said where the chart says it to checkov, which asks for the same.
    const args = ['score', '--ignore-container-cpu-limit', '--output-format', 'ci', '-'];
    const { stdout } = await run(await kubeScore(), args, { input: await renderText(name) });
    expect(stdout).toContain('[OK]');
    expect(stdout.split('\n').filter((line) => /^\[(CRITICAL|WARNING)\]/.test(line))).toEqual([]);
  });

  test.skipIf(checkov() === null && process.env.CI !== 'true')(
    'checkov',
    async () => {
      const rendered = path.join(folder, `${name}.yaml`);
      writeFileSync(rendered, await renderText(name));
      const args = [
        '--framework',
        'kubernetes',
        '--skip-download',
        '--compact',
        '--output',
        'json',
        '--file',
        rendered,
      ];
      const { stdout, stderr } = await run(checkov() ?? 'checkov', args);
      expect(stdout, stderr).not.toBe('');
      const { results, summary } = JSON.parse(stdout);
      const line = (found: { check_id: string; resource: string }) => `${found.check_id} ${found.resource}`;
      expect(results.failed_checks.map(line)).toEqual([]);
      expect(summary.passed).toBeGreaterThan(300);
      for (const { check_result } of results.skipped_checks)
        expect(check_result.suppress_comment.length).toBeGreaterThan(20);
    },
    120_000,
  );
});

test('kubeconform: what is applied beside the charts is known as well', async () => {
  const files = ['namespaces', 'dapr/components/namespace', 'dapr/components/pubsub', 'dapr/components/secretstore'];
  files.push('dapr/components/statestore', 'dapr/configuration', 'dapr/resiliency', 'dapr/subscription');
  const texts = files.map((file) => readFileSync(path.join(ROOT, 'k8s', `${file}.yaml`), 'utf8'));
  const text = texts.join('\n---\n');
  expect(await conform(text)).toEqual({ valid: parseManifests(text).length, invalid: [] });
});

test('kubeconform finds a word that is misspelt, in Kubernetes and in a custom resource', async () => {
  const text = await renderText('keda');
  const wrong = text.replace('maxUnavailable: 0', 'maxUnavailble: 0').replace('maxReplicaCount:', 'maxReplicasCount:');
  const { invalid } = await conform(wrong);
  expect(invalid.toSorted()).toEqual(['Deployment backend', 'ScaledObject worker']);
});

/** How many documents are valid, and which are not. */
async function conform(text: string): Promise<{ valid: number; invalid: string[] }> {
  const location = path.join(await ensureSchemas(), SCHEMA_FILES);
  const args = ['-strict', '-summary', '-output', 'json', '-schema-location', location];
  const { stdout } = await run(await kubeconform(), args, { input: text });
  const { resources, summary } = JSON.parse(stdout);
  expect(summary.skipped).toBe(0);
  const faulty = resources as { kind: string; name: string; msg: string }[];
  return { valid: summary.valid, invalid: faulty.map(({ kind, name }) => `${kind} ${name}`) };
}

test('there is a set of values for each way to run it', () => {
  const sets = readdirSync(path.join(CHART, 'ci')).sort();
  expect(sets).toEqual(['default', 'gateway', 'ha', 'keda', 'monitoring'].map((name) => `${name}.values.yaml`));
});
