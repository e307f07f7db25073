/** The settings of the frontend in the distributed mode: the only place that reads its environment; a wrong one stops the start by name. */

export interface SidecarConfig {
  http_port: number;
  api_token: string;
}

export interface FrontendConfig {
  host: string;
  port: number;
  sidecar: SidecarConfig;
}

type Environment = Record<string, string | undefined>;

export function readFrontendConfig(environment: Environment): FrontendConfig {
  const sidecar = readSidecarConfig(environment);
  if (sidecar === null) throw new Error('DAPR_HTTP_PORT: must be the port of the sidecar beside this process');
  return {
    // Address to listen on.
    host: environment.HOST || '0.0.0.0',
    // Port to listen on.
    port: port('PORT', environment.PORT || '3002'),
    sidecar,
  };
}

/** Null in the embedded mode, where the API is in this very process. */
export function readSidecarConfig(environment: Environment): SidecarConfig | null {
  const { DAPR_HTTP_PORT, DAPR_API_TOKEN } = environment;
  if (!DAPR_HTTP_PORT) return null;
  // The secret that this application shows to its sidecar; by Dapr's own name for it.
  if (!DAPR_API_TOKEN || DAPR_API_TOKEN.length < 16)
    throw new Error('DAPR_API_TOKEN: must be set to a secret of at least 16 characters');
  return { http_port: port('DAPR_HTTP_PORT', DAPR_HTTP_PORT), api_token: DAPR_API_TOKEN };
}

function port(name: string, value: string): number {
  const number = Number(value);
  if (/^\d+$/.test(value) && number <= 65_535) return number;
  throw new Error(`${name}: must be a whole number from 0 to 65535, not "${value}"`);
}
