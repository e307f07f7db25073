/** TaskFlow on the engine: each service a process beside its sidecar, as Kubernetes would run it, and one address for browsers. */
import { randomBytes } from 'node:crypto';
import path from 'node:path';
import { ensureSecrets } from '@taskflow/embedded/src/secrets.ts';
import { type RenderedResources, renderResources } from '../../k8s/local/render.ts';
import { type Part, probeHttp } from './part.ts';
import type { Sidecar } from './sidecar.ts';
import { type Engine, startEngine } from './start-engine.ts';

export interface TaskFlowOptions {
  /** Data, logs and remembered ports. */
  folder: string;
  /** Where browsers find it; a free port on loopback unless said otherwise. */
  host?: string;
  port?: number;
  replicas?: Partial<Record<'backend-service' | 'worker', number>>;
  /** Further settings of the services. */
  environment?: Readonly<Record<string, string>>;
  /** Where built programs are kept. */
  cache?: string;
  say?(line: string): void;
}

/** One process of a service, and the sidecar beside it. */
export interface Service {
  app: Part;
  sidecar: Sidecar;
  /** Where the process itself listens: for its sidecar. */
  url: string;
}

export type AppId = 'backend-service' | 'worker' | 'frontend';

export interface TaskFlow {
  url: string;
  engine: Engine;
  services: Record<AppId, Service[]>;
  /** What sidecars and applications show each other. */
  tokens: { dapr_api_token: string; app_api_token: string };
  stop(): Promise<void>;
}

const ROOT = path.join(import.meta.dirname, '..', '..');
const PROGRAMS: Record<AppId, string> = {
  'backend-service': 'backend/src/main.ts',
  worker: 'worker/src/main.ts',
  frontend: 'frontend/src/main.ts',
};

export async function startTaskFlow(options: TaskFlowOptions): Promise<TaskFlow> {
  const { folder, cache, say, replicas = {} } = options;
  const engine = await startEngine({ folder, ...(cache ? { cache } : {}), ...(say ? { say } : {}) });
  try {
    const manifests = await renderFor(engine);
    const tokens = { dapr_api_token: newToken(), app_api_token: newToken() };
    const port = options.port || (await engine.port('frontend'));
    const url = `http://${options.host ?? '127.0.0.1'}:${port}`;
    const house: House = {
      engine,
      manifests,
      tokens,
      environment: { ...options.environment, TASKFLOW_PUBLIC_URL: url },
    };
    const many = (app_id: 'backend-service' | 'worker') =>
      Promise.all(
        Array.from({ length: replicas[app_id] ?? 1 }, async (_, index) => {
          const name = index === 0 ? app_id : `${app_id}-${index + 1}`;
          return startService(house, { app_id, name, host: '127.0.0.1', port: await engine.port(name) });
        }),
      );
    const [backends, workers, frontend] = await Promise.all([
      many('backend-service'),
      many('worker'),
      startService(house, { app_id: 'frontend', name: 'frontend', host: options.host ?? '127.0.0.1', port }),
    ]);
    return {
      ...{ url, engine, tokens },
      services: { 'backend-service': backends, worker: workers, frontend: [frontend] },
      stop: () => engine.stop(),
    };
  } catch (error) {
    await engine.stop();
    throw error;
  }
}

async function renderFor(engine: Engine): Promise<RenderedResources> {
  const { auth_secret } = ensureSecrets(path.join(engine.folder, 'secrets.json'));
  // Dapr's tables are in a database of their own: the two have nothing to do with each other.
  await engine.postgres.ensureDatabase('dapr');
  return renderResources({
    folder: path.join(engine.folder, 'manifests'),
    brokers: engine.kafka.brokers,
    statestore_connection_string: engine.postgres.dsn('dapr'),
    secrets: { 'database-url': engine.postgres.url(), 'auth-secret': auth_secret },
    name_resolution_db: path.join(engine.folder, 'names.db'),
  });
}

const newToken = (): string => randomBytes(32).toString('base64url');

interface House {
  engine: Engine;
  manifests: RenderedResources;
  tokens: TaskFlow['tokens'];
  environment: Readonly<Record<string, string>>;
}

interface Place {
  app_id: AppId;
  /** Tells the replicas apart. */
  name: string;
  host: string;
  port: number;
}

/** Both at once: an application may ask its sidecar for secrets before it listens, and a sidecar waits for it to listen. */
async function startService({ engine, manifests, tokens, environment }: House, place: Place): Promise<Service> {
  const { app_id, name, host, port } = place;
  const sidecar = await engine.sidecar({
    ...{ app_id, name, tokens, app_port: port },
    resources: manifests.resources[app_id],
    configuration: manifests.configurations[app_id],
  });
  const url = `http://127.0.0.1:${port}`;
  const app = await engine.run({
    name,
    command: process.execPath,
    args: [path.join(ROOT, PROGRAMS[app_id])],
    environment: {
      NODE_ENV: 'production',
      HOST: host,
      PORT: String(port),
      DAPR_HTTP_PORT: String(sidecar.http_port),
      DAPR_API_TOKEN: tokens.dapr_api_token,
      APP_API_TOKEN: tokens.app_api_token,
      // Requests come from the sidecar, which says for whom.
      TASKFLOW_TRUST_PROXY: 'loopback,uniquelocal',
      ...environment,
    },
    probe: () => probeHttp(`${url}/readyz`),
    supervised: true,
  });
  await sidecar.awaitApplication();
  return { app, sidecar, url };
}
