/** The local overlay changes hosts and stores, and nothing else: what the tests of the distributed mode prove, they prove of the manifests. */
import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Manifest, readManifests, readYaml } from '../../k8s/local/manifests.ts';
import { APPS, type App, type LocalOverlay, type RenderedResources, renderResources } from '../../k8s/local/render.ts';
import { differingPaths } from './deep-diff.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'taskflow-overlay-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const overlay = (): LocalOverlay => ({
  folder: path.join(folder, 'rendered'),
  brokers: '127.0.0.1:19092',
  statestore_connection_string: 'postgresql://taskflow@127.0.0.1:15432/dapr?sslmode=disable',
  secrets: { 'internal-token': 'only here' },
  name_resolution_db: path.join(folder, 'names.db'),
});

/** Everything that may differ, for each document that is rendered. */
const DIFFERING: Record<string, string[]> = {
  'Component/taskflow-pubsub': ['spec.metadata.brokers.value'],
  'Component/taskflow-secretstore': ['spec.type', 'spec.metadata.secretsFile', 'spec.metadata.multiValued'],
  'Component/taskflow-statestore': [],
  'Subscription/tasks': [],
  'Subscription/tasks-dead-letter': [],
  'Resiliency/worker': [],
  'Resiliency/backend-service': [],
  'Configuration/backend-service': ['spec.nameResolution'],
  'Configuration/worker': ['spec.nameResolution'],
  'Configuration/frontend': ['spec.nameResolution'],
};

const RENAMED: Record<string, string[]> = {
  'Component/taskflow-pubsub': [
    'spec.metadata.allowedTopics.value',
    'spec.metadata.publishingScopes.value',
    'spec.metadata.subscriptionScopes.value',
  ],
  'Subscription/tasks': ['spec.topic', 'spec.deadLetterTopic'],
  'Subscription/tasks-dead-letter': ['spec.topic'],
};

const nameOf = ({ kind, metadata }: Manifest) => `${kind}/${metadata.name}`;

async function renderedFor(app: App, { resources, configurations }: RenderedResources): Promise<Manifest[]> {
  const names = await readdir(resources[app]);
  const files = [...names.map((name) => path.join(resources[app], name)), configurations[app]];
  return (await Promise.all(files.map(readYaml))).flat() as Manifest[];
}

async function differences(rendered: RenderedResources): Promise<Record<string, string[]>> {
  const originals = new Map((await readManifests()).map((manifest) => [nameOf(manifest), manifest]));
  const found: Record<string, string[]> = {};
  for (const manifest of (await Promise.all(APPS.map((app) => renderedFor(app, rendered)))).flat()) {
    found[nameOf(manifest)] = differingPaths(originals.get(nameOf(manifest)), manifest);
  }
  return found;
}

test('rendered documents differ from the manifests at the declared paths only', async () => {
  expect(await differences(await renderResources(overlay()))).toEqual(DIFFERING);
});

test('other names for the topics change the topics, and nothing else', async () => {
  const topics = { tasks: 'tasks-3f2a', 'tasks-dead-letter': 'tasks-3f2a-dead-letter' };
  const rendered = await renderResources({ ...overlay(), topics });
  const expected = Object.entries(DIFFERING).map(([name, paths]) => [name, [...paths, ...(RENAMED[name] ?? [])]]);
  expect(await differences(rendered)).toEqual(Object.fromEntries(expected));
  const worker = await renderedFor('worker', rendered);
  expect(worker.find(({ kind }) => kind === 'Subscription')?.spec).toMatchObject({
    topic: 'tasks-3f2a',
    deadLetterTopic: 'tasks-3f2a-dead-letter',
  });
  const pubsub = worker.find((manifest) => nameOf(manifest) === 'Component/taskflow-pubsub');
  expect(pubsub?.spec.metadata).toContainEqual({
    name: 'publishingScopes',
    value: 'backend-service=tasks-3f2a;worker=tasks-3f2a-dead-letter',
  });
});

test('each app gets what is in its scope, a document a file, and its own configuration', async () => {
  const rendered = await renderResources(overlay());
  const found = await Promise.all(
    APPS.map(async (app) => [app, (await renderedFor(app, rendered)).map(nameOf).sort()] as const),
  );
  expect(Object.fromEntries(found)).toEqual({
    'backend-service': [
      'Component/taskflow-pubsub',
      'Component/taskflow-secretstore',
      'Configuration/backend-service',
      'Resiliency/backend-service',
      'Subscription/tasks-dead-letter',
    ],
    worker: [
      'Component/taskflow-pubsub',
      'Component/taskflow-secretstore',
      'Component/taskflow-statestore',
      'Configuration/worker',
      'Resiliency/worker',
      'Subscription/tasks',
    ],
    frontend: ['Configuration/frontend'],
  });
});

test('the secret has the keys that the manifests refer to, and only its owner reads it', async () => {
  await renderResources(overlay());
  await renderResources({ ...overlay(), secrets: { 'internal-token': 'a newer one' } });
  const file = path.join(folder, 'rendered', 'secrets.json');
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  const secrets = JSON.parse(await readFile(file, 'utf8')) as Record<string, Record<string, string>>;
  expect(secrets).toEqual({
    taskflow: {
      'internal-token': 'a newer one',
      'statestore-connection-string': overlay().statestore_connection_string,
    },
  });
  const components = (await readManifests()).filter(({ kind }) => kind === 'Component');
  const settings = components.flatMap(({ spec }) => spec.metadata as Setting[]);
  const references = settings.flatMap(({ secretKeyRef }) => secretKeyRef ?? []);
  expect(references).toEqual([{ name: 'taskflow', key: 'statestore-connection-string' }]);
});

interface Setting {
  name: string;
  secretKeyRef?: { name: string; key: string };
}

test('a path that the sidecar would expand is refused', async () => {
  const refused = renderResources({ ...overlay(), name_resolution_db: '/tmp/$HOME/names.db' });
  await expect(refused).rejects.toThrow('dollar sign');
});
