/** Sentry gives every part its identity, so that parts talk in mutual TLS and access control knows who calls. */
import { X509Certificate } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { DaprPrograms } from './dapr-programs.ts';
import { type House, makePart, type Part, probeHttp } from './part.ts';
import type { PortBook } from './ports.ts';

export interface Sentry extends Part {
  address: string;
  /** A file; what the sidecars trust. */
  trust_anchors_file: string;
}

/** As in Dapr's Helm chart. Applications live in the trust domain `public`, which is Dapr's standard. */
export const CONTROL_PLANE = { namespace: 'dapr-system', trust_domain: 'cluster.local' };

export async function makeSentry(house: House, programs: DaprPrograms, ports: PortBook): Promise<Sentry> {
  const [port, healthz_port] = await Promise.all([ports.port('sentry'), ports.port('sentry.healthz')]);
  // It watches this folder and starts anew whenever a file in it changes: nothing else may lie there.
  const credentials = path.join(house.folder, 'sentry');
  mkdirSync(credentials, { recursive: true, mode: 0o700 });
  const trust_anchors_file = path.join(credentials, 'ca.crt');
  const config_file = path.join(house.folder, 'sentry.yaml');
  writeFileSync(config_file, CONFIGURATION);
  const part = makePart(house, {
    name: 'sentry',
    command: programs.sentry,
    args: [
      ...['--config', config_file, '--issuer-credentials', credentials, '--trust-domain', CONTROL_PLANE.trust_domain],
      ...['--port', String(port), '--listen-address', '127.0.0.1'],
      // Dapr 1.18 ignores --healthz-listen-address and, here, --metrics-listen-address. What cannot be kept on loopback
      // is switched off; the health endpoint, which says 200 or 503 and no more, cannot be.
      ...['--healthz-port', String(healthz_port), '--enable-metrics=false', '--log-as-json'],
    ],
    environment: { NAMESPACE: CONTROL_PLANE.namespace },
    probe: () => probeHttp(`http://127.0.0.1:${healthz_port}/healthz`),
    ready_ms_max: 20_000,
  });
  forgetOld(credentials, trust_anchors_file);
  return Object.assign(part, { address: `127.0.0.1:${port}`, trust_anchors_file });
}

const DAY_MS = 86_400_000;
const LEFT_DAYS_MIN = 30;

/** Sentry makes an authority that is good for a year when it finds none, and does not renew it. */
function forgetOld(credentials: string, trust_anchors_file: string): void {
  if (!existsSync(trust_anchors_file)) return;
  const { validToDate } = new X509Certificate(readFileSync(trust_anchors_file));
  if (validToDate.getTime() - Date.now() > LEFT_DAYS_MIN * DAY_MS) return;
  rmSync(credentials, { recursive: true });
  mkdirSync(credentials, { mode: 0o700 });
}

const CONFIGURATION = `apiVersion: dapr.io/v1alpha1
kind: Configuration
metadata:
  name: daprsystem
spec:
  mtls:
    enabled: true
    workloadCertTTL: 24h
    allowedClockSkew: 15m
`;
