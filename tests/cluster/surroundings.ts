/** Everything that stands in a cluster before TaskFlow is installed: Strimzi's kinds, Kafka, PostgreSQL, Dapr by its own chart, secrets. */
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import path from 'node:path';
import { promisify } from 'node:util';
import { buildImages } from '../../engine/images/build-images.ts';
import { cacheFolder } from '../../engine/src/config.ts';
import { type Cluster, startCluster } from '../../engine/src/kubernetes/cluster.ts';
import {
  daprChart,
  ensureDaprImages,
  ensureKafkaImage,
  ensurePostgresImage,
} from '../../engine/src/kubernetes/images.ts';
import { ensureKubernetes } from '../../engine/src/kubernetes/programs.ts';
import { readYaml } from '../../k8s/local/manifests.ts';
import { strimziModel } from '../support/strimzi-model.ts';

const ROOT = path.join(import.meta.dirname, '..', '..');
const HERE = import.meta.dirname;

export interface Surroundings {
  cluster: Cluster;
  password: string;
}

export async function startSurroundings(folder: string, say: (line: string) => void): Promise<Surroundings> {
  const cache = cacheFolder(process.env);
  const since = performance.now();
  const timed = (what: string) => say(`[${((performance.now() - since) / 1000).toFixed(1)} s] ${what}`);
  const programs = await ensureKubernetes(cache, say);
  const chart = await daprChart();
  const images = [
    ...(await ensureDaprImages(cache, programs, chart.version)),
    await ensureKafkaImage(cache, say),
    await ensurePostgresImage(cache),
    ...Object.values(await buildImages({ cache, say })),
  ];
  timed('images are made');
  const cluster = await startCluster({ folder, images, cache, say });
  timed('the cluster is ready');
  try {
    const password = randomBytes(16).toString('hex');
    const namespaces = ['k8s/namespaces.yaml', 'k8s/dapr/components/namespace.yaml'];
    await cluster.kubectl('apply', ...namespaces.flatMap((name) => ['-f', path.join(ROOT, name)]));
    await applyStrimzi(cluster);
    await Promise.all([
      installDapr(cluster, chart).then(() => timed('Dapr is ready')),
      startKafka(cluster).then(() => timed('Kafka is ready')),
      startPostgres(cluster, password).then(() => timed('PostgreSQL is ready')),
    ]);
    await makeSecrets(cluster, password);
    await cluster.kubectl(
      'apply',
      ...['k8s/dapr/components/', 'k8s/dapr/'].flatMap((name) => ['-f', path.join(ROOT, name)]),
    );
    timed('Dapr’s manifests are applied');
    return { cluster, password };
  } catch (error) {
    await cluster.stop();
    throw error;
  }
}

/** As the operator's chart would bring them; and what `kubectl apply -f k8s/kafka/` needs. */
async function applyStrimzi(cluster: Cluster): Promise<void> {
  const args = ['-cp', path.join(await strimziModel(), '*'), path.join(HERE, 'WriteDefinitions.java')];
  const { stdout } = await promisify(execFile)('java', args);
  const definitions = stdout.trim().split('\n');
  await cluster.apply(definitions.join('\n---\n'));
  const names = definitions.map((line) => `crd/${(JSON.parse(line) as { metadata: { name: string } }).metadata.name}`);
  await cluster.kubectl('wait', ...names, '--for=condition=Established', '--timeout=30s');
  await cluster.kubectl('apply', '-f', path.join(ROOT, 'k8s/kafka/'));
}

/** As k8s/apply.sh does, with the chart of Dapr's Go module. */
async function installDapr(cluster: Cluster, chart: { folder: string; version: string }): Promise<void> {
  const place = path.join(ROOT, 'k8s/dapr-system');
  const options = ['--namespace', 'dapr-system', '--values', path.join(place, 'values.yaml')];
  await cluster.run(
    [
      'helm',
      'install',
      'dapr',
      chart.folder,
      ...options,
      '--post-renderer',
      'single-scheduler',
      '--wait',
      '--timeout',
      '3m',
    ],
    { environment: { HELM_PLUGINS: place } },
  );
}

async function startKafka(cluster: Cluster): Promise<void> {
  await cluster.kubectl('apply', '-f', path.join(HERE, 'manifests/kafka.yaml'));
  await rolledOut(cluster, 'kafka', 'statefulset/taskflow-kafka-single');
  interface KafkaTopic {
    metadata: { name: string };
    spec: { partitions: number; config: Record<string, string | number> };
  }
  for (const { metadata, spec } of (await readYaml(path.join(ROOT, 'k8s/kafka/topic.yaml'))) as KafkaTopic[]) {
    const config = Object.entries(spec.config).flatMap(([name, value]) => ['--config', `${name}=${value}`]);
    const topic = ['--topic', metadata.name, '--partitions', String(spec.partitions), ...config];
    const create = ['sh', '/etc/kafka/topics.sh', ...topic];
    await cluster.kubectl('-n', 'kafka', 'exec', 'taskflow-kafka-single-0', '--', ...create);
  }
}

async function startPostgres(cluster: Cluster, password: string): Promise<void> {
  await cluster.kubectl('apply', '-f', path.join(HERE, 'manifests/postgres.yaml'));
  await secret(cluster, 'database', 'postgres', { password });
  await rolledOut(cluster, 'database', 'statefulset/postgres');
}

const DATABASE = 'postgres.database.svc.cluster.local:5432/taskflow?sslmode=disable';

async function makeSecrets(cluster: Cluster, password: string): Promise<void> {
  const url = `postgresql://taskflow:${password}@${DATABASE}`;
  await secret(cluster, 'taskflow', 'taskflow', {
    'database-url': url,
    'statestore-connection-string': url,
    'auth-secret': randomBytes(32).toString('base64url'),
  });
  for (const name of ['taskflow-dapr-api-token', 'taskflow-app-api-token'])
    await secret(cluster, 'taskflow', name, { token: randomBytes(32).toString('base64url') });
}

const secret = (cluster: Cluster, namespace: string, name: string, values: Record<string, string>): Promise<string> =>
  cluster.kubectl(
    ...['-n', namespace, 'create', 'secret', 'generic', name],
    ...Object.entries(values).map(([key, value]) => `--from-literal=${key}=${value}`),
  );

export const rolledOut = (cluster: Cluster, namespace: string, name: string): Promise<string> =>
  cluster.kubectl('-n', namespace, 'rollout', 'status', name, '--timeout=180s');
