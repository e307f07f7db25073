/** Images of what a cluster runs beside TaskFlow, made of the programs that the engine has: no registry is asked for anything. */
import { execFile, execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, realpathSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { findPostgres } from '@taskflow/adapters/embedded/postgres-binaries.ts';
import { Failure } from '@taskflow/core/domain/failure.ts';
import { type Entry, fileAt, filesBelow } from '../../images/entries.ts';
import { type ImageConfig, writeImage } from '../../images/write-image.ts';
import { ensureCached } from '../cache.ts';
import { ensureKafka } from '../kafka-programs.ts';
import { askProgram, runStep } from '../run-step.ts';
import { PAUSE_IMAGE } from './components.ts';
import { goModuleFolder, type KubernetesPrograms, moduleVersion } from './programs.ts';

type Say = (line: string) => void;

export interface NodeImages {
  pause: string;
  addons: Addon[];
}

export interface Addon {
  /** A deployment in kube-system, and its manifest in engine/kubernetes/addons. */
  name: string;
  image: string;
  archive: string;
}

/** What every cluster has, by the names of the releases. */
export async function ensureNodeImages(cache: string, programs: KubernetesPrograms, say: Say): Promise<NodeImages> {
  const addon = async (name: 'coredns' | 'metrics-server', repository: string, dependency: string): Promise<Addon> => {
    const image = `${repository}:${moduleVersion('tools', dependency)}`;
    return { name, image, archive: await programImage(cache, image, programs[name]) };
  };
  return {
    pause: await pauseImage(cache, say),
    addons: [
      await addon('coredns', 'registry.k8s.io/coredns/coredns', 'github.com/coredns/coredns'),
      await addon('metrics-server', 'registry.k8s.io/metrics-server/metrics-server', 'sigs.k8s.io/metrics-server'),
    ],
  };
}

const DAPR = ['daprd', 'injector', 'operator', 'placement', 'scheduler', 'sentry'] as const;

/** By the names that Dapr's chart and injector ask for. */
export function ensureDaprImages(cache: string, programs: KubernetesPrograms, version: string): Promise<string[]> {
  return Promise.all(DAPR.map((name) => programImage(cache, `ghcr.io/dapr/${name}:${version}`, programs[name])));
}

/** One static program on an empty file system. */
function programImage(cache: string, name: string, program: string): Promise<string> {
  const config = { entrypoint: [`/${path.basename(program)}`], user: '65532:65532' };
  return archive(cache, name, config, [program], () => [
    [fileAt(program, path.basename(program)), ...accounts('/', 'nologin')],
  ]);
}

/** The home folder is its own: initdb asks who it is. */
const accounts = (home: string, shell: string): Entry[] => [
  { place: 'etc/passwd', text: `root:x:0:0::/:/nologin\nnonroot:x:65532:65532::${home}:/${shell}\n` },
  { place: 'etc/group', text: 'root:x:0:\nnonroot:x:65532:\n' },
  { place: 'etc/nsswitch.conf', text: 'hosts: files dns\n' },
  { place: 'tmp', folder: true, mode: 0o1777 },
];

async function pauseImage(cache: string, say: Say): Promise<string> {
  const kubernetes = moduleVersion('kube', 'k8s.io/kubernetes');
  const folder = await ensureCached({
    cache,
    name: 'pause',
    inputs: [kubernetes, PAUSE_IMAGE],
    make: async (folder) => {
      const source = path.join(await goModuleFolder('kube', 'k8s.io/kubernetes'), 'build', 'pause', 'linux', 'pause.c');
      const version = PAUSE_IMAGE.slice(PAUSE_IMAGE.lastIndexOf(':') + 1);
      const args = ['-Os', '-static', `-DVERSION=${version}`, '-o', path.join(folder, 'pause'), source];
      await runStep({ title: 'Building the pause container', command: 'gcc', args, cwd: folder, say });
    },
  });
  return programImage(cache, PAUSE_IMAGE, path.join(folder, 'pause'));
}

export const KAFKA_IMAGE = 'taskflow.local/kafka:1';
export const POSTGRES_IMAGE = 'taskflow.local/postgres:1';

/** Kafka's jars, a Java run time that has no more than they use, and a shell. */
export async function ensureKafkaImage(cache: string, say: Say): Promise<string> {
  const { class_path } = await ensureKafka(cache, say);
  const jars = path.dirname(class_path.split(path.delimiter)[0]!);
  const java = await ensureJava(cache, say);
  const config = { entrypoint: ['/bin/sh'], user: '65532:65532' };
  return archive(cache, KAFKA_IMAGE, config, [jars, java], () => [
    [
      ...filesBelow(java, 'java'),
      ...libraries([...binariesBelow(java)]),
      ...shell(),
      ...accounts('/tmp', 'bin/sh'),
      { place: 'bin/java', link: '/java/bin/java' },
    ],
    filesBelow(jars, 'kafka'),
  ]);
}

const JAVA_MODULES = [
  ...['java.base', 'java.logging', 'java.management', 'java.naming', 'java.security.jgss', 'java.security.sasl'],
  ...['java.sql', 'java.xml', 'java.desktop', 'jdk.unsupported', 'jdk.crypto.ec', 'jdk.management'],
];

async function ensureJava(cache: string, say: Say): Promise<string> {
  const missing =
    'A Java run time for an image is made by jlink, and there is none here (Debian: openjdk-17-jdk-headless).';
  const version = askProgram('jlink', ['--version'], '.', missing);
  const folder = await ensureCached({
    cache,
    name: 'java',
    inputs: [version, ...JAVA_MODULES],
    make: (folder) =>
      runStep({
        title: 'Making a Java run time',
        command: 'jlink',
        args: [
          ...['--add-modules', JAVA_MODULES.join(','), '--output', path.join(folder, 'java')],
          ...['--strip-debug', '--no-man-pages', '--no-header-files'],
        ],
        cwd: folder,
        say,
      }),
  });
  return path.join(folder, 'java');
}

/** The PostgreSQL of the embedded mode, and a shell, which initdb wants. */
export function ensurePostgresImage(cache: string): Promise<string> {
  const native = path.dirname(path.dirname(findPostgres().postgres));
  const release = readFileSync(path.join(native, '..', 'package.json'), 'utf8');
  const config = { entrypoint: ['/bin/sh'], user: '65532:65532' };
  return archive(cache, POSTGRES_IMAGE, config, [release], () => [
    [
      ...filesBelow(native, 'postgres'),
      ...libraries([...binariesBelow(native)]),
      ...shell(),
      ...accounts('/tmp', 'bin/sh'),
    ],
  ]);
}

/** A shell with the usual commands, in one static file. */
function shell(): Entry[] {
  const busybox = ['/bin/busybox', '/usr/bin/busybox'].find(existsSync);
  if (!busybox) throw new Failure('unavailable', 'Images for tests need busybox (Debian: busybox-static).');
  const names = ['sh', 'cat', 'sleep', 'mkdir', 'chmod', 'test', 'true', 'nc', 'wget', 'ls', 'id', 'rm', 'env'];
  return [
    { place: 'bin/busybox', file: realpathSync(busybox), executable: true },
    ...names.map((name) => ({ place: `bin/${name}`, link: 'busybox' })),
  ];
}

const binariesBelow = (folder: string): string[] =>
  ['bin', 'lib']
    .map((name) => path.join(folder, name))
    .flatMap((place) => readdirSync(place, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => path.join(parentPath, name))
    .filter((file) => path.basename(path.dirname(file)) === 'bin' || /\.so(\.|$)/.test(file));

/** What these are linked with outside their own folders, by this machine's loader: an image of this machine's kind. */
function libraries(binaries: readonly string[]): Entry[] {
  const said = execFileSync('sh', ['-c', 'ldd "$@" 2>/dev/null || :', 'ldd', ...binaries], { encoding: 'utf8' });
  const places = [...said.matchAll(/\s(\/(?:usr\/)?lib(?:64)?\/\S+) \(0x/g)].map(([, place]) => place!);
  const system = [...new Set(places)].map((place) => ({
    place: place.slice(1),
    file: realpathSync(place),
    executable: true,
  }));
  // The C library loads it when a name is looked up.
  const dns = ['libnss_dns.so.2', 'libnss_files.so.2', 'libresolv.so.2'].flatMap((name) => {
    const folder = path.dirname(places.find((place) => place.includes('/libc.so'))!);
    const file = path.join(folder, name);
    return existsSync(file) ? [{ place: file.slice(1), file: realpathSync(file), executable: true }] : [];
  });
  const all = new Map([...system, ...dns].map((entry) => [entry.place, entry]));
  return [...all.values()];
}

/** Programs come from folders that are named after all that decides them, so their paths say enough. */
async function archive(
  cache: string,
  name: string,
  config: ImageConfig,
  made_of: readonly string[],
  layers: () => Entry[][],
): Promise<string> {
  const folder = await ensureCached({
    cache,
    name: `image-${name.replaceAll(/[^\w.]+/g, '-')}`,
    inputs: [name, JSON.stringify(config), ...made_of],
    make: async (folder) => {
      writeImage({ out: path.join(folder, 'image.tar'), name, layers: layers(), config });
    },
  });
  return path.join(folder, 'image.tar');
}

/** Dapr's own chart, of the version that the engine builds. */
export async function daprChart(): Promise<{ folder: string; version: string }> {
  const place = path.join(import.meta.dirname, '..', '..', 'dapr');
  const { stdout } = await promisify(execFile)('go', ['mod', 'download', '-json', 'github.com/dapr/dapr'], {
    cwd: place,
  });
  const { Dir, Version } = JSON.parse(stdout) as { Dir: string; Version: string };
  return { folder: path.join(Dir, 'charts', 'dapr'), version: Version.slice(1) };
}
