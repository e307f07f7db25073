/** The Node.js that package.json pins, for any architecture that images are made for. */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { Failure } from '@taskflow/core/domain/failure.ts';
import { ensureCached } from '../src/cache.ts';
import { runStep } from '../src/run-step.ts';
import type { Architecture } from './write-image.ts';

/** The installed one, or for another architecture one that npm fetches and the lock file vouches for. */
export async function pinnedNode(root: string, architecture: Architecture, cache: string): Promise<string> {
  const name = `node-linux-${architecture === 'amd64' ? 'x64' : architecture}`;
  const installed = path.join(root, 'node_modules', name, 'bin', 'node');
  if (existsSync(installed)) return installed;
  const lock = JSON.parse(readFileSync(path.join(root, 'package-lock.json'), 'utf8')) as Lock;
  const { version, integrity } = lock.packages[`node_modules/${name}`]!;
  const folder = await ensureCached({
    cache,
    name,
    inputs: [version, integrity],
    make: (folder) => fetchPackage({ name, version, integrity, folder }),
  });
  return path.join(folder, 'package', 'bin', 'node');
}

interface Lock {
  packages: Record<string, { version: string; integrity: string }>;
}

async function fetchPackage(of: { name: string; version: string; integrity: string; folder: string }): Promise<void> {
  const { name, version, integrity, folder } = of;
  const say = console.log;
  mkdirSync(folder, { recursive: true });
  const wanted = `${name}@${version}`;
  await runStep({ title: `Fetching ${wanted}`, command: 'npm', args: ['pack', '--silent', wanted], cwd: folder, say });
  const archive = path.join(folder, `${name}-${version}.tgz`);
  const found = `sha512-${createHash('sha512').update(readFileSync(archive)).digest('base64')}`;
  if (found !== integrity)
    throw new Failure('unavailable', `${wanted} is not what package-lock.json says: ${found}, not ${integrity}.`);
  await runStep({ title: `Unpacking ${wanted}`, command: 'tar', args: ['-xzf', archive], cwd: folder, say });
}
