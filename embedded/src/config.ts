/** The settings of the embedded mode: the only place that reads the environment; a wrong setting stops the start with a sentence that names it. */
import path from 'node:path';
import { invalid } from '@taskflow/core/domain/failure.ts';

export interface EmbeddedConfig {
  data_dir: string;
  host: string;
  /** 0 until the supervisor has chosen a free one. */
  port: number;
  /** Without a slash at its end. */
  public_url: string;
  /** A PostgreSQL server to use instead of the embedded one. */
  database_url: string | null;
  log_level: LogLevel;
  event_retention_days: number;
  sign_up: 'open' | 'closed';
  /** Whether a reverse proxy in front of it may say where a request came from. */
  trust_proxy: boolean;
  requests_per_minute: number;
  sign_ins_per_minute: number;
}

const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

type Environment = Record<string, string | undefined>;

/** Reads and checks every setting; relative paths are under `directory`. */
export function readConfig(environment: Environment, directory: string): EmbeddedConfig {
  refuseUnknown(environment);
  const value = (name: SettingName) => environment[name]?.trim() || SETTINGS[name].initial;
  const port = integer('TASKFLOW_PORT', value('TASKFLOW_PORT'), 0, 65_535);
  return {
    data_dir: path.resolve(directory, value('TASKFLOW_DATA')),
    host: host('TASKFLOW_HOST', value('TASKFLOW_HOST')),
    port,
    public_url: value('TASKFLOW_PUBLIC_URL')
      ? origin('TASKFLOW_PUBLIC_URL', value('TASKFLOW_PUBLIC_URL'))
      : localUrl(port),
    database_url: value('DATABASE_URL') ? postgresUrl('DATABASE_URL', value('DATABASE_URL')) : null,
    log_level: oneOf('TASKFLOW_LOG_LEVEL', value('TASKFLOW_LOG_LEVEL'), LOG_LEVELS),
    event_retention_days: integer('TASKFLOW_EVENT_RETENTION_DAYS', value('TASKFLOW_EVENT_RETENTION_DAYS'), 1, 3650),
    sign_up: oneOf('TASKFLOW_SIGN_UP', value('TASKFLOW_SIGN_UP'), ['open', 'closed']),
    trust_proxy: oneOf('TASKFLOW_TRUST_PROXY', value('TASKFLOW_TRUST_PROXY'), ['true', 'false']) === 'true',
    requests_per_minute: perMinute('TASKFLOW_REQUESTS_PER_MINUTE', value('TASKFLOW_REQUESTS_PER_MINUTE')),
    sign_ins_per_minute: perMinute('TASKFLOW_SIGN_INS_PER_MINUTE', value('TASKFLOW_SIGN_INS_PER_MINUTE')),
  };
}

/** The configuration once a free port has been chosen for port 0. */
export const withPort = (config: EmbeddedConfig, port: number): EmbeddedConfig => ({
  ...config,
  port,
  public_url: config.public_url === localUrl(config.port) ? localUrl(port) : config.public_url,
});

/** The text of `npm start -- --help`. */
export function describeSettings(): string {
  const lines = Object.entries<Setting>(SETTINGS).map(([name, { meaning, initial, shown }]) => {
    const standard = shown ?? (initial === '' ? '' : `default ${initial}`);
    return `  ${name.padEnd(30)} ${meaning}${standard ? ` (${standard})` : ''}`;
  });
  return [
    'npm start            starts TaskFlow: database, backend, worker and web page in one process tree',
    'npm start -- --help  shows this text',
    '',
    'Settings (environment variables):',
    ...lines,
    '',
    'Ctrl-C stops it. Everything it keeps is in the data folder: the database, secrets.json and the logs.',
  ].join('\n');
}

interface Setting {
  meaning: string;
  initial: string;
  /** What --help says about the default, where the value alone does not tell. */
  shown?: string;
}

const SETTINGS = {
  TASKFLOW_DATA: { meaning: 'folder of the database, secrets and logs', initial: './data' },
  TASKFLOW_HOST: { meaning: 'address to listen on; 0.0.0.0 opens TaskFlow to the network', initial: '127.0.0.1' },
  TASKFLOW_PORT: { meaning: 'port to listen on; 0 takes any free one', initial: '4400' },
  TASKFLOW_PUBLIC_URL: {
    meaning: 'address under which browsers reach TaskFlow',
    initial: '',
    shown: 'default http://localhost:PORT',
  },
  DATABASE_URL: {
    meaning: 'a PostgreSQL server to use instead of the embedded one',
    initial: '',
    shown: 'postgres://…',
  },
  TASKFLOW_LOG_LEVEL: { meaning: `what goes into taskflow.log: ${LOG_LEVELS.join(', ')}`, initial: 'info' },
  TASKFLOW_EVENT_RETENTION_DAYS: { meaning: 'days that the event log and task histories are kept', initial: '30' },
  TASKFLOW_SIGN_UP: {
    meaning: 'who may open an account: open (anyone who reaches the page) or closed',
    initial: 'open',
  },
  TASKFLOW_TRUST_PROXY: {
    meaning: 'true behind a reverse proxy of yours: what it says of addresses is believed',
    initial: 'false',
  },
  TASKFLOW_REQUESTS_PER_MINUTE: { meaning: 'requests that one user may make in a minute', initial: '3000' },
  TASKFLOW_SIGN_INS_PER_MINUTE: { meaning: 'sign-ins that one address may try in a minute', initial: '10' },
} as const satisfies Record<string, Setting>;

type SettingName = keyof typeof SETTINGS;

function refuseUnknown(environment: Environment): void {
  const known = Object.keys(SETTINGS);
  const unknown = Object.keys(environment).find((name) => name.startsWith('TASKFLOW_') && !known.includes(name));
  if (unknown) throw invalid(unknown, `there is no such setting; the settings are ${known.join(', ')}`);
}

function integer(name: string, value: string, min: number, max: number): number {
  const number = Number(value);
  if (/^\d+$/.test(value) && number >= min && number <= max) return number;
  throw invalid(name, `must be a whole number from ${min} to ${max}, not "${value}"`);
}

const perMinute = (name: string, value: string): number => integer(name, value, 1, 1_000_000_000);

function oneOf<const T extends string>(name: string, value: string, allowed: readonly T[]): T {
  const found = allowed.find((each) => each === value);
  if (found) return found;
  throw invalid(name, `must be one of ${allowed.join(', ')}, not "${value}"`);
}

function host(name: string, value: string): string {
  if (/^[\w.:%-]+$/.test(value)) return value;
  throw invalid(name, `must be an address or a host name such as 127.0.0.1 or 0.0.0.0, not "${value}"`);
}

function origin(name: string, value: string): string {
  const url = URL.parse(value);
  if (url && /^https?:$/.test(url.protocol) && url.pathname === '/' && !url.search && !url.hash && !url.username)
    return url.origin;
  throw invalid(
    name,
    `must be an http or https address without a path, such as https://tasks.example.org, not "${value}"`,
  );
}

/** Its value may hold a password, so the sentence does not repeat it. */
function postgresUrl(name: string, value: string): string {
  const url = URL.parse(value);
  if (url && /^postgres(ql)?:$/.test(url.protocol)) return value;
  throw invalid(name, 'must be an address such as postgres://user:password@host:5432/database');
}

const localUrl = (port: number): string => `http://localhost:${port}`;
