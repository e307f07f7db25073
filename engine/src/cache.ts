/** What takes minutes to build is built once per machine: a folder in the cache is there in full or not at all, and is named after all that decides what is in it. */
import { createHash, randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import { signalProcess } from '@taskflow/adapters/embedded/process-identity.ts';

export interface CacheEntry {
  cache: string;
  name: string;
  /** Files and words that decide the result. */
  inputs: readonly (string | Buffer)[];
  make(folder: string): Promise<void>;
}

/** The folder, made beside its place and moved there when it is complete. */
export async function ensureCached({ cache, name, inputs, make }: CacheEntry): Promise<string> {
  const folder = path.join(cache, `${name}-${digest(inputs)}`);
  if (existsSync(folder)) return folder;
  removeUnfinished(cache);
  const making = `${folder}${UNFINISHED}${randomBytes(4).toString('hex')}-${process.pid}`;
  mkdirSync(making, { recursive: true });
  try {
    await make(making);
    moveInto(making, folder);
  } finally {
    rmSync(making, { recursive: true, force: true });
  }
  return folder;
}

const UNFINISHED = '.unfinished-';

function digest(inputs: CacheEntry['inputs']): string {
  const hash = createHash('sha256');
  for (const input of inputs) hash.update(`${input.length}\0`).update(input);
  return hash.digest('hex').slice(0, 16);
}

/** Somebody else may have been faster, with the same result. */
function moveInto(making: string, folder: string): void {
  try {
    renameSync(making, folder);
  } catch (error) {
    if (!existsSync(folder)) throw error;
  }
}

/** Whoever was at it has been killed. */
function removeUnfinished(cache: string): void {
  if (!existsSync(cache)) return;
  for (const name of readdirSync(cache).filter((name) => name.includes(UNFINISHED))) {
    const maker = Number(name.slice(name.lastIndexOf('-') + 1));
    if (!signalProcess(maker, 0)) rmSync(path.join(cache, name), { recursive: true, force: true });
  }
}
