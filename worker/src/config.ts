/** The settings of the worker in the distributed mode: the only place that reads its environment; a wrong one stops the start with a sentence that names it. */
import { invalid } from '@taskflow/core/domain/failure.ts';

export interface WorkerConfig {
  host: string;
  port: number;
  /** The port of the sidecar beside this process, and what it asks for. */
  dapr_http_port: number;
  dapr_api_token: string;
  /** What callers of `/subscribe` and `/job` must show as `dapr-api-token`. */
  app_api_token: string;
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

function logLevel(name: string, value: string): LogLevel {
  const found = LOG_LEVELS.find((level) => level === value);
  if (found) return found;
  throw invalid(name, `must be one of ${LOG_LEVELS.join(', ')}, not "${value}"`);
}
