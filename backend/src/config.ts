/** The backend's settings: read from an environment once, checked, and refused with a sentence that says which and why. */
import { z } from 'zod';

const flag = z.enum(['true', 'false']).transform((value) => value === 'true');
const count = (fallback: number) => z.coerce.number().int().min(1).default(fallback);

const Backend = z.object({
  /** Where browsers reach TaskFlow; decides secure cookies and the origin that may send them. */
  TASKFLOW_PUBLIC_URL: z.url({ protocol: /^https?$/ }).default('http://127.0.0.1:3000'),
  /** `closed`: nobody can make an account any more. */
  TASKFLOW_SIGN_UP: z.enum(['open', 'closed']).default('open'),
  /** Signs session cookies; changing it signs everyone out. */
  TASKFLOW_AUTH_SECRET: z.string().min(32),
  /** What the worker shows to ring and to read moments. */
  TASKFLOW_INTERNAL_TOKEN: z.string().min(16),
  /** `true` behind a reverse proxy, or the proxies' addresses with commas: then X-Forwarded-* is believed. */
  TASKFLOW_TRUST_PROXY: z.union([flag, z.string()]).default(false),
  /** Requests one user may make in a minute. */
  TASKFLOW_REQUESTS_PER_MINUTE: count(3_000),
  /** Sign-ins and sign-ups that one address may try in a minute. */
  TASKFLOW_SIGN_INS_PER_MINUTE: count(10),
});

const Server = z.object({
  DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/ }),
  HOST: z.string().default('0.0.0.0'),
  PORT: z.coerce.number().int().min(0).max(65_535).default(3_000),
  TASKFLOW_LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal']).default('info'),
});

export interface BackendConfig {
  public_url: string;
  sign_up: 'open' | 'closed';
  auth_secret: string;
  internal_token: string;
  trust_proxy: boolean | string;
  requests_per_minute: number;
  sign_ins_per_minute: number;
}

export interface ServerConfig {
  database_url: string;
  host: string;
  port: number;
  log_level: z.infer<typeof Server>['TASKFLOW_LOG_LEVEL'];
}

type Environment = Record<string, string | undefined>;

export function readBackendConfig(environment: Environment): BackendConfig {
  const read = parse(Backend, environment);
  return {
    public_url: read.TASKFLOW_PUBLIC_URL,
    sign_up: read.TASKFLOW_SIGN_UP,
    auth_secret: read.TASKFLOW_AUTH_SECRET,
    internal_token: read.TASKFLOW_INTERNAL_TOKEN,
    trust_proxy: read.TASKFLOW_TRUST_PROXY,
    requests_per_minute: read.TASKFLOW_REQUESTS_PER_MINUTE,
    sign_ins_per_minute: read.TASKFLOW_SIGN_INS_PER_MINUTE,
  };
}

export function readServerConfig(environment: Environment): ServerConfig {
  const read = parse(Server, environment);
  return {
    database_url: read.DATABASE_URL,
    host: read.HOST,
    port: read.PORT,
    log_level: read.TASKFLOW_LOG_LEVEL,
  };
}

function parse<T extends z.ZodType>(schema: T, environment: Environment): z.infer<T> {
  const result = schema.safeParse(environment);
  if (result.success) return result.data;
  const faults = result.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
  throw new Error(`The configuration is wrong. ${faults.join('; ')}`);
}
