/** As much of the Kubernetes API as Helm asks for before it installs anything: what kinds there are, an account, secrets. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';

export interface FakeCluster {
  /** For KUBECONFIG. */
  kubeconfig: string;
  stop(): Promise<void>;
}

export interface FakeContents {
  /** Is Dapr's control plane there? */
  dapr: boolean;
  /** Keys of each secret. */
  secrets: Record<string, readonly string[]>;
}

export async function startFakeCluster(contents: FakeContents): Promise<FakeCluster> {
  const server = http.createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    const body = answer(pathname, contents);
    response.writeHead(body === null ? 404 : 200, { 'content-type': 'application/json' });
    response.end(JSON.stringify(body ?? status(404, 'NotFound')));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const folder = mkdtempSync(path.join(tmpdir(), 'taskflow-cluster-'));
  const kubeconfig = path.join(folder, 'kubeconfig');
  writeFileSync(
    kubeconfig,
    JSON.stringify({
      ...{ apiVersion: 'v1', kind: 'Config', 'current-context': 'fake', users: [{ name: 'me', user: {} }] },
      clusters: [{ name: 'fake', cluster: { server: `http://127.0.0.1:${port}` } }],
      contexts: [{ name: 'fake', context: { cluster: 'fake', user: 'me' } }],
    }),
  );
  return {
    kubeconfig,
    stop: () => {
      rmSync(folder, { recursive: true });
      return new Promise((resolve) => server.close(() => resolve()).closeAllConnections());
    },
  };
}

function answer(place: string, { dapr, secrets }: FakeContents): object | null {
  const kinds = Object.entries(KINDS).filter(([group]) => dapr || group !== 'dapr.io/v1alpha1');
  const groups = kinds.filter(([group]) => group !== 'v1').map(([groupVersion]) => groupOf(groupVersion));
  const [, secret = null] = /^\/api\/v1\/namespaces\/taskflow\/secrets\/([^/]+)$/.exec(place) ?? [];
  if (secret !== null) return secretOf(secret, secrets[secret]);
  const answers: Record<string, object> = {
    '/version': { major: '1', minor: '37', gitVersion: 'v1.37.2' },
    '/api': { kind: 'APIVersions', versions: ['v1'] },
    '/apis': { kind: 'APIGroupList', apiVersion: 'v1', groups },
    ...Object.fromEntries(kinds.map(([group, names]) => [discovery(group), resources(group, names)])),
    '/api/v1/namespaces/taskflow/secrets': { apiVersion: 'v1', kind: 'SecretList', items: [] },
    '/api/v1/namespaces/taskflow/serviceaccounts/default': {
      ...{ apiVersion: 'v1', kind: 'ServiceAccount' },
      metadata: { name: 'default', namespace: 'taskflow' },
    },
  };
  return answers[place] ?? null;
}

function secretOf(name: string, keys: readonly string[] | undefined): object | null {
  if (keys === undefined) return null;
  const data = Object.fromEntries(keys.map((key) => [key, Buffer.from('a value').toString('base64')]));
  return { apiVersion: 'v1', kind: 'Secret', metadata: { name, namespace: 'taskflow' }, data };
}

/** What the chart makes and asks for, by group and version. */
const KINDS: Record<string, readonly string[]> = {
  v1: ['Secret', 'ServiceAccount', 'Service', 'Pod'],
  'apps/v1': ['Deployment'],
  'batch/v1': ['Job'],
  'policy/v1': ['PodDisruptionBudget'],
  'networking.k8s.io/v1': ['NetworkPolicy'],
  'rbac.authorization.k8s.io/v1': ['Role', 'RoleBinding'],
  'dapr.io/v1alpha1': ['Configuration'],
};

const discovery = (group: string): string => (group === 'v1' ? '/api/v1' : `/apis/${group}`);

function groupOf(groupVersion: string): object {
  const [name, version] = groupVersion.split('/');
  return { name, versions: [{ groupVersion, version }], preferredVersion: { groupVersion, version } };
}

const resources = (groupVersion: string, kinds: readonly string[]): object => ({
  ...{ kind: 'APIResourceList', apiVersion: 'v1', groupVersion },
  resources: kinds.map((kind) => ({
    ...{ name: `${kind.toLowerCase().replace(/y$/, 'ie')}s`, kind },
    ...{ namespaced: true, singularName: '', verbs: ['get', 'list', 'create', 'patch'] },
  })),
});

const status = (code: number, reason: string): object => ({
  ...{ kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', reason, code, message: 'is not there' },
});
