/** The documents for Dapr are valid for the version that is pinned, and say the same as the code. */
import { execFile } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { DEAD_LETTER_TOPIC, PUBSUB, TOPIC } from '@taskflow/core/contracts/events.ts';
import { beforeAll, describe, expect, test } from 'vitest';
import { type Manifest, readManifests, readYaml } from '../../k8s/local/manifests.ts';
import { findFaults, type StructuralSchema } from './structural-schema.ts';

const ROOT = path.join(import.meta.dirname, '..', '..');
const DAPR = path.join(ROOT, 'k8s', 'dapr');

let manifests: Manifest[] = [];
beforeAll(async () => {
  manifests = await readManifests();
});

function manifest(kind: Manifest['kind'], name: string): Manifest {
  const found = manifests.find((one) => one.kind === kind && one.metadata.name === name);
  if (found === undefined) throw new Error(`there is no ${kind} ${name}`);
  return found;
}

const property = (component: Manifest, name: string): string | undefined =>
  (component.spec.metadata as { name: string; value: string }[]).find((one) => one.name === name)?.value;

test('the documents are these, all in the namespace taskflow', () => {
  const found = manifests.map(({ apiVersion, kind, metadata }) => `${apiVersion} ${kind} ${metadata.name}`);
  expect(found.sort()).toEqual([
    'dapr.io/v1alpha1 Component taskflow-pubsub',
    'dapr.io/v1alpha1 Component taskflow-secretstore',
    'dapr.io/v1alpha1 Component taskflow-statestore',
    'dapr.io/v1alpha1 Configuration backend-service',
    'dapr.io/v1alpha1 Configuration frontend',
    'dapr.io/v1alpha1 Configuration worker',
    'dapr.io/v1alpha1 Resiliency backend-service',
    'dapr.io/v1alpha1 Resiliency worker',
    'dapr.io/v2alpha1 Subscription tasks',
    'dapr.io/v2alpha1 Subscription tasks-dead-letter',
  ]);
  expect(new Set(manifests.map(({ metadata }) => metadata.namespace))).toEqual(new Set(['taskflow']));
});

test('the folders hold what kubectl applies, and every document for a sidecar is rendered', async () => {
  const names = (await readdir(DAPR, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile());
  const documents = (
    await Promise.all(names.map(({ parentPath, name }) => readYaml(path.join(parentPath, name))))
  ).flat();
  const kinds = (documents as Manifest[]).filter(({ apiVersion }) => !apiVersion.startsWith('dapr.io/'));
  expect(kinds).toMatchObject([{ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'taskflow' } }]);
  expect(documents).toHaveLength(manifests.length + kinds.length);
});

test('topics and names are those of the code', () => {
  expect(PUBSUB).toBe(manifest('Component', 'taskflow-pubsub').metadata.name);
  const [tasks, dead_letters] = [manifest('Subscription', TOPIC), manifest('Subscription', DEAD_LETTER_TOPIC)];
  expect(tasks.spec).toMatchObject({ pubsubname: PUBSUB, topic: TOPIC, deadLetterTopic: DEAD_LETTER_TOPIC });
  expect(dead_letters.spec).toMatchObject({ pubsubname: PUBSUB, topic: DEAD_LETTER_TOPIC });
  expect(dead_letters.spec).not.toHaveProperty('deadLetterTopic');
  const pubsub = manifest('Component', PUBSUB);
  expect(property(pubsub, 'allowedTopics')).toBe(`${TOPIC},${DEAD_LETTER_TOPIC}`);
  expect(property(pubsub, 'publishingScopes')).toBe(`backend-service=${TOPIC};worker=${DEAD_LETTER_TOPIC}`);
  expect(property(pubsub, 'subscriptionScopes')).toBe(`backend-service=${DEAD_LETTER_TOPIC};worker=${TOPIC}`);
});

test('events are offered for longer than a restart of the worker takes, and dead letters without end', () => {
  const { policies, targets } = manifest('Resiliency', 'worker').spec as unknown as ResiliencySpec;
  const { retry = '', timeout = '' } = targets.components[PUBSUB]?.inbound ?? {};
  const { policy, duration = '', maxRetries = 0 } = policies.retries?.[retry] ?? {};
  expect(policy).toBe('constant');
  expect((Number.parseInt(duration, 10) / 1_000) * maxRetries).toBeGreaterThanOrEqual(20);
  expect(policies.timeouts[timeout]).toBe('10s');
  // With a policy of its own it would give up, or go on after its partition went to another replica.
  const backend = manifest('Resiliency', 'backend-service').spec as unknown as ResiliencySpec;
  expect(backend.targets.components[PUBSUB]?.inbound).toEqual({ timeout: 'event' });
});

interface ResiliencySpec {
  policies: {
    timeouts: Record<string, string>;
    retries?: Record<string, { policy?: string; duration?: string; maxRetries?: number }>;
  };
  targets: { components: Record<string, { inbound?: { timeout?: string; retry?: string } }> };
}

describe('the custom resource definitions of the pinned Dapr', () => {
  const schemas = new Map<string, StructuralSchema>();
  beforeAll(async () => {
    for (const [version, schema] of await daprSchemas()) schemas.set(version, schema);
  }, 300_000);

  test('take every document, with no field that they do not know', () => {
    for (const one of manifests) {
      const schema = schemas.get(`${one.apiVersion} ${one.kind}`);
      expect(schema, `${one.apiVersion} ${one.kind}`).toBeDefined();
      expect(findFaults(one, schema ?? {}), one.metadata.name).toEqual([]);
    }
  });

  test('refuse a misspelt field and a wrong type', () => {
    const good = manifest('Resiliency', 'worker');
    const schema = schemas.get('dapr.io/v1alpha1 Resiliency') ?? {};
    const retries = { event: { policy: 'constant', maxRetry: 60, maxRetries: '60' } };
    const bad = { ...good, spec: { ...good.spec, policies: { retries } }, scope: ['worker'] };
    expect(findFaults(bad, schema).sort()).toEqual([
      '.scope: is not known',
      '.spec.policies.retries.event.maxRetries: is not of type integer',
      '.spec.policies.retries.event.maxRetry: is not known',
    ]);
  });
});

/** By `apiVersion kind`, from the charts in Dapr's Go module, at the version that the engine builds. */
async function daprSchemas(): Promise<Map<string, StructuralSchema>> {
  const args = ['mod', 'download', '-json', 'github.com/dapr/dapr'];
  const { stdout } = await promisify(execFile)('go', args, { cwd: path.join(ROOT, 'engine', 'dapr') });
  const crds = path.join((JSON.parse(stdout) as { Dir: string }).Dir, 'charts', 'dapr', 'crds');
  const schemas = new Map<string, StructuralSchema>();
  for (const file of await readdir(crds)) {
    for (const { spec } of (await readYaml(path.join(crds, file))) as Definition[]) {
      for (const { name, schema } of spec.versions)
        schemas.set(`${spec.group}/${name} ${spec.names.kind}`, schema.openAPIV3Schema);
    }
  }
  return schemas;
}

interface Definition {
  spec: {
    group: string;
    names: { kind: string };
    versions: { name: string; schema: { openAPIV3Schema: StructuralSchema } }[];
  };
}
