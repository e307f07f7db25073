/** The worker's way to the backend's internal routes: `ring` and `moments`, over whatever the target is. */
import { MomentsResponse, RingResponse } from '@taskflow/core/contracts/jobs.ts';
import type { BackendClient } from '@taskflow/core/ports.ts';
import type { ZodType } from 'zod';
import { type HttpAnswer, type HttpTarget, openHttpClient } from './http-client.ts';

/** The backend answered, but not with what was asked for. */
export class BackendRefused extends Error {
  override readonly name = 'BackendRefused';
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

export interface HttpBackendClient extends BackendClient {
  close(): void;
}

/** A ring takes everything that is due: after a long time without service that may be much. */
const TIMEOUT_MS = 30_000;

export function openBackendClient({
  target,
  token,
  timeout_ms = TIMEOUT_MS,
}: {
  target: HttpTarget;
  token: string;
  timeout_ms?: number;
}): HttpBackendClient {
  const client = openHttpClient({ target, headers: { authorization: `Bearer ${token}` }, timeout_ms });
  return {
    async ring(moment) {
      const answer = await client.send('POST', '/internal/ring', JSON.stringify(moment === null ? {} : { moment }));
      return read(RingResponse, answer, 'ring');
    },
    async moments(after, to) {
      const query = new URLSearchParams(after === null ? { to } : { after, to });
      return read(MomentsResponse, await client.send('GET', `/internal/moments?${query}`), 'moments');
    },
    close: client.close,
  };
}

function read<T>(schema: ZodType<T>, { status, body }: HttpAnswer, what: string): T {
  if (status !== 200) throw new BackendRefused(status, `${what}: the backend answers ${status}`);
  const answer = schema.safeParse(JSON.parse(body));
  if (answer.success) return answer.data;
  throw new BackendRefused(status, `${what}: the backend's answer cannot be read (${answer.error.message})`);
}
