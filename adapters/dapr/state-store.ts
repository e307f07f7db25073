/** What must be remembered once among all replicas: the first write wins, and a change needs the version it was made from. */
import type { StateStore } from '@taskflow/core/ports.ts';
import type { HttpClient } from '../http/http-client.ts';
import { SidecarRefused } from './sidecar.ts';

/** Single writes only: a transaction answers a conflict with 500 instead of 409 (Dapr 1.18.2). */
export function daprStateStore(sidecar: HttpClient, component: string): StateStore {
  const write = async (key: string, value: unknown, ttl_s: number, etag?: string): Promise<boolean> => {
    const entry = {
      key,
      value,
      ...(etag === undefined ? {} : { etag }),
      options: { concurrency: 'first-write', consistency: 'strong' },
      metadata: { ttlInSeconds: String(ttl_s) },
    };
    const answer = await sidecar.send('POST', `/v1.0/state/${component}`, JSON.stringify([entry]));
    // The first write of a key that is there already: PostgreSQL's component has no 409 for it (Dapr 1.18.2).
    const taken = answer.status === 500 && answer.body.includes('no item was updated');
    if (answer.status === 409 || taken) return false;
    if (answer.status !== 204) throw new SidecarRefused(`state ${key}`, answer);
    return true;
  };
  return {
    async get(key) {
      const answer = await sidecar.send(
        'GET',
        `/v1.0/state/${component}/${encodeURIComponent(key)}?consistency=strong`,
      );
      if (answer.status === 204) return null;
      const etag = answer.headers.etag;
      if (answer.status !== 200 || typeof etag !== 'string') throw new SidecarRefused(`state ${key}`, answer);
      return { value: JSON.parse(answer.body) as unknown, etag };
    },
    create: (key, value, ttl_s) => write(key, value, ttl_s),
    replace: (key, value, ttl_s, etag) => write(key, value, ttl_s, etag),
  };
}
