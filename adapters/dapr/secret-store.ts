/** Secrets by the sidecar's secrets API: Kubernetes secrets in a cluster, a file on one machine. */
import type { SecretStore } from '@taskflow/core/ports.ts';
import { z } from 'zod';
import type { HttpClient } from '../http/http-client.ts';
import { SidecarRefused } from './sidecar.ts';

const Secret = z.record(z.string(), z.string());

/** What is not there, or not for this application, is null: the store does not tell one from the other. */
export function daprSecretStore(sidecar: HttpClient, component: string): SecretStore {
  return {
    async get(name) {
      const path = `/v1.0/secrets/${component}/${encodeURIComponent(name)}`;
      const answer = await sidecar.send('GET', path);
      if (answer.status === 204 || answer.status === 403 || answer.status === 404) return null;
      // The stores of Kubernetes and of a file answer 500 for a name they do not know.
      if (answer.status === 500 && /not found|couldn.t get secret/i.test(answer.body)) return null;
      if (answer.status !== 200) throw new SidecarRefused(`secret ${name}`, answer);
      return Secret.parse(JSON.parse(answer.body));
    },
  };
}
