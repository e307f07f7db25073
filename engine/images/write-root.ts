/** The same root file system as a folder: what the Dockerfile copies, and what tests run. */
import { chmodSync, copyFileSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { type Entry, inOrder, modeOf } from './entries.ts';

export function writeRoot(folder: string, entries: readonly Entry[]): void {
  mkdirSync(folder, { recursive: true });
  for (const entry of inOrder(entries)) {
    const place = path.join(folder, entry.place);
    if ('folder' in entry) mkdirSync(place);
    else if ('link' in entry) symlinkSync(entry.link, place);
    else if ('file' in entry) copyFileSync(entry.file, place);
    else writeFileSync(place, entry.text);
    if (!('link' in entry)) chmodSync(place, modeOf(entry));
  }
}
