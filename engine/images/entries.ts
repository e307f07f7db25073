/** A root file system as a list: each place once, parents before their children, the same order whoever made the list. */
import { lstatSync, readdirSync, readlinkSync } from 'node:fs';
import path from 'node:path';

/** A place is a path without its leading slash. */
export type Entry = { place: string } & (
  | { file: string; executable?: boolean }
  | { text: string }
  | { link: string }
  | { folder: true; mode?: number }
);

/** All of them in order, with the folders they lie in. */
export function inOrder(entries: readonly Entry[]): Entry[] {
  const found = new Map<string, Entry>();
  for (const entry of entries) {
    if (found.has(entry.place) && !('folder' in entry))
      throw new Error(`Two things would lie at /${entry.place} of an image.`);
    found.set(entry.place, entry);
  }
  for (const { place } of entries)
    for (let folder = path.posix.dirname(place); folder !== '.'; folder = path.posix.dirname(folder))
      if (!found.has(folder)) found.set(folder, { place: folder, folder: true });
  return [...found.values()].sort((a, b) => compareParts(a.place.split('/'), b.place.split('/')));
}

/** What lies below a folder of this machine, as far as it is wanted; `wanted` sees paths relative to that folder. */
export function filesBelow(folder: string, place: string, wanted: (file: string) => boolean = () => true): Entry[] {
  const walk = (below: string): Entry[] =>
    readdirSync(path.join(folder, below), { withFileTypes: true }).flatMap((found): Entry[] => {
      const relative = path.posix.join(below, found.name);
      if (!wanted(relative)) return [];
      if (found.isDirectory()) return walk(relative);
      return [fileAt(path.join(folder, relative), path.posix.join(place, relative))];
    });
  return walk('');
}

export function fileAt(file: string, place: string): Entry {
  const status = lstatSync(file);
  if (status.isSymbolicLink()) return { place, link: readlinkSync(file) };
  return { place, file, executable: (status.mode & 0o111) !== 0 };
}

export function modeOf(entry: Entry): number {
  if ('folder' in entry) return entry.mode ?? 0o755;
  if ('link' in entry) return 0o777;
  return 'file' in entry && entry.executable ? 0o755 : 0o644;
}

function compareParts(a: readonly string[], b: readonly string[]): number {
  for (let index = 0; index < Math.min(a.length, b.length); index++)
    if (a[index] !== b[index]) return a[index]! < b[index]! ? -1 : 1;
  return a.length - b.length;
}
