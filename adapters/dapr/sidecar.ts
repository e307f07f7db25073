/** The sidecar beside this process: every call shows its token, has a time-out of its own, and says what went wrong. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from '@taskflow/core/logger.ts';
import { type HttpAnswer, type HttpClient, openHttpClient } from '../http/http-client.ts';

export interface SidecarAddress {
  /** Dapr's own name for it: DAPR_HTTP_PORT. */
  http_port: number;
  /** DAPR_API_TOKEN: what the sidecar asks its application for. */
  api_token: string;
}

/**
 * A call may hang for as long as what stands behind the sidecar does (measured: a publish 45 s while Kafka hangs, a job
 * 30 s while the scheduler is away), so no caller waits for longer than `timeout_ms`.
 */
export const openSidecar = ({ http_port, api_token }: SidecarAddress, timeout_ms: number): HttpClient =>
  openHttpClient({
    target: { url: `http://127.0.0.1:${http_port}` },
    headers: { 'dapr-api-token': api_token },
    timeout_ms,
  });

/** The sidecar answered, but not as it was asked to. */
export class SidecarRefused extends Error {
  override readonly name = 'SidecarRefused';
  readonly status: number;

  constructor(what: string, { status, body }: HttpAnswer) {
    super(`${what}: the sidecar answers ${status} ${body.slice(0, 300)}`);
    this.status = status;
  }
}

const LOOK_MS = 200;

/**
 * Until the sidecar can be asked for secrets and state, which it can before it has found this application
 * (`/v1.0/healthz/outbound`, Dapr's health API).
 */
export async function untilSidecarReady(client: HttpClient, logger: Logger): Promise<void> {
  for (let looks = 0; ; looks += 1) {
    const answer = await client.send('GET', '/v1.0/healthz/outbound').catch(() => null);
    if (answer?.status === 204) return;
    if (looks % 50 === 25) logger.warn({ status: answer?.status ?? 'none' }, 'waiting for the sidecar');
    await sleep(LOOK_MS);
  }
}
