/** The documents for Strimzi are accepted by its own model, fit the cluster they are for, and name the topics of the code. */
import { execFile } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { DEAD_LETTER_TOPIC, PUBSUB, TOPIC } from '@taskflow/core/contracts/events.ts';
import { beforeAll, expect, test } from 'vitest';
import { readManifests, readYaml } from '../../k8s/local/manifests.ts';
import { strimziModel } from '../support/strimzi-model.ts';

const KAFKA = path.join(import.meta.dirname, '..', '..', 'k8s', 'kafka');
const STRIMZI = path.join(import.meta.dirname, 'strimzi');

interface Resources {
  requests: { cpu: string; memory: string };
  limits: { cpu?: string; memory: string };
}

interface StrimziDocument {
  apiVersion: string;
  kind: string;
  metadata: { name: string; namespace: string; labels?: Record<string, string> };
  spec: {
    replicas?: number;
    roles?: string[];
    partitions?: number;
    config?: Record<string, string | number | boolean>;
    resources?: Resources;
    jvmOptions?: Record<string, string>;
    storage?: { volumes: { size: string; deleteClaim: boolean }[] };
    kafka?: { listeners: { name: string; port: number; type: string; networkPolicyPeers?: unknown[] }[] };
    entityOperator?: { topicOperator: { resources: Resources; jvmOptions: Record<string, string> } };
  };
}

let documents: StrimziDocument[] = [];
beforeAll(async () => {
  const names = await readdir(KAFKA);
  documents = (
    await Promise.all(names.sort().map((name) => readYaml(path.join(KAFKA, name))))
  ).flat() as typeof documents;
});

function find(kind: string, name: string): StrimziDocument {
  const found = documents.find((one) => one.kind === kind && one.metadata.name === name);
  if (found === undefined) throw new Error(`there is no ${kind} ${name}`);
  return found;
}

test('the documents are these, of one cluster in the namespace kafka', () => {
  const found = documents.map(({ apiVersion, kind, metadata }) => `${apiVersion} ${kind} ${metadata.name}`);
  expect(found.sort()).toEqual([
    'kafka.strimzi.io/v1 Kafka taskflow-kafka',
    'kafka.strimzi.io/v1 KafkaNodePool single',
    `kafka.strimzi.io/v1 KafkaTopic ${TOPIC}`,
    `kafka.strimzi.io/v1 KafkaTopic ${DEAD_LETTER_TOPIC}`,
  ]);
  for (const { kind, metadata } of documents) {
    expect(metadata.namespace).toBe('kafka');
    if (kind !== 'Kafka') expect(metadata.labels?.['strimzi.io/cluster']).toBe('taskflow-kafka');
  }
});

test('everything fits: half an OCPU, 1.3 GB and one volume of the smallest size', () => {
  const { spec: pool } = find('KafkaNodePool', 'single');
  const { spec: cluster } = find('Kafka', 'taskflow-kafka');
  const operator = cluster.entityOperator?.topicOperator;
  const parts = [pool, operator];
  const sum = (read: (resources: Resources) => number) =>
    parts.reduce((total, part) => total + (part?.resources === undefined ? Number.NaN : read(part.resources)), 0);
  expect(sum(({ requests }) => milliCpu(requests.cpu))).toBeLessThanOrEqual(500);
  expect(sum(({ limits }) => mebibytes(limits.memory))).toBeLessThanOrEqual(1_280);
  for (const part of parts) {
    // The rest is for the page cache, threads and classes.
    const heap = mebibytes(`${part?.jvmOptions?.['-Xmx']?.replace('m', 'Mi')}`);
    expect(heap).toBeLessThanOrEqual(mebibytes(`${part?.resources?.requests.memory}`) * 0.7);
  }
  expect(pool).toMatchObject({ replicas: 1, roles: ['controller', 'broker'] });
  expect(pool.storage?.volumes.map(({ size, deleteClaim }) => ({ size, deleteClaim }))).toEqual([
    { size: '50Gi', deleteClaim: false },
  ]);
});

test('the sidecars find the broker, and no batch that they make is too large for a topic', async () => {
  const [pubsub] = (await readManifests()).filter(({ metadata }) => metadata.name === PUBSUB);
  const properties = (pubsub?.spec.metadata ?? []) as { name: string; value: string }[];
  const settings = new Map(properties.map(({ name, value }) => [name, value]));
  const { metadata, spec } = find('Kafka', 'taskflow-kafka');
  const [listener] = spec.kafka?.listeners ?? [];
  const host = `${metadata.name}-kafka-bootstrap.${metadata.namespace}.svc.cluster.local`;
  expect(settings.get('brokers')).toBe(`${host}:${listener?.port}`);
  expect(listener?.networkPolicyPeers).toHaveLength(1);
  for (const topic of [TOPIC, DEAD_LETTER_TOPIC]) {
    const { config = {} } = find('KafkaTopic', topic).spec;
    expect(config['max.message.bytes']).toBeGreaterThan(Number(settings.get('maxMessageBytes')));
    expect(config['cleanup.policy']).toBe('delete');
  }
  const days = (topic: string) => Number(find('KafkaTopic', topic).spec.config?.['retention.ms']) / 86_400_000;
  expect([TOPIC, DEAD_LETTER_TOPIC].map(days)).toEqual([7, 30]);
  expect([TOPIC, DEAD_LETTER_TOPIC].map((topic) => find('KafkaTopic', topic).spec.partitions)).toEqual([3, 1]);
});

test('Strimzi reads every document, and nothing in them is unknown to it', { timeout: 300_000 }, async () => {
  const folder = await strimziModel();
  const files = (await readdir(KAFKA)).map((name) => path.join(KAFKA, name));
  const args = ['-cp', path.join(folder, '*'), path.join(STRIMZI, 'ReadResources.java'), ...files];
  const { stdout } = await promisify(execFile)('java', args);
  expect(stdout.trim()).toBe(`${documents.length} read`);
});

function milliCpu(quantity: string): number {
  return quantity.endsWith('m') ? Number.parseInt(quantity, 10) : Number(quantity) * 1_000;
}

function mebibytes(quantity: string): number {
  const [, amount, unit] = /^(\d+)(Mi|Gi)$/.exec(quantity) ?? [];
  return Number(amount) * (unit === 'Gi' ? 1_024 : 1);
}
