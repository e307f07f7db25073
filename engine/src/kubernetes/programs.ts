/** Kubernetes and all that a node of it runs, built from the Go modules that the go.sum files of engine/kubernetes pin. */
import { execFile } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { Failure } from '@taskflow/core/domain/failure.ts';
import { ensureCached } from '../cache.ts';
import { type DaprPrograms, ensureDapr, ensureDaprControlPlane } from '../dapr-programs.ts';
import { askProgram, runStep } from '../run-step.ts';

type Say = (line: string) => void;

/** What is built, by the module of engine/kubernetes that pins it. */
const PROGRAMS = {
  kube: ['kubestack'],
  runtime: [
    ...['containerd', 'containerd-shim-runc-v2', 'ctr', 'runc'],
    ...['bridge', 'host-local', 'loopback', 'portmap'],
  ],
  tools: ['coredns', 'helm', 'metrics-server'],
  checks: ['kube-score', 'kubeconform'],
  k8sgpt: ['k8sgpt'],
} as const;

type Module = keyof typeof PROGRAMS;
type Program<M extends Module> = (typeof PROGRAMS)[M][number];

/** Files, by the program's name. */
export type Programs<M extends Module> = Record<Program<M>, string>;

export type KubernetesPrograms = Programs<'kube' | 'runtime' | 'tools'> & DaprPrograms & DaprControlPlane;

type DaprControlPlane = Awaited<ReturnType<typeof ensureDaprControlPlane>>;

/** All that a cluster with Dapr needs, unless the cache has it: about 35 CPU-minutes the first time, so one after the other. */
export async function ensureKubernetes(cache: string, say: Say): Promise<KubernetesPrograms> {
  const kube = await ensureModule(cache, 'kube', say);
  const runtime = await ensureModule(cache, 'runtime', say);
  const tools = await ensureModule(cache, 'tools', say);
  const dapr = await ensureDapr(cache, say);
  return { ...kube, ...runtime, ...tools, ...dapr, ...(await ensureDaprControlPlane(cache, say)) };
}

/** The programs of one module: a change of another module does not build them again. */
export async function ensureModule<M extends Module>(cache: string, module: M, say: Say): Promise<Programs<M>> {
  const place = folderOf(module);
  const sources = readdirSync(place, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => path.join(parentPath, name))
    .sort();
  const builds = BUILDS[module](moduleVersions(path.join(place, 'go.mod')));
  const go = askProgram('go', ['env', 'GOVERSION', 'GOOS', 'GOARCH'], place, GO_MISSING);
  const folder = await ensureCached({
    cache,
    name: module,
    inputs: [...sources.map((file) => readFileSync(file)), JSON.stringify(builds), go],
    make: async (folder) => {
      for (const build of builds) await runBuild(build, place, folder, say);
    },
  });
  return Object.fromEntries(PROGRAMS[module].map((name) => [name, path.join(folder, name)])) as Programs<M>;
}

interface Build {
  title: string;
  packages: string[];
  /** `-X` of the linker: what the program says about its version. */
  variables?: Record<string, string>;
  tags?: string[];
  /** Linked with C, statically. */
  cgo?: boolean;
  /** Instead of the package's name. */
  output?: string;
}

const CONTAINERD = 'github.com/containerd/containerd/v2';
const CNI = 'github.com/containernetworking/plugins';
const RUNC = 'github.com/opencontainers/runc';
const HELM = 'helm.sh/helm/v4';

