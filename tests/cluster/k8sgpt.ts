/** `node tests/cluster/k8sgpt.ts`: TaskFlow is installed on a new cluster, and k8sgpt says what it finds there (history/aiops). */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { cacheFolder } from '../../engine/src/config.ts';
import type { Cluster } from '../../engine/src/kubernetes/cluster.ts';
import { daprChart } from '../../engine/src/kubernetes/images.ts';
import { ensureModule, goModuleFolder, moduleVersion } from '../../engine/src/kubernetes/programs.ts';
import { startSurroundings } from './surroundings.ts';

const ROOT = path.join(import.meta.dirname, '..', '..');
const OUT = path.join(ROOT, 'history', 'aiops', 'k8sgpt-analysis.txt');

/** Those that it has active by itself, and the optional ones. */
const FILTERS = [
  ...[
    'Pod',
    'Deployment',
    'ReplicaSet',
    'StatefulSet',
    'CronJob',
    'Service',
    'Ingress',
    'PersistentVolumeClaim',
    'Node',
  ],
  ...['ValidatingWebhookConfiguration', 'MutatingWebhookConfiguration'],
  ...['PodDisruptionBudget', 'NetworkPolicy', 'HorizontalPodAutoScaler', 'GatewayClass', 'Gateway', 'HTTPRoute', 'Log'],
];

/** Autoscalers are off by default, and are to be looked at as well. They need some readings first. */
const SETTINGS = ['backend', 'worker', 'frontend'].flatMap((name) => ['--set', `${name}.autoscaling.enabled=true`]);
const READINGS_MS = 60_000;

const { k8sgpt } = await ensureModule(cacheFolder(process.env), 'k8sgpt', console.log);
const folder = mkdtempSync(path.join(tmpdir(), 'taskflow-k8sgpt-'));
const { cluster } = await startSurroundings(folder, console.log);
try {
  await addGatewayKinds(cluster);
  const install = ['install', 'todo-app', './helm/todo-app/', '--namespace', 'taskflow', ...SETTINGS];
  await cluster.helm(...install.map((word) => (word === './helm/todo-app/' ? path.join(ROOT, word) : word)), '--wait');
  await cluster.helm('test', 'todo-app', '--namespace', 'taskflow');
  await sleep(READINGS_MS);
  const analyze = ['analyze', '--no-cache', '--filter', FILTERS.join(',')];
  const found = await cluster.run([k8sgpt, ...analyze], {
    environment: { XDG_CONFIG_HOME: folder, XDG_CACHE_HOME: folder },
  });
  const versions = await versionsOf(cluster);
  writeFileSync(
    OUT,
    [`$ helm ${install.join(' ')}`, `$ k8sgpt ${analyze.join(' ')}`, found.trim(), '', ...versions, ''].join('\n'),
  );
  console.log(`${OUT}:\n${found}`);
} finally {
  await cluster.stop();
  rmSync(folder, { recursive: true, force: true });
}

/** Its analyzers of gateways want their kinds to be there. */
async function addGatewayKinds(cluster: Cluster): Promise<void> {
  const crds = path.join(await goModuleFolder('k8sgpt', 'sigs.k8s.io/gateway-api'), 'config', 'crd', 'standard');
  await cluster.kubectl('apply', '--server-side', '-f', crds);
}

async function versionsOf(cluster: Cluster): Promise<string[]> {
  const lines = [
    `k8sgpt ${moduleVersion('k8sgpt', 'github.com/k8sgpt-ai/k8sgpt')}`,
    `Kubernetes ${moduleVersion('kube', 'k8s.io/kubernetes')}`,
    `containerd ${moduleVersion('runtime', 'github.com/containerd/containerd/v2')}`,
    `CoreDNS ${moduleVersion('tools', 'github.com/coredns/coredns')}`,
    `Helm ${moduleVersion('tools', 'helm.sh/helm/v4')}`,
    `Dapr ${(await daprChart()).version}`,
  ];
  const releases = JSON.parse(await cluster.helm('list', '--all-namespaces', '--output', 'json')) as {
    name: string;
    chart: string;
  }[];
  return ['Versions:', ...lines, ...releases.map(({ chart }) => `chart ${chart}`)];
}
