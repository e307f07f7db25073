/** A real Kubernetes of one node on this machine: kubelet, containers, services, volumes, DNS and metrics, and nothing left when it stops. */
import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Failure } from '@taskflow/core/domain/failure.ts';
import { cacheFolder } from '../config.ts';
import { makeCertificates } from './certificates.ts';
import * as components from './components.ts';
import { type Forwarding, forward } from './forward.ts';
import { ensureNodeImages, type NodeImages } from './images.ts';
import { type Layout, layoutOf, NODE } from './layout.ts';
import { type NodeProcess, startNodeProcess } from './node-process.ts';
import { ensureKubernetes, type KubernetesPrograms } from './programs.ts';

export interface ClusterOptions {
  /** All of its state and its logs; made when it is not there. Logs stay when the cluster stops. */
  folder: string;
  /** Archives of images that pods need: an image that is not here is nowhere. */
  images: readonly string[];
  /** Where built programs are kept. */
  cache?: string;
  /** Hears how it goes on. */
  say?(line: string): void;
}

export interface Cluster {
  folder: string;
  /** Good inside the node's network: for a program that `run` runs. */
  kubeconfig: string;
  /** What it printed; throws with what it complained of. */
  kubectl(...args: string[]): Promise<string>;
  helm(...args: string[]): Promise<string>;
  /** `kubectl apply` of YAML or JSON, on the server's side. */
  apply(manifests: string): Promise<string>;
  /** Adds an archive of images. */
  load(image_archive: string): Promise<void>;
  /** Runs a program in the node's network, where addresses and names of services are those of the cluster. */
  run(command: readonly string[], options?: RunOptions): Promise<string>;
  /** `127.0.0.1:port`, which is from now on that address of the cluster, such as `frontend.taskflow.svc` and 80. */
  forward(host: string, port: number): Promise<string>;
  stop(): Promise<void>;
}

export interface RunOptions {
  input?: string;
  environment?: Readonly<Record<string, string>>;
}

const ADDONS = path.join(import.meta.dirname, '..', '..', 'kubernetes', 'addons');
const READY_MS_MAX = 120_000;

export async function startCluster(options: ClusterOptions): Promise<Cluster> {
  const { cache = cacheFolder(process.env), say = () => undefined } = options;
  const programs = await ensureKubernetes(cache, say);
  const node_images = await ensureNodeImages(cache, programs, say);
  const layout = layoutOf(path.resolve(options.folder));
  mkdirSync(layout.folder, { recursive: true, mode: 0o700 });
  removeState(layout);
  linkPrograms(layout, programs);
  components.writeConfigurations(layout);
  await makeCertificates(layout);
  const node = await startNodeProcess(layout);
  const cluster = commands(layout, node);
  try {
    await Promise.race([
      bringUp(layout, node, cluster, node_images, options.images),
      node.ended.then((how) => {
        throw new Failure('unavailable', `The node ${how}`);
      }),
    ]);
    return cluster;
  } catch (error) {
    await cluster.stop();
    throw error;
  }
}

async function bringUp(
  layout: Layout,
  node: NodeProcess,
  cluster: Cluster,
  { pause, addons }: NodeImages,
  images: readonly string[],
): Promise<void> {
  for (const component of [components.containerd, components.etcd, components.apiServer]) node.start(component(layout));
  const loaded = loadAll(cluster, [pause, ...addons.map(({ archive }) => archive), ...images]);
  // Awaited below; should it fail before, it is not to end the process.
  loaded.catch(() => undefined);
  await until('The API server', () => cluster.kubectl('get', '--raw', '/readyz'));
  for (const component of [
    ...[components.controllerManager, components.scheduler, components.kubelet],
    ...[components.proxy, components.volumeKeeper, components.networkPolicies],
  ])
    node.start(component(layout));
  await cluster.kubectl('apply', '-f', path.join(ADDONS, 'storage-class.yaml'));
  for (const { name, image } of addons)
    await cluster.apply(readFileSync(path.join(ADDONS, `${name}.yaml`), 'utf8').replace(/\$\{IMAGE\}/, image));
  await until('The node', () => cluster.kubectl('wait', `node/${NODE}`, '--for=condition=Ready', '--timeout=60s'));
  await loaded;
  await Promise.all(
    addons.map(({ name }) =>
      cluster.kubectl('-n', 'kube-system', 'rollout', 'status', `deployment/${name}`, '--timeout=120s'),
    ),
  );
}

