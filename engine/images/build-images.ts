/** The images of TaskFlow's services, made from this checkout without a Docker engine and without a registry. */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';
import { Failure } from '@taskflow/core/domain/failure.ts';
import { ensureCached } from '../src/cache.ts';
import { application } from './application.ts';
import { type Entry, inOrder, modeOf } from './entries.ts';
import { ensurePage } from './page.ts';
import { pinnedNode } from './pinned-node.ts';
import { runtime } from './runtime.ts';
import { APP, NODE, SERVICES, type Service, USER_ID } from './services.ts';
import { type Architecture, type ImageConfig, ownArchitecture, writeImage } from './write-image.ts';

export interface BuildOptions {
  /** Where archives are kept until what is in them changes. */
  cache: string;
  say(line: string): void;
  services?: readonly Service[];
}

const ROOT = path.join(import.meta.dirname, '..', '..');

/** Paths of archives for `ctr images import`; the images are called `taskflow/<service>:<version>`. */
export async function buildImages({ cache, say, services = ALL }: BuildOptions): Promise<Record<Service, string>> {
  refuseOtherSystems();
  const { version } = JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8')) as { version: string };
  if (services.includes('frontend')) await ensurePage(say);
  const made: [Service, string][] = [];
  for (const service of services) {
    const { runtime, application } = await layersOf(service, { cache });
    const layers = [runtime, application];
    const config = configOf(service, version);
    const name = `taskflow/${service}:${version}`;
    const folder = await ensureCached({
      cache,
      name: `image-${service}`,
      inputs: [name, JSON.stringify(config), ...layers.flatMap(describe)],
      make: async (folder) => {
        const { bytes } = writeImage({ out: path.join(folder, 'image.tar'), name, layers, config });
        say(`Image ${name}: ${Math.round(bytes / 1e6)} MB`);
      },
    });
    forgetOld(cache, `image-${service}-`, folder);
    made.push([service, path.join(folder, 'image.tar')]);
  }
  return Object.fromEntries(made) as Record<Service, string>;
}

export const ALL = Object.keys(SERVICES) as Service[];

/** What is the same for all services comes first, so that a machine unpacks it once. */
export async function layersOf(
  service: Service,
  system: { cache: string; architecture?: Architecture; libraries?: string },
): Promise<{ runtime: Entry[]; application: Entry[] }> {
  const { cache, architecture = ownArchitecture(), libraries = '/' } = system;
  const node = await pinnedNode(ROOT, architecture, cache);
  return { runtime: runtime({ architecture, libraries, node }), application: application(ROOT, service) };
}

export function configOf(service: Service, version: string): ImageConfig {
  const { main, port } = SERVICES[service];
  return {
    entrypoint: [NODE, main],
    environment: { NODE_ENV: 'production', ...(service === 'frontend' ? { NEXT_TELEMETRY_DISABLED: '1' } : {}) },
    user: `${USER_ID}:${USER_ID}`,
    directory: `/${APP}`,
    ports: [port],
    labels: {
      'org.opencontainers.image.title': `taskflow-${service}`,
      'org.opencontainers.image.version': version,
      'org.opencontainers.image.licenses': 'Apache-2.0',
    },
  };
}

function refuseOtherSystems(): void {
  if (process.platform !== 'linux')
    throw new Failure('unavailable', 'Images are made on Linux: use the Dockerfile on other systems.');
}

/** All that decides the archive's bytes. */
function describe(layer: readonly Entry[]): string[] {
  return inOrder(layer).map((entry) => {
    const content = 'file' in entry ? readFileSync(entry.file) : Buffer.from('text' in entry ? entry.text : '');
    const sha256 = createHash('sha256').update(content).digest('hex');
    return `${entry.place} ${modeOf(entry).toString(8)} ${'link' in entry ? entry.link : sha256}`;
  });
}

const KEPT_MS = 2 * 86_400_000;

/** Every change of the sources makes an archive: those of other days are not kept. */
function forgetOld(cache: string, prefix: string, current: string): void {
  const made = (folder: string) => statSync(folder).mtimeMs;
  for (const folder of readdirSync(cache).map((name) => path.join(cache, name)))
    if (path.basename(folder).startsWith(prefix) && folder !== current && made(current) - made(folder) > KEPT_MS)
      rmSync(folder, { recursive: true, force: true });
}
