/** What GitHub runs is checked here, and each of its steps is a script that can be tried on any machine. */
import { execFile } from 'node:child_process';
import { globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { ensureCached } from '@taskflow/engine/src/cache.ts';
import { cacheFolder } from '@taskflow/engine/src/config.ts';
import { runStep } from '@taskflow/engine/src/run-step.ts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { ensurePythonPackages } from '../support/python-packages.ts';

const ROOT = path.join(import.meta.dirname, '..', '..');
const ACTIONLINT = 'github.com/rhysd/actionlint/cmd/actionlint@v1.7.12';
const ZIZMOR = 'zizmor==1.32.0';
const { version } = JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8')) as { version: string };

const folder = mkdtempSync(path.join(tmpdir(), 'taskflow-workflows-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const ran = promisify(execFile);
const run = (command: string, args: string[], env: Record<string, string> = {}) =>
  ran(command, args, { cwd: ROOT, env: { ...process.env, ...env } }).then(
    ({ stdout, stderr }) => ({ code: 0, said: stdout + stderr }),
    ({ code, stdout, stderr }) => ({ code: code as number, said: `${stdout}${stderr}` }),
  );

describe('the workflows', () => {
  let actionlint: string;

  beforeAll(async () => {
    const built = await ensureCached({
      cache: cacheFolder(process.env),
      name: 'actionlint',
      inputs: [ACTIONLINT],
      make: (cwd) => {
        const env = { GOBIN: cwd, GOFLAGS: '-mod=mod', CGO_ENABLED: '0' };
        const args = ['-n', '15', 'go', 'install', ACTIONLINT];
        return runStep({ title: 'actionlint', command: 'nice', args, cwd, env, say: () => undefined });
      },
    });
    actionlint = path.join(built, 'actionlint');
  }, 600_000);

  it('are what GitHub understands, says actionlint', async () => {
    expect(await run(actionlint, ['-no-color'])).toEqual({ code: 0, said: '' });
  });

  it('give nobody more than he needs, says zizmor', async () => {
    const { program } = await ensurePythonPackages('zizmor', [ZIZMOR]);
    const { code, said } = await run(program('zizmor'), [
      '--offline',
      '--no-progress',
      '--color=never',
      '.github/workflows',
    ]);
    expect([code, said]).toEqual([0, expect.stringContaining('No findings to report')]);
  }, 300_000);

  it('use actions by their commit, with the version beside it', () => {
    const uses = workflows().flatMap(({ text }) =>
      [...text.matchAll(/uses: (\S+)(.*)/g)].map(([, used, rest]) => used! + rest),
    );
    const foreign = uses.filter((used) => !used.startsWith('./'));
    expect(foreign.length).toBeGreaterThan(3);
    for (const used of foreign) expect(used).toMatch(/^[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
  });

  it('run scripts that are there', () => {
    const scripts = workflows().flatMap(({ text }) => text.match(/(?:scripts\/[\w/.-]+\.(?:sh|ts)|\.ci\/run)/g) ?? []);
    expect(new Set(scripts)).toEqual(
      new Set(['.ci/run', 'scripts/release/images.sh', 'scripts/release/chart.sh', 'scripts/release/deploy-oke.sh']),
    );
    for (const script of scripts) expect(globSync(script, { cwd: ROOT })).toEqual([script]);
  });
});

describe('the script of a release', () => {
  it('builds each image for both architectures, with SBOM and provenance, and signs it by digest', async () => {
    const { code, said } = await run('scripts/release/images.sh', ['--dry-run', 'ghcr.io/Owner', `v${version}`]);
    expect(code).toBe(0);
    for (const service of ['backend', 'worker', 'frontend']) {
      const name = `ghcr.io/owner/taskflow/${service}`;
      expect(said).toMatch(
        new RegExp(
          `build \\. --target ${service} --platform linux/amd64,linux/arm64 --tag ${name}:${version} --sbom=true --provenance`,
        ),
      );
      expect(said).toContain(`cosign sign --yes ${name}@`);
    }
  });

  it.each(['images.sh', 'chart.sh'])('%s refuses a version that the sources are not of', async (script) => {
    const { code, said } = await run(`scripts/release/${script}`, ['--dry-run', 'ghcr.io/owner', 'v99.0.0']);
    expect([code, said]).toEqual([1, expect.stringMatching(/is not (of version )?99\.0\.0/)]);
  });

  it.each(['images.sh', 'chart.sh', 'deploy-oke.sh'])('%s says how it is used', async (script) => {
    const { code, said } = await run(`scripts/release/${script}`, []);
    expect([code, said]).toEqual([2, expect.stringContaining('[--dry-run] REGISTRY VERSION')]);
  });

  it('deploys to the cluster that the documentation makes, with the values that fit it', async () => {
    const { code, said } = await run('scripts/release/deploy-oke.sh', ['--dry-run', 'ghcr.io/Owner', version], {
      OCI_COMPARTMENT: 'ocid1.tenancy.oc1..mine',
    });
    expect([code, said]).toEqual([0, expect.stringContaining('oci ce cluster create')]);
    expect(said).toMatch(/helm upgrade --install todo-app .*values-oke\.yaml --set image\.registry=ghcr\.io\/owner/);
    const without = await run('scripts/release/deploy-oke.sh', ['--dry-run', 'x', version], { OCI_COMPARTMENT: '' });
    expect([without.code, without.said]).toEqual([1, expect.stringContaining('OCI_COMPARTMENT')]);
  });

  it('has the same version everywhere', () => {
    const chart = parse(readFileSync(path.join(ROOT, 'helm/todo-app/Chart.yaml'), 'utf8')) as Record<string, string>;
    expect([chart.version, chart.appVersion]).toEqual([version, version]);
  });
});

const workflows = () =>
  globSync('.github/workflows/*.yml', { cwd: ROOT }).map((file) => ({
    file,
    text: readFileSync(path.join(ROOT, file), 'utf8'),
  }));
