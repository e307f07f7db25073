/** A Dapr sidecar beside an application, as the injector would set it up in Kubernetes: with an identity, tokens and a look at the application's health. */
import { readFileSync } from 'node:fs';
import type { DaprPrograms } from './dapr-programs.ts';
import { type House, makePart, type Part, probeHttp } from './part.ts';
import type { PortBook } from './ports.ts';
import { CONTROL_PLANE, type Sentry } from './sentry.ts';

export interface SidecarOptions {
  app_id: string;
  app_port: number;
  /** Folders with components, subscriptions and resiliency. */
  resources: string | readonly string[];
  /** A file; it must name `sqlite` as name resolution. */
  configuration: string;
  tokens: {
    /** What callers of the sidecar must show. */
    dapr_api_token?: string;
    /** What the sidecar shows the application. */
    app_api_token?: string;
  };
  /** Tells apart two sidecars of one application; by default the app-id. */
  name?: string;
  namespace?: string;
  /** False where the application has no /healthz. */
  health_check?: boolean;
  log_level?: 'debug' | 'info' | 'warn' | 'error';
}

export interface Sidecar extends Part {
  app_id: string;
  http_port: number;
  /** `http://127.0.0.1:port` */
  url: string;
  /** Resolves when the application was seen listening, and calls reach it. */
  awaitApplication(): Promise<void>;
}

export interface SidecarSurroundings {
  programs: DaprPrograms;
  ports: PortBook;
  sentry: Sentry;
  scheduler_address: string;
  placement_address: string;
}

export async function makeSidecar(
  house: House,
  surroundings: SidecarSurroundings,
  options: SidecarOptions,
): Promise<Sidecar> {
  const { programs, ports, sentry } = surroundings;
  const { app_id, name = app_id, namespace = 'taskflow', tokens } = options;
  const uses = ['http', 'grpc', 'internal', 'metrics'].map((use) => `sidecar.${name}.${use}`);
  const [http = 0, grpc = 0, internal = 0, metrics = 0] = await Promise.all(uses.map((use) => ports.port(use)));
  const url = `http://127.0.0.1:${http}`;
  const part = makePart(house, {
    name: `sidecar-${name}`,
    command: programs.daprd,
    args: sidecarArguments({ http, grpc, internal, metrics }, surroundings, options),
    environment: {
      NAMESPACE: namespace,
      DAPR_CONTROLPLANE_NAMESPACE: CONTROL_PLANE.namespace,
      DAPR_TRUST_ANCHORS: readFileSync(sentry.trust_anchors_file, 'utf8'),
      // Where other sidecars find this one.
      DAPR_HOST_IP: '127.0.0.1',
      ...(tokens.dapr_api_token ? { DAPR_API_TOKEN: tokens.dapr_api_token } : {}),
      ...(tokens.app_api_token ? { APP_API_TOKEN: tokens.app_api_token } : {}),
    },
    // Without the application, which may itself wait for its sidecar.
    probe: () => probeHttp(`${url}/v1.0/healthz/outbound`),
    // It exits when Kafka or the database is down at its start.
    supervised: true,
  });
  return Object.assign(part, {
    app_id,
    http_port: http,
    url,
    awaitApplication: () => awaitHealth(part, `${url}/v1.0/healthz`),
  });
}

type SidecarPorts = Record<'http' | 'grpc' | 'internal' | 'metrics', number>;

function sidecarArguments(ports: SidecarPorts, around: SidecarSurroundings, options: SidecarOptions): string[] {
  const { app_id, app_port, configuration, resources, health_check = true, log_level = 'info' } = options;
  return [
    ...['--mode', 'standalone', '--app-id', app_id, '--config', configuration],
    ...[resources].flat().flatMap((folder) => ['--resources-path', folder]),
    ...['--app-port', String(app_port), '--app-protocol', 'http', '--app-channel-address', '127.0.0.1'],
    ...['--dapr-http-port', String(ports.http), '--dapr-grpc-port', String(ports.grpc)],
    ...['--dapr-listen-addresses', '127.0.0.1'],
    ...['--dapr-internal-grpc-port', String(ports.internal), '--dapr-internal-grpc-listen-address', '127.0.0.1'],
    ...['--metrics-port', String(ports.metrics), '--metrics-listen-address', '127.0.0.1'],
    ...['--enable-mtls', '--sentry-address', around.sentry.address],
    ...['--control-plane-trust-domain', CONTROL_PLANE.trust_domain],
    ...['--scheduler-host-address', around.scheduler_address, '--placement-host-address', around.placement_address],
    ...(health_check ? HEALTH_CHECK : []),
    ...['--max-body-size', '24Mi', '--dapr-graceful-shutdown-seconds', '5'],
    ...['--log-level', log_level, '--log-as-json'],
  ];
}

/** Without it, events and jobs that are due while the application restarts are lost. Twice in a row, because one slow answer is no outage. */
const HEALTH_CHECK = [
  ...['--enable-app-health-check', '--app-health-check-path', '/healthz'],
  ...['--app-health-probe-interval', '1', '--app-health-probe-timeout', '900', '--app-health-threshold', '2'],
];

const APPLICATION_MS_MAX = 60_000;

async function awaitHealth(part: Part, url: string): Promise<void> {
  await part.awaitReady();
  const deadline = performance.now() + APPLICATION_MS_MAX;
  for (;;) {
    try {
      return await probeHttp(url);
    } catch (error) {
      if (performance.now() > deadline) throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}