const BUILDS: Record<Module, (version: (dependency: string) => string) => Build[]> = {
  kube: (version) => {
    const kubernetes = version('k8s.io/kubernetes');
    const [, major = '', minor = ''] = /^v(\d+)\.(\d+)/.exec(kubernetes) ?? [];
    const says = { gitVersion: kubernetes, gitMajor: major, gitMinor: minor, gitTreeState: 'clean' };
    const variables = Object.entries(says).map(([name, value]) => [`k8s.io/component-base/version.${name}`, value]);
    return [
      {
        title: `Kubernetes ${kubernetes}`,
        packages: ['.'],
        output: 'kubestack',
        variables: Object.fromEntries(variables),
      },
    ];
  },
  runtime: (version) => [
    {
      title: `containerd ${version(CONTAINERD)}`,
      packages: ['containerd', 'containerd-shim-runc-v2', 'ctr'].map((name) => `${CONTAINERD}/cmd/${name}`),
      variables: { [`${CONTAINERD}/version.Version`]: version(CONTAINERD) },
      tags: ['no_btrfs', 'no_zfs', 'no_devmapper'],
    },
    {
      // Without `seccomp` no pod that asks for its runtime's default profile starts, and that is every pod of ours.
      title: `runc ${version(RUNC)}`,
      packages: [RUNC],
      variables: { 'main.version': version(RUNC).slice(1) },
      tags: ['netgo', 'osusergo', 'seccomp'],
      cgo: true,
    },
    {
      title: `The network plugins ${version(CNI)}`,
      packages: ['main/bridge', 'ipam/host-local', 'main/loopback', 'meta/portmap'].map((p) => `${CNI}/plugins/${p}`),
    },
  ],
  tools: (version) => [
    { title: `CoreDNS ${version('github.com/coredns/coredns')}`, packages: ['./coredns'] },
    {
      title: `Helm ${version(HELM)}`,
      packages: [`${HELM}/cmd/helm`],
      variables: { [`${HELM}/internal/version.version`]: version(HELM) },
    },
    {
      title: `metrics-server ${version('sigs.k8s.io/metrics-server')}`,
      packages: ['sigs.k8s.io/metrics-server/cmd/metrics-server'],
    },
  ],
  checks: () => [
    {
      title: 'kube-score and kubeconform',
      packages: ['github.com/zegl/kube-score/cmd/kube-score', 'github.com/yannh/kubeconform/cmd/kubeconform'],
    },
  ],
  k8sgpt: (version) => [
    { title: `k8sgpt ${version('github.com/k8sgpt-ai/k8sgpt')}`, packages: ['.'], output: 'k8sgpt' },
  ],
};

async function runBuild(build: Build, cwd: string, folder: string, say: Say): Promise<void> {
  const { title, packages, variables = {}, tags = [], cgo = false, output = '' } = build;
  if (cgo) refuseMissingLibrary(cwd);
  const linking = [
    '-s -w',
    ...Object.entries(variables).map(([name, value]) => `-X ${name}=${value}`),
    ...(cgo ? ['-extldflags -static'] : []),
  ];
  const flags = ['-mod=readonly', '-trimpath', '-tags', tags.join(','), '-ldflags', linking.join(' ')];
  await runStep({
    title: `Building ${title} (once per machine)`,
    command: 'go',
    args: ['build', ...flags, '-o', `${folder}${path.sep}${output}`, ...packages],
    cwd,
    env: { CGO_ENABLED: cgo ? '1' : '0', GOFLAGS: '-buildvcs=false' },
    say,
  });
}

/** runc is one static file: it runs in the root file system of a container as well. */
function refuseMissingLibrary(cwd: string): void {
  const missing =
    'runc is linked with libseccomp, and its static library is not here (Debian: gcc pkg-config libseccomp-dev).';
  const folder = askProgram('pkg-config', ['--variable=libdir', 'libseccomp'], cwd, missing);
  if (!existsSync(path.join(folder, 'libseccomp.a'))) throw new Failure('unavailable', missing);
}

const GO_MISSING =
  'Kubernetes is built from source, and there is no Go here: install Go 1.26 or later (https://go.dev/dl).';

/** As in `v1.37.2`. */
export const moduleVersion = (module: Module, dependency: string): string =>
  moduleVersions(path.join(folderOf(module), 'go.mod'))(dependency);

/** The source of a dependency. */
export async function goModuleFolder(module: Module, dependency: string): Promise<string> {
  const args = ['mod', 'download', '-json', dependency];
  const { stdout } = await promisify(execFile)('go', args, { cwd: folderOf(module) });
  return (JSON.parse(stdout) as { Dir: string }).Dir;
}

const folderOf = (module: Module): string => path.join(import.meta.dirname, '..', '..', 'kubernetes', module);

/** What a go.mod requires, by the dependency's name. */
function moduleVersions(file: string): (dependency: string) => string {
  const lines = readFileSync(file, 'utf8').matchAll(/^(?:require )?\s*(\S+) (v\S+)/gm);
  const versions = new Map([...lines].map(([, name, version]) => [name, version]));
  return (dependency) => {
    const version = versions.get(dependency);
    if (!version) throw new Error(`${file} does not require ${dependency}.`);
    return version;
  };
}
