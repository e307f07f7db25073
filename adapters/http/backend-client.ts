/** The worker's way to the backend's internal routes: `ring`, `moments` and `receipts`, over whatever the client reaches. */
import { MomentsResponse, RingResponse } from '@taskflow/core/contracts/jobs.ts';
import type { BackendClient } from '@taskflow/core/ports.ts';
import type { ZodType } from 'zod';
import type { HttpAnswer, HttpClient } from './http-client.ts';

/** The backend answered, but not with what was asked for. */
export class BackendRefused extends Error {
  override readonly name = 'BackendRefused';
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** A ring takes everything that is due: after a long time without service that may be much. */
export const BACKEND_TIMEOUT_MS = 30_000;

/** `prefix` stands before every path: a sidecar's way to the backend. */
export function openBackendClient(client: HttpClient, prefix = ''): BackendClient {
  return {
    async ring(moment, traceparent) {
      const body = JSON.stringify(moment === null ? {} : { moment });
      return read(
        RingResponse,
        await client.send('POST', `${prefix}/internal/ring`, body, traced(traceparent)),
        'ring',
      );
    },
    async moments(after, to) {
      const query = new URLSearchParams(after === null ? { to } : { after, to });
      return read(MomentsResponse, await client.send('GET', `${prefix}/internal/moments?${query}`), 'moments');
    },
    async report(receipt, traceparent) {
      const path = `${prefix}/internal/receipts`;
      const { status } = await client.send('POST', path, JSON.stringify(receipt), traced(traceparent));
      if (status !== 204) throw new BackendRefused(status, `receipt: the backend answers ${status}`);
    },
  };
}

const traced = (traceparent: string | null): Record<string, string> => (traceparent === null ? {} : { traceparent });

function read<T>(schema: ZodType<T>, { status, body }: HttpAnswer, what: string): T {
  if (status !== 200) throw new BackendRefused(status, `${what}: the backend answers ${status}`);
  const answer = schema.safeParse(JSON.parse(body));
  if (answer.success) return answer.data;
  throw new BackendRefused(status, `${what}: the backend's answer cannot be read (${answer.error.message})`);
}