/** One after the other: unpacking is the disk's work. The first one is what every pod waits for. */
async function loadAll(cluster: Cluster, images: readonly string[]): Promise<void> {
  await until('containerd', () => cluster.run(ctr(cluster.folder, 'version')));
  for (const image of images) await cluster.load(image);
}

const ctr = (folder: string, ...args: string[]): string[] => [
  layoutOf(folder).bin('ctr'),
  ...['--address', components.CONTAINERD_SOCKET, '--namespace', 'k8s.io'],
  ...args,
];

function commands(layout: Layout, node: NodeProcess): Cluster {
  const environment = {
    PATH: `${layout.bin('')}:${process.env.PATH}`,
    HOME: layout.folder,
    KUBECONFIG: layout.kubeconfig('admin'),
    // Helm keeps what it fetches in the machine's home otherwise.
    ...Object.fromEntries(['CACHE', 'CONFIG', 'DATA'].map((name) => [`HELM_${name}_HOME`, layout.data('helm')])),
  };
  const ask = (files: 'machine' | 'node', command: readonly string[], options: RunOptions = {}) =>
    runProgram(node.within(files, command), { ...options, environment: { ...environment, ...options.environment } });
  const forwardings: Forwarding[] = [];
  const kubectl = (...args: string[]) => ask('machine', [layout.bin('kubectl'), ...args]);
  return {
    folder: layout.folder,
    kubeconfig: layout.kubeconfig('admin'),
    kubectl,
    helm: (...args) => ask('machine', [layout.bin('helm'), ...args]),
    apply: (input) => ask('machine', [layout.bin('kubectl'), 'apply', '--server-side', '--filename', '-'], { input }),
    async load(image_archive) {
      await ask('node', ctr(layout.folder, 'images', 'import', '--local', path.resolve(image_archive)));
    },
    run: (command, options) => ask('node', command, options),
    async forward(host, port) {
      const forwarding = await forward(node, layout.folder, host, port);
      forwardings.push(forwarding);
      return forwarding.address;
    },
    async stop() {
      for (const forwarding of forwardings) forwarding.stop();
      await node.stop();
      removeState(layout);
    },
  };
}

/** What it printed. What it complained of is in the error. */
async function runProgram([command, ...args]: readonly string[], options: RunOptions): Promise<string> {
  const { input, environment } = options;
  const child = spawn(command!, args, {
    env: { ...environment },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const said: Record<'stdout' | 'stderr', string> = { stdout: '', stderr: '' };
  for (const stream of ['stdout', 'stderr'] as const)
    child[stream].setEncoding('utf8').on('data', (chunk: string) => {
      said[stream] += chunk;
    });
  child.stdin.on('error', () => undefined).end(input ?? '');
  const code = await new Promise((resolve, reject) => child.on('error', reject).on('close', resolve));
  if (code === 0) return said.stdout;
  const asked = args.slice(args.indexOf('--') + 1).join(' ');
  throw new Failure(
    'unavailable',
    `${asked} ended with ${code}: ${`${said.stdout}\n${said.stderr}`.trim().slice(-4000)}`,
  );
}

async function until(what: string, probe: () => Promise<unknown>): Promise<void> {
  const deadline = performance.now() + READY_MS_MAX;
  for (;;) {
    try {
      await probe();
      return;
    } catch (error) {
      if (performance.now() > deadline)
        throw new Failure('unavailable', `${what} did not serve in time: ${(error as Error).message}`);
      await sleep(200);
    }
  }
}

/** kubelet and its companions know themselves by their names: Kubernetes is one program here. */
function linkPrograms(layout: Layout, programs: KubernetesPrograms): void {
  mkdirSync(layout.data('bin'));
  for (const [name, file] of Object.entries(programs)) symlinkSync(file, layout.bin(name));
  for (const name of KUBERNETES) symlinkSync(programs.kubestack, layout.bin(name));
}

const KUBERNETES = [
  ...['etcd', 'kube-apiserver', 'kube-controller-manager', 'kube-scheduler', 'kubelet', 'kube-proxy', 'kubectl'],
];

/** A cluster is always a new one. Nothing else in its folder is touched. */
function removeState(layout: Layout): void {
  for (const name of STATE) rmSync(layout.data(name), { recursive: true, force: true });
}

const STATE = [
  ...[
    'bin',
    'config',
    'containerd',
    'etcd',
    'forward',
    'helm',
    'kubelet',
    'node.pid',
    'pki',
    'pods',
    'sysctl',
    'volumes',
  ],
];
