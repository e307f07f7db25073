/** An image without a Docker engine: an archive that is an OCI layout, for `ctr images import`, and what `docker load` reads. */
import { createHash } from 'node:crypto';
import { mkdirSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import type { Entry } from './entries.ts';
import { writeTar } from './write-tar.ts';

export interface Image {
  /** The archive that is written. */
  out: string;
  /** As in a pod: `taskflow/backend:0.1.0`. */
  name: string;
  /** Each is put over those before it; what several images share is unpacked once. */
  layers: readonly (readonly Entry[])[];
  config: ImageConfig;
  architecture?: Architecture;
}

export interface ImageConfig {
  entrypoint: readonly string[];
  command?: readonly string[];
  environment?: Readonly<Record<string, string>>;
  /** Numbers, so that Kubernetes can see that it is not root. */
  user?: string;
  directory?: string;
  ports?: readonly number[];
  labels?: Readonly<Record<string, string>>;
}

/** By the names of the OCI image specification. */
export type Architecture = 'amd64' | 'arm64';

export const ownArchitecture = (): Architecture => (process.arch === 'arm64' ? 'arm64' : 'amd64');

export interface WrittenImage {
  /** What a registry would call it by. */
  digest: string;
  /** Unpacked. */
  bytes: number;
}

export function writeImage({ out, name, layers, config, architecture = ownArchitecture() }: Image): WrittenImage {
  mkdirSync(path.dirname(out), { recursive: true });
  const files = layers.map((_, index) => `${out}.layer-${index}`);
  try {
    const written = layers.map((entries, index) => writeTar(files[index]!, entries));
    const blobs = new Map<string, Entry>();
    const keep = (sha256: string, entry: object) =>
      blobs.set(sha256, { place: `blobs/sha256/${sha256}`, ...entry } as Entry);
    const add = (type: string, value: object) => {
      const text = JSON.stringify(value);
      const sha256 = createHash('sha256').update(text).digest('hex');
      keep(sha256, { text });
      return { mediaType: type, digest: `sha256:${sha256}`, size: Buffer.byteLength(text) };
    };
    for (const [index, { sha256 }] of written.entries()) keep(sha256, { file: files[index]! });
    const described = add(`${OCI}.config.v1+json`, {
      created: '1970-01-01T00:00:00Z',
      architecture,
      os: 'linux',
      config: dockerConfig(config),
      rootfs: { type: 'layers', diff_ids: written.map(({ sha256 }) => `sha256:${sha256}`) },
    });
    const layer = ({ sha256, bytes }: { sha256: string; bytes: number }) => ({
      mediaType: `${OCI}.layer.v1.tar`,
      digest: `sha256:${sha256}`,
      size: bytes,
    });
    const manifest = add(`${OCI}.manifest.v1+json`, {
      schemaVersion: 2,
      mediaType: `${OCI}.manifest.v1+json`,
      config: described,
      layers: written.map(layer),
    });
    writeTar(`${out}.unfinished`, [...blobs.values(), ...indexes(name, architecture, manifest, described, written)]);
    renameSync(`${out}.unfinished`, out);
    return { digest: manifest.digest, bytes: written.reduce((sum, { bytes }) => sum + bytes, 0) };
  } finally {
    for (const file of [...files, `${out}.unfinished`]) rmSync(file, { force: true });
  }
}

const OCI = 'application/vnd.oci.image';

interface Descriptor {
  mediaType: string;
  digest: string;
  size: number;
}

/** One for the tools that read OCI layouts, one for those that read Docker's archives. */
function indexes(
  name: string,
  architecture: Architecture,
  manifest: Descriptor,
  config: Descriptor,
  layers: readonly { sha256: string }[],
): Entry[] {
  const annotations = {
    'io.containerd.image.name': fullName(name),
    'org.opencontainers.image.ref.name': name.slice(name.lastIndexOf(':') + 1),
  };
  const named = { ...manifest, platform: { architecture, os: 'linux' }, annotations };
  const index = { schemaVersion: 2, mediaType: `${OCI}.index.v1+json`, manifests: [named] };
  const blob = (sha256: string) => `blobs/sha256/${sha256.replace('sha256:', '')}`;
  const archive = [{ Config: blob(config.digest), RepoTags: [name], Layers: layers.map(({ sha256 }) => blob(sha256)) }];
  return [
    { place: 'oci-layout', text: '{"imageLayoutVersion":"1.0.0"}' },
    { place: 'index.json', text: JSON.stringify(index) },
    { place: 'manifest.json', text: JSON.stringify(archive) },
  ];
}

/** A name without a registry is Docker Hub's (distribution/reference, `ParseNormalizedNamed`): so kubelet will ask for it. */
function fullName(name: string): string {
  const [first, ...rest] = name.split('/');
  if (rest.length === 0) return `docker.io/library/${name}`;
  return /[.:]|^localhost$/.test(first!) ? name : `docker.io/${name}`;
}

function dockerConfig(config: ImageConfig): object {
  const { entrypoint, command, environment = {}, user = '', directory = '/', ports = [], labels } = config;
  const variables = { PATH: '/usr/local/bin:/usr/bin:/bin', ...environment };
  return {
    User: user,
    ...(ports.length > 0 ? { ExposedPorts: Object.fromEntries(ports.map((port) => [`${port}/tcp`, {}])) } : {}),
    Env: Object.entries(variables).map(([key, value]) => `${key}=${value}`),
    Entrypoint: entrypoint,
    ...(command ? { Cmd: command } : {}),
    WorkingDir: directory,
    ...(labels ? { Labels: labels } : {}),
  };
}
