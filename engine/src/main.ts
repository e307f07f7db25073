/** `npm run engine`: Dapr, Kafka and PostgreSQL on this machine until Ctrl-C, which ends all of it within ten seconds. */
import { Failure } from '@taskflow/core/domain/failure.ts';
import { describeSettings, readConfig } from './config.ts';
import { ensureDapr } from './dapr-programs.ts';
import { ensureKafka } from './kafka-programs.ts';
import { ensureKubernetes } from './kubernetes/programs.ts';
import { type Engine, startEngine } from './start-engine.ts';

async function run(args: string[]): Promise<number> {
  if (args.includes('--help')) {
    console.log(describeSettings());
    return 0;
  }
  try {
    const config = readConfig(args, process.env, process.cwd());
    await Promise.all([ensureDapr(config.cache, console.log), ensureKafka(config.cache, console.log)]);
    if (config.kubernetes) await ensureKubernetes(config.cache, console.log);
    if (config.build_only) return 0;
    const stopping = new AbortController();
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => stopping.abort());
    const since = performance.now();
    const engine = await startEngine({ ...config, say: console.log });
    console.log(`${table(engine)}\n\nStarted in ${seconds(since)}; Ctrl-C stops it.`);
    await new Promise((resolve) => {
      if (stopping.signal.aborted) resolve(null);
      stopping.signal.addEventListener('abort', resolve, { once: true });
    });
    const stop_since = performance.now();
    await engine.stop();
    console.log(`Stopped in ${seconds(stop_since)}.`);
    return 0;
  } catch (error) {
    console.error(error instanceof Failure ? error.message : error);
    return 1;
  }
}

const seconds = (since: number): string => `${((performance.now() - since) / 1000).toFixed(1)} s`;

function table({ folder, kafka, postgres, scheduler, placement, sentry }: Engine): string {
  const rows = [
    ['kafka', kafka.brokers, kafka],
    ['postgres', postgres.url(), postgres],
    ['scheduler', scheduler.address, scheduler],
    ['placement', placement.address, placement],
    ['sentry', sentry.address, sentry],
  ] as const;
  const width = Math.max(...rows.map(([, address]) => address.length));
  return [
    ...rows.map(([name, address, { pid }]) => `${name.padEnd(10)} ${address.padEnd(width)}  process ${pid}`),
    `${'data'.padEnd(10)} ${folder}`,
  ].join('\n');
}

process.exitCode = await run(process.argv.slice(2));
