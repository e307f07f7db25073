/** Node.js and what it needs from a system: the libraries it is linked with, a user, certificates. No shell, no package manager. */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { rootCertificates } from 'node:tls';
import { Failure } from '@taskflow/core/domain/failure.ts';
import { type Entry, fileAt } from './entries.ts';
import { readLinks } from './read-links.ts';
import { NODE, USER_ID } from './services.ts';
import type { Architecture } from './write-image.ts';

export interface System {
  architecture: Architecture;
  /** A root folder with Debian's (or another system's) C and C++ libraries for that architecture. */
  libraries: string;
  /** The pinned Node.js. */
  node: string;
}

export function runtime(system: System): Entry[] {
  return [
    { place: NODE.slice(1), file: system.node, executable: true },
    ...sharedLibraries(system),
    { place: 'etc/passwd', text: `root:x:0:0::/:/nologin\ntaskflow:x:${USER_ID}:${USER_ID}::/app:/nologin\n` },
    { place: 'etc/group', text: `root:x:0:\ntaskflow:x:${USER_ID}:\n` },
    { place: 'etc/nsswitch.conf', text: 'hosts: files dns\n' },
    // Mozilla's, as Node.js brings them; it trusts these without the file, which is for NODE_OPTIONS=--use-openssl-ca.
    { place: 'etc/ssl/certs/ca-certificates.crt', text: `${rootCertificates.join('\n')}\n` },
    { place: 'tmp', folder: true, mode: 0o1777 },
  ];
}

const TRIPLETS: Record<Architecture, string> = { amd64: 'x86_64-linux-gnu', arm64: 'aarch64-linux-gnu' };

/** The loader, and every library that it will look for, where it will look for it. */
function sharedLibraries({ architecture, libraries, node }: System): Entry[] {
  const triplet = TRIPLETS[architecture];
  const folders = [`lib/${triplet}`, `usr/lib/${triplet}`, 'lib64', 'usr/lib64', 'lib', 'usr/lib'];
  const find = (name: string): string => {
    const folder = folders.find((folder) => existsSync(path.join(libraries, folder, name)));
    if (folder === undefined) throw new Failure('unavailable', missing(name, libraries));
    return `${folder}/${name}`;
  };
  const { interpreter, needed } = readLinks(readFileSync(node));
  const found = new Map<string, string>([[path.basename(interpreter), interpreter.slice(1)]]);
  const open = [...needed];
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    if (found.has(name)) continue;
    const place = find(name);
    found.set(name, place);
    open.push(...readLinks(readFileSync(path.join(libraries, place))).needed);
  }
  return [...found.values()].map((place) => followed(libraries, place));
}

/** `libc.so.6` may be a link to the file of a version, and an absolute one means that system's root: the image has one file, by the name that is looked for. */
function followed(libraries: string, place: string): Entry {
  let file = place;
  for (
    let entry = fileAt(path.join(libraries, file), file);
    'link' in entry;
    entry = fileAt(path.join(libraries, file), file)
  )
    file = entry.link.startsWith('/') ? entry.link.slice(1) : path.posix.join(path.posix.dirname(file), entry.link);
  return { place, file: path.join(libraries, file), executable: true };
}

const missing = (name: string, libraries: string) =>
  `Node.js needs ${name}, and ${libraries} has none (Debian: libc6, libstdc++6 and libatomic1).`;
