/** The documents of k8s/dapr that a sidecar reads, as they are. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { parseAllDocuments } from 'yaml';

export interface Manifest {
  apiVersion: string;
  kind: 'Component' | 'Configuration' | 'Resiliency' | 'Subscription';
  metadata: { name: string; namespace: string };
  spec: Record<string, unknown>;
  auth?: { secretStore: string };
  scopes?: string[];
}

const DAPR = path.join(import.meta.dirname, '..', 'dapr');

/** The namespace itself is only for Kubernetes. */
const FILES = [
  'components/pubsub.yaml',
  'components/secretstore.yaml',
  'components/statestore.yaml',
  'configuration.yaml',
  'resiliency.yaml',
  'subscription.yaml',
];

export async function readManifests(): Promise<Manifest[]> {
  const documents = await Promise.all(FILES.map((name) => readYaml(path.join(DAPR, name))));
  return documents.flat() as Manifest[];
}

/** All documents of a YAML file. */
export async function readYaml(file: string): Promise<unknown[]> {
  return parseAllDocuments(await readFile(file, 'utf8')).map((document) => {
    const [fault] = document.errors;
    if (fault !== undefined) throw new Error(`${file}: ${fault.message}`);
    return document.toJS() as unknown;
  });
}
