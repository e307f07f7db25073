/** Where the API is, seen from this process: behind its own sidecar, by service invocation. No browser sees either. */
import type { SidecarConfig } from './config.ts';

/** Dapr docs, "Service invocation API reference". */
const BACKEND = '/v1.0/invoke/backend-service/method';

export const invocationPath = (path: string): string => BACKEND + path;

/** Whether a session is known for these cookies; null where it cannot be found out now. */
export async function hasSession({ http_port, api_token }: SidecarConfig, cookie: string): Promise<boolean | null> {
  try {
    const answer = await fetch(`http://127.0.0.1:${http_port}${invocationPath('/api/auth/get-session')}`, {
      headers: { cookie, 'dapr-api-token': api_token },
      cache: 'no-store',
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
    return answer.ok ? (await answer.json()) !== null : null;
  } catch {
    return null;
  }
}

/** A page is better shown without knowing than late: the API says the same to its first request. */
const PATIENCE_MS = 1_000;
