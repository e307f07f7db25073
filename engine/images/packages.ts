/** What a workspace needs at run time, by package-lock.json: other workspaces, and packages without those that only develop. */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { LEFT_OUT } from './services.ts';

export interface Closure {
  /** Folders of workspaces. */
  workspaces: string[];
  /** Folders of packages, such as `node_modules/pg`. */
  packages: string[];
}

interface Locked {
  version?: string;
  resolved?: string;
  link?: boolean;
  optional?: boolean;
  os?: string | string[];
  cpu?: string | string[];
  dependencies?: Record<string, string>;
  optionalDependencies?: Record<string, string>;
  peerDependencies?: Record<string, string>;
  peerDependenciesMeta?: Record<string, { optional?: boolean }>;
}

export function closureOf(root: string, workspace: string): Closure {
  const locked = (JSON.parse(readFileSync(path.join(root, 'package-lock.json'), 'utf8')) as { packages: Packages })
    .packages;
  const found = new Set<string>();
  const open = [workspace];
  for (let place = open.pop(); place !== undefined; place = open.pop()) {
    if (found.has(place)) continue;
    found.add(place);
    for (const name of wantedBy(locked[place]!)) {
      const next = resolve(locked, place, name);
      if (next === null) continue;
      if (isThere(root, locked, next)) open.push(next);
    }
  }
  const all = [...found].sort();
  return {
    workspaces: all.filter((place) => !place.includes('node_modules/')),
    packages: all.filter((place) => place.includes('node_modules/')),
  };
}

type Packages = Record<string, Locked>;

/** Optional peers are for those who have them. */
function wantedBy({ dependencies, optionalDependencies, peerDependencies, peerDependenciesMeta }: Locked): string[] {
  const peers = Object.keys(peerDependencies ?? {}).filter((name) => !peerDependenciesMeta?.[name]?.optional);
  return [...Object.keys(dependencies ?? {}), ...Object.keys(optionalDependencies ?? {}), ...peers].filter(
    (name) => !LEFT_OUT.some((pattern) => pattern.test(name)),
  );
}

/** As Node.js looks for it: in the nearest node_modules above. */
function resolve(locked: Packages, from: string, name: string): string | null {
  for (let folder = from; ; folder = parent(folder)) {
    const place = path.posix.join(folder, 'node_modules', name);
    const entry = locked[place];
    if (entry) return entry.link ? entry.resolved! : place;
    if (folder === '') return null;
  }
}

const parent = (folder: string): string => (folder.includes('/') ? path.posix.dirname(folder) : '');

/** An optional package is left out on a platform it is not for. A binary of one platform would make the image wrong on the other. */
function isThere(root: string, locked: Packages, place: string): boolean {
  const { optional, os, cpu } = locked[place]!;
  if (os !== undefined || cpu !== undefined)
    throw new Error(`${place} is for one platform only: say how it comes into an image, or leave it out.`);
  return optional !== true || existsSync(path.join(root, place));
}
