/** The manifests of k8s/dapr for sidecars outside Kubernetes: the very same documents, with other hosts and stores and nothing else changed. */
import { mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { stringify } from 'yaml';
import { type Manifest, readManifests } from './manifests.ts';

export const APPS = ['backend-service', 'worker', 'frontend'] as const;
export type App = (typeof APPS)[number];

export interface LocalOverlay {
  /** An absolute path; a folder for each app and the secrets' file are made anew in it. */
  folder: string;
  /** `host:port`, several with commas. */
  brokers: string;
  statestore_connection_string: string;
  /** The keys of the secret `taskflow`, beside the state store's connection string. */
  secrets: Readonly<Record<string, string>>;
  /** The SQLite file in which the sidecars of this machine find each other. */
  name_resolution_db: string;
  /** Other names for topics, so that tests can share one Kafka: `{ tasks: 'tasks-3f2a' }`. */
  topics?: Readonly<Record<string, string>>;
}

export interface RenderedResources {
  /** For `daprd --resources-path`. */
  resources: Record<App, string>;
  /** For `daprd --config`. */
  configurations: Record<App, string>;
}

/**
 * daprd is to run with `--mode standalone` and NAMESPACE=taskflow in its environment: access control compares the caller's
 * namespace, and components of another one are skipped.
 */
export async function renderResources(overlay: LocalOverlay): Promise<RenderedResources> {
  const { folder } = overlay;
  const secrets_file = path.join(folder, 'secrets.json');
  await Promise.all([secrets_file, ...APPS.map((app) => path.join(folder, app))].map(remove));
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const taskflow = { ...overlay.secrets, 'statestore-connection-string': overlay.statestore_connection_string };
  await writeFile(secrets_file, JSON.stringify({ taskflow }), { mode: 0o600 });

  const manifests = await readManifests();
  for (const manifest of manifests) applyOverlay(manifest, { ...overlay, secrets_file });
  const written = await Promise.all(APPS.map((app) => writeApp(manifests, app, path.join(folder, app))));
  return {
    resources: byApp(written.map(({ resources }) => resources)),
    configurations: byApp(written.map(({ configuration }) => configuration)),
  };
}

/** Everything that a machine without Kubernetes needs otherwise; tests/manifests proves that it is no more than this. */
function applyOverlay(manifest: Manifest, overlay: LocalOverlay & { secrets_file: string }): void {
  const { kind, metadata, spec } = manifest;
  if (kind === 'Component' && metadata.name === 'taskflow-pubsub') {
    property(manifest, 'brokers').value = overlay.brokers;
  }
  if (kind === 'Component' && metadata.name === 'taskflow-secretstore') {
    spec.type = 'secretstores.local.file';
    // Multi-valued: the secret `taskflow` has many keys, like a secret of Kubernetes.
    spec.metadata = [
      { name: 'secretsFile', value: overlay.secrets_file },
      { name: 'multiValued', value: 'true' },
    ];
  }
  if (kind === 'Configuration') {
    // Not mDNS: it is multicast, and an app that is not there costs a second.
    spec.nameResolution = {
      component: 'sqlite',
      version: 'v1',
      configuration: { connectionString: `file:${overlay.name_resolution_db}` },
    };
  }
  if (overlay.topics !== undefined) renameTopics(manifest, overlay.topics);
}

/** One of a component's settings. */
function property({ metadata, spec }: Manifest, name: string): { name: string; value: string } {
  const found = (spec.metadata as { name: string; value: string }[]).find((one) => one.name === name);
  if (found === undefined) throw new Error(`the component ${metadata.name} has no ${name}`);
  return found;
}

/** Topics stand in subscriptions, and in the component's lists of who may use which. */
function renameTopics(manifest: Manifest, topics: Readonly<Record<string, string>>): void {
  const rename = (name: string) => topics[name] ?? name;
  const { kind, metadata, spec } = manifest;
  if (kind === 'Subscription') {
    spec.topic = rename(spec.topic as string);
    if (spec.deadLetterTopic !== undefined) spec.deadLetterTopic = rename(spec.deadLetterTopic as string);
  }
  if (metadata.name !== 'taskflow-pubsub') return;
  const list = (names: string) => names.split(',').map(rename).join(',');
  const allowed = property(manifest, 'allowedTopics');
  allowed.value = list(allowed.value);
  for (const scopes of [property(manifest, 'publishingScopes'), property(manifest, 'subscriptionScopes')]) {
    // `backend-service=tasks;worker=tasks-dead-letter`
    scopes.value = scopes.value.replaceAll(/=([^;]*)/g, (_, names: string) => `=${list(names)}`);
  }
}

async function writeApp(manifests: readonly Manifest[], app: App, folder: string) {
  const resources = path.join(folder, 'resources');
  await mkdir(resources, { recursive: true });
  const mine = manifests.filter(({ kind, scopes }) => kind !== 'Configuration' && (scopes?.includes(app) ?? true));
  for (const manifest of mine) {
    // A file for each: daprd reads only the first document of a file when it looks for Resiliency.
    const name = `${manifest.kind.toLowerCase()}-${manifest.metadata.name}.yaml`;
    await writeFile(path.join(resources, name), stringify(manifest));
  }
  const configuration = path.join(folder, 'configuration.yaml');
  await writeFile(configuration, configurationText(manifests, app));
  return { resources, configuration };
}

function configurationText(manifests: readonly Manifest[], app: App): string {
  const found = manifests.find(({ kind, metadata }) => kind === 'Configuration' && metadata.name === app);
  if (found === undefined) throw new Error(`there is no Configuration for ${app}`);
  const text = stringify(found);
  // daprd expands $NAME and ${NAME} in this file before it reads it.
  if (text.includes('$')) throw new Error(`the Configuration of ${app} has a dollar sign, which daprd would expand`);
  return text;
}

const remove = (file: string) => rm(file, { recursive: true, force: true });

const byApp = (values: readonly string[]) =>
  Object.fromEntries(APPS.map((app, index) => [app, values[index]])) as Record<App, string>;
