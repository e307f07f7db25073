/** Every setting of the engine, read here and nowhere else. */
import { homedir } from 'node:os';
import path from 'node:path';
import { Failure } from '@taskflow/core/domain/failure.ts';

export interface EngineConfig {
  /** What is built or fetched once per machine: it outlives checkouts. */
  cache: string;
  /** Data, logs and the ports of an engine that `npm run engine` starts. */
  folder: string;
  build_only: boolean;
  /** Builds what a cluster needs as well, which nothing else waits for. */
  kubernetes: boolean;
}

const SETTINGS = {
  TASKFLOW_CACHE: 'where built programs are kept, by default taskflow/engine in $XDG_CACHE_HOME or ~/.cache',
  TASKFLOW_ENGINE_DATA: 'the folder of the engine’s data and logs, by default ./data-engine',
};

export function readConfig(args: readonly string[], environment: NodeJS.ProcessEnv, directory: string): EngineConfig {
  const unknown = args.find((arg) => arg !== '--build' && arg !== '--kubernetes');
  if (unknown !== undefined) throw new Failure('invalid', `There is no option ${unknown}.\n\n${describeSettings()}`);
  return {
    cache: cacheFolder(environment),
    folder: path.resolve(directory, environment.TASKFLOW_ENGINE_DATA || 'data-engine'),
    build_only: args.includes('--build') || args.includes('--kubernetes'),
    kubernetes: args.includes('--kubernetes'),
  };
}

export function cacheFolder(environment: NodeJS.ProcessEnv): string {
  const { TASKFLOW_CACHE, XDG_CACHE_HOME } = environment;
  if (TASKFLOW_CACHE) return path.resolve(TASKFLOW_CACHE);
  // The XDG specification asks to ignore a path that is not absolute.
  const base = XDG_CACHE_HOME && path.isAbsolute(XDG_CACHE_HOME) ? XDG_CACHE_HOME : path.join(homedir(), '.cache');
  return path.join(base, 'taskflow', 'engine');
}

export const describeSettings = (): string =>
  [
    'npm run engine                   starts Dapr, Kafka and PostgreSQL on this machine',
    'npm run engine -- --build        only builds and fetches what that needs',
    'npm run engine -- --kubernetes   builds what a single-node Kubernetes needs as well',
    '',
    ...Object.entries(SETTINGS).map(([name, meaning]) => `${name.padEnd(22)}${meaning}`),
  ].join('\n');
