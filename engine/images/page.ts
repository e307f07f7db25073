/** The built page and the part of Next.js that serves it, as its build has traced it; the rest of Next.js is its compiler. */
import { execFileSync } from 'node:child_process';
import { existsSync, globSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { Failure } from '@taskflow/core/domain/failure.ts';
import { runStep } from '../src/run-step.ts';
import { type Entry, fileAt, filesBelow } from './entries.ts';
import { APP, isNeeded } from './services.ts';

/** Builds it unless the last build was of the same sources. */
export async function ensurePage(say: (line: string) => void): Promise<void> {
  const script = path.join(import.meta.dirname, '..', '..', 'scripts', 'prepare.mjs');
  const build = `import { ensureBuilt } from ${JSON.stringify(pathToFileURL(script))}; await ensureBuilt();`;
  const args = ['--input-type=module', '--eval', build];
  await runStep({ title: 'The web page', command: process.execPath, args, cwd: '.', say });
}

/** Entries in the folder that stands for the repository’s. */
export function page(root: string): Entry[] {
  const built = path.join(root, 'frontend', '.next');
  if (!existsSync(path.join(built, 'BUILD_ID')))
    throw new Failure('unavailable', 'The page has not been built: run npm start or npm test once.');
  return [
    ...filesBelow(built, 'frontend/.next', (file) => isNeeded(file) && !OF_THE_BUILD.test(file)),
    ...WITH_PATHS.map((file) => ({ place: `frontend/.next/${file}`, text: readMoved(root, path.join(built, file)) })),
    ...tracedPackages(root, built),
    ...filesBelow(path.join(root, 'frontend/src/server'), 'frontend/src/server', isNeeded),
    ...['frontend/package.json', 'frontend/src/main.ts'].map((place) => fileAt(path.join(root, place), place)),
    { place: 'frontend/main.mjs', text: main(root, built) },
  ];
}

const OF_THE_BUILD =
  /^(cache|build|types|diagnostics|turbopack|trace.*|taskflow-inputs|required-server-files\..*)$|\.nft\.json$/;

/** The build writes into these where it was. */
const WITH_PATHS = ['required-server-files.json', 'required-server-files.js'];

const readMoved = (root: string, file: string): string =>
  readFileSync(file, 'utf8').replaceAll(JSON.stringify(root).slice(1, -1), `/${APP}`);

/** Pictures are not resized here. */
const LEFT_OUT = /\/node_modules\/(sharp|@img)\//;

/** Next.js's own server, and what each page loads beside its chunks. */
function tracedPackages(root: string, built: string): Entry[] {
  const traces = globSync('**/*.nft.json', { cwd: built, exclude: (name) => name === 'cache' });
  const files = new Set<string>();
  for (const trace of traces) {
    const folder = path.dirname(path.join(built, trace));
    const traced = JSON.parse(readFileSync(path.join(built, trace), 'utf8')) as { files: string[] };
    for (const file of traced.files) files.add(path.resolve(folder, file));
  }
  for (const file of loadedAtStart(root, built)) files.add(file);
  return [...files]
    .filter((file) => file.includes('/node_modules/') && !LEFT_OUT.test(file) && statSync(file).isFile())
    .map((file) => path.relative(root, file))
    .filter((place) => place.startsWith('node_modules/') && isNeeded(place))
    .map((place) => fileAt(path.join(root, place), place));
}

/** The trace begins behind the door that a program of one's own comes through: what lies before it, a start tells. */
function loadedAtStart(root: string, built: string): string[] {
  const start = `require('next')({ dev: false, dir: '.' }).prepare().then(() => {
    console.log(JSON.stringify(Object.keys(require.cache)));
    process.exit();
  });`;
  const env = { ...process.env, NODE_ENV: 'production', [CONFIG]: readConfig(root, built) };
  const said = execFileSync(process.execPath, ['-e', start], { cwd: path.join(root, 'frontend'), env });
  const listed = said.toString().trim().split('\n').at(-1)!;
  const modules = (JSON.parse(listed) as string[]).filter((file) => file.includes('/node_modules/'));
  return [...new Set(modules.flatMap((file) => [file, ...packageFilesAbove(root, file)]))];
}

/** They say which file a folder stands for. */
function packageFilesAbove(root: string, file: string): string[] {
  const found: string[] = [];
  for (
    let folder = path.dirname(file);
    folder.startsWith(path.join(root, 'node_modules'));
    folder = path.dirname(folder)
  )
    found.push(path.join(folder, 'package.json'));
  return found.filter((file) => existsSync(file));
}

const main = (root: string, built: string): string =>
  `process.env.${CONFIG} = ${JSON.stringify(readConfig(root, built))};\nawait import('./src/main.ts');\n`;

/**
 * Reading next.config.ts would take a compiler. What it came to is in the build, and this is how the server that Next.js
 * itself would write (`output: 'standalone'`) hands it on.
 */
const CONFIG = '__NEXT_PRIVATE_STANDALONE_CONFIG';

function readConfig(root: string, built: string): string {
  const text = readMoved(root, path.join(built, 'required-server-files.json'));
  return JSON.stringify((JSON.parse(text) as { config: object }).config);
}
