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

const databaseUrl = z.url({ protocol: /^postgres(ql)?$/ });

const Server = z.object({
  /** PostgreSQL 15 or later, directly and not through a pooler; from the secret store where it is not set. */
  DATABASE_URL: databaseUrl.optional(),
  HOST: z.string().default('0.0.0.0'),
  PORT: z.coerce.number().int().min(0).max(65_535).default(3_000),
  TASKFLOW_LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal']).default('info'),
  /** Events are kept for so many days: for streams that resume, and for the history of a task. */
  TASKFLOW_EVENT_RETENTION_DAYS: count(30),
});

const Dapr = z.object({
  /** The sidecar's port; Dapr sets it. Without one nothing is published: the process only serves. */
  DAPR_HTTP_PORT: z.coerce.number().int().min(1).max(65_535),
  /** Shown to the sidecar. */
  DAPR_API_TOKEN: z.string().min(16),
  /** Shown by the sidecar, and so by those whom it lets through to the internal routes. */
  APP_API_TOKEN: z.string().min(16),
  /** The secret store component, and the name of the secret in it that holds `database-url` and `auth-secret`. */
  TASKFLOW_SECRET_STORE: z.string().default('taskflow-secretstore'),
  TASKFLOW_SECRET: z.string().default('taskflow'),
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
  database_url: string | null;
  host: string;
  port: number;
  log_level: z.infer<typeof Server>['TASKFLOW_LOG_LEVEL'];
  event_retention_days: number;
}

export interface DaprConfig {
  http_port: number;
  api_token: string;
  app_api_token: string;
  secret_store: string;
  secret: string;
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
    database_url: read.DATABASE_URL ?? null,
    host: read.HOST,
    port: read.PORT,
    log_level: read.TASKFLOW_LOG_LEVEL,
    event_retention_days: read.TASKFLOW_EVENT_RETENTION_DAYS,
  };
}

/** Null: this process has no sidecar. */
export function readDaprConfig(environment: Environment): DaprConfig | null {
  if (!environment.DAPR_HTTP_PORT) return null;
  const read = parse(Dapr, environment);
  return {
    http_port: read.DAPR_HTTP_PORT,
    api_token: read.DAPR_API_TOKEN,
    app_api_token: read.APP_API_TOKEN,
    secret_store: read.TASKFLOW_SECRET_STORE,
    secret: read.TASKFLOW_SECRET,
  };
}

/** What the secret store holds, by the names of the settings; the environment goes before it. */
export function withSecret(environment: Environment, secret: Readonly<Record<string, string>> | null): Environment {
  const found = { DATABASE_URL: secret?.['database-url'], TASKFLOW_AUTH_SECRET: secret?.['auth-secret'] };
  return { ...found, ...Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== '')) };
}

function parse<T extends z.ZodType>(schema: T, environment: Environment): z.infer<T> {
  const result = schema.safeParse(environment);
  if (result.success) return result.data;
  const faults = result.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
  throw new Error(`The configuration is wrong. ${faults.join('; ')}`);
}
