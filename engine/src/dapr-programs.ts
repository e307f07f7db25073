/** Dapr's own commands, unmodified, built from the Go modules that engine/dapr/go.sum pins. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { ensureCached } from './cache.ts';
import { askProgram, runStep } from './run-step.ts';

const COMMANDS = ['daprd', 'scheduler', 'placement', 'sentry'] as const;

/** Only a cluster has these. */
const CONTROL_PLANE_COMMANDS = ['operator', 'injector'] as const;

export type DaprPrograms = Record<(typeof COMMANDS)[number], string>;

type Say = (line: string) => void;

/** Builds them unless the cache has them: about 1,000 CPU-seconds the first time. */
export const ensureDapr = (cache: string, say: Say): Promise<DaprPrograms> => ensureCommands(cache, COMMANDS, say);

export const ensureDaprControlPlane = (
  cache: string,
  say: Say,
): Promise<Record<(typeof CONTROL_PLANE_COMMANDS)[number], string>> =>
  ensureCommands(cache, CONTROL_PLANE_COMMANDS, say);

async function ensureCommands<Name extends string>(
  cache: string,
  commands: readonly Name[],
  say: Say,
): Promise<Record<Name, string>> {
  const place = path.join(import.meta.dirname, '..', 'dapr');
  const read = (name: string) => readFileSync(path.join(place, name));
  const version = /github\.com\/dapr\/dapr v(\S+)/.exec(read('go.mod').toString())?.[1] ?? 'unknown';
  const flags = buildFlags(version);
  const go = askProgram('go', ['env', 'GOVERSION', 'GOOS', 'GOARCH'], place, GO_MISSING);
  const folder = await ensureCached({
    cache,
    name: `dapr-${version}`,
    inputs: [read('go.mod'), read('go.sum'), read('tools.go'), flags.join(' '), commands.join(' '), go],
    make: (folder) =>
      runStep({
        title: `Building Dapr ${version}: ${commands.join(', ')} (once per machine, some minutes)`,
        command: 'go',
        args: ['build', ...flags, '-o', `${folder}${path.sep}`, ...commands.map((name) => `${MODULE}/cmd/${name}`)],
        cwd: place,
        env: { CGO_ENABLED: '0', GOFLAGS: '-buildvcs=false' },
        say,
      }),
  });
  return Object.fromEntries(commands.map((name) => [name, path.join(folder, name)])) as Record<Name, string>;
}

const MODULE = 'github.com/dapr/dapr';

const GO_MISSING = 'Dapr is built from source, and there is no Go here: install Go 1.26 or later (https://go.dev/dl).';

/** `allcomponents`, as Dapr releases it: with `stablecomponents` alone sidecars of one machine find each other by multicast only. */
const buildFlags = (version: string): string[] => [
  '-mod=readonly',
  '-trimpath',
  '-tags',
  'allcomponents',
  '-ldflags',
  `-s -w -X ${MODULE}/pkg/buildinfo.version=${version} -X github.com/dapr/kit/logger.DaprVersion=${version}`,
];
