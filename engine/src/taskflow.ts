/** `npm run start:dapr`: TaskFlow in its distributed mode on this machine, until Ctrl-C. */
import path from 'node:path';
import { Failure, invalid } from '@taskflow/core/domain/failure.ts';
import { cacheFolder } from './config.ts';
import { startTaskFlow, type TaskFlow } from './start-taskflow.ts';

export interface RunOptions {
  args: string[];
  environment: NodeJS.ProcessEnv;
  directory: string;
  /** Brings the web page up to date. */
  build(signal: AbortSignal): Promise<void>;
}

/** Runs until a signal ends it; answers with the exit code. */
export async function run({ args, environment, directory, build }: RunOptions): Promise<number> {
  if (args.includes('--help')) {
    console.log(USAGE);
    return 0;
  }
  const stopping = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => stopping.abort());
  try {
    if (args.length > 0) throw new Failure('invalid', `There is no option ${args[0]}.\n\n${USAGE}`);
    const { folder, port } = readSettings(environment, directory);
    await build(stopping.signal);
    if (stopping.signal.aborted) return 0;
    const taskflow = await startTaskFlow({
      ...{ folder, port, say: console.log },
      cache: cacheFolder(environment),
      environment: passedOn(environment),
    });
    console.log(`${table(taskflow)}\n\nTaskFlow runs at ${taskflow.url} (data: ${folder}; Ctrl-C stops it)`);
    await new Promise((resolve) => {
      if (stopping.signal.aborted) resolve(null);
      stopping.signal.addEventListener('abort', resolve, { once: true });
    });
    await taskflow.stop();
    return 0;
  } catch (error) {
    if (stopping.signal.aborted) return 0;
    console.error(error instanceof Failure ? error.message : error);
    return 1;
  }
}

/** Settings of the services, which read and check them themselves. */
const PASSED_ON = {
  TASKFLOW_SIGN_UP: 'open or closed',
  TASKFLOW_LOG_LEVEL: 'fatal, error, warn, info, debug or trace',
  TASKFLOW_REQUESTS_PER_MINUTE: 'requests one user may make in a minute',
  TASKFLOW_SIGN_INS_PER_MINUTE: 'sign-ins that one address may try in a minute',
  TASKFLOW_EVENT_RETENTION_DAYS: 'how long events are kept',
};

const USAGE = [
  'npm run start:dapr              starts TaskFlow on Dapr, Kafka and PostgreSQL, all of them on this machine',
  'npm run start:dapr -- --help    shows this text',
  '',
  'Settings (environment variables):',
  '  TASKFLOW_ENGINE_DATA            the folder of all data and logs, by default ./data-engine',
  '  TASKFLOW_PORT                   where browsers find it, by default 4400; 0 takes a free port',
  '  TASKFLOW_CACHE                  where built programs are kept, by default taskflow/engine in $XDG_CACHE_HOME or ~/.cache',
  ...Object.entries(PASSED_ON).map(([name, meaning]) => `  ${name.padEnd(31)} ${meaning}`),
].join('\n');

function readSettings(environment: NodeJS.ProcessEnv, directory: string): { folder: string; port: number } {
  const port = environment.TASKFLOW_PORT || '4400';
  if (!/^\d+$/.test(port) || Number(port) > 65_535)
    throw invalid('TASKFLOW_PORT', `must be a whole number from 0 to 65535, not "${port}"`);
  return { folder: path.resolve(directory, environment.TASKFLOW_ENGINE_DATA || 'data-engine'), port: Number(port) };
}

const passedOn = (environment: NodeJS.ProcessEnv): Record<string, string> =>
  Object.fromEntries(Object.keys(PASSED_ON).flatMap((name) => (environment[name] ? [[name, environment[name]]] : [])));

function table({ engine, services }: TaskFlow): string {
  const rows = Object.entries(services).flatMap(([app_id, replicas]) =>
    replicas.map(({ app, sidecar, url }) => [app_id, url, `process ${app.pid}, sidecar ${sidecar.url}`]),
  );
  rows.push(['kafka', engine.kafka.brokers, `process ${engine.kafka.pid}`]);
  rows.push(['scheduler', engine.scheduler.address, `process ${engine.scheduler.pid}`]);
  rows.push(['postgres', engine.postgres.url(), `process ${engine.postgres.pid}`]);
  const widths = [0, 1].map((column) => Math.max(...rows.map((row) => row[column]!.length)));
  return rows
    .map(([name, address, what]) => `${name!.padEnd(widths[0]!)}  ${address!.padEnd(widths[1]!)}  ${what}`)
    .join('\n');
}
