/** An archive as a container runtime would unpack it, and its program started there: read-only, as nobody, with nothing around it. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';

export interface UnpackedImage {
  root: string;
  bytes: number;
  digest: string;
  /** Their digests. */
  layers: string[];
  config: { User: string; Entrypoint: string[]; Env: string[]; WorkingDir: string };
  /** Paths of all files, links and folders. */
  files: string[];
}

interface Described {
  digest: string;
  size: number;
}

/** Reads by the OCI layout alone, and checks every digest on the way. */
export function unpackImage(archive: string, folder: string): UnpackedImage {
  const layout = path.join(folder, 'layout');
  const root = path.join(folder, 'root');
  for (const made of [layout, root]) mkdirSync(made, { recursive: true });
  must('tar', ['-xf', archive, '-C', layout]);
  const index = JSON.parse(readFileSync(path.join(layout, 'index.json'), 'utf8')) as { manifests: Described[] };
  const [described] = index.manifests as [Described];
  const manifest = JSON.parse(readBlob(layout, described).toString()) as { config: Described; layers: Described[] };
  const { config } = JSON.parse(readBlob(layout, manifest.config).toString()) as { config: UnpackedImage['config'] };
  for (const layer of manifest.layers) {
    readBlob(layout, layer);
    must('tar', ['-xf', blobFile(layout, layer), '-C', root, '--no-same-owner', '-p']);
  }
  rmSync(layout, { recursive: true });
  return {
    root,
    config,
    digest: described.digest,
    layers: manifest.layers.map(({ digest }) => digest),
    bytes: manifest.layers.reduce((sum, { size }) => sum + size, 0),
    files: must('find', ['.', '-mindepth', '1'], root).trim().split('\n'),
  };
}

const blobFile = (layout: string, { digest }: Described) =>
  path.join(layout, 'blobs', 'sha256', digest.slice('sha256:'.length));

function readBlob(layout: string, described: Described): Buffer {
  const content = readFileSync(blobFile(layout, described));
  const found = `sha256:${createHash('sha256').update(content).digest('hex')}`;
  if (found !== described.digest || content.length !== described.size)
    throw new Error(`${described.digest} is not that.`);
  return content;
}

function must(command: string, args: string[], cwd = '.'): string {
  const { status, stdout, stderr, error } = spawnSync(command, args, { cwd, encoding: 'utf8', maxBuffer: 1e8 });
  if (status !== 0) throw error ?? new Error(`${command} ${args.join(' ')}: ${stderr}`);
  return stdout;
}

/** Nothing can be written but, in a cluster, to a volume: here there is none. */
export function startImage(image: UnpackedImage, environment: Record<string, string>): ChildProcess {
  const { root, config } = image;
  const is_root = process.getuid?.() === 0;
  const inside = ['mount --bind "$0" "$0"', 'mount -o remount,bind,ro "$0"', 'exec "$@"'].join(' && ');
  const changed = [root, 'chroot', ...(is_root ? [`--userspec=${config.User}`] : []), root];
  return spawn(
    OWN_MOUNTS,
    [...(is_root ? [] : ['--map-root-user']), '--mount', 'sh', '-c', inside, ...changed, ...config.Entrypoint],
    { env: { ...Object.fromEntries(config.Env.map(pair)), ...environment, PATH: process.env.PATH! } },
  );
}

const OWN_MOUNTS = 'unshare';

const pair = (text: string) => [text.slice(0, text.indexOf('=')), text.slice(text.indexOf('=') + 1)] as const;
