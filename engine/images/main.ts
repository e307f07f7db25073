/** `npm run images`: archives of all images; with `--root`, their root file systems as folders, for the Dockerfile. */
import path from 'node:path';
import { parseArgs } from 'node:util';
import { Failure } from '@taskflow/core/domain/failure.ts';
import { cacheFolder } from '../src/config.ts';
import { ALL, buildImages, layersOf } from './build-images.ts';
import { ensurePage } from './page.ts';
import { isService, type Service } from './services.ts';
import { type Architecture, ownArchitecture } from './write-image.ts';
import { writeRoot } from './write-root.ts';

const HELP = `npm run images                             makes the images of backend, worker and frontend, and prints their archives
npm run images -- backend                  makes one of them
npm run images -- --page                   only builds the web page, which is the same for every architecture
npm run images -- --root FOLDER            writes their layers as folders: runtime, backend, worker, frontend
  --architecture amd64|arm64               of the machine that will run it, by default this one's
  --libraries FOLDER                       a root folder with that machine's C and C++ libraries, by default /`;

try {
  await run(process.argv.slice(2));
} catch (error) {
  console.error(error instanceof Failure ? error.message : error);
  process.exit(1);
}

async function run(args: string[]): Promise<void> {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean' } as const;
  const options = { root: text, architecture: text, libraries: text, page: flag, help: flag } as const;
  const { values, positionals } = parseArgs({ args, options, allowPositionals: true });
  if (values.help) return console.log(HELP);
  if (values.page) return ensurePage(console.log);
  const services = positionals.map(asService);
  const cache = cacheFolder(process.env);
  if (values.root === undefined) {
    const made = await buildImages({ cache, say: console.log, ...(services.length > 0 ? { services } : {}) });
    for (const archive of Object.values(made)) console.log(archive);
    return;
  }
  const architecture = asArchitecture(values.architecture ?? ownArchitecture());
  const system = { cache, architecture, libraries: values.libraries ?? '/' };
  const folder = path.resolve(values.root);
  await ensurePage(console.log);
  for (const [index, service] of (services.length > 0 ? services : ALL).entries()) {
    const { runtime, application } = await layersOf(service, system);
    if (index === 0) writeRoot(path.join(folder, 'runtime'), runtime);
    writeRoot(path.join(folder, service), application);
  }
}

function asService(name: string): Service {
  if (isService(name)) return name;
  throw new Failure('invalid', `There is no image for ${name}.\n\n${HELP}`);
}

function asArchitecture(name: string): Architecture {
  if (name === 'amd64' || name === 'arm64') return name;
  throw new Failure('invalid', `--architecture: must be amd64 or arm64, not ${name}.`);
}
