/** The settings of the worker in the distributed mode: the only place that reads its environment; a wrong one stops the start with a sentence that names it. */
import { invalid } from '@taskflow/core/domain/failure.ts';
import { PAUSES_S } from './delivery-pauses.ts';

export interface WorkerConfig {
  host: string;
  port: number;
  /** The port of the sidecar beside this process, and what it asks for. */
  dapr_http_port: number;
  dapr_api_token: string;
  /** What callers of `/subscribe` and `/job` must show as `dapr-api-token`. */
  app_api_token: string;
  /** Where reminders are sent as well; null: nowhere. */
  webhook: { url: string; secret: string } | null;
  /** Seconds before each further try of a delivery. */
  delivery_pauses_s: readonly number[];
  log_level: LogLevel;
}

const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace'] as const;
type LogLevel = (typeof LOG_LEVELS)[number];
type Environment = Record<string, string | undefined>;

export function readWorkerConfig(environment: Environment): WorkerConfig {
  const value = (name: string, initial: string) => environment[name]?.trim() || initial;
  return {
    // Address to listen on.
    host: value('HOST', '0.0.0.0'),
    // Port to listen on.
    port: port('PORT', value('PORT', '3001')),
    // The sidecar's port; Dapr sets it.
    dapr_http_port: port('DAPR_HTTP_PORT', value('DAPR_HTTP_PORT', '3500')),
    // The secret that this application shows to its sidecar; by Dapr's own name for it.
    dapr_api_token: secret('DAPR_API_TOKEN', value('DAPR_API_TOKEN', '')),
    // The secret that the sidecar shows to this application; by Dapr's own name for it.
    app_api_token: secret('APP_API_TOKEN', value('APP_API_TOKEN', '')),
    // TASKFLOW_WEBHOOK_URL: every reminder is posted there, http or https. TASKFLOW_WEBHOOK_SECRET: what it is signed with
    // (Standard Webhooks): `whsec_` and the base64 of 24 to 64 random bytes. Both, or neither.
    webhook: webhook(value('TASKFLOW_WEBHOOK_URL', ''), value('TASKFLOW_WEBHOOK_SECRET', '')),
    // Seconds before the second, the third … try of a delivery that failed, with commas; as many further tries there are.
    delivery_pauses_s: pauses('TASKFLOW_DELIVERY_PAUSES_S', value('TASKFLOW_DELIVERY_PAUSES_S', PAUSES_S.join(','))),
    // fatal, error, warn, info, debug or trace.
    log_level: logLevel('TASKFLOW_LOG_LEVEL', value('TASKFLOW_LOG_LEVEL', 'info')),
  };
}

function port(name: string, value: string): number {
  const number = Number(value);
  if (/^\d+$/.test(value) && number <= 65_535) return number;
  throw invalid(name, `must be a whole number from 0 to 65535, not "${value}"`);
}

/** Never repeated in a message. */
function secret(name: string, value: string): string {
  if (value.length >= 16) return value;
  throw invalid(name, 'must be set to a secret of at least 16 characters');
}

function webhook(url: string, secret: string): WorkerConfig['webhook'] {
  if (url === '' && secret === '') return null;
  if (secret === '') throw invalid('TASKFLOW_WEBHOOK_SECRET', 'must be set, because TASKFLOW_WEBHOOK_URL is');
  if (url === '') throw invalid('TASKFLOW_WEBHOOK_URL', 'must be set, because TASKFLOW_WEBHOOK_SECRET is');
  const protocol = URL.parse(url)?.protocol;
  // Not repeated: an address may hold a key.
  if (protocol !== 'https:' && protocol !== 'http:')
    throw invalid('TASKFLOW_WEBHOOK_URL', 'must be an address that begins with https:// or http://');
  const [, encoded] = /^whsec_([A-Za-z0-9+/]+={0,2})$/.exec(secret) ?? [];
  const bytes = encoded === undefined ? 0 : Buffer.from(encoded, 'base64').length;
  if (bytes < 24 || bytes > 64)
    throw invalid('TASKFLOW_WEBHOOK_SECRET', 'must be whsec_ and the base64 of 24 to 64 random bytes');
  return { url, secret };
}

const PAUSES_MAX = 100;
/** All together: what has been delivered is remembered for a week. */
const PAUSES_S_MAX = 5 * 86_400;

function pauses(name: string, value: string): number[] {
  const numbers = value.split(',').map((part) => (/^\s*\d+\s*$/.test(part) ? Number(part) : Number.NaN));
  const total_s = numbers.reduce((sum, seconds) => sum + seconds, 0);
  if (numbers.length <= PAUSES_MAX && numbers.every((seconds) => seconds >= 1) && total_s <= PAUSES_S_MAX)
    return numbers;
  throw invalid(
    name,
    `must be up to ${PAUSES_MAX} whole numbers with commas, ${PAUSES_S_MAX} together, not "${value}"`,
  );
}

function logLevel(name: string, value: string): LogLevel {
  const found = LOG_LEVELS.find((level) => level === value);
  if (found) return found;
  throw invalid(name, `must be one of ${LOG_LEVELS.join(', ')}, not "${value}"`);
}
