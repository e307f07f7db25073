/** The scheduler keeps jobs on disk (etcd) and rings them over the sidecars; its data are bounded. */
import { mkdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import type { DaprPrograms } from './dapr-programs.ts';
import { type House, makePart, type Part, probeHttp } from './part.ts';
import { controlPlaneTls } from './placement.ts';
import type { PortBook } from './ports.ts';
import { CONTROL_PLANE, type Sentry } from './sentry.ts';

export interface Scheduler extends Part {
  address: string;
  /** To lose all jobs: stop it, remove this, start it. */
  data_folder: string;
}

const ID = 'dapr-scheduler-server-0';

export async function makeScheduler(
  house: House,
  programs: DaprPrograms,
  ports: PortBook,
  sentry: Sentry,
): Promise<Scheduler> {
  const names = ['', '.healthz', '.metrics', '.etcd', '.etcd-peer'].map((use) => `scheduler${use}`);
  const [port, healthz_port, metrics_port, etcd_port, peer_port] = await Promise.all(
    names.map((name) => ports.port(name)),
  );
  const address = `127.0.0.1:${port}`;
  const data_folder = path.join(house.folder, 'scheduler', 'data');
  const identity_folder = path.join(house.folder, 'scheduler', 'identity');
  mkdirSync(data_folder, { recursive: true, mode: 0o700 });
  // It leaves a folder with a key there at each start, and wants to make the one it is told by itself.
  rmSync(identity_folder, { recursive: true, force: true });
  mkdirSync(identity_folder, { mode: 0o700 });
  const part = makePart(house, {
    name: 'scheduler',
    command: programs.scheduler,
    args: [
      ...['--id', ID, '--port', String(port), '--listen-address', '127.0.0.1'],
      // Sidecars are told this address; what it would find out by itself is one of the machine's.
      ...['--override-broadcast-host-port', address],
      ...['--healthz-port', String(healthz_port), '--metrics-port', String(metrics_port), '--log-as-json'],
      ...['--etcd-data-dir', data_folder, '--identity-directory-write', path.join(identity_folder, 'tls')],
      ...['--etcd-client-port', String(etcd_port), '--etcd-client-listen-address', '127.0.0.1'],
      ...['--etcd-initial-cluster', `${ID}=https://127.0.0.1:${peer_port}`],
      ...BOUNDS,
      ...controlPlaneTls(sentry),
    ],
    environment: { NAMESPACE: CONTROL_PLANE.namespace },
    probe: () => probeHttp(`http://127.0.0.1:${healthz_port}/healthz`),
  });
  return Object.assign(part, { address, data_folder });
}

/** Dapr's own are meant for millions of jobs: 9 EB, a million old revisions, ten files each of 64 MB. */
const BOUNDS = [
  ...['--etcd-space-quota', '1Gi', '--etcd-compaction-mode', 'revision', '--etcd-compaction-retention', '10000'],
  ...['--etcd-max-wals', '2', '--etcd-max-snapshots', '2', '--etcd-snapshot-count', '10000'],
  // Alone in its cluster, it has nobody to wait for.
  ...['--etcd-initial-election-tick-advance', '--workers', '128'],
];
