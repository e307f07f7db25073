/** Placement knows which sidecar hosts which actor; TaskFlow has no actors, and a sidecar that has lost it works on. */
import type { DaprPrograms } from './dapr-programs.ts';
import { type House, makePart, type Part, probeHttp } from './part.ts';
import type { PortBook } from './ports.ts';
import { CONTROL_PLANE, type Sentry } from './sentry.ts';

export interface Placement extends Part {
  address: string;
}

export async function makePlacement(
  house: House,
  programs: DaprPrograms,
  ports: PortBook,
  sentry: Sentry,
): Promise<Placement> {
  const names = ['placement', 'placement.raft', 'placement.healthz', 'placement.metrics'];
  const [port, raft_port, healthz_port, metrics_port] = await Promise.all(names.map((name) => ports.port(name)));
  const part = makePart(house, {
    name: 'placement',
    command: programs.placement,
    args: [
      ...['--port', String(port), '--listen-address', '127.0.0.1'],
      ...['--id', 'dapr-placement-0', '--initial-cluster', `dapr-placement-0=127.0.0.1:${raft_port}`],
      ...['--healthz-port', String(healthz_port), '--metrics-port', String(metrics_port), '--log-as-json'],
      ...controlPlaneTls(sentry),
    ],
    environment: { NAMESPACE: CONTROL_PLANE.namespace },
    probe: () => probeHttp(`http://127.0.0.1:${healthz_port}/healthz`),
    ready_ms_max: 30_000,
  });
  return Object.assign(part, { address: `127.0.0.1:${port}` });
}

/** What placement and scheduler need to be believed by sidecars. */
export const controlPlaneTls = ({ address, trust_anchors_file }: Sentry): string[] => [
  '--tls-enabled',
  ...['--sentry-address', address],
  ...['--trust-anchors-file', trust_anchors_file],
  ...['--trust-domain', CONTROL_PLANE.trust_domain],
];
