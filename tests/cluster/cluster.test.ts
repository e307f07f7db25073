/** The cluster itself, before anything of TaskFlow is in it: what pods of a real one can rely on, and what is left when it ends. */
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { cacheFolder } from '../../engine/src/config.ts';
import { type Cluster, startCluster } from '../../engine/src/kubernetes/cluster.ts';
import { ensurePostgresImage, POSTGRES_IMAGE } from '../../engine/src/kubernetes/images.ts';
import { until } from '../support/client.ts';

const MINUTES = 60_000;
const folder = mkdtempSync(path.join(tmpdir(), 'taskflow-node-'));
let cluster: Cluster;

beforeAll(async () => {
  const images = [await ensurePostgresImage(cacheFolder(process.env))];
  const since = performance.now();
  cluster = await startCluster({ folder, images, say: console.log });
  console.log(`a cluster in ${((performance.now() - since) / 1000).toFixed(1)} s`);
}, 60 * MINUTES);

afterAll(async () => {
  await cluster?.stop();
  rmSync(folder, { recursive: true, force: true });
}, MINUTES);

/** A pod that has a shell. */
const pod = (name: string, script: string, more: object = {}, labels: Record<string, string> = {}): string =>
  JSON.stringify({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, labels },
    spec: {
      restartPolicy: 'Never',
      terminationGracePeriodSeconds: 1,
      securityContext: { runAsNonRoot: true, runAsUser: 65532, seccompProfile: { type: 'RuntimeDefault' } },
      containers: [
        {
          name: 'shell',
          image: POSTGRES_IMAGE,
          args: ['-c', script],
          securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
          ...more,
        },
      ],
    },
  });

test('pods find each other by the names of services, and policies decide who may', {
  timeout: 2 * MINUTES,
}, async () => {
  await cluster.apply(pod('server', 'while :; do echo hello | nc -l -p 8080; done', {}, { app: 'server' }));
  await cluster.kubectl('expose', 'pod', 'server', '--port', '80', '--target-port', '8080');
  await cluster.kubectl('wait', 'pod/server', '--for=condition=Ready', '--timeout=60s');
  const ask = async (name: string, labels: Record<string, string>) => {
    await cluster.apply(
      pod(name, 'nc -w 3 server.default.svc.cluster.local 80 2>/dev/null || echo refused', {}, labels),
    );
    const end = ['wait', `pod/${name}`, '--for=jsonpath={.status.phase}=Succeeded', '--timeout=60s'];
    await cluster.kubectl(...end);
    return (await cluster.kubectl('logs', name)).trim();
  };
  expect(await ask('first', {})).toBe('hello');
  await cluster.apply(
    JSON.stringify({
      apiVersion: 'networking.k8s.io/v1',
      kind: 'NetworkPolicy',
      metadata: { name: 'server' },
      spec: {
        podSelector: { matchLabels: { app: 'server' } },
        ingress: [{ from: [{ podSelector: { matchLabels: { client: 'yes' } } }], ports: [{ port: 8080 }] }],
      },
    }),
  );
  await until('the policy', async () => (await ask(`stranger-${Date.now()}`, {})) === 'refused');
  expect(await ask('client', { client: 'yes' })).toBe('hello');
});

test('an address of the cluster can be one of this machine', { timeout: MINUTES }, async () => {
  const address = await cluster.forward('metrics-server.kube-system.svc', 443);
  const answer = await fetch(`http://${address}/`);
  // It wants TLS, and says so.
  expect(answer.status).toBe(400);
});

test('a volume can be written by a pod that is not root', { timeout: MINUTES }, async () => {
  await cluster.apply(
    JSON.stringify({
      apiVersion: 'v1',
      kind: 'PersistentVolumeClaim',
      metadata: { name: 'data' },
      spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
    }),
  );
  const writer = JSON.parse(pod('writer', 'echo kept >/data/file && cat /data/file'));
  writer.spec.volumes = [{ name: 'data', persistentVolumeClaim: { claimName: 'data' } }];
  writer.spec.containers[0].volumeMounts = [{ name: 'data', mountPath: '/data' }];
  await cluster.apply(JSON.stringify(writer));
  await cluster.kubectl('wait', 'pod/writer', '--for=jsonpath={.status.phase}=Succeeded', '--timeout=60s');
  expect(await cluster.kubectl('logs', 'writer')).toBe('kept\n');
});

test('what pods use is measured, for autoscalers', { timeout: 2 * MINUTES }, async () => {
  await until('metrics', async () => /coredns/.test(await top()), 60_000);
  function top(): Promise<string> {
    return cluster.kubectl('top', 'pods', '--all-namespaces').catch(() => '');
  }
});

test('a pod that the Pod Security Standard forbids is refused', async () => {
  const labels = 'pod-security.kubernetes.io/enforce=restricted';
  await cluster.kubectl('create', 'namespace', 'restricted');
  await cluster.kubectl('label', 'namespace', 'restricted', labels);
  const root = ['run', 'root', `--image=${POSTGRES_IMAGE}`, '--namespace=restricted'];
  await expect(cluster.kubectl(...root)).rejects.toThrow(/violates PodSecurity "restricted:latest"/);
});

const groupsOf = (pid: number): string[] =>
  ['memory', 'cpu', 'systemd'].flatMap((name) =>
    readdirSync(`/sys/fs/cgroup/${name}`, { recursive: true, encoding: 'utf8' }).filter((group) =>
      group.endsWith(`taskflow-${pid}`),
    ),
  );

test('when its parent is killed, nothing of a cluster is left', { timeout: 3 * MINUTES }, async () => {
  const place = mkdtempSync(path.join(tmpdir(), 'taskflow-node-'));
  const program = `const { startCluster } = await import('${path.resolve('engine/src/kubernetes/cluster.ts')}');
    await startCluster({ folder: '${place}', images: [] }); console.log('ready');`;
  const parent = spawn(process.execPath, ['--input-type=module', '--eval', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await new Promise((resolve) => parent.stdout.once('data', resolve));
  const running = () => processesWith(place);
  const [outside = 0] = running()
    .filter(({ command }) => command.includes('outside.sh'))
    .map(({ pid }) => pid);
  expect(running().length).toBeGreaterThan(5);
  expect(groupsOf(outside)).not.toEqual([]);
  parent.kill('SIGKILL');
  await until('the end of all processes', () => running().length === 0, 20_000);
  await until('the end of its control groups', () => groupsOf(outside).length === 0, 20_000);
  rmSync(place, { recursive: true });
  expect(existsSync(place)).toBe(false);
});

/** Those whose command line or environment names the folder. */
function processesWith(place: string): { pid: number; command: string }[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        const [command, environment] = ['cmdline', 'environ'].map((file) =>
          readFileSync(`/proc/${name}/${file}`, 'utf8'),
        );
        return `${command}${environment}`.includes(`${place}`) && Number(name) !== process.pid
          ? [{ pid: Number(name), command: command!.replaceAll('\0', ' ') }]
          : [];
      } catch {
        return [];
      }
    });
}
